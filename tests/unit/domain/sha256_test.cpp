#include <cinema/booking/domain/sha256.hpp>

#include "support/effort.hpp"

#include <doctest/doctest.h>
#include <sodium.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace booking = cinema::booking;

namespace
{

using digest = std::array<std::uint8_t, 32>;

std::string hex(const digest& bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const auto byte : bytes)
    {
        text.push_back(digits[byte >> 4]);
        text.push_back(digits[byte & 0xF]);
    }
    return text;
}

digest by_libsodium(std::string_view text)
{
    static_assert(crypto_hash_sha256_BYTES == digest{}.size());
    digest result{};
    crypto_hash_sha256(result.data(), reinterpret_cast<const unsigned char*>(text.data()),
                       text.size());
    return result;
}

} // namespace

TEST_CASE("the vectors published with FIPS 180-4 come out")
{
    CHECK(hex(booking::sha256("abc"))
          == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hex(booking::sha256(""))
          == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(hex(booking::sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))
          == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(hex(booking::sha256("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                              "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"))
          == "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
    CHECK(hex(booking::sha256(std::string(1'000'000, 'a')))
          == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("random texts of 0 to 300 bytes have the digest that libsodium gives")
{
    std::mt19937_64 random{20'260'730};
    for (std::size_t round = 0; round < cinema::tests::effort(); ++round)
        for (std::size_t size = 0; size <= 300; ++size)
        {
            std::string text(size, '\0');
            for (char& c : text)
                c = static_cast<char>(random());
            CAPTURE(size);
            CHECK(hex(booking::sha256(text)) == hex(by_libsodium(text)));
        }
}
