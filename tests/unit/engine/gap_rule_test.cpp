#include <cinema/booking/engine/gap_rule.hpp>

#include "unit/engine/box_office.hpp"
#include "unit/engine/small_hall.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <string>

using namespace cinema::tests;
using booking::errc;
using booking::gap_rule;
using booking::seat_number;

namespace
{

/// The rule as one would say it, tried on every other choice there is.
class gap_model
{
public:
    explicit gap_model(const small_hall& hall) : hall_{hall}
    {
        hall.for_each_choice(
            [&](const chosen_seats& choice)
            {
                if (hall.new_singles(choice).empty())
                    neat_.push_back(choice);
            });
    }

    [[nodiscard]] bool forbids(const chosen_seats& choice) const
    {
        const auto before = hall_.singles();
        const auto ends_gap = [&](auto seat)
        {
            const auto i = hall_.place(seat);
            const auto closed = [&](std::size_t at)
            { return hall_.at(at) == '_' || hall_.at(at) == 't'; };
            return closed(i + 1) && (i == 0 || closed(i - 1));
        };
        for (const auto seat : choice)
            if (hall_.symbol(seat) == 'w' || ends_gap(seat))
                return false;
        if (hall_.new_singles(choice).empty())
            return false;
        const auto groups_max = is_mixed(choice) ? 1 : hall_.groups(choice);
        for (const auto& other : neat_)
            if (other.size() == choice.size() && hall_.groups(other) <= groups_max
                && is_like(other, choice))
                return true;
        return false;
    }

private:
    [[nodiscard]] bool is_mixed(const chosen_seats& choice) const
    {
        return std::any_of(choice.begin(), choice.end(),
                           [&](auto seat)
                           { return hall_.symbol(seat) != hall_.symbol(choice.front()); });
    }

    /// Whether as many seats of each category and kind are in `other` as in `choice`.
    [[nodiscard]] bool is_like(const chosen_seats& other, const chosen_seats& choice) const
    {
        std::map<char, int> more;
        for (const auto seat : other)
            ++more[hall_.symbol(seat)];
        for (const auto seat : choice)
            --more[hall_.symbol(seat)];
        return std::all_of(more.begin(), more.end(), [](auto& of) { return of.second == 0; });
    }

    const small_hall& hall_;
    std::vector<chosen_seats> neat_;
};

/// Compares rule and model for every choice in a hall; gives how many were compared.
std::size_t compare(const std::string& drawing)
{
    const small_hall hall{drawing};
    const gap_model model{hall};
    std::size_t count = 0;
    hall.for_each_choice(
        [&](const chosen_seats& choice)
        {
            ++count;
            const bool forbidden = leaves_gap_needlessly(hall.layout(), hall.free(), choice);
            if (forbidden != model.forbids(choice)
                || left_alone(hall.layout(), hall.free(), choice) != hall.new_singles(choice))
                FAIL("seats " << doctest::toString(choice.size()) << " from number "
                              << choice.front() + 1 << " of " << drawing);
        });
    return count;
}

box_office office(gap_rule rule, const std::string& row)
{
    return box_office{booking::seat_layout::draw(std::vector<std::string>{row}).value(),
                      {.gaps = rule}};
}

} // namespace

TEST_CASE("gap rule: all layouts of one row with up to ten places, all choices")
{
    std::size_t count = 0;
    for (std::size_t places = 1; places <= 10; ++places)
        for_each_text("_ts", places,
                      [&](const std::string& row)
                      {
                          if (small_hall::has_seats(row))
                              count += compare(row);
                      });
    CHECK(count > 1'000'000);
}

TEST_CASE("gap rule: all rows of up to six places with categories and kinds of seats")
{
    for (std::size_t places = 1; places <= 6; ++places)
        for_each_text("_tspwc", places,
                      [&](const std::string& row)
                      {
                          if (small_hall::has_seats(row))
                              compare(row);
                      });
}

TEST_CASE("gap rule: several rows")
{
    for_each_text("_ts", 6,
                  [&](const std::string& places)
                  { compare("s" + places.substr(0, 3) + "/" + places.substr(3) + "s"); });
}

TEST_CASE("gap rule: two rows of two categories")
{
    for_each_text("tsp", 6,
                  [&](const std::string& places)
                  { compare("s" + places.substr(0, 3) + "/" + places.substr(3) + "p"); });
}

TEST_CASE("under enforce a reservation that leaves a single seat needlessly is refused")
{
    auto enforcing = office(gap_rule::enforce, "ssss_ssss");
    const auto refused = enforcing.ask(seats({"A2"}));
    REQUIRE(refused.has_error());
    CHECK(refused.error() == errc::single_seat_left);
    CHECK(refused.error().seats == std::vector{seat_number{1}});
    CHECK(refused.error().version == enforcing.version());
    CHECK(refused.error().what().find("A1") != std::string::npos);

    CHECK(enforcing.ask(seats({"A1"})).has_value());
    CHECK(enforcing.ask(seats({"A5", "A6"})).has_value());
}

TEST_CASE("under enforce the last possible booking is never refused")
{
    auto enforcing = office(gap_rule::enforce, "sss");
    const auto granted = enforcing.ask(seats({"A1", "A2"}));
    CHECK(granted.value().left_alone == std::vector{seat_number{3}}); // it could not be helped
    CHECK(enforcing.ask(seats({"A3"})).value().left_alone.empty());
}

TEST_CASE("a party is not asked to move to seats of another category, be it one of its own")
{
    box_office enforcing{booking::seat_layout::draw(std::vector<std::string>{"spp", "pp"}).value(),
                         {.gaps = gap_rule::enforce}};
    // Any choice of one standard and one premium seat leaves one alone. B1 and B2 are both premium.
    for (const auto* const premium : {"A2", "A3", "B1", "B2"})
    {
        CHECK(enforcing.ask(seats({"A1", premium})).has_value());
        enforcing.drop();
    }
}

TEST_CASE("gap rule: a party of more than anybody may reserve has nothing to do without")
{
    // Eleven can be had side by side in the second row without leaving one alone.
    const auto layout = booking::seat_layout::grid(2, 14);
    const std::vector<bool> free(layout.size(), true);
    chosen_seats choice(booking::reserve_seats_max);
    std::iota(choice.begin(), choice.end(), std::uint32_t{1});
    CHECK(leaves_gap_needlessly(layout, free, choice));
    choice.push_back(choice.back() + 1);
    CHECK(left_alone(layout, free, choice) == chosen_seats{0});
    CHECK_FALSE(leaves_gap_needlessly(layout, free, choice));

    // In two groups, so that it is not enough to look for them side by side.
    choice.back() += 3;
    CHECK_FALSE(leaves_gap_needlessly(layout, free, choice));
}

TEST_CASE("under warn it is granted, and the seats left alone are named")
{
    auto warning = office(gap_rule::warn, "ssss_ssss");
    const auto granted = warning.ask(seats({"A2"}));
    REQUIRE(granted.has_value());
    CHECK(granted->left_alone == std::vector{seat_number{1}});

    auto silent = office(gap_rule::off, "ssss_ssss");
    CHECK(silent.ask(seats({"A2"})).value().left_alone.empty());
}

TEST_CASE("seats of a hold that has run out count as free, blocked ones as taken")
{
    auto enforcing = office(gap_rule::enforce, "ssss_ssss");
    enforcing.take({"A1", "A2"}, std::chrono::seconds{60});
    CHECK(enforcing.ask(booking::block_request{.session = show_id, .seats = {"A8"}}).has_value());
    CHECK(enforcing.ask(seats({"A6"})).error() == errc::single_seat_left);
    CHECK(enforcing.ask(seats({"A4"})).error() == errc::single_seat_left);
    enforcing.now += std::chrono::seconds{60};
    CHECK(enforcing.ask(seats({"A4"})).has_value());
}
