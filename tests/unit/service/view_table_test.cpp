// The seat maps that readers find, and until when they are found.

#include <cinema/booking/service/view_table.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <memory>

using namespace cinema::booking;
using namespace std::chrono_literals;

namespace
{

constexpr session_id shown{7};
constexpr detail::view_table::steady_time noon{12h};

seat_map_ptr map_of(session_id id)
{
    auto its = std::make_shared<session>();
    its->id = id;
    seat_map map;
    map.session = std::move(its);
    return std::make_shared<const seat_map>(std::move(map));
}

} // namespace

TEST_CASE("views: a map is found by those to whom it is recent enough, and by nobody later")
{
    detail::view_table views;
    const auto map = map_of(shown);
    views.publish(map, noon);

    CHECK(views.find(shown, noon - 1ns) == map);
    CHECK(views.find(shown, noon) == nullptr);
    CHECK(views.find(session_id{8}, noon - 1ns) == nullptr);
}

TEST_CASE("views: a map that is verified again counts from then on, not from later")
{
    detail::view_table views;
    const auto map = map_of(shown);
    views.publish(map, noon);
    views.confirm(shown, noon + 1s);

    CHECK(views.find(shown, noon + 1s - 1ns) == map);
    CHECK(views.find(shown, noon + 1s) == nullptr);
    CHECK(views.find(shown, noon + 1h) == nullptr);
}

TEST_CASE("views: a map that left is not verified back into the table")
{
    detail::view_table views;
    views.publish(map_of(shown), noon);
    views.erase(shown);
    views.confirm(shown, noon + 1s);

    CHECK(views.find(shown, noon - 1h) == nullptr);
}
