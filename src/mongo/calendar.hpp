#pragma once

#include <cinema/booking/domain/session.hpp>

#include "database.hpp"

#include <vector>

/// When the sessions of a hall are: one document of `calendars` for each hall, which is swapped by
/// its version before a session is made, so that no two overlap.
///
///     {_id: 3, version: 8, entries: [{session: 12, from: <date>, until: <date>, at: <date>}, …]}
///
/// An entry whose session never came is void after a minute. Then its id is taken by a document
/// that marks it, so that the session cannot come later.
namespace cinema::booking::mongo
{

struct calendar_entry
{
    session_id session{};
    time_point from{};
    time_point until{};
    time_point at{}; ///< When it was entered.

    [[nodiscard]] bool overlaps(const calendar_entry& other) const noexcept
    {
        return from < other.until && other.from < until;
    }
};

struct calendar
{
    std::int64_t version{}; ///< 0: there is none yet.
    std::vector<calendar_entry> entries;
};

/// Throws `failure` (store_failed) if it is anything else.
[[nodiscard]] calendar calendar_from(fields from);

/// Enters a time in a hall's calendar. Returns false if another session has it, or will have it.
/// Throws `failure`, also busy where others enter all the time.
[[nodiscard]] bool enter(database& in, hall_id hall, const calendar_entry& entry);

} // namespace cinema::booking::mongo
