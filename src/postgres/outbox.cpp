#include "outbox.hpp"

#include "reservation_row.hpp"

#include <algorithm>

namespace cinema::booking::postgres
{
namespace
{

/// An entry that was taken, with the state of its reservation as it is now.
struct taken_entry
{
    std::int64_t id{};
    reservation_id name{};
    reservation_ptr state{}; // null: the reservation is there no more, or unreadable
    error_code error{};      // why it is unreadable, or what was wrong with putting it
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

std::vector<taken_entry> take(connection& in, std::size_t limit)
{
    std::vector<taken_entry> all;
    const auto found = in.run(query::take_outbox, parameters::of(static_cast<std::int64_t>(limit)));
    for (const auto each : found)
    {
        const auto state = state_in(each);
        all.push_back({.id = each.integer(7),
                       .name = {each.as<session_id>(0), each.id(1)},
                       .state = state ? *state : nullptr,
                       .error = state ? error_code{} : state.error()});
    }
    return all;
}

/// Those that can be put, each once, though an entry may be there for each of its steps.
std::vector<reservation_ptr> distinct(const std::vector<taken_entry>& taken)
{
    std::vector<reservation_ptr> states;
    for (const auto& entry : taken)
        if (entry.state != nullptr)
            states.push_back(entry.state);
    std::ranges::sort(states, {}, [](const auto& state) { return state->id; });
    const auto rest = std::ranges::unique(states, {}, [](const auto& state) { return state->id; });
    states.erase(rest.begin(), rest.end());
    return states;
}

/// Notes with each entry what was wrong with putting its state.
void note_errors(std::vector<taken_entry>& taken, const std::vector<reservation_ptr>& put,
                 const std::vector<error_code>& errors)
{
    for (auto& entry : taken)
    {
        if (entry.state == nullptr)
            continue;
        const auto place = std::ranges::lower_bound(put, entry.state->id, {},
                                                    [](const auto& each) { return each->id; });
        entry.error = errors[static_cast<std::size_t>(place - put.begin())];
    }
}

/// Of several, why none was put, and for the sake of none of them: that is an outage, which is not
/// for the entries to note.
error_code outage_in(const std::vector<taken_entry>& taken)
{
    const bool is_outage =
        taken.size() > 1
        && std::ranges::all_of(taken, [](const auto& entry)
                               { return entry.error && !is_refusal(entry.error); });
    return is_outage ? taken.front().error : error_code{};
}

/// Takes out what was put; returns how many.
std::size_t drop_delivered(connection& in, const std::vector<taken_entry>& taken)
{
    array<std::int64_t> ids;
    array<session_id> sessions;
    array<uuid> reservations;
    std::size_t count = 0;
    for (const auto& entry : taken)
        if (!entry.error)
        {
            ids.add(entry.id);
            sessions.add(entry.name.session);
            reservations.add(entry.name.id);
            ++count;
        }
    if (count > 0)
        in.run(query::drop_delivered, parameters::of(ids, sessions, reservations));
    return count;
}

/// Counts the tries of what was refused, and has what was not put rest.
void note_trouble(connection& in, const std::vector<taken_entry>& taken, delivery_report& report)
{
    array<std::int64_t> ids;
    array<std::string_view> reasons;
    array<std::int64_t> pauses;
    for (const auto& entry : taken)
        if (entry.error)
        {
            ids.add(entry.id);
            const auto text = entry.error.message();
            reasons.add(std::string_view{text});
            pauses.add(is_refusal(entry.error) ? 0 : std::int64_t{outbox_pause.count()});
            report.refused += is_refusal(entry.error) ? 1 : 0;
        }
    if (report.delivered == taken.size())
        return;
    for (const auto each :
         in.run(query::note_trouble,
                parameters::of(ids, reasons, pauses, std::int32_t{outbox_tries_max})))
        report.set_aside += each.boolean(0) ? 1 : 0;
}

} // namespace

store_result<delivery_report> table_outbox::deliver(reservation_store& to, std::size_t limit)
{
    return in_->write(
        [&](connection& in) -> store_result<delivery_report>
        {
            auto taken = take(in, limit);
            if (taken.empty())
                return delivery_report{};
            in.execute("SET LOCAL idle_in_transaction_session_timeout = 10000");
            const auto states = distinct(taken);
            const auto errors = to.put_all(states);
            in.wait_until(std::chrono::steady_clock::now() + in_->params().timeout);
            if (!errors)
                return errors.error();
            note_errors(taken, states, *errors);
            if (const auto error = outage_in(taken))
                return error;
            delivery_report report{.delivered = drop_delivered(in, taken)};
            note_trouble(in, taken, report);
            return report;
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
