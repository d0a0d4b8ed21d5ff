#include "delivery.hpp"

#include "inventory.hpp"
#include "session_statements.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace cinema::booking::mongo
{
namespace
{

constexpr std::chrono::milliseconds first_pause{100}; ///< After a refusal; longer after each.

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

/// How often the documents have refused a reservation, and how long it is to rest.
struct refusal
{
    std::int64_t tries{};
    time_point next_try;
};

/// What the documents have refused of these sessions.
std::map<reservation_id, refusal> refusals_of(database& from, const std::vector<session_id>& of)
{
    std::map<reservation_id, refusal> all;
    if (of.empty())
        return all;
    array sessions;
    for (const auto id : of)
        sessions.add(raw(id));
    document among;
    document which;
    from.find({.collection = refused,
               .filter = which.add("session", among.add_array("$in", sessions.elements()))},
              [&](const view& found)
              {
                  const fields kept{found};
                  all.emplace(name_of(kept), refusal{.tries = kept.at("tries").number(),
                                                     .next_try = kept.at("next_try").time()});
                  return true;
              });
    return all;
}

/// One round of deliveries. Its functions throw `failure`.
class delivery
{
public:
    delivery(database& in, reservation_store& to, time_point now) : in_{in}, to_{to}, now_{now} {}

    store_result<delivery_report> run(std::size_t limit);

private:
    void of_session(const session_document& of);
    [[nodiscard]] bool rests(const reservation_id& id) const;
    [[nodiscard]] bool note_trouble(const reservation& state, const error_code& error);

    database& in_;
    reservation_store& to_;
    time_point now_;
    std::map<reservation_id, refusal> refusals_;
    delivery_report report_;
    error_code error_;
};

/// Counts a refusal, and has the entry rest; returns whether it was set aside.
bool delivery::note_trouble(const reservation& state, const error_code& error)
{
    const auto before = refusals_.find(state.id);
    const auto tries =
        (before != refusals_.end() ? before->second.tries : 0) + (is_refusal(error) ? 1 : 0);
    const bool is_last = tries >= std::int64_t{outbox_tries_max};
    const auto pause = is_refusal(error) ? tries * first_pause : outbox_pause;
    report_.refused += is_refusal(error) ? 1 : 0;
    report_.set_aside += is_last ? 1 : 0;
    document set;
    document first;
    document update;
    document statement;
    set.add("tries", tries)
        .add("error", error.message())
        .add("set_aside", is_last)
        .add("next_try", now_ + pause)
        .add("session", raw(state.id.session));
    update.add("$set", set).add("$setOnInsert", first.add("since", state.updated_at()));
    statement.add("q", named(state.id)).add("u", update).add("upsert", true);
    (void)in_.update_one(refused, statement);
    return is_last;
}

/// Whether the documents have refused it a moment ago.
bool delivery::rests(const reservation_id& id) const
{
    const auto refusal = refusals_.find(id);
    return refusal != refusals_.end() && now_ < refusal->second.next_try;
}

void delivery::of_session(const session_document& of)
{
    auto states = waiting_in(of);
    const auto waiting = states.size();
    std::erase_if(states, [&](const auto& state) { return rests(state->id); });
    const auto errors = to_.put_all(states);
    if (!errors)
    {
        error_ = errors.error(); // of all documents: nothing that is wrong with this session
        return;
    }
    std::vector<reservation_ptr> no_more_refused;
    std::set<uuid> done;
    for (std::size_t i = 0; i < states.size(); ++i)
    {
        const auto& id = states[i]->id;
        const auto& error = (*errors)[i];
        const bool is_set_aside = error.failed() && note_trouble(*states[i], error);
        report_.delivered += error.failed() ? 0 : 1;
        if (!error.failed() || is_set_aside)
            done.insert(id.id);
        if (!error.failed() && refusals_.contains(id))
            no_more_refused.push_back(states[i]);
    }
    if (done.size() == waiting)
        take_out(in_, of);
    else
        take_out_some(in_, of, done);
    forget_refusals(in_, no_more_refused);
}

store_result<delivery_report> delivery::run(std::size_t limit)
{
    const auto visit = [&](const session_document& of)
    {
        of_session(of);
        return !error_.failed() && report_.delivered < limit;
    };
    const auto sessions = find_sessions(in_, "outbox_since", filled(), limit);
    refusals_ = refusals_of(in_, sessions);
    for (const auto id : sessions)
        if (!visit_session(in_, id, visit))
            break;
    if (error_.failed())
        return error_;
    return report_;
}

} // namespace

document filled()
{
    document out;
    return out.add("$exists", true);
}

reservation_id name_of(fields kept)
{
    const auto name = kept.at("_id");
    const auto id = reservation_id::parse(name.text());
    if (!id)
        name.unexpected();
    return *id;
}

document named(const reservation_id& id)
{
    document which;
    return which.add("_id", id.text());
}

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

void forget_refusals(database& in, const std::vector<reservation_ptr>& delivered)
{
    array ids;
    for (const auto& state : delivered)
        ids.add(std::string_view{state->id.text()});
    if (ids.empty())
        return;
    document among;
    document which;
    in.remove(refused, which.add("_id", among.add_array("$in", ids.elements())));
}

store_result<delivery_report> deliver(database& in, reservation_store& to, time_point now,
                                      std::size_t limit)
{
    return delivery{in, to, now}.run(limit);
}

} // namespace cinema::booking::mongo
