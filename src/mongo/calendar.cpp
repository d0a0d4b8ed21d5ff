#include "calendar.hpp"

#include "session_document.hpp"

#include <algorithm>

namespace cinema::booking::mongo
{
namespace
{

constexpr std::chrono::minutes entry_age_max{1};
constexpr int tries_max = 64;

document numbered(std::int64_t id)
{
    document which;
    return which.add("_id", id);
}

document entries_of(const calendar& from)
{
    array entries;
    for (const auto& each : from.entries)
    {
        document entry;
        entries.add(entry.add("session", raw(each.session))
                        .add("from", each.from)
                        .add("until", each.until)
                        .add("at", each.at));
    }
    return entries.elements();
}

/// Whether no session will ever have this entry's id.
bool is_given_up(database& in, const calendar_entry& entry, time_point now)
{
    const find_request by_id{.collection = "sessions",
                             .filter = numbered(raw(entry.session)),
                             .fields = stamp_only(),
                             .how = freshness::latest};
    auto found = in.find_one(by_id);
    if (!found && now - entry.at < entry_age_max)
        return false;
    if (!found && in.insert("sessions", numbered(raw(entry.session)).add("void", true)))
        return true;
    if (!found)
        found = in.find_one(by_id); // it came at the last moment
    return found && is_void(fields{*found});
}

/// Returns false if others swapped the calendar since it was read.
bool swap(database& in, hall_id hall, const calendar& next)
{
    if (next.version == 1)
        return in.insert("calendars", numbered(raw(hall))
                                          .add("version", next.version)
                                          .add_array("entries", entries_of(next)));
    document set;
    document update;
    document statement;
    set.add("version", next.version).add_array("entries", entries_of(next));
    statement.add("q", numbered(raw(hall)).add("version", next.version - 1))
        .add("u", update.add("$set", set));
    return in.update_one("calendars", statement);
}

} // namespace

calendar calendar_from(fields from)
{
    calendar out{.version = from.at("version").number(), .entries = {}};
    for (const auto& each : from.at("entries").sub())
    {
        const auto kept = each.sub();
        out.entries.push_back({.session = session_id{kept.at("session").number()},
                               .from = kept.at("from").time(),
                               .until = kept.at("until").time(),
                               .at = kept.at("at").time()});
    }
    return out;
}

bool enter(database& in, hall_id hall, const calendar_entry& entry)
{
    for (int i = 0; i < tries_max; ++i)
    {
        const auto found = in.find_one(
            {.collection = "calendars", .filter = numbered(raw(hall)), .how = freshness::latest});
        auto next = found ? calendar_from(fields{*found}) : calendar{};
        std::vector<session_id> given_up;
        for (const auto& other : next.entries)
            if (other.overlaps(entry))
            {
                if (!is_given_up(in, other, entry.at))
                    return false;
                given_up.push_back(other.session);
            }
        std::erase_if(next.entries, [&](const auto& each)
                      { return std::ranges::find(given_up, each.session) != given_up.end(); });
        next.entries.push_back(entry);
        ++next.version;
        if (swap(in, hall, next))
            return true;
    }
    throw failure{errc::busy, "others enter sessions of the same hall all the time"};
}

} // namespace cinema::booking::mongo
