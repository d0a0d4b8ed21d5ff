#include "binary.hpp"

#include <limits>

namespace cinema::booking::postgres
{
namespace
{

constexpr std::int64_t epoch_ms = 946'684'800'000; // 2000-01-01
// PostgreSQL keeps 4713 BC to 294276 AD.
constexpr std::int64_t first_ms = -210'866'803'200'000;
constexpr std::int64_t last_ms = 9'224'318'015'999'999;

constexpr std::int64_t infinity = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t minus_infinity = std::numeric_limits<std::int64_t>::min();

} // namespace

std::int64_t to_timestamp(time_point time) noexcept
{
    const auto ms = to_unix_ms(time);
    if (ms < first_ms)
        return minus_infinity;
    if (ms > last_ms)
        return infinity;
    return (ms - epoch_ms) * 1'000;
}

time_point from_timestamp(std::int64_t microseconds) noexcept
{
    if (microseconds == infinity)
        return time_point::max();
    if (microseconds == minus_infinity)
        return time_point::min();
    const auto ms = microseconds / 1'000 - (microseconds % 1'000 < 0 ? 1 : 0);
    return from_unix_ms(ms + epoch_ms);
}

array_reader::array_reader(std::string_view data) noexcept : rest_{data}
{
    constexpr std::size_t head = 12;
    constexpr std::size_t bounds = 8;
    const auto dimensions = data.size() < head ? 2U : big_endian<std::uint32_t>(data);
    if (dimensions == 0)
        return;
    ok_ = dimensions == 1 && data.size() >= head + bounds;
    if (!ok_)
        return;
    size_ = big_endian<std::uint32_t>(data.substr(head));
    rest_.remove_prefix(head + bounds);
}

std::optional<std::string_view> array_reader::next() noexcept
{
    if (rest_.size() < 4)
    {
        ok_ = false;
        return std::nullopt;
    }
    const auto length = big_endian<std::uint32_t>(rest_);
    rest_.remove_prefix(4);
    if (length == ~std::uint32_t{0})
        return std::nullopt;
    if (length > rest_.size())
    {
        ok_ = false;
        return std::nullopt;
    }
    const auto value = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return value;
}

} // namespace cinema::booking::postgres
