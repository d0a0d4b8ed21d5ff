#pragma once

#include <cinema/booking/testing/history/history_recorder.hpp>

#include <charconv>
#include <ostream>
#include <string>
#include <string_view>

/// Histories as text, so that one process records and another one checks. A line says one thing in
/// fields `name=value`, apart by spaces; fields that say nothing are left out. In values, bytes up
/// to the space and `%`, `,`, `:` and 0x7F are written as `%` and two hexadecimal digits.
///
///     cinema-history 1
///     begin session=1 version=1 blocked=3,4
///     op client=3 n=1 do=reserve session=1 user=anna key=k9 seats=7,8 call=81 return=95
///        got=granted version=2 since=2 id=1-0192… status=held answered=7,8 until=… from=… to=…
///     end session=1 version=2
///     reservation id=1-0192… user=anna seats=7,8 events=held:2:1700000000000:1700000600000
///
/// (An operation takes one line.) A `reservation` belongs to the `begin` or `end` above it; an
/// event is status:version:at or status:version:at:held_until. Who asked for the best seats has
/// `best`, their number, and as `seats` those granted. `call` and `return` are nanoseconds
/// of CLOCK_MONOTONIC, all other times milliseconds of UTC by the store's clock; `code` is the
/// value of an errc. Of several `op` lines with one client and one n > 0 the last counts: who may
/// be killed writes a line with got=unknown before the call and another one after it.
namespace cinema::booking::testing
{

inline constexpr std::string_view history_heading = "cinema-history 1";

namespace history_detail
{

/// A line in the making.
class text_line
{
public:
    explicit text_line(std::string_view kind) : text_{kind} {}

    template <std::integral Number>
    void number(std::string_view name, Number value)
    {
        begin(name);
        append(value);
    }

    void text(std::string_view name, std::string_view value)
    {
        if (value.empty())
            return;
        constexpr std::string_view digits = "0123456789ABCDEF";
        begin(name);
        for (const char c : value)
        {
            const auto byte = static_cast<unsigned char>(c);
            if (byte > ' ' && byte != 0x7F && c != '%' && c != ',' && c != ':')
            {
                text_.push_back(c);
                continue;
            }
            text_.push_back('%');
            text_.push_back(digits[byte >> 4U]);
            text_.push_back(digits[byte & 0xFU]);
        }
    }

    void seats(std::string_view name, const std::vector<seat_number>& seats)
    {
        if (seats.empty())
            return;
        begin(name);
        for (std::size_t i = 0; i < seats.size(); ++i)
        {
            if (i > 0)
                text_.push_back(',');
            append(raw(seats[i]));
        }
    }

    void time(std::string_view name, const std::optional<time_point>& value)
    {
        if (value)
            number(name, to_unix_ms(*value));
    }

    void id(session_id session, const uuid& id)
    {
        begin("id");
        text_ += reservation_id{session, id}.text();
    }

    void events(const reservation& of)
    {
        begin("events");
        for (std::size_t i = 0; i < of.events.size(); ++i)
        {
            const auto& event = of.events[i];
            text_ += i > 0 ? "," : "";
            text_ += to_string(event.status);
            text_.push_back(':');
            append(raw(event.version));
            text_.push_back(':');
            append(to_unix_ms(event.at));
            if (event.held_until)
            {
                text_.push_back(':');
                append(to_unix_ms(*event.held_until));
            }
        }
    }

    /// The line, with its end.
    [[nodiscard]] std::string done() &&
    {
        text_.push_back('\n');
        return std::move(text_);
    }

private:
    void begin(std::string_view name)
    {
        text_.push_back(' ');
        text_ += name;
        text_.push_back('=');
    }

    template <std::integral Number>
    void append(Number value)
    {
        char digits[24];
        const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
        text_.append(digits, end);
    }

    std::string text_;
};

[[nodiscard]] inline std::int64_t nanoseconds(monotonic_time time) noexcept
{
    return std::chrono::nanoseconds{time.time_since_epoch()}.count();
}

inline void write_answer(text_line& line, const operation_record& one)
{
    line.text("got", to_string(one.result));
    if (one.result == outcome::refused)
        line.number("code", static_cast<int>(one.code));
    if (one.replayed)
        line.number("replayed", 1);
    if (raw(one.version) != 0)
        line.number("version", raw(one.version));
    if (raw(one.since) != 0)
        line.number("since", raw(one.since));
    if (one.status)
        line.text("status", to_string(*one.status));
    line.seats("answered", one.answered);
    line.time("until", one.held_until);
    line.time("from", one.earliest);
    line.time("to", one.latest);
    line.text("map", one.map);
}

} // namespace history_detail

/// One line, with its end.
[[nodiscard]] inline std::string to_text(const operation_record& one)
{
    history_detail::text_line line{"op"};
    line.number("client", one.client);
    if (one.number != 0)
        line.number("n", one.number);
    if (one.server != 0)
        line.number("server", one.server);
    line.text("do", to_string(one.what));
    line.number("session", raw(one.session));
    line.text("user", one.user);
    line.text("key", one.key);
    line.seats("seats", one.seats);
    if (one.best != 0)
        line.number("best", one.best);
    if (one.hold.count() != 0)
        line.number("hold", one.hold.count());
    if (one.expected)
        line.number("expected", raw(*one.expected));
    if (one.reservation)
        line.id(one.session, *one.reservation);
    line.number("call", history_detail::nanoseconds(one.called));
    if (one.returned != never)
        line.number("return", history_detail::nanoseconds(one.returned));
    history_detail::write_answer(line, one);
    return std::move(line).done();
}

/// Several lines, each with its end. `kind`: "begin" or "end".
[[nodiscard]] inline std::string to_text(std::string_view kind, const session_state& state)
{
    history_detail::text_line heading{kind};
    heading.number("session", raw(state.session));
    heading.number("version", raw(state.version));
    heading.seats("blocked", state.blocked);
    std::string out = std::move(heading).done();
    for (const auto& one : state.reservations)
    {
        history_detail::text_line line{"reservation"};
        line.id(one.id.session, one.id.id);
        line.text("user", one.user);
        std::vector<seat_number> seats;
        for (const auto& seat : one.seats)
            seats.push_back(seat.number);
        line.seats("seats", seats);
        line.events(one);
        out += std::move(line).done();
    }
    return out;
}

/// Writes a history as text, which `read_history` reads.
inline void write_history(std::ostream& out, const history& what)
{
    out << history_heading << '\n';
    for (const auto& state : what.begins)
        out << to_text("begin", state);
    for (const auto& one : what.operations)
        out << to_text(one);
    for (const auto& state : what.ends)
        out << to_text("end", state);
}

} // namespace cinema::booking::testing
