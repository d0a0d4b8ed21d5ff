#pragma once

#include <cinema/booking/domain/sha256.hpp>
#include <cinema/booking/domain/uuid.hpp>
#include <cinema/booking/engine/request.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace cinema::booking
{

/// First 128 bits of the SHA-256 of an idempotency key and its scope: operation, reservation if the
/// operation has one, account. (The session is where the key is kept.) The key itself is not kept.
struct key_digest
{
    std::array<std::uint8_t, 16> bytes{};
    friend bool operator==(const key_digest&, const key_digest&) = default;
    friend auto operator<=>(const key_digest&, const key_digest&) = default;
};

/// SHA-256 of a request in canonical form, to tell whether a key came with the same request.
using fingerprint = std::array<std::uint8_t, 32>;

/// Remembers which event of which reservation answered a key. The reservation up to and including
/// that event is the answer.
struct key_record
{
    key_digest key;
    fingerprint request{};
    uuid reservation;
    std::uint16_t event{}; ///< 0-based.

    friend bool operator==(const key_record&, const key_record&) = default;
};

/// What a key's digest and fingerprint are made of.
struct key_scope
{
    std::string_view operation;   ///< "reserve", "confirm", …
    const uuid* reservation{};    ///< Null when reserving.
    std::string_view account{};
};

namespace detail
{

/// Appends a part so that no two lists of parts give the same text.
inline void append_part(std::string& out, std::string_view part)
{
    out += std::to_string(part.size());
    out += ':';
    out += part;
}

} // namespace detail

[[nodiscard]] inline key_digest digest_of(const key_scope& scope, std::string_view key)
{
    std::string text;
    detail::append_part(text, scope.operation);
    if (scope.reservation != nullptr)
        scope.reservation->append_to(text);
    detail::append_part(text, scope.account);
    detail::append_part(text, key);
    const auto hash = sha256(text);
    key_digest digest;
    std::copy_n(hash.begin(), digest.bytes.size(), digest.bytes.begin());
    return digest;
}

/// The canonical form of what is asked beside the scope: numbers, then texts.
[[nodiscard]] inline fingerprint
fingerprint_of(std::initializer_list<std::int64_t> numbers,
               std::initializer_list<std::string_view> texts)
{
    std::string text;
    for (const auto number : numbers)
        detail::append_part(text, std::to_string(number));
    for (const auto part : texts)
        detail::append_part(text, part);
    return sha256(text);
}

} // namespace cinema::booking

template <>
struct std::hash<cinema::booking::key_digest>
{
    std::size_t operator()(const cinema::booking::key_digest& key) const noexcept
    {
        std::size_t value = 0;
        std::memcpy(&value, key.bytes.data(), sizeof value);
        return value;
    }
};
