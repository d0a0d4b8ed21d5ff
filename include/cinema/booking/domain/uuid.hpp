#pragma once

#include <cinema/booking/domain/ids.hpp>
#include <cinema/booking/domain/time.hpp>

#include <array>
#include <charconv>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace cinema::booking
{

/// 128 bits, big-endian, made as UUID version 7 (RFC 9562): time-ordered, else random.
struct uuid
{
    std::array<std::uint8_t, 16> bytes{};

    friend bool operator==(const uuid& left, const uuid& right) noexcept
    {
        return left.half(0) == right.half(0) && left.half(8) == right.half(8);
    }
    friend auto operator<=>(const uuid&, const uuid&) = default;

    /// 48 bits of Unix time in milliseconds, then version, variant and 74 random bits.
    [[nodiscard]] static uuid version_7(time_point time, std::uint64_t random_high,
                                        std::uint64_t random_low) noexcept
    {
        const auto ms = static_cast<std::uint64_t>(to_unix_ms(time));
        const std::uint64_t high = (ms << 16) | 0x7000U | (random_high & 0x0FFFU);
        const std::uint64_t low = (random_low >> 2) | (std::uint64_t{1} << 63);
        uuid id;
        for (int i = 0; i < 8; ++i)
        {
            id.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(high >> (56 - 8 * i));
            id.bytes[static_cast<std::size_t>(i + 8)] =
                static_cast<std::uint8_t>(low >> (56 - 8 * i));
        }
        return id;
    }

    /// Appends the 36 lower-case characters of the canonical form.
    void append_to(std::string& out) const
    {
        constexpr std::string_view digits = "0123456789abcdef";
        for (std::size_t i = 0; i < bytes.size(); ++i)
        {
            if (i == 4 || i == 6 || i == 8 || i == 10)
                out.push_back('-');
            out.push_back(digits[bytes[i] >> 4]);
            out.push_back(digits[bytes[i] & 0xF]);
        }
    }

    /// The reverse of `append_to`; nothing unless `text` is exactly that form.
    [[nodiscard]] static std::optional<uuid> parse(std::string_view text) noexcept
    {
        if (text.size() != 36)
            return std::nullopt;
        uuid id;
        std::size_t at = 0;
        for (std::size_t i = 0; i < id.bytes.size(); ++i)
        {
            if ((i == 4 || i == 6 || i == 8 || i == 10) && text[at++] != '-')
                return std::nullopt;
            const int high = hex(text[at++]);
            const int low = hex(text[at++]);
            if (high < 0 || low < 0)
                return std::nullopt;
            id.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
        }
        return id;
    }

    /// Eight of the bytes as a number, for comparing and hashing only: which one depends on the
    /// host.
    [[nodiscard]] std::uint64_t half(std::size_t begin) const noexcept
    {
        std::uint64_t value = 0;
        std::memcpy(&value, bytes.data() + begin, sizeof value);
        return value;
    }

private:
    [[nodiscard]] static constexpr int hex(char c) noexcept
    {
        if (c >= '0' && c <= '9')
            return c - '0';
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    }
};

/// Identifies a reservation and names its session, as in "12-0192f0c1-…": from the id alone one
/// knows which lane decides on it and which shard holds it.
struct reservation_id
{
    session_id session{};
    uuid id{};

    friend bool operator==(const reservation_id&, const reservation_id&) = default;
    friend auto operator<=>(const reservation_id&, const reservation_id&) = default;

    /// The session, a hyphen and the UUID in its canonical form: 38 characters or more.
    [[nodiscard]] std::string text() const
    {
        std::string out = std::to_string(raw(session));
        out.push_back('-');
        id.append_to(out);
        return out;
    }

    /// Nothing unless `text` has exactly the form that `text()` gives.
    [[nodiscard]] static std::optional<reservation_id> parse(std::string_view text) noexcept
    {
        std::int64_t session = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), session);
        const auto used = static_cast<std::size_t>(end - text.data());
        if (error != std::errc{} || session < 1 || text.front() == '0' || used >= text.size()
            || text[used] != '-')
            return std::nullopt;
        const auto id = uuid::parse(text.substr(used + 1));
        if (!id)
            return std::nullopt;
        return reservation_id{session_id{session}, *id};
    }
};

} // namespace cinema::booking

template <>
struct std::hash<cinema::booking::uuid>
{
    std::size_t operator()(const cinema::booking::uuid& id) const noexcept
    {
        return static_cast<std::size_t>(id.half(8) * 0x9E3779B97F4A7C15U); // the random half
    }
};
