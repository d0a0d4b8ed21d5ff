#pragma once

#include <cinema/booking/config.hpp>
#include <cinema/booking/service/lane.hpp>

#include <algorithm>

/// Reading by other threads while the lane goes on: sessions that are not in memory, and
/// reservations that have ended, with their keys.
namespace cinema::booking::detail
{

CINEMA_DECL void lane::start_loads(const groups& missing)
{
    const std::span all{missing};
    for (std::size_t begin = 0; begin < all.size(); begin += load_size_)
        start_load(all.subspan(begin, std::min(load_size_, all.size() - begin)));
}

CINEMA_DECL void lane::start_load(std::span<lane_group* const> of)
{
    session_reading reading;
    for (const auto* group : of)
    {
        const auto known =
            group->book == nullptr ? std::nullopt : std::optional{group->book->stamp()};
        reading.requests.push_back({group->session, known});
    }
    reading.loaded.assign(of.size(), store_result<session_load>{session_unchanged{}});
    auto what = std::make_shared<std::list<arrival>>();
    what->emplace_back(std::move(reading));
    const bool is_taken = context_.loads.submit(
        [this, what]
        {
            run_load(std::get<session_reading>(what->front()));
            deliver(*what);
        });
    for (auto* group : of)
    {
        group->is_loading = is_taken;
        if (!is_taken)
            defer(*group, errc::busy, retry_pause_max(0));
    }
}

/// On a thread of the pool.
CINEMA_DECL void lane::run_load(session_reading& reading) const
{
    reading.asked = std::chrono::steady_clock::now();
    try
    {
        auto& inventory = *context_.stores.inventory;
        reading.reply = inventory.load(reading.requests, reading.loaded);
        reading.replied = host_uptime();
        for (const auto& each : reading.loaded) // so that the lane need not wait for the hall
            if (const auto* whole = each ? std::get_if<session_snapshot>(&*each) : nullptr)
                (void)context_.halls.get(inventory, whole->session.hall);
    }
    catch (...)
    {
        tell_failure(context_.options.log, "loading a session");
        reading.reply = make_error_code(errc::store_failed);
    }
}

/// Has something looked up that the session does not have in memory. False if it cannot be.
template <class Found, class Read>
bool lane::start_look_up(lane_operation& asked, const session_stamp& at, Read read)
{
    auto what = std::make_shared<std::list<arrival>>();
    what->emplace_back(look_up_reading<Found>{asked.operation});
    const auto run = [this, what, read]
    {
        auto& reading = std::get<look_up_reading<Found>>(what->front());
        try
        {
            if (!reading.operation->is_done())
                reading.found = read();
        }
        catch (...)
        {
            tell_failure(context_.options.log, "a look-up");
            reading.found = make_error_code(errc::store_failed);
        }
        deliver(*what);
    };
    const bool is_taken = context_.look_ups.submit(run);
    auto& slot = slot_of(asked, static_cast<const Found*>(nullptr));
    slot = look_up<Found>{.at = at}; // the answer comes by this thread: not before this
    if (!is_taken)
    {
        slot->is_done = true;
        slot->found = make_error_code(errc::busy);
    }
    return is_taken;
}

/// Hands over what was read, from a thread of a pool. Takes no memory.
CINEMA_DECL void lane::deliver(std::list<arrival>& what)
{
    const std::lock_guard lock{mutex_};
    arrivals_.splice(arrivals_.end(), what);
    wake_.notify_one(); // the lane may end as soon as the lock is given back
}

CINEMA_DECL void lane::arrived(session_reading& reading)
{
    for (const auto& request : reading.requests)
        if (const auto of = groups_.find(request.session); of != groups_.end())
            of->second.is_loading = false;
    const auto reply = reading.reply.value_or(make_error_code(errc::store_failed));
    if (!reply)
        return load_failed(reading, reply.error());
    heard(*reply, reading.replied);
    if (reading.requests.size() >= load_size_)
        load_size_ = std::min(load_size_ * 2, load_sessions_max);
    for (std::size_t i = 0; i < reading.requests.size(); ++i)
        if (const auto of = groups_.find(reading.requests[i].session); of != groups_.end())
        {
            auto& loaded = reading.loaded[i];
            if (!reading.requests[i].known && loaded
                && !std::holds_alternative<session_snapshot>(*loaded))
                loaded = make_error_code(errc::store_failed); // it gave nothing to begin with
            of->second.must_load = false;
            (void)adopt(of->second, std::move(loaded), reading.asked);
        }
}

/// Fewer sessions are loaded at once from now on, down to one, whose failure is its own.
CINEMA_DECL void lane::load_failed(const session_reading& reading, const error_code& error)
{
    groups of;
    for (const auto& request : reading.requests)
        if (const auto found = groups_.find(request.session); found != groups_.end())
            of.push_back(&found->second);
    if (is_lost_contact(error))
        return lost_contact(of);
    if (reading.requests.size() > 1)
        load_size_ = std::max<std::size_t>(std::min(load_size_, reading.requests.size()) / 2, 1);
    else
        for (auto* group : of)
            failed(*group, error);
}

template <class Found>
void lane::arrived(look_up_reading<Found>& reading)
{
    const auto of = groups_.find(reading.operation->session());
    if (of == groups_.end())
        return;
    for (auto& each : of->second.operations)
    {
        auto& slot = slot_of(each, static_cast<const Found*>(nullptr));
        if (each.operation != reading.operation || !slot)
            continue;
        slot->is_done = true;
        slot->found = reading.found.value_or(make_error_code(errc::store_unavailable));
    }
}

} // namespace cinema::booking::detail
