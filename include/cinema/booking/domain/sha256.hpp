#pragma once

#include <boost/config.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

namespace cinema::booking
{

namespace detail
{

using sha256_state = std::array<std::uint32_t, 8>;

inline constexpr std::array<std::uint32_t, 64> sha256_constants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/// One round; the caller rotates the working variables by their names.
BOOST_FORCEINLINE void sha256_round(std::uint32_t a, std::uint32_t b, std::uint32_t c,
                                    std::uint32_t& d, std::uint32_t e, std::uint32_t f,
                                    std::uint32_t g, std::uint32_t& h, std::uint32_t word) noexcept
{
    const auto s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
    const auto choice = g ^ (e & (f ^ g));
    const auto t1 = h + s1 + choice + word;
    const auto s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
    const auto majority = (a & b) ^ (c & (a ^ b));
    d += t1;
    h = t1 + s0 + majority;
}

/// Turns the latest 16 words of the message schedule into the next 16. Unrolled: the indices have
/// to be constants for the words to stay in registers.
template <std::size_t... I>
BOOST_FORCEINLINE void sha256_extend(std::array<std::uint32_t, 16>& w,
                                     std::index_sequence<I...>) noexcept
{
    ((w[I] +=
      w[(I + 9) % 16]
      + (std::rotr(w[(I + 1) % 16], 7) ^ std::rotr(w[(I + 1) % 16], 18) ^ w[(I + 1) % 16] >> 3)
      + (std::rotr(w[(I + 14) % 16], 17) ^ std::rotr(w[(I + 14) % 16], 19)
         ^ w[(I + 14) % 16] >> 10)),
     ...);
}

/// Hashes one block of 64 bytes into the state.
inline void sha256_block(sha256_state& state, const std::uint8_t* block) noexcept
{
    std::array<std::uint32_t, 16> w{};
    for (std::size_t i = 0; i < w.size(); ++i)
        w[i] = static_cast<std::uint32_t>(block[4 * i]) << 24
               | static_cast<std::uint32_t>(block[4 * i + 1]) << 16
               | static_cast<std::uint32_t>(block[4 * i + 2]) << 8 | block[4 * i + 3];
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t i = 0; i < sha256_constants.size(); i += 8)
    {
        if (i >= w.size() && i % w.size() == 0)
            sha256_extend(w, std::make_index_sequence<16>{});
        const auto* const k = sha256_constants.data() + i;
        const auto* const m = w.data() + i % w.size();
        sha256_round(a, b, c, d, e, f, g, h, k[0] + m[0]);
        sha256_round(h, a, b, c, d, e, f, g, k[1] + m[1]);
        sha256_round(g, h, a, b, c, d, e, f, k[2] + m[2]);
        sha256_round(f, g, h, a, b, c, d, e, k[3] + m[3]);
        sha256_round(e, f, g, h, a, b, c, d, k[4] + m[4]);
        sha256_round(d, e, f, g, h, a, b, c, k[5] + m[5]);
        sha256_round(c, d, e, f, g, h, a, b, k[6] + m[6]);
        sha256_round(b, c, d, e, f, g, h, a, k[7] + m[7]);
    }
    const sha256_state done{a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < state.size(); ++i)
        state[i] += done[i];
}

} // namespace detail

/// SHA-256 (FIPS 180-4) of a text at once, so that the header-only library can tell idempotency
/// keys and requests apart without linking a cryptographic library.
[[nodiscard]] inline std::array<std::uint8_t, 32> sha256(std::string_view text) noexcept
{
    detail::sha256_state h{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                           0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

    const auto* data = reinterpret_cast<const std::uint8_t*>(text.data());
    std::size_t left = text.size();
    for (; left >= 64; left -= 64, data += 64)
        detail::sha256_block(h, data);
    std::array<std::uint8_t, 128> tail{};
    if (left > 0)
        std::memcpy(tail.data(), data, left);
    tail[left] = 0x80;
    const std::size_t blocks = left < 56 ? 1 : 2;
    const std::uint64_t bits = static_cast<std::uint64_t>(text.size()) * 8;
    for (std::size_t i = 0; i < 8; ++i)
        tail[64 * blocks - 1 - i] = static_cast<std::uint8_t>(bits >> (8 * i));
    for (std::size_t i = 0; i < blocks; ++i)
        detail::sha256_block(h, tail.data() + 64 * i);

    std::array<std::uint8_t, 32> digest{};
    for (std::size_t i = 0; i < digest.size(); ++i)
        digest[i] = static_cast<std::uint8_t>(h[i / 4] >> (24 - 8 * (i % 4)));
    return digest;
}

} // namespace cinema::booking
