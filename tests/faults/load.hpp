#pragma once

#include <cinema/booking/testing/history/history_recorder.hpp>

#include "faults/http_operation.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// A load on servers: its parameters and its report.
namespace cinema::tests
{

/// The buyers of a load: how many, at which servers, and how they behave.
struct load_params
{
    std::vector<std::uint16_t> ports{}; ///< Buyer i reserves at port i mod n.
    std::vector<std::int64_t> sessions{};
    std::int64_t seats{}; ///< Numbered from 1, in each session.
    unsigned buyers{32};
    unsigned seed{1};
    /// Some hold seats for two seconds, which may run out before they go on.
    bool has_short_holds{true};
    /// If not 0: each seat of the first session is asked for so often, in random order, and sold to
    /// the first who asks. Else buyers choose at random, and give some seats back.
    std::int64_t copies{0};
};

/// A reservation as its buyer knows it.
struct bought_seats
{
    booking::reservation_id id{};
    std::string secret; ///< As the Authorization field wants it.
    std::vector<std::int64_t> seats;
    booking::reservation_status status{};
    bool is_short{}; ///< A hold that ends by itself.

    [[nodiscard]] bool is_live() const noexcept
    {
        return status == booking::reservation_status::confirmed
               || (status == booking::reservation_status::held && !is_short);
    }
};

/// The operations of one buyer, or of all of them, with their answers.
struct load_report
{
    booking::testing::history operations;
    std::vector<bought_seats> bought;
    std::vector<http_operation> granted;      ///< With the first answer to each.
    std::size_t repeated{};                   ///< Operations that were asked for more than once.
    std::map<std::string, std::size_t> early; ///< 503 before the deadline of 2 s, by their name.

    void add(load_report&& other);
};

} // namespace cinema::tests
