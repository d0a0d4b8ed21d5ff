#pragma once

#include <cinema/booking/store/stores.hpp>
#include <cinema/booking/testing/history.hpp>

#include "faults/buyers.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace cinema::tests
{

namespace booking = cinema::booking;

namespace detail
{

inline std::vector<booking::seat_number> seat_numbers(const boost::json::value& from)
{
    std::vector<booking::seat_number> out;
    for (const auto& seat : from.as_array())
        out.push_back(booking::seat_number{static_cast<std::int32_t>(seat.as_int64())});
    return out;
}

inline void note_answer(booking::testing::operation_record& record, const purchase& one)
{
    const auto body = one.answer.json();
    const auto* version = body.as_object().if_contains("version");
    if (version != nullptr)
        record.version = booking::session_version{static_cast<std::uint64_t>(version->as_int64())};
    if (const auto* seats = body.as_object().if_contains("seats"))
        record.answered = seat_numbers(*seats);
    if (one.status == 201)
    {
        record.result = booking::testing::outcome::granted;
        record.replayed = one.answer.field("idempotency-replayed") == "true";
        record.since = record.version;
        record.status = booking::reservation_status::confirmed;
        record.reservation =
            booking::reservation_id::parse(std::string{body.at("id").as_string()})->id;
        return;
    }
    record.result = booking::testing::outcome::refused;
    record.code = booking::errc::seat_taken;
}

} // namespace detail

/// What buyers asked and were answered, as a history. Pre: every answer is a 201 or a 409.
[[nodiscard]] inline booking::testing::history history_of(const std::vector<purchase>& all)
{
    booking::testing::history out;
    std::uint32_t number = 0;
    for (const auto& one : all)
    {
        booking::testing::operation_record record{
            .client = one.buyer,
            .number = ++number,
            .server = one.port,
            .what = booking::testing::action::reserve,
            .session = booking::session_id{one.session},
            .user = one.user,
            .key = one.key,
        };
        for (const auto seat : one.seats)
            record.seats.push_back(booking::seat_number{static_cast<std::int32_t>(seat)});
        record.called = one.called;
        record.returned = one.returned;
        detail::note_answer(record, one);
        out.operations.push_back(std::move(record));
    }
    return out;
}

/// Both checks on what buyers were answered and what the stores hold now. Pre: no server runs on
/// them. Sessions begin at version 1 with all seats free.
inline void check_history(const std::vector<purchase>& all,
                          const booking::store_result<booking::stores>& stores)
{
    auto what = history_of(all);
    REQUIRE(stores.has_value());
    booking::testing::add_ends(what, *stores);
    const auto witness = booking::testing::check_witness(what);
    CHECK_MESSAGE(witness.is_clean(), witness.text());
    const auto black_box = booking::testing::check_black_box(what);
    CHECK_MESSAGE(black_box.is_clean(), black_box.text());
    MESSAGE("witness: " << witness.text());
}

} // namespace cinema::tests
