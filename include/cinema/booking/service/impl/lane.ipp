#pragma once

#include <cinema/booking/config.hpp>
#include <cinema/booking/service/lane.hpp>

#include <algorithm>
#include <exception>

namespace cinema::booking::detail
{

CINEMA_DECL lane::lane(lane_context& context, std::size_t book_bytes_max)
    : context_{context}, shelf_{book_bytes_max}, thread_{[this] { run(); }}
{
}

CINEMA_DECL lane::~lane() { stop(); }

CINEMA_DECL errc lane::submit(operation_ptr operation)
{
    {
        const std::lock_guard lock{mutex_};
        if (stopping_)
            return errc::stopped;
        if (mailbox_.size() >= context_.options.mailbox_max)
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
    std::vector<operation_ptr> batch;
    while (take_batch(batch))
    {
        process(batch);
        batch.clear();
    }
}

CINEMA_DECL bool lane::take_batch(std::vector<operation_ptr>& batch)
{
    std::unique_lock lock{mutex_};
    in_hand_.clear();
    wake_.wait(lock, [this] { return stopping_ || !mailbox_.empty(); });
    while (!mailbox_.empty() && batch.size() < batch_operations_max)
    {
        if (mailbox_.front()->take())
            batch.push_back(std::move(mailbox_.front()));
        mailbox_.pop_front();
    }
    in_hand_ = batch;
    return !stopping_ || !batch.empty() || !mailbox_.empty();
}

CINEMA_DECL void lane::process(const std::vector<operation_ptr>& batch)
{
    try
    {
        auto all = grouped(batch);
        groups open;
        for (auto& one : all)
            open.push_back(&one);
        if (!open.empty())
            settle(std::move(open));
        shelf_.trim([this](session_id session) { context_.views.erase(session); });
    }
    catch (...)
    {
        forget_all();
        for (const auto& operation : batch) // those that have an answer keep it
            operation->answer(refusal{.code = operation->is_query() ? errc::store_failed
                                                                    : errc::outcome_unknown});
        tell_failure(context_.options.log, "a lane");
    }
}

CINEMA_DECL std::vector<lane::group> lane::grouped(const std::vector<operation_ptr>& batch)
{
    std::vector<group> all;
    std::unordered_map<session_id, std::size_t> group_of;
    for (const auto& operation : batch)
    {
        const auto session = operation->session();
        const auto [at, is_first] = group_of.try_emplace(session, all.size());
        if (is_first)
            all.emplace_back().session = session;
        all[at->second].operations.push_back(operation);
    }
    return all;
}

/// Tries until every group is answered. Pre: none is.
CINEMA_DECL void lane::settle(groups open)
{
    unsigned losses = 0;
    for (unsigned tries = 0; tries < commit_tries_max; ++tries)
    {
        const auto error = attempt(open);
        const bool is_lost = error == make_error_code(errc::store_unavailable)
                             || error == make_error_code(errc::outcome_unknown);
        if (error && !is_lost)
            return settle_apart(open, error);
        if (is_lost && !lost_contact(open, losses++))
            return;
        std::erase_if(open, [](const group* one) { return one->is_settled; });
        if (open.empty())
            return;
        pause(tries, is_lost);
    }
    for (auto* one : open)
        refuse_all(*one, {.code = errc::busy});
}

/// Whatever failed for reasons of its own is tried apart from the others.
CINEMA_DECL void lane::settle_apart(const groups& open, const error_code& error)
{
    if (open.size() > 1)
    {
        for (auto* one : open)
            if (!one->is_settled)
                settle({one});
        return;
    }
    forget(open.front()->session);
    refuse_all(*open.front(), to_refusal(error));
}

/// False if there is nothing more to try: every group has been answered. Whoever may be done
/// already is not given up before the deadlines of all.
CINEMA_DECL bool lane::lost_contact(const groups& open, unsigned losses)
{
    forget_all();
    store_is_down_ = store_is_down_ || losses >= 2;
    bool is_left = false;
    for (auto* one : open)
    {
        std::erase_if(one->operations, [](const auto& operation) { return operation->is_done(); });
        if (one->operations.empty())
            one->is_settled = true;
        else if (!one->was_in_doubt && store_is_down_)
            refuse_all(*one, {.code = errc::store_unavailable});
        is_left = is_left || !one->is_settled;
    }
    return is_left;
}

CINEMA_DECL void lane::pause(unsigned tries, bool after_lost_contact)
{
    using std::chrono::microseconds;
    if (!after_lost_contact && tries < 1)
        return; // one conflict is nothing unusual
    const std::uint64_t most =
        after_lost_contact ? std::min<std::uint64_t>(500'000, 50'000ULL << std::min(tries, 4U))
                           : std::min<std::uint64_t>(5'000, 100ULL << std::min(tries, 6U));
    std::this_thread::sleep_for(microseconds{context_.options.random() % most});
}

// ---- answering

CINEMA_DECL void lane::give_answers(group& of)
{
    of.is_settled = true;
    for (auto& [operation, answer] : of.answers)
    {
        seat_map_ptr map;
        if (std::holds_alternative<map_request>(operation->request) && of.book != nullptr)
            map = context_.views.find(of.session, {});
        if (std::holds_alternative<map_request>(operation->request) && !map)
            answer = refusal{.code = errc::busy};
        keep_to_house(answer);
        operation->answer(std::move(answer), std::move(map));
    }
}

CINEMA_DECL void lane::give_answers(const groups& of)
{
    for (auto* one : of)
        give_answers(*one);
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

/// Says no to all, or "unknown" to those that may be done all the same.
CINEMA_DECL void lane::refuse_all(group& of, const refusal& why)
{
    for (const auto& operation : of.operations)
        operation->answer(of.was_in_doubt && !operation->is_query()
                              ? refusal{.code = errc::outcome_unknown}
                              : why);
    of.is_settled = true;
}

CINEMA_DECL void lane::forget(session_id session)
{
    shelf_.erase(session);
    context_.views.erase(session);
}

CINEMA_DECL void lane::forget_all()
{
    shelf_.clear([this](session_id session) { context_.views.erase(session); });
}

// ---- the store's time

CINEMA_DECL void lane::heard(const store_reply& reply)
{
    if (has_epoch_ && reply.epoch != epoch_)
        forget_all();
    epoch_ = reply.epoch;
    has_epoch_ = true;
    store_is_down_ = false;
    store_time_ = reply.now;
    heard_at_ = std::chrono::steady_clock::now();
    context_.contacted();
}

CINEMA_DECL time_point lane::now() const
{
    if (const auto host = context_.stores.inventory->clock())
        return *host;
    return store_time_
           + std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now()
                                                                   - heard_at_);
}

} // namespace cinema::booking::detail
