#pragma once

#include <cinema/booking/config.hpp>
#include <cinema/booking/service/lane.hpp>

#include <algorithm>

/// The inside of a lane's round: decide, commit, adopt.
namespace cinema::booking::detail
{

/// How many versions go by between two searches for ended reservations to forget.
inline constexpr std::uint64_t forget_every = 256;

/// Decides for all groups, then commits once. An error concerns all of them.
CINEMA_DECL error_code lane::swap(const groups& open)
{
    round all;
    decide(open, all);
    if (all.asks_for_maps)
        add_watched(all);
    const auto error = commit(all);
    if (!error || is_lost_contact(error) || all.watched.empty())
        return error;
    round without_watched;
    decide(open, without_watched);
    return commit(without_watched);
}

CINEMA_DECL error_code lane::commit(const round& of)
{
    if (of.committing.empty())
        return {};
    std::vector<commit_outcome> outcomes(of.changes.size());
    const auto asked = std::chrono::steady_clock::now();
    const auto reply = context_.stores.inventory->commit(of.changes, outcomes);
    return apply_outcomes(of, reply, std::move(outcomes), asked);
}

/// Decides for sessions that others write, too, and keeps these from it meanwhile if the store can.
CINEMA_DECL error_code lane::lock_and_swap(const groups& contended)
{
    std::vector<load_request> requests;
    for (const auto* group : contended)
        requests.push_back({group->session, group->book->stamp()});
    round all;
    std::vector<commit_outcome> outcomes;
    const auto asked = std::chrono::steady_clock::now();
    const auto reply = context_.stores.inventory->load_and_commit(
        requests,
        [&](const store_reply& loading, std::span<store_result<session_load>> loaded)
        {
            heard(loading);
            groups open;
            for (std::size_t i = 0; i < loaded.size(); ++i)
                if (adopt(*contended[i], std::move(loaded[i]), asked))
                    open.push_back(contended[i]);
            decide(open, all);
            return all.changes;
        },
        outcomes);
    return apply_outcomes(all, reply, std::move(outcomes), asked);
}

/// Decides for each. What needs no commit is answered at once.
CINEMA_DECL void lane::decide(const groups& open, round& into)
{
    for (auto* group : open)
    {
        auto change = decide(*group);
        const bool is_fresh = std::exchange(group->is_fresh, false);
        const bool is_final = std::exchange(group->is_final, false);
        if (group->answers.empty() && change.is_check())
            continue; // all are answered, or being looked up
        const bool is_true =
            is_final || (!group->needs_check() && (is_fresh || !group->asks_for_map()));
        if (change.is_check() && is_true)
        {
            give_answers(*group);
            continue;
        }
        into.asks_for_maps = into.asks_for_maps || group->asks_for_map();
        into.committing.push_back(group);
        into.changes.push_back(std::move(change));
    }
}

/// Verifies the other seat maps that are being looked at, too: one question for all of them.
CINEMA_DECL void lane::add_watched(round& into)
{
    const auto age = context_.options.view_age_max;
    const auto now = std::chrono::steady_clock::now();
    shelf_.for_each(
        [&](session_book& book)
        {
            const auto session = book.session().id;
            if (into.changes.size() >= batch_operations_max || groups_.contains(session)
                || !context_.views.is_due(session, now - 3 * age, now - age / 2))
                return;
            auto& group = into.watched.emplace_back();
            group.session = session;
            group.book = &book;
            into.committing.push_back(&group);
            into.changes.push_back({.session = session,
                                    .expected = book.stamp(),
                                    .next = book.stamp(),
                                    .at = book.changed_at()});
        });
}

/// Decides the group's operations in order; `of.answers` holds the answers that will be given once
/// the change is committed.
CINEMA_DECL session_change lane::decide(lane_group& of)
{
    if (of.book->key_count() >= session_keys_max)
        of.book->forget_ended(now()); // some may be of reservations that ended long ago
    session_draft draft{*of.book, context_.options.rules};
    of.answers.clear();
    for (auto& each : of.operations)
    {
        each.is_decided = false;
        if (!each.can_be_decided() || of.answers.size() >= batch_operations_max)
            continue;
        auto answer = decide_one(draft, of, each);
        if (!answer)
            continue; // it is being looked up
        each.is_decided = each.operation->begin_commit();
        if (each.is_decided)
            of.answers.push_back({each.operation, *std::move(answer)});
    }
    guard_doubt(of, draft);
    return std::move(draft).take(change_id{context_.options.random()});
}

/// Where a commit may be under way, the version is raised, so that it cannot arrive any more.
CINEMA_DECL void lane::guard_doubt(const lane_group& of, session_draft& draft)
{
    const auto doubt = doubts_.find(of.session);
    const bool is_open = doubt != doubts_.end() && doubt->second == of.book->stamp();
    if (doubt != doubts_.end() && !is_open)
        doubts_.erase(doubt); // what was under way is in the book, or never will be
    if ((is_open || of.must_fence) && !draft.is_changed() && !of.answers.empty())
        draft.fence();
}

/// What to do about an operation for which something could not be looked up. Nothing: it is tried
/// again, since the store is busy.
CINEMA_DECL std::optional<refusal> lane::without(lane_group& of, const lane_operation& asked,
                                                 const error_code& error)
{
    if (error == make_error_code(errc::busy))
    {
        defer(of, errc::busy, retry_pause_max(of.busy_tries++));
        return std::nullopt;
    }
    if (asked.doubt && !asked.operation->is_query())
        return refusal{.code = errc::outcome_unknown};
    return to_refusal(error);
}

/// Lets the draft see the ended reservation that the operation is about. False if the operation
/// cannot be decided now; `why_not` is the answer, if there is one already.
CINEMA_DECL bool lane::recall_reservation(session_draft& draft, lane_group& of,
                                          lane_operation& asked, std::optional<refusal>& why_not)
{
    const auto id = needed_reservation(asked);
    if (!id || draft.find(*id) != nullptr)
        return true;
    auto& known = asked.reservation;
    const bool is_known = known && (known->at == of.book->stamp() || known->at != asked.doubt);
    const auto read = [this, whole = reservation_id{of.session, *id}]
    { return context_.stores.reservations->find(whole); };
    if (!is_known && start_look_up<reservation_ptr>(asked, of.book->stamp(), read))
        return false;
    const auto found = known->found;
    if (!found)
    {
        known.reset();
        why_not = without(of, asked, found.error());
        return false;
    }
    if (*found != nullptr && !(*found)->is_live())
        draft.recall(*found);
    return true;
}

/// Lets the draft see what the operation's key was used for, if only the store knows. Returns as
/// `recall_reservation`.
CINEMA_DECL bool lane::recall_key(session_draft& draft, lane_group& of, lane_operation& asked,
                                  std::optional<refusal>& why_not)
{
    const auto key = key_to_look_up(draft, asked.operation->request);
    if (!key || draft.find(asked.operation->ticket.reservation) != nullptr)
        return true; // or it was done before
    auto& known = asked.key;
    const auto at = of.book->look_up_stamp();
    const auto read = [this, session = of.session, key = *key]
    { return context_.stores.inventory->find_key(session, key); };
    if (!(known && known->at == at) && start_look_up<stored_key>(asked, at, read))
        return false;
    const auto found = known->found;
    if (!found)
    {
        known.reset();
        why_not = without(of, asked, found.error());
        return false;
    }
    draft.recall(*key, *found);
    return true;
}

/// Null if it cannot be decided now.
CINEMA_DECL std::optional<decision> lane::decide_one(session_draft& draft, lane_group& of,
                                                     lane_operation& asked)
{
    const auto& operation = *asked.operation;
    if (of.is_full && std::holds_alternative<reserve_request>(operation.request))
        return refusal{.code = errc::session_full, .version = draft.version()};
    std::optional<refusal> why_not;
    if (!recall_reservation(draft, of, asked, why_not) || !recall_key(draft, of, asked, why_not))
        return why_not ? std::optional<decision>{*std::move(why_not)} : std::nullopt;
    return std::visit(
        [&](const auto& request) -> decision
        {
            using type = std::decay_t<decltype(request)>;
            if constexpr (std::is_same_v<type, map_request>)
                return grant{nullptr, draft.version(), false};
            else if constexpr (std::is_same_v<type, find_request>)
            {
                const auto* known = draft.find(request.reservation.id);
                if (known == nullptr)
                    return refusal{.code = errc::reservation_not_found, .version = draft.version()};
                return grant{*known, draft.version(), false};
            }
            else
                return draft.decide(request, operation.ticket, now());
        },
        operation.request);
}

/// Does with each group what became of its change.
CINEMA_DECL error_code lane::apply_outcomes(const round& of, const store_result<store_reply>& reply,
                                            std::vector<commit_outcome>&& outcomes,
                                            steady_time asked)
{
    if (!reply)
    {
        note_failure(of, reply.error());
        return reply.error();
    }
    heard(*reply);
    for (std::size_t i = 0; i < outcomes.size(); ++i)
    {
        auto& group = *of.committing[i];
        if (!outcomes[i].error)
            committed(group, of.changes[i], asked);
        else if (outcomes[i].error == make_error_code(errc::version_conflict))
            conflicted(group, of.changes[i], std::move(outcomes[i]), asked);
        else
        {
            group.undo_commit();
            failed(group, outcomes[i].error);
        }
    }
    return {};
}

/// Nothing was committed, or nobody knows.
CINEMA_DECL void lane::note_failure(const round& of, const error_code& error)
{
    const bool is_unknown = error == make_error_code(errc::outcome_unknown);
    for (std::size_t i = 0; i < of.committing.size(); ++i)
    {
        auto& group = *of.committing[i];
        const auto& change = of.changes[i];
        if (is_unknown && !change.is_check())
        {
            group.must_load = true;
            doubts_.insert_or_assign(group.session, change.expected);
            for (auto& each : group.operations)
                if (each.is_decided)
                    each.doubt = change.expected;
        }
        group.undo_commit();
    }
}

/// Lets go from time to time what has ended.
CINEMA_DECL void lane::forget_ended(session_book& book, session_version before)
{
    if (raw(book.stamp().version) / forget_every != raw(before) / forget_every)
        book.forget_ended(now());
}

CINEMA_DECL void lane::committed(lane_group& of, const session_change& change, steady_time asked)
{
    if (change.is_check())
        context_.views.confirm(of.session, asked);
    else
    {
        context_.kpi->commit_done(std::chrono::steady_clock::now());
        of.book->adopt(change);
        forget_ended(*of.book, change.expected.version);
        shelf_.weigh(of.session);
        context_.views.publish(std::make_shared<const seat_map>(of.book->map()), asked);
    }
    doubts_.erase(of.session);
    apart_.erase(of.session);
    of.is_contended = false;
    of.is_full = false;
    of.must_fence = false;
    of.conflicts = 0;
    give_answers(of);
}

/// Adopts what others committed; the group's operations will be decided again.
CINEMA_DECL void lane::conflicted(lane_group& of, const session_change& change,
                                  commit_outcome&& outcome, steady_time asked)
{
    const bool is_unmoved =
        outcome.now && std::holds_alternative<session_unchanged>(*outcome.now) && change.is_check();
    if (is_unmoved && !of.needs_check())
        return committed(of, change, asked);
    of.undo_commit();
    if (!change.is_check())
    {
        context_.kpi->commit_retried(std::chrono::steady_clock::now());
        of.is_contended = true;
    }
    if (++of.conflicts > 1) // one is nothing unusual
        defer(of, errc::busy,
              std::chrono::microseconds{std::min(5'000U, 100U << std::min(of.conflicts - 1, 6U))});
    if (is_unmoved)
        of.must_fence = true;
    else if (!outcome.now || std::holds_alternative<session_unchanged>(*outcome.now))
        forget(of.session);
    else
        of.is_final = adopt(of, std::move(*outcome.now), asked) && outcome.is_final;
}

/// Brings the group's book up to what was loaded. Returns whether it can decide; else it is
/// answered, or its book has to be loaded anew.
CINEMA_DECL bool lane::adopt(lane_group& of, store_result<session_load>&& loaded, steady_time asked)
{
    of.is_fresh = true;
    of.book = shelf_.find(of.session);
    if (of.book != nullptr && loaded && std::holds_alternative<session_unchanged>(*loaded))
    {
        context_.views.confirm(of.session, asked);
        return true;
    }
    auto* delta = loaded ? std::get_if<session_delta>(&*loaded) : nullptr;
    const auto before = of.book != nullptr ? of.book->stamp().version : session_version{};
    if (of.book != nullptr && delta != nullptr && of.book->adopt(*delta))
    {
        forget_ended(*of.book, before);
        shelf_.weigh(of.session);
        context_.views.publish(std::make_shared<const seat_map>(of.book->map()), asked);
        return true;
    }
    forget(of.session);
    of.book = nullptr;
    if (!loaded || std::holds_alternative<session_snapshot>(*loaded))
        open_book(of, std::move(loaded), asked);
    return of.book != nullptr;
}

CINEMA_DECL void lane::open_book(lane_group& of, store_result<session_load>&& loaded,
                                 steady_time asked)
{
    if (!loaded)
        return refuse_all(of, to_refusal(loaded.error()));
    auto& snapshot = std::get<session_snapshot>(*loaded);
    auto hall = context_.halls.get(*context_.stores.inventory, snapshot.session.hall);
    if (!hall)
        return refuse_all(of, to_refusal(hall.error()));
    auto book = session_book::open(std::move(*hall), std::move(snapshot));
    if (!book)
    {
        context_.log(book.error().what());
        return refuse_all(of, book.error());
    }
    of.book = &shelf_.put(std::move(*book));
    context_.views.publish(std::make_shared<const seat_map>(of.book->map()), asked);
}

} // namespace cinema::booking::detail
