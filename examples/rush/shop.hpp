#pragma once

#include <cinema/booking/domain/ids.hpp>
#include <cinema/booking/service/kpi_report.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace cinema::rush
{

/// A buyer asks for a seat.
struct wish
{
    unsigned buyer{};
    booking::seat_number seat{};
    std::string key; ///< Of this wish alone, so that it can be asked again.
};

/// What the buyer was told.
struct answer
{
    booking::attempt_outcome outcome{booking::attempt_outcome::failed};
    std::string reservation{}; ///< Its id, if granted.
    std::string why{};         ///< If not granted.
};

/// Where one buyer stands. Not thread-safe.
class counter
{
public:
    virtual ~counter() = default;
    [[nodiscard]] virtual answer reserve(const wish& asked) = 0;
};

/// What a shop's own records say after the storm, compared with what buyers were told.
struct recheck
{
    std::string text{}; ///< A line for people; empty: it was not looked at.
    bool is_clean{true};
};

/// One session on sale, through the library or over HTTP.
class shop
{
public:
    virtual ~shop() = default;

    /// For people, as in "2 services on memory:".
    [[nodiscard]] virtual std::string place() const = 0;
    [[nodiscard]] virtual std::int64_t session() const = 0;
    /// The seats that can be bought, by number, with their labels.
    [[nodiscard]] virtual std::map<booking::seat_number, std::string> seats() = 0;
    [[nodiscard]] virtual std::unique_ptr<counter> open_counter(unsigned buyer) = 0;
    /// Pre: the counters are closed.
    [[nodiscard]] virtual recheck look_again() { return {}; }
};

} // namespace cinema::rush
