#include "bson.hpp"

#include <memory>

namespace cinema::booking::mongo
{

document& document::done(bool has_room)
{
    if (!has_room)
        throw failure{errc::session_full, "a document is too large for MongoDB"};
    return *this;
}

std::string document::text() const
{
    const std::unique_ptr<char, decltype(&bson_free)> json{
        bson_as_relaxed_extended_json(&value_, nullptr), &bson_free};
    return json ? json.get() : "(no document)";
}

bool field::is_null() const noexcept
{
    return BSON_ITER_HOLDS_NULL(&at_) || BSON_ITER_HOLDS_UNDEFINED(&at_);
}

std::string_view field::text() const
{
    if (!BSON_ITER_HOLDS_UTF8(&at_))
        unexpected();
    std::uint32_t length = 0;
    const char* const text = bson_iter_utf8(&at_, &length);
    return {text, length};
}

std::int64_t field::number() const
{
    if (BSON_ITER_HOLDS_DOUBLE(&at_))
    {
        const double value = bson_iter_double(&at_);
        constexpr double exact_max = 9'007'199'254'740'992.0;
        if (!(value >= -exact_max && value <= exact_max)
            || static_cast<double>(static_cast<std::int64_t>(value)) != value)
            unexpected();
        return static_cast<std::int64_t>(value);
    }
    if (!BSON_ITER_HOLDS_INT(&at_))
        unexpected();
    return bson_iter_as_int64(&at_);
}

time_point field::time() const
{
    if (!BSON_ITER_HOLDS_DATE_TIME(&at_))
        unexpected();
    return from_unix_ms(bson_iter_date_time(&at_));
}

std::span<const std::uint8_t> field::bytes() const
{
    if (!BSON_ITER_HOLDS_BINARY(&at_))
        unexpected();
    bson_subtype_t subtype{};
    std::uint32_t size = 0;
    const std::uint8_t* data = nullptr;
    bson_iter_binary(&at_, &subtype, &size, &data);
    return {data, size};
}

fields field::sub() const
{
    bson_iter_t inner{};
    if (!bson_iter_recurse(&at_, &inner))
        unexpected();
    return fields{inner};
}

void field::unexpected() const
{
    throw failure{errc::store_failed,
                  "the field '" + std::string{key()} + "' is kept in a form that is not known"};
}

fields::fields(const view& of)
{
    if (!bson_iter_init(&start_, &of.get()))
        throw failure{errc::store_failed, "an answer of MongoDB is no BSON"};
}

std::optional<field> fields::find(std::string_view key) const
{
    for (const auto& each : *this)
        if (each.key() == key)
            return each;
    return std::nullopt;
}

field fields::at(std::string_view key) const
{
    const auto found = find(key);
    if (!found)
        throw failure{errc::store_failed, "the field '" + std::string{key} + "' is missing"};
    return *found;
}

} // namespace cinema::booking::mongo
