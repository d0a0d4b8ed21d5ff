#include "outbox.hpp"

#include "reservation_row.hpp"

#include <algorithm>

namespace cinema::booking::postgres
{
namespace
{

/// Entries that were taken, with the states of their reservations as they are now.
struct taken_entries
{
    std::vector<std::int64_t> ids;
    std::vector<reservation_id> names;
    std::vector<reservation_ptr> states; // null: the reservation is there no more, or unreadable
    std::vector<error_code> unreadable;
};

/// Nothing if it cannot be read, which must not hold up the others.
store_result<reservation_ptr> state_in(const row& from)
try
{
    return from.is_null(2) ? nullptr : reservation_from(from);
}
catch (const failure& failed)
{
    return make_error_code(failed.code());
}

taken_entries take(connection& in, std::size_t limit)
{
    taken_entries all;
    const auto found = in.run(query::take_outbox, parameters::of(static_cast<std::int64_t>(limit)));
    for (const auto each : found)
    {
        const auto state = state_in(each);
        all.states.push_back(state ? *state : nullptr);
        all.unreadable.push_back(state ? error_code{} : state.error());
        all.names.push_back({each.as<session_id>(0), each.id(1)});
        all.ids.push_back(each.integer(7));
    }
    return all;
}

/// Those that can be put, each once, though an entry may be there for each of its steps.
std::vector<reservation_ptr> distinct(const taken_entries& taken)
{
    std::vector<reservation_ptr> states;
    std::ranges::copy_if(taken.states, std::back_inserter(states),
                         [](const auto& state) { return state != nullptr; });
    std::ranges::sort(states, {}, [](const auto& state) { return state->id; });
    const auto rest = std::ranges::unique(states, {}, [](const auto& state) { return state->id; });
    states.erase(rest.begin(), rest.end());
    return states;
}

/// What was wrong with a state; nothing if it was put.
error_code error_of(const reservation_ptr& state, const std::vector<reservation_ptr>& put,
                    const std::vector<error_code>& errors)
{
    if (state == nullptr)
        return {};
    const auto place =
        std::ranges::lower_bound(put, state->id, {}, [](const auto& each) { return each->id; });
    return errors[static_cast<std::size_t>(place - put.begin())];
}

/// Takes out what was put, and counts the tries of what was refused.
delivery_report conclude(connection& in, const taken_entries& taken,
                         const std::vector<reservation_ptr>& put,
                         const std::vector<error_code>& errors)
{
    array<std::int64_t> delivered;
    array<session_id> sessions;
    array<uuid> reservations;
    array<std::int64_t> refused;
    array<std::string_view> reasons;
    delivery_report report;
    for (std::size_t i = 0; i < taken.ids.size(); ++i)
        if (const auto error =
                taken.unreadable[i] ? taken.unreadable[i] : error_of(taken.states[i], put, errors);
            !error)
        {
            delivered.add(taken.ids[i]);
            sessions.add(taken.names[i].session);
            reservations.add(taken.names[i].id);
            ++report.delivered;
        }
        else
        {
            refused.add(taken.ids[i]);
            const auto text = error.message();
            reasons.add(std::string_view{text});
            ++report.refused;
        }
    if (report.delivered > 0)
        in.run(query::drop_delivered, parameters::of(delivered, sessions, reservations));
    if (report.refused > 0)
        for (const auto each :
             in.run(query::note_refusals,
                    parameters::of(refused, reasons, std::int32_t{outbox_tries_max})))
            report.set_aside += each.boolean(0) ? 1 : 0;
    return report;
}

} // namespace

store_result<delivery_report> table_outbox::deliver(reservation_store& to, std::size_t limit)
{
    return in_->write(
        [&](connection& in) -> store_result<delivery_report>
        {
            const auto taken = take(in, limit);
            if (taken.ids.empty())
                return delivery_report{};
            in.execute("SET LOCAL idle_in_transaction_session_timeout = 10000");
            const auto states = distinct(taken);
            const auto errors = to.put_all(states);
            if (!errors)
                return errors.error();
            in.wait_until(std::chrono::steady_clock::now() + in_->params().timeout);
            return conclude(in, taken, states, *errors);
        });
}

store_result<outbox_status> table_outbox::status()
{
    return in_->read(
        [&](connection& from) -> store_result<outbox_status>
        {
            const auto found = from.run(query::outbox_status);
            return outbox_status{.waiting = static_cast<std::size_t>(found[0].integer(0)),
                                 .oldest = found[0].optional_time(1),
                                 .set_aside = static_cast<std::size_t>(found[0].integer(2)),
                                 .now = found[0].time(3)};
        });
}

store_result<std::vector<set_aside_entry>> table_outbox::set_aside(std::size_t limit)
{
    return in_->read(
        [&](connection& from) -> store_result<std::vector<set_aside_entry>>
        {
            std::vector<set_aside_entry> entries;
            const auto found =
                from.run(query::list_set_aside, parameters::of(static_cast<std::int64_t>(limit)));
            for (const auto each : found)
                entries.push_back({.reservation = {each.as<session_id>(0), each.id(1)},
                                   .tries = static_cast<unsigned>(each.integer(2)),
                                   .error = std::string{each.text(3)},
                                   .since = each.time(4)});
            return entries;
        });
}

store_result<std::size_t> table_outbox::retry(const std::optional<reservation_id>& which)
{
    const auto session = which ? std::optional{which->session} : std::nullopt;
    const auto id = which ? std::optional{which->id} : std::nullopt;
    return in_->write_at_once(
        [&](connection& in) -> store_result<std::size_t>
        {
            return static_cast<std::size_t>(
                in.run(query::retry_set_aside, parameters::of(session, id)).changed());
        });
}

store_result<std::size_t> table_outbox::drop(const reservation_id& which)
{
    return in_->write_at_once(
        [&](connection& in) -> store_result<std::size_t>
        {
            const auto changed =
                in.run(query::drop_set_aside, parameters::of(which.session, which.id)).changed();
            return changed > 0 ? 1U : 0U; // the entries of one reservation count as one
        });
}

} // namespace cinema::booking::postgres
