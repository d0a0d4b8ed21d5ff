#include "seats/words.hpp"

#include <date/date.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>

namespace cinema::seats
{
namespace
{

/// How many digits of an amount stand behind the point (ISO 4217).
std::size_t digits_of(std::string_view currency)
{
    static constexpr std::array none{"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
                                     "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"};
    static constexpr std::array three{"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
    if (std::ranges::find(none, currency) != none.end())
        return 0;
    return std::ranges::find(three, currency) != three.end() ? 3 : 2;
}

} // namespace

std::optional<booking::time_point> parse_time(const std::string& text)
{
    std::istringstream in{text};
    booking::time_point time;
    in >> date::parse("%FT%H:%M", time);
    if (!in || in.peek() != std::istringstream::traits_type::eof())
        return std::nullopt;
    return time;
}

std::string time_text(booking::time_point time)
{
    return date::format("%F %H:%M UTC", date::floor<std::chrono::minutes>(time));
}

std::string iso_text(booking::time_point time) { return date::format("%FT%TZ", time); }

std::string money_text(booking::minor_units amount, booking::currency_code currency)
{
    const std::string name{currency.text()};
    const auto digits = digits_of(name);
    auto text = std::to_string(static_cast<std::int64_t>(amount));
    if (digits > 0)
    {
        text.insert(0, std::max(text.size(), digits + 1) - text.size(), '0');
        text.insert(text.size() - digits, 1, '.');
    }
    return text + ' ' + name;
}

} // namespace cinema::seats
