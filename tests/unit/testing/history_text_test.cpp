#include <cinema/booking/testing/history/text_reader.hpp>

#include "history_story.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace cinema::tests;

namespace
{

constexpr auto held = reservation_status::held;
constexpr auto confirmed = reservation_status::confirmed;

/// Something in every field.
history rich_history()
{
    story s;
    auto first = s.reserve(3, {7, 8}, {10, 20}, 60).granted(2, 1, held).key("k 9%,:");
    first.it.number = 1;
    first.it.server = 2;
    first.it.user = "Jos\xC3\xA9 = \"x\"";
    first.it.expected = session_version{1};
    s.reserve(4, {7}, {11, 19}).refused(errc::seat_taken, 2, {7});
    s.move(action::confirm, 3, 1, {21, 25}).granted(3, 1, confirmed).it.replayed = true;
    s.map(5, "ffffffssb", {30, 31}, 3).it.answered = seats({1, 2, 3, 4, 5, 6, 7, 8, 30});
    s.reserve(6, {1}, {40, 50});
    s.reserve(7, {}, {51, 0}).it.best = 3;
    s.what.begins.push_back({.session = story_session, .blocked = seats({30})});
    s.end(3,
          {made(1, "Jos\xC3\xA9 = \"x\"", {7, 8},
                {event(held, 2, std::chrono::seconds{60}), event(confirmed, 3)})},
          {30});
    return s.what;
}

std::string text_of(const history& what)
{
    std::ostringstream out;
    write_history(out, what);
    return out.str();
}

booking::result<history> read(std::string text)
{
    std::istringstream in{std::move(text)};
    return read_history(in);
}

std::string complaint(const std::string& lines)
{
    const auto read_back = read("cinema-history 1\n" + lines);
    return read_back ? "" : read_back.error().detail;
}

} // namespace

TEST_CASE("histories as text: what was written is read again, every field of it")
{
    const auto written = rich_history();
    const auto read_back = read(text_of(written));
    REQUIRE(read_back.has_value());
    CHECK(read_back->operations == written.operations);
    CHECK(read_back->begins == written.begins);
    CHECK(read_back->ends == written.ends);
}

TEST_CASE("histories as text: a last line that its writer did not finish is left out")
{
    auto text = text_of(rich_history());
    text += "op client=9 do=reserve sess";
    REQUIRE(read(text).has_value());
    CHECK(read(text)->operations.size() == rich_history().operations.size());
}

TEST_CASE("histories as text: of several lines on one operation the last counts")
{
    story s;
    s.reserve(1, {7}, {1, 2}).it.number = 5;
    auto known = s.reserve(1, {7}, {1, 2}).granted(2, 1, confirmed);
    known.it.number = 5;
    s.reserve(1, {8}, {3, 4});
    s.reserve(1, {8}, {3, 4});

    const auto read_back = read(text_of(s.what)).value();
    REQUIRE(read_back.operations.size() == 3);
    CHECK(read_back.operations[0] == s.what.operations[1]);
}

TEST_CASE("histories as text: files of several processes may be put one behind the other")
{
    const auto once = text_of(rich_history());
    REQUIRE(read(once + once).has_value());
    CHECK(read(once + once)->ends.size() == 2);
}

TEST_CASE("histories as text: what cannot be read is told with its line")
{
    CHECK(complaint("op client=1 do=reserve session=1 call=1 got=unknown\n").empty());
    CHECK(complaint("op client=x do=reserve\n") == "line 2: 'x' is no number of this kind");
    CHECK(complaint("op client=1\n") == "line 2: an operation needs 'do'");
    CHECK(complaint("\nop do=dance\n") == "line 3: 'dance' is unknown");
    CHECK(complaint("op do=find colour=red\n") == "line 2: there is no field 'colour'");
    CHECK(complaint("op do=find user=a%4\n") == "line 2: '%' without two hexadecimal digits");
    CHECK(complaint("op do=find id=7\n") == "line 2: '7' is no reservation's id");
    CHECK(complaint("op do=find status=lost\n") == "line 2: there is no status 'lost'");
    CHECK(complaint("reservation user=anna\n") == "line 2: 'reservation' has no place here");
    CHECK(complaint("end session=1\nreservation user=anna\n")
          == "line 3: a reservation needs 'events'");
    CHECK(complaint("end session=1\nreservation events=held:1\n")
          == "line 3: an event has 3 or 4 parts");
    CHECK(read("something else\n").error().detail == "line 1: it is not 'cinema-history 1'");
}
