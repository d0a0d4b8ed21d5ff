#include "session_query.hpp"

#include "text.hpp"

#include <algorithm>

namespace cinema::booking::http
{

namespace
{

std::optional<std::chrono::year_month_day> parse_date(std::string_view text)
{
    const auto midnight = parse_iso_time(std::string{text} + "T00:00:00Z");
    if (text.size() != 10 || !midnight)
        return std::nullopt;
    return std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(*midnight)};
}

void append_field(std::string& out, std::string_view name, std::string_view value)
{
    if (!out.empty())
        out += '&';
    out += name;
    out += '=';
    append_encoded(out, value);
}

std::string iso_text(time_point time)
{
    std::string text;
    append_iso_time(text, time);
    return text;
}

refusal bad(std::string_view name, std::string_view why)
{
    return invalid(std::string{name} + " " + std::string{why});
}

/// Errors: invalid_request.
result<void> read(session_query& query, std::string_view name, std::string_view value)
{
    if (name == "date")
    {
        query.date = parse_date(value);
        if (!query.date)
            return bad(name, "has to be a day, as in 2026-12-01");
    }
    else if (name == "movie")
    {
        if (value.size() > movie_title_bytes_max)
            return bad(name, "is too long");
        query.filter.movie = value;
    }
    else if (name == "hall")
    {
        const auto number = parse_number<std::int64_t>(value);
        if (!number)
            return bad(name, "has to be the id of a hall");
        query.filter.hall = hall_id{*number};
    }
    else if (name == "from" || name == "before")
    {
        auto& bound = name == "from" ? query.filter.from : query.filter.before;
        bound = parse_iso_time(value);
        if (!bound)
            return bad(name, "has to be a time in UTC, as in 2026-12-01T19:30:00Z");
    }
    else if (name == "after")
    {
        query.after = parse_cursor(value);
        if (!query.after)
            return bad(name, "has to come from a Link field of this server");
    }
    else if (name == "limit")
    {
        const auto number = parse_number<std::size_t>(value);
        if (!number || *number < 1 || *number > page_size_max)
            return bad(name, "has to be within 1 to " + std::to_string(page_size_max));
        query.limit = *number;
    }
    return {};
}

} // namespace

result<session_query> parse_session_query(const query_fields& fields)
{
    session_query query;
    if (auto ok = read_fields(fields, [&](const auto& name, const auto& value)
                              { return read(query, name, value); });
        !ok)
        return ok.error();
    return query;
}

std::string session_query::text() const
{
    std::string out;
    if (date)
        append_field(out, "date", iso_text(std::chrono::sys_days{*date}).substr(0, 10));
    if (!filter.movie.empty())
        append_field(out, "movie", filter.movie);
    if (filter.hall)
        append_field(out, "hall", std::to_string(raw(*filter.hall)));
    if (filter.from)
        append_field(out, "from", iso_text(*filter.from));
    if (filter.before)
        append_field(out, "before", iso_text(*filter.before));
    append_field(out, "limit", std::to_string(limit));
    return out;
}

std::string session_query::key() const
{
    auto out = text();
    if (after)
        append_field(out, "after", cursor_text(*after));
    return out;
}

std::string cursor_text(const session_cursor& cursor)
{
    return std::to_string(to_unix_ms(cursor.showtime)) + '.' + std::to_string(raw(cursor.session));
}

std::optional<session_cursor> parse_cursor(std::string_view text)
{
    const bool is_early = text.starts_with('-'); // before 1970
    text.remove_prefix(is_early ? 1 : 0);
    const auto dot = std::min(text.find('.'), text.size());
    const auto ms = parse_number<std::int64_t>(text.substr(0, dot));
    const auto id = parse_number<std::int64_t>(text.substr(std::min(dot + 1, text.size())));
    if (!ms || !id)
        return std::nullopt;
    return session_cursor{from_unix_ms(is_early ? -*ms : *ms), session_id{*id}};
}

} // namespace cinema::booking::http
