#pragma once

#include <cinema/booking/domain/sha256.hpp>
#include <cinema/booking/domain/uuid.hpp>
#include <cinema/booking/engine/request.hpp>

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string_view>
#include <type_traits>

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

/// The first 64 bits of a digest: keys with different prefixes are different.
[[nodiscard]] inline std::uint64_t prefix_of(const key_digest& key) noexcept
{
    std::uint64_t value = 0;
    std::memcpy(&value, key.bytes.data(), sizeof value);
    return value;
}

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

/// The operations that take keys, by names so short that most digests need one block of SHA-256.
namespace keyed_operation
{

inline constexpr std::string_view reserve{"r"};
inline constexpr std::string_view confirm{"c"};
inline constexpr std::string_view extend{"e"};
inline constexpr std::string_view cancel{"d"};
inline constexpr std::string_view check_in{"i"};

} // namespace keyed_operation

/// The operation that a request about a reservation asks for.
template <class Request>
[[nodiscard]] constexpr std::string_view operation_of(const Request&) noexcept
{
    if constexpr (std::is_same_v<Request, confirm_request>)
        return keyed_operation::confirm;
    else if constexpr (std::is_same_v<Request, extend_request>)
        return keyed_operation::extend;
    else if constexpr (std::is_same_v<Request, cancel_request>)
        return keyed_operation::cancel;
    else
    {
        static_assert(std::is_same_v<Request, check_in_request>);
        return keyed_operation::check_in;
    }
}

/// Within what a key is the same key.
struct key_scope
{
    std::string_view operation; ///< One of `keyed_operation`.
    const uuid* reservation{};  ///< Null when reserving.
    std::string_view account{};
};

namespace detail
{

/// A canonical form. What is appended is never the front of something else, so that no two lists
/// of parts give the same bytes.
class canonical_bytes
{
public:
    /// Seven bits a byte, the low ones first; all bytes but the last have their high bit set.
    void append(std::uint64_t number)
    {
        for (; number >= 0x80; number >>= 7)
            bytes_.push_back(static_cast<char>((number & 0x7F) | 0x80));
        bytes_.push_back(static_cast<char>(number));
    }

    void append(std::string_view text)
    {
        append(text.size());
        append_last(text);
    }

    /// Without its length, as only the last part may be.
    void append_last(std::string_view text)
    {
        bytes_.insert(bytes_.end(), text.begin(), text.end());
    }

    [[nodiscard]] std::string_view view() const noexcept { return {bytes_.data(), bytes_.size()}; }

    [[nodiscard]] std::array<std::uint8_t, 32> hash() const noexcept { return sha256(view()); }

private:
    boost::container::small_vector<char, 128> bytes_;
};

} // namespace detail

/// The digest of `key` within `scope`.
[[nodiscard]] inline key_digest digest_of(const key_scope& scope, std::string_view key)
{
    detail::canonical_bytes bytes;
    bytes.append(2 * scope.operation.size() + (scope.reservation != nullptr ? 1 : 0));
    bytes.append_last(scope.operation);
    if (scope.reservation != nullptr)
        bytes.append_last({reinterpret_cast<const char*>(scope.reservation->bytes.data()),
                           scope.reservation->bytes.size()});
    bytes.append(scope.account);
    bytes.append_last(key);
    const auto hash = bytes.hash();
    key_digest digest;
    std::copy_n(hash.begin(), digest.bytes.size(), digest.bytes.begin());
    return digest;
}

/// The canonical form of what is asked beside the scope: numbers, then a text.
[[nodiscard]] inline fingerprint fingerprint_of(std::span<const std::uint64_t> numbers,
                                                std::string_view text = {})
{
    detail::canonical_bytes bytes;
    bytes.append(numbers.size());
    for (const auto number : numbers)
        bytes.append(number);
    bytes.append_last(text);
    return bytes.hash();
}

} // namespace cinema::booking

template <>
struct std::hash<cinema::booking::key_digest>
{
    std::size_t operator()(const cinema::booking::key_digest& key) const noexcept
    {
        return static_cast<std::size_t>(cinema::booking::prefix_of(key));
    }
};
