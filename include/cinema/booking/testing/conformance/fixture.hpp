#pragma once

#include <cinema/booking/store/stores.hpp>
#include <cinema/booking/testing/box_office.hpp>

#include <doctest/doctest.h>

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace cinema::booking::testing
{

/// Fresh stores to be tested, and what belongs to them.
struct fixture
{
    booking::stores stores;
    /// Brings the documents up to date with the inventory. Empty where a commit writes them itself.
    std::function<void()> deliver{};
    /// Opens a second set of stores on the same data. Empty where that is impossible.
    std::function<booking::stores()> open_again{};
    /// Starts as many processes as there are arguments. Each opens the same data and calls
    /// `run_race_worker` with its argument, its standard input and its standard output. Once every
    /// one of them has written its first line, each is sent an empty line. Returns what each wrote
    /// after its first line. Needed if `shares_among_processes`.
    std::function<std::vector<std::string>(std::span<const std::string> arguments)> run_workers{};
    /// Keeps a copy of all data, and returns what puts that back while the stores stay open, as
    /// one restores a backup. Empty where that is impossible.
    std::function<std::function<void()>()> save{};
    /// Whatever must live as long as the stores, as a folder that is removed with it.
    std::shared_ptr<void> data{};
};

/// What the author of stores writes to have them tested:
///
///     struct my_fixture
///     {
///         static constexpr bool shares_among_processes = false;
///         static fixture make();  // empty stores, different ones at each call
///     };
template <class Store>
concept store_fixture = requires
{
    {
        Store::make()
        } -> std::same_as<fixture>;
    {
        Store::shares_among_processes
        } -> std::convertible_to<bool>;
};

/// A house with one hall, "Hall A" of 5 rows of 8 seats, and one session in it: on 2030-01-01, from
/// 20:00 to 22:00 UTC, all seats at 1200 minor units.
struct house
{
    fixture base;
    hall_ptr hall;
    booking::session session;

    /// The store under test.
    [[nodiscard]] inventory_store& inventory() const { return *base.stores.inventory; }
    /// The store under test.
    [[nodiscard]] reservation_store& reservations() const { return *base.stores.reservations; }
    /// The store under test.
    [[nodiscard]] account_store& accounts() const { return *base.stores.accounts; }
    /// A new view of the session, to sell from.
    [[nodiscard]] box_office office() const { return {inventory(), session.id}; }
    /// The session as a first load gives it.
    [[nodiscard]] session_snapshot load() const { return load_whole(inventory(), session.id); }

    /// Another session of the hall, without an end, so that it overlaps with none.
    [[nodiscard]] booking::session another_session() const
    {
        return inventory()
            .add_session({.hall = hall->id,
                          .movie_title = "Metropolis",
                          .showtime = session.showtime,
                          .prices = session.prices})
            .value();
    }

    /// A reservation's document. Null if there is none.
    [[nodiscard]] reservation_ptr document(const reservation_id& id) const
    {
        return reservations().find(id).value();
    }

    /// Brings the documents up to date, where they follow later.
    void deliver() const
    {
        if (base.deliver)
            base.deliver();
    }
};

/// 2030-01-01, `minutes` after 00:00 UTC.
[[nodiscard]] constexpr time_point that_day(int minutes)
{
    return from_unix_ms(1'893'456'000'000) + std::chrono::minutes{minutes};
}

/// What to make the session of a `house` of, or one at another time of that day.
[[nodiscard]] inline session_spec screening(hall_id hall, int from_minutes = 20 * 60,
                                            int until_minutes = 22 * 60)
{
    return {.hall = hall,
            .movie_title = "Metropolis",
            .showtime = that_day(from_minutes),
            .ends_at = that_day(until_minutes),
            .prices = {{"standard", minor_units{1'200}}}};
}

/// Makes the hall and the session of a `house` in empty stores.
[[nodiscard]] inline house seeded(fixture base)
{
    auto& inventory = *base.stores.inventory;
    auto hall = inventory.add_hall({.name = "Hall A", .layout = seat_layout::grid(5, 8)}).value();
    auto session = inventory.add_session(screening(hall->id)).value();
    return {std::move(base), std::move(hall), std::move(session)};
}

/// What a load gave; null if it is something else.
template <class Load>
[[nodiscard]] const Load* as(const store_result<session_load>& loaded)
{
    return loaded ? std::get_if<Load>(&*loaded) : nullptr;
}

/// What came with a conflict; null if it is something else, or nothing.
template <class Load>
[[nodiscard]] const Load* as(const commit_outcome& outcome)
{
    return outcome.now ? std::get_if<Load>(&*outcome.now) : nullptr;
}

/// The reservation with this id among others. Null if it is not there.
[[nodiscard]] inline reservation_ptr find(const std::vector<reservation_ptr>& all, const uuid& id)
{
    for (const auto& state : all)
        if (state->id.id == id)
            return state;
    return nullptr;
}

/// Whether there is a document, and it says what the reservation is.
[[nodiscard]] inline bool same(const reservation_ptr& document, const reservation& state)
{
    return document && *document == state;
}

/// Whether two sets of reservations are the same, in whatever order.
[[nodiscard]] inline bool same(const std::vector<reservation_ptr>& left,
                               const std::vector<reservation_ptr>& right)
{
    return left.size() == right.size()
           && std::all_of(left.begin(), left.end(),
                          [&](const reservation_ptr& state)
                          {
                              const auto other = find(right, state->id.id);
                              return other && *other == *state;
                          });
}

/// Whether two sets of keys are the same, in whatever order.
[[nodiscard]] inline bool same(const std::vector<key_record>& left,
                               const std::vector<key_record>& right)
{
    return std::is_permutation(left.begin(), left.end(), right.begin(), right.end());
}

/// Whether a session is now exactly as it was seen, to the last detail.
[[nodiscard]] inline bool same(const session_snapshot& left, const session_snapshot& right)
{
    return left.session == right.session && left.stamp == right.stamp
           && left.changed_at == right.changed_at && same(left.reservations, right.reservations)
           && same(left.keys, right.keys);
}

/// Numbers of seats as bare integers, which a failed check prints.
struct seat_numbers : std::vector<int>
{
    using std::vector<int>::vector;

    friend std::ostream& operator<<(std::ostream& out, const seat_numbers& of)
    {
        out << "seats";
        for (const auto number : of)
            out << ' ' << number;
        return out;
    }
};

/// The numbers of the seats in the guard rows of a session.
[[nodiscard]] inline seat_numbers guarded(inventory_store& store, session_id session)
{
    seat_numbers out;
    for (const auto& row : store.guard_rows(session).value().second)
        out.push_back(raw(row.seat));
    return out;
}

} // namespace cinema::booking::testing
