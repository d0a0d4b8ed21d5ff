#pragma once

#include <cinema/booking/domain/ids.hpp>
#include <cinema/booking/domain/time.hpp>
#include <cinema/booking/domain/uuid.hpp>

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

/// PostgreSQL's binary forms of values: what goes over the wire, most significant byte first. Pure
/// functions.
namespace cinema::booking::postgres
{

/// A type's object identifier, fixed in every PostgreSQL, and that of its array.
struct type_id
{
    std::uint32_t element{};
    std::uint32_t array{};
};

/// Bytes that are no text.
struct bytes
{
    std::span<const std::uint8_t> data;
};

/// Text in JSON.
struct json
{
    std::string_view text;
};

/// Appends `value` in `sizeof value` bytes.
template <std::unsigned_integral Integer>
void append_big_endian(std::string& out, Integer value)
{
    for (int shift = static_cast<int>(sizeof value) * 8 - 8; shift >= 0; shift -= 8)
        out.push_back(static_cast<char>(static_cast<unsigned char>(value >> shift)));
}

/// The reverse. Pre: `data` has `sizeof(Integer)` bytes at least.
template <std::unsigned_integral Integer>
[[nodiscard]] Integer big_endian(std::string_view data) noexcept
{
    Integer value = 0;
    for (std::size_t i = 0; i < sizeof value; ++i)
        value = static_cast<Integer>((std::uint64_t{value} << 8U)
                                     | static_cast<unsigned char>(data[i]));
    return value;
}

/// How a type is written: its `id`, and `append` of a value without its length.
template <class Value>
struct wire;

template <>
struct wire<bool>
{
    static constexpr type_id id{16, 1000};
    static void append(std::string& out, bool value) { out.push_back(value ? '\1' : '\0'); }
};

template <>
struct wire<std::int16_t>
{
    static constexpr type_id id{21, 1005};
    static void append(std::string& out, std::int16_t value)
    {
        append_big_endian(out, static_cast<std::uint16_t>(value));
    }
};

template <>
struct wire<std::int32_t>
{
    static constexpr type_id id{23, 1007};
    static void append(std::string& out, std::int32_t value)
    {
        append_big_endian(out, static_cast<std::uint32_t>(value));
    }
};

template <>
struct wire<std::int64_t>
{
    static constexpr type_id id{20, 1016};
    static void append(std::string& out, std::int64_t value)
    {
        append_big_endian(out, static_cast<std::uint64_t>(value));
    }
};

/// A strong id: the number behind it, an unsigned one as the signed one with the same bits.
template <class Id>
requires std::is_enum_v<Id>
struct wire<Id>
{
    using number = std::make_signed_t<std::underlying_type_t<Id>>;
    static constexpr type_id id = wire<number>::id;
    static void append(std::string& out, Id value)
    {
        wire<number>::append(out, static_cast<number>(raw(value)));
    }
};

template <>
struct wire<std::string_view>
{
    static constexpr type_id id{25, 1009};
    static void append(std::string& out, std::string_view value) { out.append(value); }
};

template <>
struct wire<bytes>
{
    static constexpr type_id id{17, 1001};
    static void append(std::string& out, bytes value)
    {
        out.append(value.data.begin(), value.data.end());
    }
};

template <>
struct wire<uuid>
{
    static constexpr type_id id{2950, 2951};
    static void append(std::string& out, const uuid& value)
    {
        out.append(value.bytes.begin(), value.bytes.end());
    }
};

template <>
struct wire<json>
{
    static constexpr type_id id{3802, 3807};
    static void append(std::string& out, json value)
    {
        out.push_back('\1'); // of jsonb's form
        out.append(value.text);
    }
};

/// Microseconds since 2000-01-01 UTC. What lies outside of PostgreSQL's range is infinity.
[[nodiscard]] std::int64_t to_timestamp(time_point time) noexcept;

/// The reverse, rounded down to milliseconds; infinity is the greatest or the least time.
[[nodiscard]] time_point from_timestamp(std::int64_t microseconds) noexcept;

template <>
struct wire<time_point>
{
    static constexpr type_id id{1184, 1185};
    static void append(std::string& out, time_point value)
    {
        wire<std::int64_t>::append(out, to_timestamp(value));
    }
};

/// A list of values of one type, each of which may be missing.
template <class Value>
class array
{
public:
    void add(const Value& value)
    {
        ++size_;
        const std::size_t at = data_.size();
        data_.append(4, '\0');
        wire<Value>::append(data_, value);
        const auto length = static_cast<std::uint32_t>(data_.size() - at - 4);
        for (std::size_t i = 0; i < 4; ++i)
            data_[at + i] = static_cast<char>(static_cast<unsigned char>(length >> (24 - 8 * i)));
    }
    void add_null()
    {
        ++size_;
        has_null_ = true;
        append_big_endian(data_, ~std::uint32_t{0});
    }
    void add(const std::optional<Value>& value)
    {
        if (value)
            add(*value);
        else
            add_null();
    }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    void append_to(std::string& out) const
    {
        append_big_endian(out, std::uint32_t{size_ > 0 ? 1U : 0U}); // dimensions
        append_big_endian(out, std::uint32_t{has_null_ ? 1U : 0U});
        append_big_endian(out, wire<Value>::id.element);
        if (size_ == 0)
            return;
        append_big_endian(out, size_);
        append_big_endian(out, std::uint32_t{1}); // the first index
        out.append(data_);
    }

private:
    std::string data_;
    std::uint32_t size_{};
    bool has_null_{};
};

/// Reads what `array` writes, value by value.
class array_reader
{
public:
    /// What is no array of one dimension at most has no values, and is not `ok`.
    explicit array_reader(std::string_view data) noexcept;

    [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
    [[nodiscard]] bool ok() const noexcept { return ok_; }

    /// The bytes of the next value, nothing if it is missing. Behind the last one: nothing, and
    /// then this is not `ok`.
    [[nodiscard]] std::optional<std::string_view> next() noexcept;

private:
    std::string_view rest_;
    std::uint32_t size_{};
    bool ok_{true};
};

} // namespace cinema::booking::postgres
