#pragma once

#include <cinema/booking/testing/history.hpp>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

/// Histories written by hand, of session 1. Moments are small numbers; the store's time is a second
/// after `story_time` at version 1, another one at version 2, and so on.
namespace cinema::tests
{

namespace booking = cinema::booking;
using namespace cinema::booking::testing;
using booking::errc;
using booking::reservation_status;
using booking::seat_number;
using booking::session_version;

inline constexpr booking::session_id story_session{1};
inline constexpr booking::time_point story_time{std::chrono::milliseconds{1'893'499'200'000}};

[[nodiscard]] inline booking::uuid story_id(unsigned n)
{
    booking::uuid id;
    for (std::size_t i = 15; n > 0; --i, n >>= 8U)
        id.bytes[i] = static_cast<std::uint8_t>(n);
    return id;
}

[[nodiscard]] inline booking::time_point story_at(std::uint64_t version)
{
    return story_time + std::chrono::seconds{version};
}

[[nodiscard]] inline monotonic_time moment(int when)
{
    return monotonic_time{std::chrono::microseconds{when}};
}

[[nodiscard]] inline std::vector<seat_number> seats(std::initializer_list<int> numbers)
{
    std::vector<seat_number> out;
    for (const auto number : numbers)
        out.push_back(seat_number{number});
    return out;
}

/// From call to return.
struct when
{
    int called;
    int returned;
};

/// Says how an operation ended.
class told
{
public:
    explicit told(operation_record& of) : it{of} {}

    /// Reservation `n` is so since `since` (0: since `version`).
    told& granted(std::uint64_t version, unsigned n, reservation_status status,
                  std::uint64_t since = 0)
    {
        done(outcome::granted, version);
        it.reservation = story_id(n);
        it.since = session_version{since == 0 ? version : since};
        it.status = status;
        it.earliest = it.latest = story_at(raw(it.since));
        if (it.what == action::reserve)
            it.answered = it.seats;
        if (status == reservation_status::held && it.hold.count() != 0)
            it.held_until = *it.earliest + it.hold;
        return *this;
    }

    told& granted(std::uint64_t version)
    {
        done(outcome::granted, version);
        return *this;
    }

    told& refused(errc code, std::uint64_t version = 0, std::initializer_list<int> at_fault = {})
    {
        done(outcome::refused, version);
        it.code = code;
        it.answered = seats(at_fault);
        return *this;
    }

    told& key(std::string text)
    {
        it.key = std::move(text);
        return *this;
    }

    operation_record& it;

private:
    void done(outcome how, std::uint64_t version)
    {
        it.result = how;
        it.version = session_version{version};
        it.returned = returned_;
    }

    friend class story;
    monotonic_time returned_{};
};

/// An event of a reservation, for the end of a story.
[[nodiscard]] inline booking::reservation_event
event(reservation_status status, std::uint64_t version, std::chrono::seconds hold = {})
{
    booking::reservation_event out{
        .status = status, .version = session_version{version}, .at = story_at(version)};
    if (status == reservation_status::held)
        out.held_until = out.at + hold;
    return out;
}

[[nodiscard]] inline booking::reservation made(unsigned n, std::string user,
                                               std::initializer_list<int> seats,
                                               std::vector<booking::reservation_event> events)
{
    booking::reservation out{.id = {story_session, story_id(n)}, .user = std::move(user)};
    for (const auto number : seats)
        out.seats.push_back({.number = seat_number{number}});
    out.events.assign(events.begin(), events.end());
    return out;
}

/// Tells what clients did, one after the other. Unless told how it ended, an outcome is unknown.
class story
{
public:
    story() { what.operations.reserve(1'000); } // references to records stay good

    told reserve(unsigned client, std::initializer_list<int> numbers, when at, int hold_seconds = 0)
    {
        auto out = begin(action::reserve, client, at);
        out.it.seats = seats(numbers);
        out.it.user = "user-" + std::to_string(client);
        out.it.hold = std::chrono::seconds{hold_seconds};
        return out;
    }

    told move(action how, unsigned client, unsigned reservation, when at)
    {
        auto out = begin(how, client, at);
        out.it.reservation = story_id(reservation);
        return out;
    }

    told block(unsigned client, std::initializer_list<int> numbers, when at, bool blocked = true)
    {
        auto out = begin(blocked ? action::block : action::unblock, client, at);
        out.it.seats = seats(numbers);
        return out;
    }

    told map(unsigned client, std::string shown, when at, std::uint64_t version)
    {
        auto out = begin(action::read_map, client, at);
        out.it.map = std::move(shown);
        return out.granted(version);
    }

    void end(std::uint64_t version, std::vector<booking::reservation> reservations,
             std::initializer_list<int> blocked = {})
    {
        what.ends.push_back({.session = story_session,
                             .version = session_version{version},
                             .blocked = seats(blocked),
                             .reservations = std::move(reservations)});
    }

    history what;

private:
    told begin(action how, unsigned client, when at)
    {
        auto& record = what.operations.emplace_back();
        record.client = client;
        record.what = how;
        record.session = story_session;
        record.called = moment(at.called);
        told out{record};
        out.returned_ = moment(at.returned);
        return out;
    }
};

} // namespace cinema::tests
