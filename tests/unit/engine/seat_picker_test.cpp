#include <cinema/booking/engine/seat_picker.hpp>

#include "unit/engine/box_office.hpp"
#include "unit/engine/small_hall.hpp"

#include <doctest/doctest.h>

#include <array>
#include <optional>
#include <random>
#include <string>

using namespace cinema::tests;
using booking::best_seats;
using booking::errc;
using booking::seat_number;

namespace
{

/// How good a choice is: the step it is allowed at, groups, whether it leaves seats alone, cost.
using rank = std::array<std::int64_t, 4>;

std::size_t count_of(const small_hall& hall, const chosen_seats& choice, char symbol)
{
    std::size_t count = 0;
    for (const auto seat : choice)
        count += hall.symbol(seat) == symbol ? 1 : 0;
    return count;
}

/// The distance from the focal point as documented, in sixths of a seat's width, squared.
std::int64_t cost_of(const small_hall& hall, const chosen_seats& choice)
{
    const auto& layout = hall.layout();
    std::int64_t sum = 0;
    for (const auto index : choice)
    {
        const auto& seat = layout.seats()[index];
        const auto down = 12 * (seat.row - 1) - 8 * (layout.rows() - 1);
        const auto across = 6 * (seat.column - 1) - 3 * (layout.columns() - 1);
        sum += down * down + across * across;
    }
    return sum;
}

/// Nothing if the choice does not fulfil the wish at any step.
std::optional<rank> rank_of(const small_hall& hall, const best_seats& wish,
                            const chosen_seats& choice)
{
    const auto accessible = count_of(hall, choice, 'w');
    const auto companions = count_of(hall, choice, 'c');
    if (choice.size() != wish.count || accessible != wish.accessible)
        return std::nullopt;
    if (!wish.category.empty()
        && count_of(hall, choice, 'p') != (wish.category == "premium" ? wish.count : 0))
        return std::nullopt;
    const auto groups = static_cast<std::int64_t>(hall.groups(choice));
    if (groups > 1 && !wish.split)
        return std::nullopt;
    const bool fits = accessible == 0 ? companions == 0
                                      : companions >= std::min(accessible, wish.count - accessible);
    const std::int64_t step = (groups > 1 ? 2 : 0) + (fits ? 1 : 2);
    return rank{step, groups, hall.new_singles(choice).empty() ? 0 : 1, cost_of(hall, choice)};
}

chosen_seats indices(const small_hall& hall, const booking::seat_pick& pick)
{
    chosen_seats found;
    for (const auto number : pick.seats)
        found.push_back(static_cast<std::uint32_t>(*hall.layout().find(number)));
    return found;
}

void describe_failure(const small_hall& hall, const best_seats& wish)
{
    FAIL("the best " << wish.count << " seats, " << wish.accessible << " accessible, category '"
                     << wish.category << "', split " << wish.split << ", of " << hall.drawing());
}

/// Compares the pick with the best of all choices.
void compare(const small_hall& hall, const best_seats& wish)
{
    std::optional<rank> best;
    hall.for_each_choice(
        [&](const chosen_seats& choice)
        {
            const auto its = rank_of(hall, wish, choice);
            if (its && (!best || *its < *best))
                best = its;
        });
    const auto pick = pick_seats(hall.layout(), hall.free(), wish);
    if (!pick)
    {
        if (best || pick.error() != errc::too_few_seats)
            describe_failure(hall, wish);
        return;
    }
    const auto found = indices(hall, *pick);
    if (!best || rank_of(hall, wish, found) != best || pick->groups != hall.groups(found)
        || leaves_gap_needlessly(hall.layout(), hall.free(), found)
        || pick->left_alone.size() != hall.new_singles(found).size())
        describe_failure(hall, wish);
}

bool has_category(const small_hall& hall, const std::string& category)
{
    for (const auto& known : hall.layout().categories())
        if (known == category)
            return true;
    return category.empty();
}

/// Compares for all wishes that the model can judge: those of split parties with accessible seats
/// have a rule of their own.
void compare_wishes(const std::string& drawing)
{
    if (!small_hall::has_seats(drawing))
        return;
    const small_hall hall{drawing};
    for (std::size_t count = 1; count <= 4; ++count)
        for (std::size_t accessible = 0; accessible <= std::min<std::size_t>(count, 2);
             ++accessible)
            for (const bool split : {false, true})
                for (const std::string category : {"", "standard", "premium"})
                    if (has_category(hall, category) && !(split && accessible > 0))
                        compare(hall, {count, category, accessible, split});
}

std::vector<std::string> labels(const booking::seat_layout& layout, const best_seats& wish,
                                std::vector<bool> free = {})
{
    free.resize(layout.size(), true);
    std::vector<std::string> found;
    for (const auto number : pick_seats(layout, free, wish).value().seats)
        found.push_back(layout.seats()[*layout.find(number)].label);
    return found;
}

booking::seat_layout drawn(const std::vector<std::string>& rows)
{
    return booking::seat_layout::draw(rows).value();
}

} // namespace

TEST_CASE("best seats: all rows of up to five places, all wishes")
{
    for (std::size_t places = 1; places <= 5; ++places)
        for_each_text("_tspwc", places, compare_wishes);
}

TEST_CASE("best seats: halls of several rows, drawn at random")
{
    std::mt19937 random{4711};
    for (int i = 0; i < 300; ++i)
    {
        std::string drawing;
        for (int place = 0; place < 14; ++place)
            drawing += place % 5 == 4 ? '/' : "__ttssssspwc"[random() % 12];
        compare_wishes(drawing);
    }
}

TEST_CASE("best seats are in the middle, two thirds of the way to the back")
{
    const auto hall = booking::seat_layout::grid(10, 11);
    CHECK(labels(hall, {.count = 1}) == std::vector<std::string>{"G6"});
    CHECK(labels(hall, {.count = 3}) == std::vector<std::string>{"G5", "G6", "G7"});
}

TEST_CASE("best seats: a party is split only if it may be")
{
    const auto hall = drawn({"ss_ss"});
    CHECK(pick_seats(hall, std::vector<bool>(4, true), {.count = 3}).error()
          == errc::too_few_seats);
    CHECK(labels(hall, {.count = 3, .split = true}).size() == 3);
    const auto pick = pick_seats(hall, std::vector<bool>(4, true), {.count = 4, .split = true});
    CHECK(pick.value().groups == 2);
}

TEST_CASE("best seats: those who need accessible seats have somebody beside them")
{
    const auto hall = drawn({"wc_ssss_cw", "ssssssssss"});
    CHECK(labels(hall, {.count = 2, .accessible = 1}).size() == 2);
    SUBCASE("two pairs and the others, where there is no row for all")
    {
        const auto found = labels(hall, {.count = 6, .accessible = 2, .split = true});
        for (const std::string seat : {"A1", "A2", "A7", "A8"})
            CHECK(std::find(found.begin(), found.end(), seat) != found.end());
        CHECK(found.size() == 6);
    }
    SUBCASE("not without company, even if the party may be split")
    {
        const auto lonely = drawn({"w_ss"});
        const auto refused = pick_seats(lonely, std::vector<bool>(3, true),
                                        {.count = 2, .accessible = 1, .split = true})
                                 .error();
        CHECK(refused == errc::too_few_seats);
        CHECK(refused.what() == "no such seats were found, not even apart; ask for fewer");
    }
}

TEST_CASE("best seats: a wish that makes no sense is refused, saying why")
{
    const auto hall = drawn({"sssp"});
    const auto why = [&](const best_seats& wish)
    { return pick_seats(hall, std::vector<bool>(4, true), wish).error(); };
    CHECK(why({.count = 0}) == errc::invalid_request);
    CHECK(why({.count = 11}) == errc::invalid_request);
    CHECK(why({.count = 2, .accessible = 3}) == errc::invalid_request);
    CHECK(why({.category = "\xFF"}) == errc::invalid_request);
    CHECK(why({.category = "box"}).what()
          == "the hall has no category box; it has standard, premium");
}

TEST_CASE("best seats: a hall of 2,000 seats with holes")
{
    const auto hall = booking::seat_layout::grid(40, 50);
    std::vector<bool> free(2'000);
    for (std::size_t i = 0; i < free.size(); ++i)
        free[i] = i % 3 != 0;
    const auto pick = pick_seats(hall, free, {.count = 10, .split = true}).value();
    CHECK(pick.seats.size() == 10);
    CHECK(pick.groups == 5);
    CHECK(pick.left_alone.empty());
}

TEST_CASE("reserving the best seats takes what is picked at the decision")
{
    box_office office{booking::seat_layout::grid(1, 9)};
    const booking::reserve_request three{.session = show_id, .best = best_seats{.count = 3}};
    const auto seats_of = [](const booking::decision& granted)
    {
        std::vector<int> numbers;
        for (const auto& seat : granted.value().reservation->seats)
            numbers.push_back(raw(seat.number));
        return numbers;
    };
    CHECK(seats_of(office.ask(three)) == std::vector{4, 5, 6});
    CHECK(seats_of(office.ask(three)) == std::vector{1, 2, 3});
    CHECK(seats_of(office.ask(three)) == std::vector{7, 8, 9});
    const auto refused = office.ask(three).error();
    CHECK(refused == errc::too_few_seats);
    CHECK(refused.version == office.version());
    CHECK(refused.what().find("let the party be split") != std::string::npos);
}

TEST_CASE("the best seats come with a key like others")
{
    box_office office;
    booking::reserve_request two{
        .session = show_id, .idempotency_key = "key", .best = best_seats{.count = 2}};
    const auto first = office.ask(two);
    const auto again = office.ask(two);
    CHECK(again.value().replayed);
    CHECK(*again.value().reservation == *first.value().reservation);
    const auto reused = [&](auto change)
    {
        auto other = two;
        change(other);
        return office.ask(other).error() == errc::key_reused;
    };
    CHECK(reused([](auto& r) { r.best->count = 3; }));
    CHECK(reused([](auto& r) { r.best->accessible = 1; }));
    CHECK(reused([](auto& r) { r.best->split = true; }));
    CHECK(reused([](auto& r) { r.best->category = "standard"; }));
    CHECK(reused([](auto& r) { r.price_types = {"child"}; }));
    CHECK(reused(
        [](auto& r)
        {
            r.best.reset();
            r.seats = {1, 2};
        }));
}
