#pragma once

#include <cinema/booking/store/stores.hpp>

#include "faults/load_run.hpp"

#include <cstdint>
#include <vector>

/// What must hold behind a load, whatever faults there were meanwhile.
namespace cinema::tests
{

/// An answer other than 503, asked for again while there is none.
[[nodiscard]] http_answer definite_answer(http_client& client, const http_operation& operation);

[[nodiscard]] std::vector<std::int64_t> session_ids(std::uint16_t port);

/// Every answer was definite, and a seat that is taken is a buyer's: as soon as short holds have
/// run out, and the servers have seen what others sold. Pre: all seats were free before.
void check_seats(const load_report& report, std::uint16_t port,
                 const std::vector<std::int64_t>& sessions);

/// What was granted, asked for again with its key, is granted again with the same answer.
void check_replays(const load_report& report, std::uint16_t port);

/// A buyer's reservation is as its buyer knows it. Pre: short holds have ended.
void check_reservations(const load_report& report, std::uint16_t port);

/// Each of so many seats was granted once.
void check_each_seat_once(const load_report& report, std::int64_t seats);

[[nodiscard]] std::size_t refusals(const load_report& report);

/// Both checkers on what buyers were answered and what the stores hold now. Pre: no server runs on
/// them. Sessions begin at version 1 with all seats free.
void check_history(const load_report& report, const booking::store_result<booking::stores>& stores);

} // namespace cinema::tests
