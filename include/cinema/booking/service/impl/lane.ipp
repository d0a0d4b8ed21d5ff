#pragma once

#include <cinema/booking/config.hpp>
#include <cinema/booking/service/lane.hpp>

#include <algorithm>
#include <exception>

/// A round of a lane from its beginning to its end.
namespace cinema::booking::detail
{

/// Sessions in one load. A load that takes too long is cut in halves.
inline constexpr std::size_t load_sessions_max = 32;

/// Contact was lost: whether an operation was done is open after outcome_unknown alone.
[[nodiscard]] inline bool is_lost_contact(const error_code& error)
{
    return error == make_error_code(errc::store_unavailable)
           || error == make_error_code(errc::outcome_unknown);
}

/// Between two tries when contact was lost or the store is busy: a random time up to this.
[[nodiscard]] inline std::chrono::microseconds retry_pause_max(unsigned tries)
{
    using std::chrono::milliseconds;
    return std::min(milliseconds{500}, milliseconds{50} * (1U << std::min(tries, 4U)));
}

CINEMA_DECL lane::lane(lane_context& context, std::size_t book_bytes_max)
    : context_{context}, shelf_{book_bytes_max}, load_size_{load_sessions_max}
{
    batch_.reserve(batch_operations_max);
    thread_ = std::thread{[this] { run(); }};
}

CINEMA_DECL lane::~lane() { stop(); }

CINEMA_DECL errc lane::submit(operation_ptr operation)
{
    {
        const std::lock_guard lock{mutex_};
        if (stopping_)
            return errc::stopped;
        const auto most = context_.options.mailbox_max;
        if (mailbox_.size() >= most || in_hand_.size() >= most + batch_operations_max)
            return errc::busy;
        mailbox_.push_back(std::move(operation));
        if (mailbox_.size() > 1)
            return errc{};
    }
    wake_.notify_one();
    return errc{};
}

CINEMA_DECL void lane::close()
{
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    wake_.notify_one();
}

CINEMA_DECL void lane::stop()
{
    close();
    if (thread_.joinable())
        thread_.join();
}

CINEMA_DECL void lane::check_deadlines(steady_time now)
{
    std::vector<operation_ptr> late;
    {
        const std::lock_guard lock{mutex_};
        for (const auto& waiting : mailbox_) // in the order of their deadlines
        {
            if (waiting->deadline > now)
                break;
            late.push_back(waiting);
        }
        for (const auto& taken : in_hand_)
            if (taken->deadline <= now)
                late.push_back(taken);
    }
    for (const auto& operation : late)
        operation->check_deadline(now);
}

CINEMA_DECL void lane::run()
{
    bool goes_on = true;
    while (goes_on)
    {
        try
        {
            goes_on = receive();
            work();
        }
        catch (...)
        {
            recover();
        }
    }
}

/// Takes what has come. Returns whether there is, or may be, more to do.
CINEMA_DECL bool lane::receive()
{
    std::unique_lock lock{mutex_};
    wait(lock);
    std::erase_if(in_hand_, [](const auto& operation) { return operation->is_done(); });
    in_hand_.reserve(in_hand_.size() + batch_operations_max);
    received_.splice(received_.end(), arrivals_);
    while (!mailbox_.empty() && batch_.size() < batch_operations_max)
    {
        if (mailbox_.front()->take())
        {
            in_hand_.push_back(mailbox_.front());
            batch_.push_back(std::move(mailbox_.front()));
        }
        mailbox_.pop_front();
    }
    return !stopping_ || !mailbox_.empty() || !batch_.empty() || !groups_.empty();
}

/// Waits for operations, for what was read, or until a group may be tried again.
CINEMA_DECL void lane::wait(std::unique_lock<std::mutex>& lock)
{
    const auto is_awake = [this]
    { return (stopping_ && groups_.empty()) || !mailbox_.empty() || !arrivals_.empty(); };
    auto next_try = steady_time::max();
    for (const auto& [session, group] : groups_)
        if (group.can_be_decided())
            next_try = std::min(next_try, group.not_before);
    if (next_try == steady_time::max())
        wake_.wait(lock, is_awake);
    else
        wake_.wait_until(lock, next_try, is_awake);
}

CINEMA_DECL void lane::work()
{
    while (!received_.empty())
    {
        std::list<arrival> next;
        next.splice(next.end(), received_, received_.begin());
        std::visit([this](auto& reading) { arrived(reading); }, next.front());
    }
    for (auto& operation : batch_)
    {
        auto& group = groups_[operation->session()];
        group.session = operation->session();
        group.is_fresh = group.is_final = false;
        if (group.not_before > std::chrono::steady_clock::now())
            operation->retry_after(group.waits_for);
        group.operations.emplace_back().operation = std::move(operation);
    }
    batch_.clear();

    groups missing;
    groups calm;
    groups contended;
    for (auto* group : ready_groups())
    {
        group->book = shelf_.find(group->session);
        if (group->book == nullptr || group->must_load)
            missing.push_back(group);
        else
            (group->is_contended ? contended : calm).push_back(group);
    }
    start_loads(missing);
    const auto apart = std::stable_partition(calm.begin(), calm.end(),
                                             [this](const auto* group)
                                             { return !apart_.contains(group->session); });
    const groups alone{apart, calm.end()};
    calm.erase(apart, calm.end());
    commit_each(calm, &lane::swap);
    for (auto* group : alone)
        commit_each({group}, &lane::swap);
    commit_each(contended, &lane::lock_and_swap);

    for (auto& [session, group] : groups_)
        group.drop_answered();
    std::erase_if(groups_, [](const auto& entry) { return entry.second.is_settled(); });
    shelf_.trim([this](session_id session) { context_.views.erase(session); });
}

CINEMA_DECL lane::groups lane::ready_groups()
{
    groups ready;
    const auto now = std::chrono::steady_clock::now();
    for (auto& [session, group] : groups_)
    {
        group.drop_answered();
        if (group.can_be_decided() && group.not_before <= now)
            ready.push_back(&group);
    }
    return ready;
}

/// A failure that nobody foresaw, such as a store that throws, or no memory.
CINEMA_DECL void lane::recover() noexcept
{
    const auto answer = [](operation& asked) {
        asked.answer(
            refusal{.code = asked.is_query() ? errc::store_failed : errc::outcome_unknown});
    };
    for (const auto& operation : batch_)
        if (operation)
            answer(*operation);
    batch_.clear();
    for (auto& [session, group] : groups_)
    {
        for (const auto& each : group.operations)
            if (each.operation)
                answer(*each.operation);
        group.answers.clear();
    }
    shelf_.clear([this](session_id session) { context_.views.erase(session); });
    tell_failure(context_.options.log, "a lane");
}

/// Commits all of them by one call. If that fails for a reason that may be one session's own, each
/// is tried alone.
CINEMA_DECL void lane::commit_each(const groups& open, error_code (lane::*call)(const groups&))
{
    if (open.empty())
        return;
    const auto error = (this->*call)(open);
    if (!error)
        return;
    if (is_lost_contact(error))
        return lost_contact(open);
    if (open.size() == 1)
        return failed(*open.front(), error);
    for (auto* group : open)
        if (group->can_be_decided())
            commit_each({group}, call);
}

/// A call for this session alone failed. A busy store is asked again until the deadline.
CINEMA_DECL void lane::failed(lane_group& of, const error_code& error)
{
    if (error == make_error_code(errc::busy))
    {
        apart_.insert(of.session);
        return defer(of, errc::busy, retry_pause_max(of.busy_tries++));
    }
    const bool can_do_rest = error == make_error_code(errc::session_full) && !of.is_full;
    if (can_do_rest)
        of.is_full = true; // all but reserving is decided again
    else
    {
        forget(of.session);
        refuse_all(of, to_refusal(error));
    }
}

/// Operations whose commit may have succeeded are retried until their deadline, the others twice,
/// as long as the lane hears nothing from the store.
CINEMA_DECL void lane::lost_contact(const groups& open)
{
    const auto now = std::chrono::steady_clock::now();
    for (auto* group : open)
    {
        context_.views.confirm(group->session, {}); // to be verified before it is shown again
        if (group->lost_at < heard_at_)
            group->losses = 0;
        group->lost_at = now;
        store_is_down_ = store_is_down_ || group->losses >= 2;
    }
    for (auto* group : open)
    {
        if (store_is_down_)
            for (const auto& each : group->operations)
                if (!each.doubt)
                    each.operation->answer(refusal{.code = errc::store_unavailable});
        defer(*group, errc{}, retry_pause_max(group->losses++));
    }
}

CINEMA_DECL void lane::defer(lane_group& of, errc why, std::chrono::microseconds pause_max)
{
    const auto most = static_cast<std::uint64_t>(pause_max.count());
    of.not_before = std::chrono::steady_clock::now()
                    + std::chrono::microseconds{context_.options.random() % most};
    of.waits_for = why;
    for (const auto& each : of.operations)
        each.operation->retry_after(why);
}

// ---- answering

CINEMA_DECL void lane::give_answers(lane_group& of)
{
    for (auto& [operation, answer] : of.answers)
    {
        seat_map_ptr map;
        const bool asks_for_map = std::holds_alternative<map_request>(operation->request);
        if (asks_for_map)
            map = context_.views.find(of.session, {});
        if (asks_for_map && !map)
            answer = refusal{.code = errc::busy};
        keep_to_house(answer);
        operation->answer(std::move(answer), std::move(map));
    }
    of.answers.clear();
}

/// Why a house's own pricing failed is for its log, not for whoever asked for seats.
CINEMA_DECL void lane::keep_to_house(decision& answer) const
{
    if (answer || answer.error().code != errc::pricing_failed)
        return;
    auto why = answer.error();
    context_.log(why.what());
    why.detail.clear();
    answer = std::move(why);
}

/// Refuses all, or answers "unknown" to those that may be done all the same.
CINEMA_DECL void lane::refuse_all(lane_group& of, const refusal& why)
{
    for (const auto& each : of.operations)
        each.operation->answer(each.doubt && !each.operation->is_query()
                                   ? refusal{.code = errc::outcome_unknown}
                                   : why);
}

CINEMA_DECL void lane::forget(session_id session)
{
    shelf_.erase(session);
    context_.views.erase(session);
}

// ---- the store's time

/// The store said `reply` at this uptime.
CINEMA_DECL void lane::heard(const store_reply& reply, std::chrono::milliseconds uptime)
{
    store_is_down_ = false;
    heard_at_ = std::chrono::steady_clock::now();
    context_.contacted();
    if (!context_.stores.inventory->clock())
        note_time(reply.now, uptime);
}

CINEMA_DECL void lane::note_time(time_point store, std::chrono::milliseconds uptime)
{
    const auto ahead = clock_.note(store, uptime);
    if (ahead && !is_clock_wrong_)
        context_.log("the store's clock went ahead by " + std::to_string(ahead->count() / 1'000)
                     + " s at once; holds go on by the time as it was counted before. Set the "
                       "clock right, or restart this program if it is right");
    is_clock_wrong_ = ahead.has_value();
}

CINEMA_DECL time_point lane::now()
{
    const auto uptime = host_uptime();
    const auto store = context_.stores.inventory->clock();
    if (!store)
        return clock_.at(uptime);
    const auto host = host_now(); // what the store's clock shows, unless a test sets it by hand
    note_time(host, uptime);
    return *store - (host - clock_.at(uptime));
}

} // namespace cinema::booking::detail
