#pragma once

#include <cinema/booking/testing/history/text_writer.hpp>

#include <charconv>
#include <istream>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace cinema::booking::testing
{

namespace history_detail
{

/// A part of a line that cannot be read; what is wrong is its text.
struct unreadable
{
    std::string what;
};

[[nodiscard]] inline std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    while (!text.empty())
    {
        const auto end = std::min(text.find(separator), text.size());
        parts.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

template <class Number>
[[nodiscard]] Number read_number(std::string_view text)
{
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        throw unreadable{"'" + std::string{text} + "' is no number of this kind"};
    return value;
}

[[nodiscard]] inline std::string read_text(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i)
    {
        if (text[i] != '%')
        {
            out.push_back(text[i]);
            continue;
        }
        unsigned byte = 0;
        const auto* const digits = text.data() + i + 1;
        if (i + 2 >= text.size() || std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2)
            throw unreadable{"'%' without two hexadecimal digits"};
        out.push_back(static_cast<char>(byte));
        i += 2;
    }
    return out;
}

[[nodiscard]] inline std::vector<seat_number> read_seats(std::string_view text)
{
    std::vector<seat_number> out;
    for (const auto part : split(text, ','))
        out.push_back(seat_number{read_number<std::int32_t>(part)});
    return out;
}

[[nodiscard]] inline time_point read_time(std::string_view text)
{
    return from_unix_ms(read_number<std::int64_t>(text));
}

[[nodiscard]] inline monotonic_time read_monotonic(std::string_view text)
{
    return monotonic_time{std::chrono::duration_cast<monotonic_time::duration>(
        std::chrono::nanoseconds{read_number<std::int64_t>(text)})};
}

template <class Names>
[[nodiscard]] auto read_name(const Names& names, std::string_view text)
{
    for (const auto& [value, name] : names)
        if (text == name)
            return value;
    throw unreadable{"'" + std::string{text} + "' is unknown"};
}

[[nodiscard]] inline reservation_status read_status(std::string_view text)
{
    for (const auto status :
         {reservation_status::held, reservation_status::confirmed, reservation_status::checked_in,
          reservation_status::cancelled, reservation_status::expired})
        if (text == to_string(status))
            return status;
    throw unreadable{"there is no status '" + std::string{text} + "'"};
}

[[nodiscard]] inline reservation_id read_id(std::string_view text)
{
    const auto id = reservation_id::parse(text);
    if (!id)
        throw unreadable{"'" + std::string{text} + "' is no reservation's id"};
    return *id;
}

[[nodiscard]] inline reservation_event read_event(std::string_view text)
{
    const auto parts = split(text, ':');
    if (parts.size() != 3 && parts.size() != 4)
        throw unreadable{"an event has 3 or 4 parts"};
    reservation_event event{.status = read_status(parts[0]),
                            .version = session_version{read_number<std::uint64_t>(parts[1])},
                            .at = read_time(parts[2])};
    if (parts.size() == 4)
        event.held_until = read_time(parts[3]);
    return event;
}

/// Reads a field of an answer. False if there is no field of this name.
inline bool read_answer(operation_record& one, std::string_view name, std::string_view value)
{
    if (name == "got")
        one.result = read_name(outcome_names, value);
    else if (name == "code")
        one.code = static_cast<errc>(read_number<int>(value));
    else if (name == "replayed")
        one.replayed = read_number<int>(value) != 0;
    else if (name == "version")
        one.version = session_version{read_number<std::uint64_t>(value)};
    else if (name == "since")
        one.since = session_version{read_number<std::uint64_t>(value)};
    else if (name == "status")
        one.status = read_status(value);
    else if (name == "answered")
        one.answered = read_seats(value);
    else if (name == "until")
        one.held_until = read_time(value);
    else if (name == "from")
        one.earliest = read_time(value);
    else if (name == "to")
        one.latest = read_time(value);
    else if (name == "map")
        one.map = read_text(value);
    else
        return false;
    return true;
}

/// Reads a field of an operation. False if there is no field of this name.
inline bool read_field(operation_record& one, std::string_view name, std::string_view value)
{
    if (name == "client")
        one.client = read_number<std::uint32_t>(value);
    else if (name == "n")
        one.number = read_number<std::uint32_t>(value);
    else if (name == "server")
        one.server = read_number<std::uint32_t>(value);
    else if (name == "do")
        one.what = read_name(action_names, value);
    else if (name == "session")
        one.session = session_id{read_number<std::int64_t>(value)};
    else if (name == "user")
        one.user = read_text(value);
    else if (name == "key")
        one.key = read_text(value);
    else if (name == "seats")
        one.seats = read_seats(value);
    else if (name == "best")
        one.best = read_number<std::size_t>(value);
    else if (name == "hold")
        one.hold = std::chrono::seconds{read_number<std::int64_t>(value)};
    else if (name == "expected")
        one.expected = session_version{read_number<std::uint64_t>(value)};
    else if (name == "id")
        one.reservation = read_id(value).id;
    else if (name == "call")
        one.called = read_monotonic(value);
    else if (name == "return")
        one.returned = read_monotonic(value);
    else
        return read_answer(one, name, value);
    return true;
}

inline bool read_field(session_state& state, std::string_view name, std::string_view value)
{
    if (name == "session")
        state.session = session_id{read_number<std::int64_t>(value)};
    else if (name == "version")
        state.version = session_version{read_number<std::uint64_t>(value)};
    else if (name == "blocked")
        state.blocked = read_seats(value);
    else
        return false;
    return true;
}

inline bool read_field(reservation& one, std::string_view name, std::string_view value)
{
    if (name == "id")
        one.id = read_id(value);
    else if (name == "user")
        one.user = read_text(value);
    else if (name == "seats")
        for (const auto seat : read_seats(value))
            one.seats.push_back({.number = seat});
    else if (name == "events")
        for (const auto event : split(value, ','))
            one.events.push_back(read_event(event));
    else
        return false;
    return true;
}

template <class Item>
[[nodiscard]] Item read_item(std::span<const std::string_view> fields)
{
    Item item;
    for (const auto field : fields)
    {
        const auto equals = std::min(field.find('='), field.size());
        const auto value = field.substr(std::min(equals + 1, field.size()));
        if (!read_field(item, field.substr(0, equals), value))
            throw unreadable{"there is no field '" + std::string{field.substr(0, equals)} + "'"};
    }
    return item;
}

/// Puts lines together to a history.
class history_builder
{
public:
    void line(std::string_view text)
    {
        const auto fields = split(text, ' ');
        if (fields.empty())
            return;
        const auto rest = std::span{fields}.subspan(1);
        if (fields[0] == "op")
            operation(read_item<operation_record>(rest));
        else if (fields[0] == "begin")
            state_ = &out_.begins.emplace_back(read_item<session_state>(rest));
        else if (fields[0] == "end")
            state_ = &out_.ends.emplace_back(read_item<session_state>(rest));
        else if (fields[0] == "reservation" && state_ != nullptr)
            add(read_item<reservation>(rest));
        else
            throw unreadable{"'" + std::string{fields[0]} + "' has no place here"};
    }

    [[nodiscard]] history done() && { return std::move(out_); }

private:
    void operation(operation_record one)
    {
        if (one.what == action{})
            throw unreadable{"an operation needs 'do'"};
        if (one.number == 0)
        {
            out_.operations.push_back(std::move(one));
            return;
        }
        const auto [place, is_first] =
            places_.try_emplace({one.client, one.number}, out_.operations.size());
        if (is_first)
            out_.operations.push_back(std::move(one));
        else
            out_.operations[place->second] = std::move(one);
    }

    void add(reservation one)
    {
        if (one.events.empty())
            throw unreadable{"a reservation needs 'events'"};
        state_->reservations.push_back(std::move(one));
    }

    history out_;
    session_state* state_{}; // the one that reservations belong to; the last of its vector
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> places_;
};

} // namespace history_detail

/// Reads what `write_history` and `to_text` wrote. A last line without its end is left out: its
/// writer was killed. Several histories may follow one another. Errors: invalid_request, saying
/// what is wrong in which line.
[[nodiscard]] inline result<history> read_history(std::istream& in)
{
    history_detail::history_builder builder;
    std::string line;
    for (std::size_t number = 1; std::getline(in, line) && !in.eof(); ++number)
    {
        try
        {
            if (number == 1 && line != history_heading)
                throw history_detail::unreadable{"it is not '" + std::string{history_heading}
                                                 + "'"};
            if (line != history_heading)
                builder.line(line);
        }
        catch (const history_detail::unreadable& error)
        {
            return invalid("line " + std::to_string(number) + ": " + error.what);
        }
    }
    return std::move(builder).done();
}

} // namespace cinema::booking::testing
