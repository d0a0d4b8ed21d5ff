#include "delivery.hpp"
#include "inventory.hpp"
#include "reservations.hpp"
#include "session_statements.hpp"

#include <algorithm>
#include <set>

namespace cinema::booking::mongo
{
namespace
{

/// So many sessions are looked for at once: their documents may be large.
constexpr std::size_t candidates_max = 256;

/// Calls `visit` with the sessions of which the date `field` is before `limit`, the earliest first,
/// until it returns false. What it has not changed is not shown again.
template <class Visit>
void each_due(database& in, const char* field, const char* comparison, time_point limit,
              const Visit& visit)
{
    std::set<session_id> seen;
    for (bool is_more = true; is_more;)
    {
        document until;
        const auto due =
            find_sessions(in, field, until.add(comparison, limit), candidates_max + seen.size());
        is_more = false;
        for (const auto id : due)
        {
            if (!seen.insert(id).second)
                continue;
            is_more = true;
            if (!visit_session(in, id, visit))
                return;
        }
    }
}

document ids_of(const std::vector<reservation_ptr>& all)
{
    array ids;
    for (const auto& each : all)
        ids.add(std::string_view{each->id.text()});
    document among;
    return among.add_array("$in", ids.elements());
}

/// Documents of guests that are about to leave their session: first, since nobody would look for
/// them afterwards. What has ended stays as it is: another purge finds it if this one fails.
void drop_documents(database& in, const std::vector<reservation_ptr>& gone)
{
    std::vector<reservation_ptr> of_guests;
    std::ranges::copy_if(gone, std::back_inserter(of_guests),
                         [](const auto& each) { return each->account.empty(); });
    if (of_guests.empty())
        return;
    document which;
    in.remove(
        "reservations",
        which.add("_id", ids_of(of_guests)).add("session", raw(of_guests.front()->id.session)));
}

/// Brings to the documents what waits. Returns whether nothing waits any more, nor is set aside.
bool settle(database& in, const session_document& of)
{
    if (!of.outbox.empty())
    {
        const auto states = waiting_in(of);
        const auto errors = put_documents(in, states);
        if (std::ranges::any_of(errors, [](const auto& error) { return error.failed(); }))
            return false;
        take_out(in, of);
        forget_refusals(in, states);
    }
    document which;
    which.add("session", raw(of.record.session.id));
    auto tried = which; // and delivered since
    in.remove(refused, tried.add("set_aside", false));
    return !in.find_one({.collection = refused, .filter = which});
}

void purge_session(database& in, const session_document& kept, time_point ended_before,
                   std::size_t limit, purge_report& report)
{
    if (!settle(in, kept))
        return;
    auto left = kept;
    const auto [gone, keys_gone] =
        left.record.purge(ended_before, limit - std::min(limit, report.reservations));
    purged_parts parts;
    for (const auto& each : gone)
        parts.reservations.push_back(each->id.id);
    for (const auto& [digest, key] : kept.record.keys)
        if (!left.record.keys.contains(digest))
            parts.keys.push_back(digest);
    drop_documents(in, gone);
    if (!in.update_one("sessions", purge_statement(left, parts)))
        return; // it has moved on: another time
    report.reservations += gone.size();
    report.keys += keys_gone;
}

std::size_t purge_tokens(database& in, time_point now, std::size_t limit)
{
    document expired;
    document which;
    document wanted;
    array ids;
    in.find({.collection = "access_tokens",
             .filter = which.add("expires_at", expired.add("$lte", now)),
             .fields = wanted.add("_id", std::int32_t{1}),
             .limit = static_cast<std::int64_t>(limit)},
            [&](const view& found)
            {
                ids.add(fields{found}.at("_id").bytes());
                return true;
            });
    if (ids.empty())
        return 0;
    document among;
    document gone;
    in.remove("access_tokens", gone.add("_id", among.add_array("$in", ids.elements())));
    return ids.size();
}

} // namespace

store_result<std::vector<session_id>> inventory::lapsed(time_point now, std::size_t limit)
{
    return in_->edge(
        [&]() -> store_result<std::vector<session_id>>
        {
            std::vector<session_id> found;
            each_due(*in_, "hold_ends", "$lte", now,
                     [&](const session_document& kept)
                     {
                         if (kept.record.has_lapsed(now))
                             found.push_back(kept.record.session.id);
                         else
                             (void)in_->update_one("sessions", correction_statement(kept));
                         return found.size() < limit;
                     });
            return found;
        });
}

store_result<purge_report> inventory::purge(time_point ended_before, std::size_t limit)
{
    return in_->edge(
        [&]() -> store_result<purge_report>
        {
            const auto now = in_->begin().reply().now;
            purge_report report;
            each_due(*in_, "purge_from", "$lt", ended_before,
                     [&](const session_document& kept)
                     {
                         purge_session(*in_, kept, ended_before, limit, report);
                         return report.reservations < limit && report.keys < limit;
                     });
            report.access_tokens = purge_tokens(*in_, now, limit);
            return report;
        });
}

} // namespace cinema::booking::mongo
