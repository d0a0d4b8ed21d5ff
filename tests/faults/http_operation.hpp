#pragma once

#include <cinema/booking/testing/history/operation_record.hpp>

#include "support/http_client.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// Operations on reservations over HTTP, as records of a history.
namespace cinema::tests
{

namespace booking = cinema::booking;

/// A request, its answer, and what the history says of both.
struct http_operation
{
    std::string method{};
    std::string target{};
    std::string body{};
    std::map<std::string, std::string> fields{};
    booking::testing::operation_record record{};
    http_answer answer{}; ///< Status 0: without a definite one.
};

[[nodiscard]] http_operation reserve_operation(std::string key, std::int64_t session,
                                               std::string user,
                                               const std::vector<std::int64_t>& seats,
                                               std::chrono::seconds hold);

/// Pre: `what` is confirm, extend or cancel. Holds are extended by 1,200 seconds.
[[nodiscard]] http_operation step_operation(std::string key, booking::testing::action what,
                                            const booking::reservation_id& id,
                                            const std::string& secret);

/// The name of a refusal, as in "seat-taken".
[[nodiscard]] std::string problem_of(const http_answer& answer);

/// As the Authorization field wants it.
[[nodiscard]] std::string secret_in(const http_answer& reserved);

/// Completes the record by the answer, which has just come.
void note_answer(http_operation& operation);

} // namespace cinema::tests
