#include "text.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace cinema::booking::http
{

namespace
{

/// The length of the UTF-8 character that `text` begins with; 0 if it is none.
std::size_t character_length(std::string_view text) noexcept
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(0);
    const std::size_t length = first < 0x80   ? 1
                               : first < 0xC2 ? 0
                               : first < 0xE0 ? 2
                               : first < 0xF0 ? 3
                               : first < 0xF5 ? 4
                                              : 0;
    if (length > text.size())
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xC0U) != 0x80)
            return 0;
    if ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F) // surrogates
        || (first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F))
        return 0;
    return length;
}

void append_escaped(std::string& out, unsigned char c)
{
    switch (c)
    {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
    }
    constexpr std::string_view hex = "0123456789abcdef";
    out += "\\u00";
    out += hex[c >> 4];
    out += hex[c & 0xFU];
}

void append_padded(std::string& out, int number, int digits)
{
    std::array<char, 8> text{};
    for (int i = digits; i-- > 0; number /= 10)
        text[static_cast<std::size_t>(i)] = static_cast<char>('0' + number % 10);
    out.append(text.data(), static_cast<std::size_t>(digits));
}

/// The number of `digits` digits at `text`, which becomes the rest; -1 if there is none.
int take_digits(std::string_view& text, std::size_t digits)
{
    if (text.size() < digits)
        return -1;
    int number = 0;
    for (const char c : text.substr(0, digits))
    {
        if (c < '0' || c > '9')
            return -1;
        number = number * 10 + (c - '0');
    }
    text.remove_prefix(digits);
    return number;
}

bool take(std::string_view& text, char expected)
{
    if (!text.starts_with(expected))
        return false;
    text.remove_prefix(1);
    return true;
}

} // namespace

void append_json(std::string& out, std::string_view text)
{
    out += '"';
    std::size_t plain = 0; // where the part begins that can be copied as it is
    for (std::size_t i = 0; i < text.size();)
    {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\')
        {
            ++i;
            continue;
        }
        const auto length = c < 0x80 ? 0 : character_length(text.substr(i));
        if (length > 0)
        {
            i += length;
            continue;
        }
        out.append(text, plain, i - plain);
        if (c < 0x80)
            append_escaped(out, c);
        else
            out += "\xEF\xBF\xBD";
        plain = ++i;
    }
    out.append(text, plain, text.size() - plain);
    out += '"';
}

void append_iso_time(std::string& out, time_point time)
{
    using namespace std::chrono;
    constexpr time_point first = sys_days{January / 1 / 0};
    constexpr time_point last = sys_days{January / 1 / 10'000} - milliseconds{1};
    time = std::clamp(time, first, last);
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{time - day};
    append_padded(out, static_cast<int>(date.year()), 4);
    out += '-';
    append_padded(out, static_cast<int>(static_cast<unsigned>(date.month())), 2);
    out += '-';
    append_padded(out, static_cast<int>(static_cast<unsigned>(date.day())), 2);
    out += 'T';
    append_padded(out, static_cast<int>(clock.hours().count()), 2);
    out += ':';
    append_padded(out, static_cast<int>(clock.minutes().count()), 2);
    out += ':';
    append_padded(out, static_cast<int>(clock.seconds().count()), 2);
    out += '.';
    append_padded(out, static_cast<int>(clock.subseconds().count()), 3);
    out += 'Z';
}

std::optional<time_point> parse_iso_time(std::string_view text)
{
    using namespace std::chrono;
    const int y = take_digits(text, 4);
    const bool date_marks = take(text, '-');
    const int m = take_digits(text, 2);
    const bool more_marks = take(text, '-');
    const int d = take_digits(text, 2);
    const bool has_time = take(text, 'T');
    const int h = take_digits(text, 2);
    const bool hour_mark = take(text, ':');
    const int min = take_digits(text, 2);
    const bool minute_mark = take(text, ':');
    const int s = take_digits(text, 2);
    const int ms = take(text, '.') ? take_digits(text, 3) : 0;
    if (!date_marks || !more_marks || !has_time || !hour_mark || !minute_mark || text != "Z"
        || y < 0 || m < 0 || d < 0 || h < 0 || min < 0 || s < 0 || ms < 0 || h > 23 || min > 59
        || s > 59)
        return std::nullopt;
    const year_month_day date{year{y}, month{static_cast<unsigned>(m)},
                              day{static_cast<unsigned>(d)}};
    if (!date.ok())
        return std::nullopt;
    return sys_days{date} + hours{h} + minutes{min} + seconds{s} + milliseconds{ms};
}

void append_http_time(std::string& out, std::time_t time)
{
    static constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed",
                                                          "Thu", "Fri", "Sat"};
    static constexpr std::array<std::string_view, 12> months{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm utc{};
    gmtime_r(&time, &utc);
    out += days[static_cast<std::size_t>(utc.tm_wday)];
    out += ", ";
    append_padded(out, utc.tm_mday, 2);
    out += ' ';
    out += months[static_cast<std::size_t>(utc.tm_mon)];
    out += ' ';
    append_padded(out, utc.tm_year + 1900, 4);
    out += ' ';
    append_padded(out, utc.tm_hour, 2);
    out += ':';
    append_padded(out, utc.tm_min, 2);
    out += ':';
    append_padded(out, utc.tm_sec, 2);
    out += " GMT";
}

bool same_name(std::string_view left, std::string_view right) noexcept
{
    return left.size() == right.size()
           && std::equal(left.begin(), left.end(), right.begin(),
                         [](char a, char b) { return to_lower(a) == to_lower(b); });
}

std::string_view trimmed(std::string_view text) noexcept
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

bool is_utf8(std::string_view text) noexcept
{
    while (!text.empty())
    {
        const auto length = character_length(text);
        if (length == 0)
            return false;
        text.remove_prefix(length);
    }
    return true;
}

} // namespace cinema::booking::http
