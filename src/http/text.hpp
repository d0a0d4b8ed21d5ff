#pragma once

#include <cinema/booking/domain/time.hpp>

#include <charconv>
#include <concepts>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

/// Text made and read by hand where speed or strictness asks for it.
namespace cinema::booking::http
{

template <std::integral Number>
void append_number(std::string& out, Number number)
{
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out.append(digits, end);
}

/// Appends `text` as a JSON string with its quotes. Bytes that are no UTF-8 become U+FFFD.
void append_json(std::string& out, std::string_view text);

/// Appends a time as JavaScript's Date writes it: "2026-12-01T19:30:00.000Z", without quotes.
/// Years before 0 and after 9999 are written as these.
void append_iso_time(std::string& out, time_point time);

/// The reverse, also without milliseconds. Nothing if the text has another form or names no time.
[[nodiscard]] std::optional<time_point> parse_iso_time(std::string_view text);

/// Appends a time as HTTP writes it: "Tue, 01 Dec 2026 19:30:00 GMT".
void append_http_time(std::string& out, std::time_t time);

/// A number of digits alone, without sign, spaces or leading zeros. Nothing if it is none.
template <std::integral Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text) noexcept
{
    Number number{};
    if (text.empty() || text.front() < '0' || text.front() > '9'
        || (text.front() == '0' && text.size() > 1))
        return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

[[nodiscard]] constexpr char to_lower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// ASCII case aside.
[[nodiscard]] bool same_name(std::string_view left, std::string_view right) noexcept;

/// Without spaces and tabs at its ends.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

} // namespace cinema::booking::http
