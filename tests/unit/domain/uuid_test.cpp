#include <cinema/booking/domain/uuid.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace booking = cinema::booking;
using booking::reservation_id;
using booking::uuid;

namespace
{

// RFC 9562, appendix A.6: 2022-02-22 19:22:22.000 UTC
constexpr std::string_view rfc_text = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";

uuid rfc_example()
{
    return uuid::version_7(booking::from_unix_ms(0x017F22E279B0), 0xCC3,
                           0x18C4DC0C0C07398FULL << 2);
}

std::string text_of(const uuid& id)
{
    std::string text;
    id.append_to(text);
    return text;
}

} // namespace

TEST_CASE("the version 7 example of RFC 9562 comes out")
{
    CHECK(text_of(rfc_example()) == rfc_text);
}

TEST_CASE("time, version, variant and random bits of a UUID stand where RFC 9562 puts them")
{
    std::mt19937_64 random{7};
    for (int round = 0; round < 1'000; ++round)
    {
        const std::uint64_t ms = random() >> 16;
        const auto a = random();
        const auto b = random();
        const auto id = uuid::version_7(booking::from_unix_ms(static_cast<std::int64_t>(ms)), a, b);

        std::uint64_t time = 0;
        for (std::size_t i = 0; i < 6; ++i)
            time = time << 8 | id.bytes[i];
        CHECK(time == ms);
        CHECK((id.bytes[6] & 0xF0) == 0x70);
        CHECK((id.bytes[8] & 0xC0) == 0x80);
    }
}

TEST_CASE("each of the 74 random bits of a UUID can be 0 and 1, and no other bit moves")
{
    const auto none = uuid::version_7(booking::from_unix_ms(0), 0, 0);
    const auto all = uuid::version_7(booking::from_unix_ms(0), ~0ULL, ~0ULL);
    CHECK(text_of(none) == "00000000-0000-7000-8000-000000000000");
    CHECK(text_of(all) == "00000000-0000-7fff-bfff-ffffffffffff");
}

TEST_CASE("UUIDs are ordered by their time before anything else")
{
    const auto earlier = uuid::version_7(booking::from_unix_ms(1'000), ~0ULL, ~0ULL);
    const auto later = uuid::version_7(booking::from_unix_ms(1'001), 0, 0);
    CHECK(earlier < later);
    CHECK(text_of(earlier) < text_of(later));
}

TEST_CASE("a UUID's text reads back as the same UUID")
{
    std::mt19937_64 random{8};
    for (int round = 0; round < 1'000; ++round)
    {
        uuid id;
        for (auto& byte : id.bytes)
            byte = static_cast<std::uint8_t>(random());
        CHECK(uuid::parse(text_of(id)) == id);
    }
    CHECK(uuid::parse(rfc_text) == rfc_example());
}

TEST_CASE("anything but the canonical form is no UUID")
{
    for (const std::string_view text : {
             "",
             "017f22e2",
             "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
             "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
             "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
             "017f22e279b0-7cc3-98c4-dc0c0c07398f-",
             "017f22e2079b0-7cc3-98c4-dc0c0c07398f",
             "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
             "017f22e2-79b0-7cc3-98c4-dc0c0c07398 ",
             "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}",
             "-17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
         })
    {
        CAPTURE(text);
        CHECK_FALSE(uuid::parse(text).has_value());
    }
    for (std::size_t i = 0; i < rfc_text.size(); ++i)
    {
        std::string broken{rfc_text};
        broken[i] = broken[i] == '-' ? '0' : '-';
        CHECK_FALSE(uuid::parse(broken).has_value());
    }
}

TEST_CASE("a reservation's id names its session and reads back")
{
    const reservation_id id{booking::session_id{12}, rfc_example()};
    CHECK(id.text() == "12-" + std::string{rfc_text});
    CHECK(reservation_id::parse(id.text()) == id);

    const reservation_id last{booking::session_id{INT64_MAX}, rfc_example()};
    CHECK(reservation_id::parse(last.text()) == last);
    CHECK(reservation_id::parse("1-" + std::string{rfc_text})->session == booking::session_id{1});
}

TEST_CASE("a text that is not exactly a reservation's id is refused")
{
    const std::string id{rfc_text};
    for (const auto& text : {
             std::string{},
             std::string{"-"},
             std::string{"12"},
             std::string{"12-"},
             id,
             "-" + id,
             "0-" + id,
             "00-" + id,
             "012-" + id,
             "-12-" + id,
             "+12-" + id,
             " 12-" + id,
             "12 -" + id,
             "12--" + id,
             "12_" + id,
             "12-" + id + " ",
             "12-" + id.substr(1),
             "0x12-" + id,
             "9223372036854775808-" + id,
             "99999999999999999999999-" + id,
         })
    {
        CAPTURE(text);
        CHECK_FALSE(reservation_id::parse(text).has_value());
    }
}

TEST_CASE("UUIDs that differ in any random bit of their lower half differ in their hash")
{
    const std::hash<uuid> hash;
    const auto base = rfc_example();
    for (std::size_t bit = 0; bit < 62; ++bit)
    {
        auto other = base;
        other.bytes[15 - bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        CHECK(hash(other) != hash(base));
    }
}
