#pragma once

#include <cinema/booking/store/audit_report.hpp>
#include <cinema/booking/store/stores.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace cinema::booking::detail
{

/// One audit: see `audit`.
class auditor
{
public:
    auditor(inventory_store& inventory, reservation_store& reservations)
        : inventory_{inventory}, documents_{reservations}
    {
    }

    [[nodiscard]] audit_report run() &&;

private:
    /// Loads a session and calls `read` with it until it did not change meanwhile.
    /// Returns false if it never stood still or the store failed.
    template <class Read>
    [[nodiscard]] bool settle(session_id id, session_snapshot& seen, Read read);

    [[nodiscard]] bool failed(const error_code& error)
    {
        if (error)
            report_.error = error;
        return bool{error};
    }
    void find(std::string what)
    {
        if (report_.findings.size() < audit_findings_max)
            report_.findings.push_back(where_ + std::move(what));
        else
            ++report_.findings_left_off;
    }
    [[nodiscard]] static std::string name(seat_number seat)
    {
        return "seat " + std::to_string(raw(seat));
    }
    [[nodiscard]] static std::string name(const uuid& id)
    {
        std::string text = "reservation ";
        id.append_to(text);
        return text;
    }

    void check_session(session_id id);
    void check_seats(const session_snapshot& seen);
    void check_guard(const session_snapshot& seen, const std::vector<guard_row>& rows);
    void check_history(const session_snapshot& seen, const reservation& state);
    void check_keys(const session_snapshot& seen);
    [[nodiscard]] bool check_documents(const session_snapshot& seen);
    void compare(const reservation& state, const reservation_ptr& document);

    inventory_store& inventory_;
    reservation_store& documents_;
    audit_report report_;
    std::string where_; // the session in work
};

inline audit_report auditor::run() &&
{
    session_page_request page{.limit = page_size_max};
    for (;;)
    {
        const auto sessions = inventory_.sessions(page);
        if (failed(sessions.error()) || sessions->empty())
            return std::move(report_);
        const session_cursor last{sessions->back().showtime, sessions->back().id};
        if (page.after && last <= *page.after)
        {
            find("the pages of sessions do not ascend");
            return std::move(report_);
        }
        for (const auto& session : *sessions)
        {
            where_ = "session " + std::to_string(raw(session.id)) + ": ";
            check_session(session.id);
            if (report_.error)
                return std::move(report_);
        }
        page.after = last;
    }
}

template <class Read>
bool auditor::settle(session_id id, session_snapshot& seen, Read read)
{
    std::optional<session_stamp> stamp;
    for (unsigned i = 0; i < audit_tries_max; ++i)
    {
        // Without a known stamp: all of it.
        const load_request request{.session = id, .with_ended = true};
        store_result<session_load> loaded;
        const auto reply = inventory_.load({&request, 1}, {&loaded, 1});
        if (!reply.has_error() && loaded.error() == errc::session_not_found)
        {
            find("is listed, but cannot be found");
            return false;
        }
        if (failed(reply.error()) || failed(loaded.error()))
            return false;
        auto* whole = std::get_if<session_snapshot>(&*loaded);
        if (whole == nullptr)
        {
            find("a first load gives no snapshot");
            return false;
        }
        seen = std::move(*whole);
        stamp = read(seen);
        if (report_.error)
            return false;
        if (stamp == seen.stamp)
            return true;
    }
    ++report_.sessions_unsettled;
    return false;
}

inline void auditor::check_session(session_id id)
{
    session_snapshot seen;
    std::vector<guard_row> rows;
    const bool is_settled = settle(id, seen,
                                   [&](const session_snapshot&) -> std::optional<session_stamp>
                                   {
                                       auto guard = inventory_.guard_rows(id);
                                       if (failed(guard.error()))
                                           return std::nullopt;
                                       rows = std::move(guard->second);
                                       return guard->first;
                                   });
    if (!is_settled)
        return;
    report_.reservations += seen.reservations.size();
    report_.guard_rows += rows.size();
    report_.keys += seen.keys.size();
    for (const auto& state : seen.reservations)
        check_history(seen, *state);
    std::erase_if(seen.reservations,
                  [](const reservation_ptr& state) { return state->events.empty(); });
    check_seats(seen);
    check_guard(seen, rows);
    check_keys(seen);
    if (check_documents(seen))
        ++report_.sessions;
}

/// That all seats exist, and that each has one holder.
inline void auditor::check_seats(const session_snapshot& seen)
{
    const auto hall = inventory_.find_hall(seen.session.hall);
    if (hall.error() == errc::hall_not_found)
        return find("its hall " + std::to_string(raw(seen.session.hall)) + " does not exist");
    if (failed(hall.error()))
        return;
    const auto& layout = (*hall)->layout;
    for (const auto seat : seen.session.blocked)
        if (!layout.find(seat))
            find(name(seat) + " is blocked, but the hall has no such seat");
    std::map<seat_number, const uuid*> holders;
    for (const auto& state : seen.reservations)
        for (const auto& seat : state->seats)
        {
            if (!layout.find(seat.number))
                find(name(state->id.id) + " has " + name(seat.number)
                     + ", but the hall has no such seat");
            if (!state->is_live())
                continue;
            const auto [holder, is_first] = holders.emplace(seat.number, &state->id.id);
            if (!is_first)
                find(name(seat.number) + " is taken twice, by " + name(*holder->second) + " and "
                     + name(state->id.id));
        }
}

/// That the guard has a row for each seat of each live reservation, and no others.
inline void auditor::check_guard(const session_snapshot& seen, const std::vector<guard_row>& rows)
{
    std::vector<guard_row> wanted;
    for (const auto& state : seen.reservations)
        if (state->is_live())
            for (const auto& seat : state->seats)
                wanted.push_back({seat.number, state->id.id});
    std::sort(wanted.begin(), wanted.end());
    if (!std::is_sorted(rows.begin(), rows.end()))
        find("its guard rows are not in ascending order");
    auto there = rows;
    std::sort(there.begin(), there.end());
    std::vector<guard_row> missing;
    std::set_difference(wanted.begin(), wanted.end(), there.begin(), there.end(),
                        std::back_inserter(missing));
    for (const auto& row : missing)
        find(name(row.seat) + " of " + name(row.reservation) + " has no guard row");
    std::vector<guard_row> extra;
    std::set_difference(there.begin(), there.end(), wanted.begin(), wanted.end(),
                        std::back_inserter(extra));
    for (const auto& row : extra)
        find(name(row.seat) + " is guarded for " + name(row.reservation)
             + ", which does not have it");
}

/// That a reservation's events fit each other and the session.
inline void auditor::check_history(const session_snapshot& seen, const reservation& state)
{
    const auto who = name(state.id.id);
    if (state.id.session != seen.session.id)
        find(who + " names the session " + std::to_string(raw(state.id.session)));
    if (state.seats.empty())
        find(who + " has no seats");
    for (std::size_t i = 0; i < state.events.size(); ++i)
    {
        if (i > 0 && state.events[i].version <= state.events[i - 1].version)
            find(who + " has events that are not in ascending order of their versions");
        if ((state.events[i].status == reservation_status::held)
            != state.events[i].held_until.has_value())
            find(who + " has an event whose status and end of hold contradict each other");
    }
    if (state.events.empty())
        find(who + " has no events");
    else if (state.version() > seen.stamp.version)
        find(who + " has the version " + std::to_string(raw(state.version()))
             + ", past the session's " + std::to_string(raw(seen.stamp.version)));
}

/// That each key refers to an event of a reservation that is there, and that no key is kept twice.
inline void auditor::check_keys(const session_snapshot& seen)
{
    std::unordered_map<uuid, std::size_t> events;
    for (const auto& state : seen.reservations)
        if (!events.emplace(state->id.id, state->events.size()).second)
            find(name(state->id.id) + " is there twice");
    std::vector<key_digest> digests;
    for (const auto& record : seen.keys)
    {
        digests.push_back(record.key);
        const auto known = events.find(record.reservation);
        if (known == events.end())
            find("a key refers to " + name(record.reservation) + ", which is not there");
        else if (record.event >= known->second)
            find("a key refers to event " + std::to_string(record.event) + " of "
                 + name(record.reservation) + ", which has only " + std::to_string(known->second));
    }
    std::sort(digests.begin(), digests.end());
    if (std::adjacent_find(digests.begin(), digests.end()) != digests.end())
        find("a key is there twice");
}

/// That the documents say the same. A document may differ because its reservation has moved on;
/// then both are read again until the session stands still around it. Returns whether it did.
inline bool auditor::check_documents(const session_snapshot& seen)
{
    for (const auto& first : seen.reservations)
    {
        const auto id = first->id;
        const auto document = documents_.find(id);
        if (failed(document.error()))
            return false;
        if (*document && **document == *first)
            continue;
        session_snapshot again;
        reservation_ptr latest;
        const bool is_settled =
            settle(id.session, again,
                   [&](const session_snapshot& before) -> std::optional<session_stamp>
                   {
                       auto found = documents_.find(id);
                       const auto after = inventory_.guard_rows(before.session.id);
                       if (failed(found.error()) || failed(after.error()))
                           return std::nullopt;
                       latest = std::move(*found);
                       return after->first;
                   });
        if (!is_settled)
            return false;
        for (const auto& state : again.reservations)
            if (state->id == id) // else it ended meanwhile, and no key refers to it
                compare(*state, latest);
    }
    return true;
}

inline void auditor::compare(const reservation& state, const reservation_ptr& document)
{
    if (!document)
        find(name(state.id.id) + " has no document");
    else if (*document != state)
        find(name(state.id.id) + " is at version " + std::to_string(raw(state.version()))
             + ", but its document differs");
}

} // namespace cinema::booking::detail
