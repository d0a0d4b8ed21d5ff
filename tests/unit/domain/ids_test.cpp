#include <cinema/booking/domain/ids.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <type_traits>

namespace booking = cinema::booking;

TEST_CASE("ids of different things do not mix, nor do they turn into numbers by themselves")
{
    CHECK_FALSE(std::is_convertible_v<booking::hall_id, booking::session_id>);
    CHECK_FALSE(std::is_convertible_v<std::int64_t, booking::session_id>);
    CHECK_FALSE(std::is_convertible_v<booking::session_id, std::int64_t>);
    CHECK_FALSE(std::is_convertible_v<booking::seat_number, booking::seat_id>);
}

TEST_CASE("raw gives the number behind an id, in the id's own width")
{
    CHECK(raw(booking::session_id{-5}) == -5);
    CHECK(std::is_same_v<decltype(raw(booking::seat_number{})), std::int32_t>);
    CHECK(std::is_same_v<decltype(raw(booking::session_version{})), std::uint64_t>);
    const auto most = std::numeric_limits<std::uint64_t>::max();
    CHECK(raw(booking::change_id{most}) == most);
}

TEST_CASE("a later version is one more, or as many more as asked")
{
    CHECK(later(booking::session_version{17}) == booking::session_version{18});
    CHECK(later(booking::session_version{17}, 0) == booking::session_version{17});
    CHECK(later(booking::session_version{17}, 5) == booking::session_version{22});
}

TEST_CASE("a user's id is empty when there is no account, and is ordered as text")
{
    CHECK(booking::user_id{}.empty());
    CHECK_FALSE(booking::user_id{"a"}.empty());
    CHECK(booking::user_id{"a"} < booking::user_id{"b"});
    CHECK(booking::user_id{"a"} == booking::user_id{"a"});
}
