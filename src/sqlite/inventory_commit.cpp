#include <cinema/booking/store/session_record.hpp>

#include "inventory.hpp"
#include "reservation_row.hpp"

#include <algorithm>
#include <numeric>

namespace cinema::booking::sqlite
{
namespace
{

void take_seats(connection& to, const reservation& of)
{
    for (const auto& seat : of.seats)
        if (to.run(query::take_seat, of.id.session, seat.number, blob{of.id.id.bytes}) == 0)
            throw failure{errc::store_failed,
                          "the guard refused a change: seat " + std::to_string(raw(seat.number))
                              + " is another reservation's than " + of.id.text()};
}

void put(connection& to, const reservation_change& change, session_version version)
{
    const reservation_values values{*change.now, version};
    const auto written = change.is_new ? values.write(to, query::add_reservation)
                                       : values.write(to, query::move_reservation, change.was_live);
    if (written == 0)
        throw failure{errc::store_failed, "a change contradicts what is stored of reservation "
                                              + change.now->id.text()};
    if (change.frees_seats())
        for (const auto& seat : change.now->seats)
            to.run(query::free_seat, change.now->id.session, seat.number,
                   blob{change.now->id.id.bytes});
}

void write(connection& to, const session_change& change)
{
    for (const auto& entry : change.reservations)
        put(to, entry, change.next.version);
    for (const auto& entry : change.reservations)
        if (entry.takes_seats())
            take_seats(to, *entry.now);
    for (const auto& key : change.keys)
        to.run(query::put_key, change.session, blob{key.key.bytes}, change.next.version, key.event,
               blob{key.reservation.bytes}, blob{key.request});
    if (!change.blocked)
        return;
    to.run(query::drop_blocks, change.session);
    for (const auto seat : *change.blocked)
        to.run(query::add_block, change.session, seat);
}

/// Whether the session is still where the change expects it; if it shall change, it is changed.
bool swap(connection& in, const session_change& change)
{
    if (change.is_check())
    {
        const auto stored = find_state(in, change.session);
        return stored && stored->stamp.version == change.expected.version
               && stored->stamp.change == change.expected.change;
    }
    const auto before = bytes_of(change.expected.change);
    if (in.run(query::swap_session, change.session, change.expected.version, change.expected.change,
               change.next.version, change.next.change, change.next.config, change.at, blob{before},
               before.size() * recent_changes_max)
        == 0)
        return false;
    write(in, change);
    return true;
}

commit_outcome decide(connection& in, const session_change& change)
{
    if (swap(in, change))
        return {};
    auto stored = load_session(in, {change.session, change.expected});
    if (!stored)
        return {.error = stored.error(), .now = std::nullopt};
    return {.error = errc::version_conflict, .now = std::move(*stored), .is_final = true};
}

} // namespace

store_result<store_reply> inventory::do_commit(std::span<const session_change> batch,
                                               std::span<commit_outcome> outcome)
{
    std::vector<std::size_t> order(batch.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t left, std::size_t right)
              { return batch[left].session < batch[right].session; });

    const auto decide_all = [&](connection& in) -> store_result<void>
    {
        for (const auto index : order)
            outcome[index] = decide(in, batch[index]);
        return {};
    };
    // Checks, too, wait for their turn to write: a commit that another process has begun could
    // still succeed otherwise. A transaction that changed nothing ends without a write.
    const auto done = in_->write(decide_all);
    if (!done)
    {
        std::fill(outcome.begin(), outcome.end(), commit_outcome{done.error(), std::nullopt});
        return done.error();
    }
    return in_->reply();
}

} // namespace cinema::booking::sqlite
