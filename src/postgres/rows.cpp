#include "rows.hpp"

#include <charconv>

namespace cinema::booking::postgres
{
namespace
{

[[noreturn]] void unexpected(const char* what)
{
    throw failure{errc::store_failed,
                  std::string{"the database gave "} + what + " in a form that is not known"};
}

} // namespace

std::int64_t integer_from(std::string_view data)
{
    switch (data.size())
    {
    case 1: return static_cast<std::int8_t>(data[0]);
    case 2: return static_cast<std::int16_t>(big_endian<std::uint16_t>(data));
    case 4: return static_cast<std::int32_t>(big_endian<std::uint32_t>(data));
    case 8: return static_cast<std::int64_t>(big_endian<std::uint64_t>(data));
    default: unexpected("a number");
    }
}

uuid uuid_from(std::string_view data) { return uuid{bytes_from<16>(data)}; }

time_point time_from(std::string_view data)
{
    if (data.size() != 8)
        unexpected("a time");
    return from_timestamp(integer_from(data));
}

std::string_view json_from(std::string_view data)
{
    if (!data.starts_with('\1'))
        unexpected("JSON");
    return data.substr(1);
}

array_reader row::array(int column) const
{
    if (is_null(column))
        return array_reader{std::string_view{"\0\0\0\0\0\0\0\0\0\0\0\0", 12}};
    const array_reader reader{raw_value(column)};
    if (!reader.ok())
        unexpected("an array");
    return reader;
}

std::int64_t rows::changed() const
{
    const std::string_view digits{PQcmdTuples(result_.get())};
    std::int64_t count = 0;
    (void)std::from_chars(digits.data(), digits.data() + digits.size(), count);
    return count;
}

} // namespace cinema::booking::postgres
