#include <cinema/booking/domain/user.hpp>

#include <doctest/doctest.h>

namespace booking = cinema::booking;

TEST_CASE("who has just signed up is a customer, and more trust is a greater role")
{
    CHECK(booking::user{}.role == booking::user_role::customer);
    CHECK(booking::user_role::customer < booking::user_role::staff);
    CHECK(booking::user_role::staff < booking::user_role::admin);
}

TEST_CASE("roles are stored as numbers that never change")
{
    CHECK(static_cast<int>(booking::user_role::customer) == 1);
    CHECK(static_cast<int>(booking::user_role::staff) == 2);
    CHECK(static_cast<int>(booking::user_role::admin) == 3);
}
