#include <cinema/booking/engine/session_draft.hpp>

#include "unit/engine/box_office.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

// Of several errors that apply, the one documented first is given. Each test lists them in that
// order, each with what brings it about, and asks for every one alone and for every pair.

namespace booking = cinema::booking;
using namespace cinema::tests;
using namespace std::chrono_literals;
using booking::errc;
using booking::reservation_status;
using booking::session_version;

namespace
{

constexpr auto closing = showtime - 1h;
constexpr auto at_first = closing - 1h;
const std::string used_key = "used";
const std::string invalid_key = "not visible";

template <class Request>
struct fault
{
    errc code;
    std::function<void(Request&)> apply;
    bool is_late{};   ///< It also needs that sales have closed.
    bool is_status{}; ///< It chooses the reservation: no two of these at once.
};

/// A session full of keys, at version 20, with a reservation in every state, each of which has the
/// key "used" in every operation. Seat 1 is sold, seat 2 blocked, seat 40 free.
class crowded_session
{
public:
    crowded_session() : book_{open()} {}

    [[nodiscard]] booking::reservation_id id(const std::string& name) const
    {
        return ids_.at(name);
    }

    template <class Request>
    errc decide(const Request& request, bool is_late = false) const
    {
        const booking::booking_rules rules{.sales_close = std::chrono::hours{-1}};
        booking::session_draft draft{book_, rules};
        const auto decided =
            draft.decide(request, ticket_number(1'000), is_late ? closing : at_first);
        const auto code = decided ? errc{} : decided.error().code;
        const bool is_final = code == errc::hold_expired || code == errc::sales_closed;
        CHECK((decided.has_value() || is_final || !draft.is_changed()));
        return code;
    }

private:
    booking::session_book open()
    {
        booking::session_snapshot snapshot{
            .session = make_show(),
            .stamp = {session_version{20}, booking::change_id{5}, booking::config_version{2}},
            .changed_at = at_first};
        snapshot.session.blocked = {booking::seat_number{2}};
        add(snapshot, "sold", 1, {.status = reservation_status::confirmed});
        add(snapshot, "held", 3, {.status = reservation_status::held, .held_until = closing + 1h});
        add(snapshot, "lapsed", 4, {.status = reservation_status::held, .held_until = at_first});
        add(snapshot, "visited", 5, {.status = reservation_status::checked_in});
        add(snapshot, "cancelled", 6, {.status = reservation_status::cancelled});
        add(snapshot, "expired", 7, {.status = reservation_status::expired});
        while (snapshot.keys.size() < booking::session_keys_max)
            snapshot.keys.push_back(
                {.key = booking::digest_of({"filler", nullptr, {}},
                                           std::to_string(snapshot.keys.size())),
                 .reservation = ids_.at("sold").id});
        return booking::session_book::open(make_hall(booking::seat_layout::grid(5, 8)),
                                           std::move(snapshot))
            .value();
    }

    void add(booking::session_snapshot& snapshot, const std::string& name, int seat,
             booking::reservation_event event)
    {
        const auto id = ticket_number(static_cast<std::uint64_t>(seat)).reservation;
        ids_[name] = {show_id, id};
        event.version = session_version{10};
        event.at = at_first - 1h;
        booking::reservation made{.id = ids_[name]};
        made.seats.push_back({booking::seat_number{seat}, {}});
        made.events.push_back(event);
        snapshot.reservations.push_back(std::make_shared<const booking::reservation>(made));
        namespace keyed = booking::keyed_operation;
        for (const auto operation : {keyed::confirm, keyed::extend, keyed::cancel, keyed::check_in})
            snapshot.keys.push_back(
                {.key = booking::digest_of({operation, &id, {}}, used_key), .reservation = id});
        if (name == "sold")
            snapshot.keys.push_back(
                {.key = booking::digest_of({keyed::reserve, nullptr, {}}, used_key),
                 .reservation = id});
    }

    std::map<std::string, booking::reservation_id> ids_;
    booking::session_book book_;
};

const crowded_session& crowded()
{
    static const crowded_session session;
    return session;
}

template <class Request>
void check_order(const Request& fine, const std::vector<fault<Request>>& faults)
{
    CHECK(crowded().decide(fine) == errc{});
    for (std::size_t first = 0; first < faults.size(); ++first)
        for (std::size_t second = first; second < faults.size(); ++second)
        {
            CAPTURE(first);
            CAPTURE(second);
            if (first != second && faults[first].is_status && faults[second].is_status)
                continue;
            auto request = fine;
            faults[second].apply(request);
            if (first != second)
                faults[first].apply(request);
            const bool is_late = faults[first].is_late || faults[second].is_late;
            CHECK(crowded().decide(request, is_late) == faults[first].code);
        }
}

template <class Request>
fault<Request> has_key(errc code, const std::string& key)
{
    return {code, [key](Request& request) { request.idempotency_key = key; }};
}

template <class Request>
fault<Request> is_stale()
{
    return {errc::stale_version, [](Request& request) { request.expected = session_version{19}; }};
}

template <class Request>
fault<Request> names(errc code, std::vector<booking::seat_ref> refs)
{
    return {code, [refs](Request& request)
            { request.seats.insert(request.seats.end(), refs.begin(), refs.end()); }};
}

template <class Request>
fault<Request> is_of(errc code, const std::string& name)
{
    auto made = fault<Request>{code, [name](Request& request)
                               { request.reservation = crowded().id(name); }};
    made.is_status = true;
    return made;
}

template <class Request>
fault<Request> is_unknown()
{
    return {errc::reservation_not_found, [](Request& request) {
                request.reservation = {show_id, ticket_number(999).reservation};
            }};
}

} // namespace

TEST_CASE("reserving gives the first error that applies")
{
    using request = booking::reserve_request;
    check_order<request>(
        seats({40}),
        {
            {errc::invalid_request, [](request& r) { r.user.assign(201, 'u'); }},
            has_key<request>(errc::key_reused, used_key),
            is_stale<request>(),
            names<request>(errc::seat_not_found, {"nowhere"}),
            names<request>(errc::invalid_request, {39, "E7"}),
            {errc::sales_closed, [](request&) {}, true},
            names<request>(errc::seat_blocked, {2}),
            names<request>(errc::seat_taken, {1}),
            {errc::price_type_not_found, [](request& r) { r.price_types = {"nobody"}; }},
            has_key<request>(errc::session_full, "new"),
        });
}

TEST_CASE("what can be wrong with a reserve request by itself comes before all else")
{
    using request = booking::reserve_request;
    const std::vector<std::function<void(request&)>> ways{
        [](request& r) { r.seats.clear(); }, [](request& r) { r.seats.assign(11, 1); },
        [](request& r) { r.hold = -1s; },    [](request& r) { r.hold = 3'601s; },
        [](request& r) { r.user = "\xFF"; }, [](request& r) { r.idempotency_key = invalid_key; },
    };
    for (const auto& way : ways)
    {
        auto broken = seats({1, 2, "nowhere"});
        broken.idempotency_key = used_key;
        broken.expected = session_version{19};
        way(broken);
        CHECK(crowded().decide(broken, true) == errc::invalid_request);
    }
}

TEST_CASE("confirming gives the first error that applies")
{
    using request = booking::confirm_request;
    for (const std::string late : {"lapsed", "expired"})
        check_order<request>({.reservation = crowded().id("held")},
                             {
                                 has_key<request>(errc::invalid_request, invalid_key),
                                 is_unknown<request>(),
                                 has_key<request>(errc::key_reused, used_key),
                                 is_stale<request>(),
                                 is_of<request>(errc::hold_expired, late),
                                 is_of<request>(errc::wrong_status, "cancelled"),
                             });
}

TEST_CASE("extending gives the first error that applies")
{
    using request = booking::extend_request;
    for (const std::string late : {"lapsed", "expired"})
        for (const std::string other : {"cancelled", "sold", "visited"})
            check_order<request>({.reservation = crowded().id("held"), .hold = 3'600s},
                                 {
                                     {errc::invalid_request, [](request& r) { r.hold = 0s; }},
                                     is_unknown<request>(),
                                     has_key<request>(errc::key_reused, used_key),
                                     is_stale<request>(),
                                     is_of<request>(errc::hold_expired, late),
                                     is_of<request>(errc::wrong_status, other),
                                 });
}

TEST_CASE("cancelling gives the first error that applies")
{
    using request = booking::cancel_request;
    check_order<request>({.reservation = crowded().id("sold")},
                         {
                             has_key<request>(errc::invalid_request, invalid_key),
                             is_unknown<request>(),
                             has_key<request>(errc::key_reused, used_key),
                             is_stale<request>(),
                             is_of<request>(errc::wrong_status, "visited"),
                         });
}

TEST_CASE("checking in gives the first error that applies")
{
    using request = booking::check_in_request;
    for (const std::string other : {"held", "visited", "cancelled", "expired", "lapsed"})
        check_order<request>({.reservation = crowded().id("sold")},
                             {
                                 has_key<request>(errc::invalid_request, invalid_key),
                                 is_unknown<request>(),
                                 has_key<request>(errc::key_reused, used_key),
                                 is_stale<request>(),
                                 is_of<request>(errc::wrong_status, other),
                             });
}

TEST_CASE("blocking gives the first error that applies")
{
    using request = booking::block_request;
    check_order<request>({.session = show_id, .seats = {40}},
                         {
                             {errc::invalid_request, [](request& r) { r.seats.assign(2'001, 1); }},
                             names<request>(errc::seat_not_found, {"nowhere"}),
                             names<request>(errc::invalid_request, {39, "E7"}),
                             is_stale<request>(),
                             names<request>(errc::seat_taken, {1}),
                         });
}

TEST_CASE("expiring is always granted")
{
    CHECK(crowded().decide(booking::expire_request{.session = show_id}) == errc{});
    CHECK(crowded().decide(booking::expire_request{.session = show_id}, true) == errc{});
}
