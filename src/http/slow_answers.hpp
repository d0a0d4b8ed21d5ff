#pragma once

#include <cinema/booking/http/api.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>

namespace cinema::booking::http
{

class connection;

/// Long answers of one I/O thread that their clients did not take at once, and which therefore stay
/// in memory. A text that several wait for counts once. For that thread alone.
class slow_answers
{
public:
    using ticket = std::uint64_t; ///< Never 0.

    explicit slow_answers(std::size_t bytes_max) : bytes_max_{bytes_max} {}

    /// Counts an answer's body, which has to stay as it is until `remove`.
    [[nodiscard]] ticket add(connection& reader, const api_response& response);
    void remove(ticket which);

    /// Whom to close because it is too much in all: who has been reading for longest, since those
    /// who are merely far away are soon done. Never who was added last. Null: nobody.
    [[nodiscard]] connection* surplus() const;

private:
    struct entry
    {
        connection* reader;
        const std::string* shared; // null: its own text
        std::size_t bytes;
    };

    const std::size_t bytes_max_;
    std::size_t bytes_{};
    ticket last_{};
    std::map<ticket, entry> entries_;
    std::unordered_map<const std::string*, std::size_t> readers_; // of each shared text
};

} // namespace cinema::booking::http
