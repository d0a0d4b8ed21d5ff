#include "outbox.hpp"

#include "inventory.hpp"
#include "reservations.hpp"

#include <algorithm>
#include <set>

namespace cinema::booking::mongo
{
namespace
{

constexpr const char* refused = "refused";

/// What `outbox_since` must be where something may be in the outbox.
document is_there()
{
    document out;
    return out.add("$exists", true);
}

/// Takes out what `seen` has of these reservations.
void take_out_some(database& in, const session_document& seen, const std::set<uuid>& which)
{
    std::vector<outbox_entry> entries;
    std::ranges::copy_if(seen.outbox, std::back_inserter(entries),
                         [&](const auto& entry) { return which.contains(entry.reservation); });
    if (!entries.empty())
        (void)in.update_one("sessions",
                            pulling_statement(seen.record.session.id, entries, std::nullopt));
}

set_aside_entry entry_from(fields from)
{
    const auto name = from.at("_id");
    const auto id = reservation_id::parse(name.text());
    if (!id)
        name.unexpected();
    return {.reservation = *id,
            .tries = static_cast<unsigned>(from.at("tries").number()),
            .error = std::string{from.at("error").text()},
            .since = from.at("since").time()};
}

document set_aside_only()
{
    document which;
    return which.add("set_aside", true);
}

} // namespace

std::vector<reservation_ptr> waiting_in(const session_document& seen)
{
    std::vector<uuid> ids;
    for (const auto& entry : seen.outbox)
        ids.push_back(entry.reservation);
    std::ranges::sort(ids);
    const auto again = std::ranges::unique(ids);
    ids.erase(again.begin(), again.end());
    std::vector<reservation_ptr> states;
    for (const auto& id : ids)
        if (const auto found = seen.record.reservations.find(id);
            found != seen.record.reservations.end())
            states.push_back(found->second);
    return states;
}

void take_out(database& in, const session_document& put)
{
    if (!in.update_one("sessions", emptying_statement(put)))
        (void)in.update_one("sessions", pulling_statement(put.record.session.id, put.outbox,
                                                          put.record.changed_at));
}

/// Counts a refusal; returns whether the entry was set aside.
bool session_outboxes::note_refusal(const reservation& state, const error_code& error)
{
    const auto which = [&] { return document{}.add("_id", state.id.text()); };
    const auto before = in_->find_one({.collection = refused, .filter = which()});
    const auto tries = before ? fields{*before}.at("tries").number() + 1 : 1;
    const bool is_last = tries >= std::int64_t{outbox_tries_max};
    document set;
    document first;
    document update;
    document statement;
    set.add("tries", tries)
        .add("error", error.message())
        .add("set_aside", is_last)
        .add("session", raw(state.id.session));
    update.add("$set", set).add("$setOnInsert", first.add("since", state.updated_at()));
    statement.add("q", which()).add("u", update).add("upsert", true);
    (void)in_->update_one(refused, statement);
    return is_last;
}

void session_outboxes::deliver_one(const session_document& of, reservation_store& to,
                                   delivery_report& report)
{
    const auto states = waiting_in(of);
    const auto errors = to.put_all(states);
    if (!errors)
        throw failure{static_cast<errc>(errors.error().value()), "the documents cannot be written"};
    const auto count_refused = static_cast<std::size_t>(
        std::ranges::count_if(*errors, [](const auto& error) { return error.failed(); }));
    report.delivered += states.size() - count_refused;
    report.refused += count_refused;
    if (count_refused == 0)
        return take_out(*in_, of);
    std::set<uuid> done;
    for (std::size_t i = 0; i < states.size(); ++i)
    {
        const bool is_set_aside = (*errors)[i] && note_refusal(*states[i], (*errors)[i]);
        report.set_aside += is_set_aside ? 1 : 0;
        if (!(*errors)[i] || is_set_aside)
            done.insert(states[i]->id.id);
    }
    take_out_some(*in_, of, done);
}

store_result<delivery_report> session_outboxes::deliver(reservation_store& to, std::size_t limit)
{
    return in_->edge(
        [&]() -> store_result<delivery_report>
        {
            delivery_report report;
            const auto deliver_it = [&](const session_document& of)
            {
                deliver_one(of, to, report);
                return report.delivered < limit;
            };
            for (const auto id : find_sessions(*in_, "outbox_since", is_there(), limit))
                if (!visit_session(*in_, id, deliver_it))
                    break;
            return report;
        });
}

store_result<outbox_status> session_outboxes::status()
{
    return in_->edge(
        [&]() -> store_result<outbox_status>
        {
            outbox_status status{.now = in_->begin().reply().now};
            document which;
            document wanted;
            wanted.add("outbox", std::int32_t{1}).add("outbox_since", std::int32_t{1});
            in_->find({.collection = "sessions",
                       .filter = which.add("outbox_since", is_there()),
                       .fields = wanted},
                      [&](const view& found)
                      {
                          const fields all{found};
                          const auto entries = outbox_from(all).size();
                          const auto since = all.at("outbox_since").time();
                          if (entries > 0 && (!status.oldest || since < *status.oldest))
                              status.oldest = since;
                          status.waiting += entries;
                          return true;
                      });
            in_->find({.collection = refused, .filter = set_aside_only()},
                      [&](const view&)
                      {
                          ++status.set_aside;
                          return true;
                      });
            return status;
        });
}

store_result<std::vector<set_aside_entry>> session_outboxes::set_aside(std::size_t limit)
{
    return in_->edge(
        [&]() -> store_result<std::vector<set_aside_entry>>
        {
            std::vector<set_aside_entry> entries;
            document order;
            in_->find({.collection = refused,
                       .filter = set_aside_only(),
                       .sort = order.add("since", std::int32_t{1}),
                       .limit = static_cast<std::int64_t>(limit)},
                      [&](const view& found)
                      {
                          entries.push_back(entry_from(fields{found}));
                          return true;
                      });
            return entries;
        });
}

/// First into the outbox again, then no more set aside: if it comes to an end in between, the entry
/// is delivered and still told of.
store_result<std::size_t> session_outboxes::retry(const std::optional<reservation_id>& which)
{
    const auto entries = set_aside(100'000);
    if (!entries)
        return entries.error();
    return in_->edge(
        [&]() -> store_result<std::size_t>
        {
            std::size_t count = 0;
            for (const auto& entry : *entries)
            {
                if (which && entry.reservation != *which)
                    continue;
                for (const auto& [id, seen] : load_documents(*in_, {entry.reservation.session}))
                    if (const auto state = seen.record.reservations.find(entry.reservation.id);
                        state != seen.record.reservations.end())
                        (void)in_->update_one("sessions", queueing_statement(*state->second));
                in_->remove(refused, document{}.add("_id", entry.reservation.text()));
                ++count;
            }
            return count;
        });
}

store_result<std::size_t> session_outboxes::drop(const reservation_id& which)
{
    return in_->edge(
        [&]() -> store_result<std::size_t>
        {
            auto named = set_aside_only();
            named.add("_id", which.text());
            const bool is_kept =
                in_->find_one({.collection = refused, .filter = named}).has_value();
            if (is_kept)
                in_->remove(refused, named);
            return is_kept ? 1U : 0U;
        });
}

} // namespace cinema::booking::mongo
