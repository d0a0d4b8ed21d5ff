#include <cinema/booking/engine/seat_picker.hpp>

#include "unit/engine/box_office.hpp"
#include "unit/engine/small_hall.hpp"

#include <doctest/doctest.h>

#include <algorithm>
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
    const auto seats = hall.layout().seats();
    const auto rows = std::ranges::minmax(seats, {}, &booking::seat::row);
    const auto columns = std::ranges::minmax(seats, {}, &booking::seat::column);
    std::int64_t sum = 0;
    for (const auto index : choice)
    {
        const auto& seat = seats[index];
        const auto down = 12 * (seat.row - rows.min.row) - 8 * (rows.max.row - rows.min.row);
        const auto across =
            3 * ((seat.column - columns.min.column) - (columns.max.column - seat.column));
        sum += down * down + across * across;
    }
    return sum;
}

/// How many accessible seats from `from` on can each have a companion seat of their own beside
/// them, tried in every way.
std::size_t accompanied(const small_hall& hall, const chosen_seats& choice, std::size_t from = 0,
                        chosen_seats used = {})
{
    if (from == choice.size())
        return 0;
    std::size_t best = accompanied(hall, choice, from + 1, used);
    if (hall.symbol(choice[from]) != 'w')
        return best;
    for (const auto other : choice)
    {
        const auto here = hall.place(choice[from]);
        const auto there = hall.place(other);
        if (hall.symbol(other) != 'c' || std::ranges::find(used, other) != used.end()
            || (here + 1 != there && there + 1 != here))
            continue;
        auto now = used;
        now.push_back(other);
        best = std::max(best, 1 + accompanied(hall, choice, from + 1, now));
    }
    return best;
}

/// Nothing if the choice does not fulfil the wish at any step.
std::optional<rank> rank_of(const small_hall& hall, const best_seats& wish,
                            const chosen_seats& choice)
{
    const auto accessible = count_of(hall, choice, 'w');
    if (choice.size() != wish.count || accessible != wish.accessible)
        return std::nullopt;
    if (!wish.category.empty()
        && count_of(hall, choice, 'p') != (wish.category == "premium" ? wish.count : 0))
        return std::nullopt;
    const auto groups = static_cast<std::int64_t>(hall.groups(choice));
    if (groups > 1 && !wish.split)
        return std::nullopt;
    const bool fits = accessible == 0 ? count_of(hall, choice, 'c') == 0
                                      : accompanied(hall, choice)
                                            >= std::min(accessible, wish.count - accessible);
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

/// The seats of the choice that are side by side with this one, itself included.
chosen_seats group_of(const small_hall& hall, const chosen_seats& choice, std::uint32_t seat)
{
    chosen_seats group;
    for (const auto other : choice) // ascending
    {
        if (!group.empty() && hall.place(group.back()) + 1 != hall.place(other))
        {
            if (std::ranges::find(group, seat) != group.end())
                return group;
            group.clear();
        }
        group.push_back(other);
    }
    return group;
}

/// Whether somebody who needs no accessible seat is beside this one, or for it in its group.
bool has_company(const small_hall& hall, const chosen_seats& choice, std::uint32_t seat)
{
    const auto group = group_of(hall, choice, seat);
    if (2 * count_of(hall, group, 'w') <= group.size())
        return true;
    return std::ranges::any_of(group,
                               [&](std::uint32_t other)
                               {
                                   const auto here = hall.place(seat);
                                   const auto there = hall.place(other);
                                   return hall.symbol(other) != 'w'
                                          && (here + 1 == there || there + 1 == here);
                               });
}

/// Whether the choice is what a split party with accessible seats may be given.
bool seats_all(const small_hall& hall, const best_seats& wish, const chosen_seats& choice)
{
    return choice.size() == wish.count && count_of(hall, choice, 'w') == wish.accessible
           && std::ranges::all_of(
               choice, [&](std::uint32_t seat)
               { return hall.symbol(seat) != 'w' || has_company(hall, choice, seat); });
}

/// Compares whether there is a pick with whether there is any choice.
void compare_seating(const std::string& drawing, const best_seats& wish)
{
    if (!small_hall::has_seats(drawing))
        return;
    const small_hall hall{drawing};
    bool is_possible = false;
    hall.for_each_choice([&](const chosen_seats& choice)
                         { is_possible = is_possible || seats_all(hall, wish, choice); });
    const auto pick = pick_seats(hall.layout(), hall.free(), wish);
    if (pick.has_value() != is_possible || (pick && !seats_all(hall, wish, indices(hall, *pick))))
        describe_failure(hall, wish);
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

TEST_CASE("best seats: every accessible seat has its own companion seat directly beside it")
{
    CHECK(labels(drawn({"sscwsscssss"}), {.count = 4, .accessible = 1})
          == std::vector<std::string>{"A3", "A4", "A5", "A6"});
    CHECK(labels(drawn({"wcss_______", "___sswssc__"}), {.count = 4, .accessible = 1})
          == std::vector<std::string>{"A1", "A2", "A3", "A4"});
}

TEST_CASE("best seats: the middle is that of the seats, wherever the drawing has them")
{
    const std::string row = "____________sssssssss";
    CHECK(labels(drawn({row, row, row}), {.count = 1}) == std::vector<std::string>{"B5"});
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
    SUBCASE("two share a neighbour where there is no other way")
    {
        for (const std::string drawing : {"wcw_c", "wcw_ss"})
        {
            const auto found =
                labels(drawn({drawing}), {.count = 4, .accessible = 2, .split = true});
            CHECK(found == std::vector<std::string>{"A1", "A2", "A3", "A4"});
        }
        CHECK(labels(drawn({"wcw_wc_s"}), {.count = 6, .accessible = 3, .split = true}).size()
              == 6);
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
    CHECK(why({.count = 2, .accessible = 1}).what() == "the hall has no accessible seats");
    CHECK(why({.category = "premium", .accessible = 1}).what()
          == "the hall has no accessible seats of category premium");
    CHECK(why({.count = 0}) == errc::invalid_request);
    CHECK(why({.count = 11}) == errc::invalid_request);
    CHECK(why({.count = 2, .accessible = 3}) == errc::invalid_request);
    CHECK(why({.category = "\xFF"}) == errc::invalid_request);
    CHECK(why({.category = "box"}).what()
          == "the hall has no category box; it has standard, premium");
}

TEST_CASE("best seats: a split party with accessible seats is seated if it can be")
{
    for (std::size_t places = 2; places <= 6; ++places)
        for_each_text("_tswc", places,
                      [&](const std::string& drawing)
                      {
                          for (std::size_t count = 2; count <= 5; ++count)
                              for (std::size_t accessible = 1; 2 * accessible <= count;
                                   ++accessible)
                                  compare_seating(drawing, {count, "", accessible, true});
                      });
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
