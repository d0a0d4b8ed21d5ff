#pragma once

#include <cinema/booking/testing/history.hpp>

#include <algorithm>
#include <optional>
#include <random>
#include <set>
#include <utility>
#include <vector>

/// Damages recorded histories of one session in ways that a broken system would.
namespace cinema::tests
{

namespace booking = cinema::booking;

/// A history, and the means to damage it at a place chosen at random. Each damage tells whether
/// there was a place for it; damage an object only once.
class damaged_history
{
public:
    damaged_history(booking::testing::history of, std::uint64_t seed)
        : what{std::move(of)}, random_{seed}
    {
        for (const auto& one : what.operations)
        {
            if (one.reservation)
                ++records_of_[*one.reservation];
            if (one.result == booking::testing::outcome::granted && !one.answered.empty())
                grants_.push_back(one);
            if (one.what == action::block || one.what == action::unblock)
                grants_.push_back(one);
        }
    }

    booking::testing::history what;

    /// A seat that somebody has is given to another one.
    bool double_sale()
    {
        auto* const second = some_record([&](const record& one) { return is_lone_sale(one); });
        if (second == nullptr)
            return false;
        const auto taken = some_reservation(
            [&](const booking::reservation& one)
            {
                return one.events.size() == 1 && one.version() < second->version
                       && one.status() == status::confirmed;
            });
        if (taken == nullptr)
            return false;
        const auto seat = taken->seats[0].number;
        second->seats = second->answered = {seat};
        in_end(*second->reservation)->seats[0].number = seat;
        return true;
    }

    /// A reservation is read as it was before a change that had been acknowledged.
    bool stale_find()
    {
        std::vector<std::pair<record*, std::size_t>> places;
        for (auto& one : what.operations)
        {
            if (one.what != action::find || one.result != outcome::granted)
                continue;
            const auto* of = in_end(*one.reservation);
            for (std::size_t next = 1; next < of->events.size(); ++next)
            {
                const auto* maker = maker_of(of->events[next].version, of->id.id);
                if (maker != nullptr && maker->returned < one.called)
                    places.emplace_back(&one, next - 1);
            }
        }
        const auto* place = some(places);
        if (place == nullptr)
            return false;
        auto& [one, event] = *place;
        const auto earlier = in_end(*one->reservation)->as_of(event);
        one->version = one->since = earlier.version();
        one->status = earlier.status();
        one->held_until = earlier.held_until();
        return true;
    }

    /// A reservation that was acknowledged is not there.
    bool lost_reservation()
    {
        auto* const one = some_record([&](const record& r) { return is_sale(r); });
        return one != nullptr && erase_from_end(*one->reservation);
    }

    /// The last step of a reservation, which was acknowledged, is not there.
    bool lost_step()
    {
        auto* const one = some_reservation(
            [&](const booking::reservation& r)
            { return r.events.size() > 1 && maker_of(r.version(), r.id.id) != nullptr; });
        if (one != nullptr)
            one->events.pop_back();
        return one != nullptr;
    }

    /// A group booking has all its seats but one.
    bool torn_group(bool also_in_answers)
    {
        auto* const one =
            some_record([&](const record& r) { return is_sale(r) && r.seats.size() > 1; });
        if (one == nullptr)
            return false;
        in_end(*one->reservation)->seats.pop_back();
        for (auto& other : what.operations)
            if (also_in_answers && other.reservation == one->reservation
                && other.result == outcome::granted)
                other.answered.pop_back();
        return true;
    }

    /// A hold is ended a moment before its time.
    bool early_expiry()
    {
        auto* const one = some_reservation([](const booking::reservation& r)
                                           { return r.status() == status::expired; });
        if (one == nullptr)
            return false;
        const auto& held = one->events[one->events.size() - 2];
        one->events.back().at = *held.held_until - std::chrono::milliseconds{1};
        return true;
    }

    /// A hold is confirmed at the moment it runs out.
    bool late_confirm()
    {
        auto* const one = some_record(
            [&](const record& r)
            {
                return r.what == action::confirm && r.result == outcome::granted
                       && r.since == r.version && maker_of(r.version, *r.reservation) == &r
                       && records_of_step(r) == 1;
            });
        if (one == nullptr)
            return false;
        auto& events = in_end(*one->reservation)->events;
        const auto event = std::find_if(events.begin(), events.end(),
                                        [&](const auto& e) { return e.version == one->version; });
        event->at = *std::prev(event)->held_until;
        one->earliest = one->latest = event->at;
        return true;
    }

    /// A buyer is refused a seat that nobody had all the time.
    bool refusal_of_free_seat()
    {
        auto* const one =
            some_record([&](const record& r)
                        { return is_lone_sale(r) && is_quiet(r.seats[0], r, *r.reservation); });
        if (one == nullptr)
            return false;
        erase_from_end(*one->reservation);
        refuse(*one, booking::session_version{raw(one->version) - 1});
        return true;
    }

    /// In the end a seat that was given back is still refused.
    bool cancelled_seat_still_taken()
    {
        std::set<booking::seat_number> taken;
        for (const auto& one : what.ends[0].reservations)
            for (const auto& seat : one.seats)
                if (one.is_live())
                    taken.insert(seat.number);
        const auto* given_back = some_reservation(
            [&](const booking::reservation& one)
            {
                return one.status() == status::cancelled && one.seats.size() == 1
                       && !taken.contains(one.seats[0].number);
            });
        if (given_back == nullptr)
            return false;
        record late{.client = 999,
                    .what = action::reserve,
                    .session = what.ends[0].session,
                    .user = "late",
                    .seats = {given_back->seats[0].number}};
        for (const auto& one : what.operations)
            late.called = std::max(late.called, one.returned);
        for (const auto& one : what.ends[0].reservations)
            late.earliest = std::max(late.earliest, std::optional{one.updated_at()});
        late.called += std::chrono::microseconds{1};
        late.returned = late.called + std::chrono::microseconds{1};
        refuse(late, what.ends[0].version);
        what.operations.push_back(std::move(late));
        return true;
    }

    /// Of two bookings, one acknowledged before the other was called, the versions are exchanged.
    bool exchanged_versions()
    {
        auto* const later = some_record([&](const record& r) { return is_lone_sale(r); });
        auto* const earlier = some_record(
            [&](const record& r)
            { return is_lone_sale(r) && later != nullptr && r.returned < later->called; });
        if (earlier == nullptr)
            return false;
        std::swap(earlier->version, later->version);
        std::swap(earlier->since, later->since);
        for (auto* one : {earlier, later})
            in_end(*one->reservation)->events[0].version = one->version;
        return true;
    }

    /// Two bookings have one version.
    bool version_twice()
    {
        auto* const one = some_record([&](const record& r) { return is_lone_sale(r); });
        auto* const other =
            some_record([&](const record& r) { return is_lone_sale(r) && &r != one; });
        if (one == nullptr || other == nullptr)
            return false;
        one->version = one->since = other->version;
        in_end(*one->reservation)->events[0].version = other->version;
        return true;
    }

    /// A map shows one seat as another map does, though the seat did not change all the time.
    bool mixed_map()
    {
        auto* const one = some_record([&](const record& r) { return is_map(r); });
        const auto* other = some_record([&](const record& r) { return is_map(r); });
        if (one == nullptr)
            return false;
        std::vector<std::size_t> places;
        for (std::size_t i = 0; i < one->map.size(); ++i)
            if (differs(*one, *other, i))
                places.push_back(i);
        if (places.empty())
            return false;
        const auto place = *some(places);
        one->map[place] = other->map[place];
        return true;
    }

    /// An earlier map is shown again, though what changed since had been acknowledged.
    bool stale_map()
    {
        auto* const one = some_record([&](const record& r) { return is_map(r); });
        const auto* earlier =
            some_record([&](const record& r)
                        { return is_map(r) && one != nullptr && r.version < one->version; });
        if (earlier == nullptr)
            return false;
        bool is_stale = false;
        for (std::size_t i = 0; i < one->map.size(); ++i)
            is_stale = is_stale || differs(*one, *earlier, i);
        one->map = earlier->map;
        one->version = earlier->version;
        return is_stale;
    }

    /// A strict booking is granted though the session had moved on.
    bool ignored_expected()
    {
        auto* const one = some_record([&](const record& r) { return is_lone_sale(r); });
        if (one == nullptr || raw(one->version) < 10)
            return false;
        one->expected = booking::session_version{raw(one->version) - 9};
        return true;
    }

    /// What is there in the end was asked for by nobody.
    bool forgotten_record()
    {
        auto* const one = some_record([&](const record& r) { return is_lone_sale(r); });
        if (one == nullptr)
            return false;
        what.operations.erase(what.operations.begin() + (one - what.operations.data()));
        return true;
    }

    /// A copy of a request is answered otherwise than the request was.
    bool different_answers()
    {
        auto* const one =
            some_record([&](const record& r) { return r.replayed && records_of_step(r) > 1; });
        if (one == nullptr)
            return false;
        one->answered.back() = booking::seat_number{raw(one->answered.back()) + 1};
        return true;
    }

    /// A booking is decided at an earlier time than the one before it.
    bool time_running_back()
    {
        auto* const one = some_record([&](const record& r) { return is_lone_sale(r); });
        if (one == nullptr || raw(one->version) < 10)
            return false;
        one->earliest = one->latest = *one->earliest - std::chrono::hours{1};
        in_end(*one->reservation)->events[0].at = *one->earliest;
        return true;
    }

private:
    using record = booking::testing::operation_record;
    using action = booking::testing::action;
    using outcome = booking::testing::outcome;
    using status = booking::reservation_status;

    template <class Items>
    [[nodiscard]] typename Items::value_type* some(Items& items)
    {
        return items.empty() ? nullptr : &items[random_() % items.size()];
    }

    template <class Condition>
    [[nodiscard]] record* some_record(Condition condition)
    {
        std::vector<record*> fitting;
        for (auto& one : what.operations)
            if (condition(one))
                fitting.push_back(&one);
        auto** const chosen = some(fitting);
        return chosen == nullptr ? nullptr : *chosen;
    }

    template <class Condition>
    [[nodiscard]] booking::reservation* some_reservation(Condition condition)
    {
        std::vector<booking::reservation*> fitting;
        for (auto& one : what.ends[0].reservations)
            if (condition(one))
                fitting.push_back(&one);
        auto** const chosen = some(fitting);
        return chosen == nullptr ? nullptr : *chosen;
    }

    [[nodiscard]] booking::reservation* in_end(const booking::uuid& id)
    {
        for (auto& one : what.ends[0].reservations)
            if (one.id.id == id)
                return &one;
        return nullptr;
    }

    bool erase_from_end(booking::uuid id)
    {
        std::erase_if(what.ends[0].reservations,
                      [&](const booking::reservation& one) { return one.id.id == id; });
        return true;
    }

    [[nodiscard]] static bool is_sale(const record& one)
    {
        return one.what == action::reserve && one.result == outcome::granted;
    }

    /// A seat sold for good, of which no other record speaks.
    [[nodiscard]] bool is_lone_sale(const record& one)
    {
        return is_sale(one) && one.seats.size() == 1 && !one.replayed && !one.expected
               && one.status == status::confirmed && records_of_[*one.reservation] == 1
               && in_end(*one.reservation)->events.size() == 1;
    }

    [[nodiscard]] static bool is_map(const record& one)
    {
        return one.what == action::read_map && one.result == outcome::granted;
    }

    /// The record that made this step of a reservation; null if the system did.
    [[nodiscard]] const record* maker_of(booking::session_version version, const booking::uuid& id)
    {
        for (const auto& one : what.operations)
            if (one.result == outcome::granted && one.what != action::find
                && (one.what == action::reserve || one.status == status_after(one.what))
                && one.reservation == id && one.since == version && one.version == version)
                return &one;
        return nullptr;
    }

    [[nodiscard]] std::size_t records_of_step(const record& of) const
    {
        return static_cast<std::size_t>(
            std::count_if(what.operations.begin(), what.operations.end(),
                          [&](const record& one)
                          {
                              return one.result == outcome::granted && one.what != action::find
                                     && one.reservation == of.reservation && one.since == of.since;
                          }));
    }

    /// Whether nothing granted to others concerns the seat while the operation runs.
    [[nodiscard]] bool is_quiet(booking::seat_number seat, const record& during,
                                const booking::uuid& but_for = {}) const
    {
        return std::none_of(grants_.begin(), grants_.end(),
                            [&](const record& one)
                            {
                                const auto& seats = one.answered.empty() ? one.seats : one.answered;
                                return one.reservation != but_for && one.called <= during.returned
                                       && one.returned >= during.called
                                       && std::find(seats.begin(), seats.end(), seat)
                                              != seats.end();
                            });
    }

    /// Whether seat `index` is another in the other map, and not by a change under way, nor by a
    /// hold's running out, which nobody tells of.
    [[nodiscard]] bool differs(const record& one, const record& other, std::size_t index) const
    {
        const booking::seat_number seat{static_cast<std::int32_t>(index + 1)};
        return one.map[index] != other.map[index] && one.map[index] != 'h'
               && other.map[index] != 'h' && is_quiet(seat, one);
    }

    void refuse(record& one, booking::session_version version) const
    {
        one.result = outcome::refused;
        one.code = booking::errc::seat_taken;
        one.version = version;
        one.since = {};
        one.reservation.reset();
        one.status.reset();
        one.answered = one.seats;
        one.held_until.reset();
    }

    std::mt19937_64 random_;
    std::map<booking::uuid, std::size_t> records_of_;
    std::vector<record> grants_;
};

} // namespace cinema::tests
