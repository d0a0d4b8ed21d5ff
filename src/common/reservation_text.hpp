#pragma once

#include <cinema/booking/domain/reservation.hpp>

#include "common/json_text.hpp"

#include <optional>
#include <string>
#include <string_view>

/// How a reservation's lists are kept: JSON, short enough to be written thousands of times a
/// second, plain enough to be read by people. Pure functions.
namespace cinema::booking::adapters
{

using reserved_seats = decltype(reservation::seats);
using reservation_events = decltype(reservation::events);

/// `[[7,1250],[8,1250]]`: seat numbers with their prices.
[[nodiscard]] std::string to_text(const reserved_seats& seats);

/// `[["held",5,1764000000000,1764000600000,"00c0ffee00c0ffee"]]`: for each event its status,
/// version, time, end of the hold or null, and operation or null.
[[nodiscard]] std::string to_text(const reservation_events& events);

/// The reverse of `to_text`. Nothing if it is anything else, or has no seat.
[[nodiscard]] std::optional<reserved_seats> seats_from(std::string_view text);

/// The reverse of `to_text`. Nothing if it is anything else, has no event, or a hold without end.
[[nodiscard]] std::optional<reservation_events> events_from(std::string_view text);

/// Gives `to` the lists that these texts say; false, and `to` is of no use, if they are of another
/// form. Pre: `to` has none yet.
[[nodiscard]] bool read_lists(reservation& to, std::string_view seats, std::string_view events);

/// The reverse of `to_string(reservation_status)`.
[[nodiscard]] std::optional<reservation_status> status_from(std::string_view text) noexcept;

namespace detail
{

/// Sixteen hexadecimal digits: as a number of JSON it would be read with loss by most programs.
inline void append_operation(std::string& out, operation_id operation)
{
    constexpr std::string_view digits = "0123456789abcdef";
    out.push_back('"');
    for (unsigned shift = 64; shift > 0; shift -= 4)
        out.push_back(digits[raw(operation) >> (shift - 4) & 0xFU]);
    out.push_back('"');
}

inline std::optional<operation_id> operation_from(std::string_view text) noexcept
{
    std::uint64_t value = 0;
    const auto* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value, 16);
    if (text.size() != 16 || error != std::errc{} || stop != end)
        return std::nullopt;
    return operation_id{value};
}

inline void append_event(std::string& out, const reservation_event& event)
{
    out.append("[\"").append(to_string(event.status)).append("\",");
    append_number(out, raw(event.version));
    out.push_back(',');
    append_number(out, to_unix_ms(event.at));
    out.push_back(',');
    if (event.held_until)
        append_number(out, to_unix_ms(*event.held_until));
    else
        out.append("null");
    out.push_back(',');
    if (event.operation != operation_id{})
        append_operation(out, event.operation);
    else
        out.append("null");
    out.push_back(']');
}

inline std::optional<reservation_event> event_from(json_reader& json)
{
    reservation_event event;
    json.expect("[");
    const auto status = status_from(json.string());
    json.expect(",");
    event.version = session_version{json.number<std::uint64_t>()};
    json.expect(",");
    event.at = from_unix_ms(json.number<std::int64_t>());
    json.expect(",");
    if (!json.eat("null"))
        event.held_until = from_unix_ms(json.number<std::int64_t>());
    json.expect(",");
    if (!json.eat("null"))
    {
        const auto operation = operation_from(json.string());
        if (!operation)
            return std::nullopt;
        event.operation = *operation;
    }
    json.expect("]");
    if (!json.ok() || !status || (*status == reservation_status::held && !event.held_until))
        return std::nullopt;
    event.status = *status;
    return event;
}

} // namespace detail

inline std::string to_text(const reserved_seats& seats)
{
    std::string out{"["};
    for (const auto& [number, price, type] : seats)
    {
        out.append(out.size() > 1 ? ",[" : "[");
        append_number(out, raw(number));
        out.push_back(',');
        append_number(out, raw(price));
        if (!type.empty())
        {
            out.push_back(',');
            append_string(out, type);
        }
        out.push_back(']');
    }
    out.push_back(']');
    return out;
}

inline std::string to_text(const reservation_events& events)
{
    std::string out{"["};
    out.reserve(events.size() * 80 + 2);
    for (const auto& event : events)
    {
        if (out.size() > 1)
            out.push_back(',');
        detail::append_event(out, event);
    }
    out.push_back(']');
    return out;
}

inline std::optional<reserved_seats> seats_from(std::string_view text)
{
    std::optional<reserved_seats> seats{std::in_place};
    json_reader json{text};
    json.expect("[");
    do
    {
        json.expect("[");
        const auto number = json.number<std::int32_t>();
        json.expect(",");
        const auto price = json.number<std::int64_t>();
        auto type = json.eat(",") ? std::string{json.string()} : std::string{};
        seats->push_back({seat_number{number}, minor_units{price}, std::move(type)});
        json.expect("]");
    } while (json.ok() && json.eat(","));
    json.expect("]");
    if (!json.done())
        return std::nullopt;
    return seats;
}

inline std::optional<reservation_events> events_from(std::string_view text)
{
    std::optional<reservation_events> events{std::in_place};
    json_reader json{text};
    json.expect("[");
    do
    {
        const auto event = detail::event_from(json);
        if (!event)
            return std::nullopt;
        events->push_back(*event);
    } while (json.eat(","));
    json.expect("]");
    if (!json.done())
        return std::nullopt;
    return events;
}

inline bool read_lists(reservation& to, std::string_view seats, std::string_view events)
{
    auto its_seats = seats_from(seats);
    auto its_events = events_from(events);
    if (!its_seats || !its_events)
        return false;
    // One by one: GCC 12 warns, wrongly, of a copy past the end where a vector is moved as a whole.
    for (auto& seat : *its_seats)
        to.seats.push_back(std::move(seat));
    for (const auto& event : *its_events)
        to.events.push_back(event);
    return true;
}

inline std::optional<reservation_status> status_from(std::string_view text) noexcept
{
    using enum reservation_status;
    for (const auto status : {held, confirmed, checked_in, cancelled, expired})
        if (text == to_string(status))
            return status;
    return std::nullopt;
}

} // namespace cinema::booking::adapters
