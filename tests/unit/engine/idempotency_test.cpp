#include <cinema/booking/engine/idempotency.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace booking = cinema::booking;
using booking::digest_of;
using booking::fingerprint_of;
using booking::uuid;

TEST_CASE("a key's digest depends on operation, reservation, account and key, each by itself")
{
    const auto one = uuid::version_7(booking::from_unix_ms(1), 1, 1 << 2);
    const auto two = uuid::version_7(booking::from_unix_ms(1), 1, 2 << 2);
    std::set<booking::key_digest> digests;
    for (const std::string operation : {"reserve", "confirm"})
        for (const uuid* reservation : {static_cast<const uuid*>(nullptr), &one, &two})
            for (const std::string account : {"", "anna", "ben"})
                for (const std::string key : {"k", "l"})
                    digests.insert(digest_of({operation, reservation, account}, key));
    CHECK(digests.size() == 36);
}

TEST_CASE("parts of a key's scope cannot be shifted into each other")
{
    CHECK(digest_of({"reserve", nullptr, "ab"}, "c") != digest_of({"reserve", nullptr, "a"}, "bc"));
    CHECK(digest_of({"reserve", nullptr, ""}, "1:a") != digest_of({"reserve", nullptr, "1"}, "a"));
    const auto id = booking::uuid::version_7(booking::from_unix_ms(1), 1, 1);
    const std::string bytes{id.bytes.begin(), id.bytes.end()};
    CHECK(digest_of({"c", &id, ""}, "k") != digest_of({"c", nullptr, ""}, bytes + '\0' + "k"));
    const std::string longer = "c" + bytes;
    CHECK(digest_of({longer, nullptr, ""}, "k") != digest_of({"c", &id, ""}, "k"));
}

TEST_CASE("a digest is the same for the same scope and key")
{
    const auto id = uuid::version_7(booking::from_unix_ms(1), 1, 1);
    const auto copy = id;
    CHECK(digest_of({"cancel", &id, "anna"}, "k") == digest_of({"cancel", &copy, "anna"}, "k"));
}

TEST_CASE("a fingerprint tells numbers and texts apart, by value, order and place")
{
    using numbers = std::vector<std::uint64_t>;
    std::set<booking::fingerprint> fingerprints;
    const std::vector<numbers> lists{{},       {0},    {1},          {127},           {128},
                                     {255},    {256},  {16'383},     {16'384},        {1, 0},
                                     {0, 1},   {1, 2}, {12},         {1, 2, 3},       {128, 1},
                                     {1, 128}, {0, 0}, {UINT64_MAX}, {UINT64_MAX - 1}};
    for (const auto& list : lists)
        for (const std::string text : {"", "a", "ab", "\x7F", "\x01"})
            fingerprints.insert(fingerprint_of(list, text));
    CHECK(fingerprints.size() == lists.size() * 5);
    CHECK(fingerprint_of(numbers{600, 7}, "anna") == fingerprint_of(numbers{600, 7}, "anna"));
}

TEST_CASE("a key's digest, its fingerprint and their forms never change, as they are stored")
{
    const auto id = booking::uuid::parse("017f22e2-79b0-7cc3-98c4-dc0c0c07398f").value();
    const auto front = [](const auto& bytes)
    { return static_cast<int>(bytes[0]) << 8 | static_cast<int>(bytes[1]); };
    CHECK(front(digest_of({booking::keyed_operation::reserve, nullptr, "anna"}, "k").bytes)
          == front(booking::sha256("\x02r\x04"
                                   "annak")));
    std::string confirmed{"\x03"
                          "c"};
    confirmed.append(id.bytes.begin(), id.bytes.end()).append({'\0', 'k'});
    CHECK(front(digest_of({booking::keyed_operation::confirm, &id, ""}, "k").bytes)
          == front(booking::sha256(confirmed)));
    CHECK(fingerprint_of(std::vector<std::uint64_t>{1, 300}, "anna")
          == booking::sha256("\x02\x01\xAC\x02"
                             "anna"));
}

TEST_CASE("digests spread in a hash table")
{
    const std::hash<booking::key_digest> hash;
    std::set<std::size_t> values;
    for (int i = 0; i < 1'000; ++i)
        values.insert(hash(digest_of({"reserve", nullptr, ""}, std::to_string(i))));
    CHECK(values.size() == 1'000);
}
