#pragma once

#include <cinema/booking/service/lane.hpp>

/// One attempt of a lane: load, decide, commit, adopt.
namespace cinema::booking::detail
{

/// How many versions go by between two searches for ended reservations to forget.
inline constexpr std::uint64_t forget_every = 256;

/// One round: load what is missing, decide, commit. An error concerns all of `open`.
inline error_code lane::attempt(const groups& open)
{
    recall_error_ = {};
    if (const auto error = load_missing(open))
        return error;
    groups committing;
    std::vector<session_change> changes;
    for (auto* one : open)
    {
        if (one->is_settled)
            continue;
        auto change = decide(*one);
        if (one->is_settled)
            continue;
        if (change.is_check() && one->is_fresh)
        {
            one->book->note_time(change.at);
            give_answers(*one); // loaded after they were asked: as good as a check
            continue;
        }
        committing.push_back(one);
        changes.push_back(std::move(change));
    }
    return committing.empty() ? error_code{} : commit(committing, changes);
}

inline error_code lane::load_missing(const groups& open)
{
    groups missing;
    std::vector<load_request> requests;
    for (auto* one : open)
    {
        one->is_fresh = false;
        one->book = shelf_.find(one->session);
        if (one->book != nullptr)
            continue;
        missing.push_back(one);
        requests.push_back({one->session, std::nullopt});
    }
    if (missing.empty())
        return {};
    std::vector<store_result<session_load>> loaded(requests.size(),
                                                   store_result<session_load>{session_unchanged{}});
    const auto asked = std::chrono::steady_clock::now();
    const auto reply = context_.stores.inventory->load(requests, loaded);
    if (!reply)
        return reply.error();
    heard(*reply);
    for (std::size_t i = 0; i < missing.size(); ++i)
        open_book(*missing[i], std::move(loaded[i]), asked);
    for (auto* one : open) // hearing of another epoch may have closed them
        if (!one->is_settled && (one->book = shelf_.find(one->session)) == nullptr)
            return make_error_code(errc::store_unavailable);
    return {};
}

inline void lane::open_book(group& of, store_result<session_load>&& loaded, steady_time asked)
{
    if (!loaded)
        return refuse_all(of, to_refusal(loaded.error()));
    auto* snapshot = std::get_if<session_snapshot>(&*loaded);
    if (snapshot == nullptr)
        return refuse_all(of, {.code = errc::store_failed,
                               .detail = "the store gave no snapshot where one was asked for"});
    auto hall = context_.halls.get(*context_.stores.inventory, snapshot->session.hall);
    if (!hall)
        return refuse_all(of, to_refusal(hall.error()));
    auto book = session_book::open(std::move(*hall), std::move(*snapshot));
    if (!book)
    {
        context_.log(book.error().what());
        return refuse_all(of, book.error());
    }
    of.book = &shelf_.put(std::move(*book));
    of.is_fresh = true;
    context_.views.publish(std::make_shared<const seat_map>(of.book->map()), asked);
}

/// Decides the group's operations in order; `of.answers` holds what to say once that is true.
inline session_change lane::decide(group& of)
{
    if (of.book->key_count() >= session_keys_max)
        of.book->forget_ended(now()); // some may be of reservations that ended long ago
    session_draft draft{*of.book, context_.options.rules};
    of.answers.clear();
    for (const auto& operation : of.operations)
        if (operation->begin_commit())
            of.answers.push_back({operation, decide_one(draft, *operation, of.was_in_doubt)});
    if (const auto doubt = doubts_.find(of.session); doubt != doubts_.end())
    {
        if (doubt->second != of.book->stamp())
            doubts_.erase(doubt); // what was under way is in the book, or never will be
        else if (!draft.is_changed())
            draft.fence();
    }
    if (of.answers.empty())
        of.is_settled = true; // all have been answered meanwhile
    return std::move(draft).take(change_id{context_.options.random()});
}

inline decision lane::decide_one(session_draft& draft, const operation& operation,
                                 bool was_in_doubt)
{
    const auto recalling = [&](const reservation_id& id, auto&& then) -> decision
    {
        if (const auto error = recall(draft, id); !error)
            return then();
        else if (was_in_doubt && !operation.is_query())
            return refusal{.code = errc::outcome_unknown};
        else
            return to_refusal(error);
    };
    return std::visit(
        [&](const auto& request) -> decision
        {
            using type = std::decay_t<decltype(request)>;
            if constexpr (std::is_same_v<type, map_request>)
                return grant{nullptr, draft.version(), false};
            else if constexpr (std::is_same_v<type, find_request>)
                return recalling(request.reservation,
                                 [&]() -> decision
                                 {
                                     const auto* known = draft.find(request.reservation.id);
                                     if (known == nullptr)
                                         return refusal{.code = errc::reservation_not_found,
                                                        .version = draft.version()};
                                     return grant{*known, draft.version(), false};
                                 });
            else if constexpr (std::is_same_v<type, reserve_request>)
            {
                const auto decide = [&] { return draft.decide(request, operation.ticket, now()); };
                return was_in_doubt // then it may be there, and even have ended since
                           ? recalling({request.session, operation.ticket.reservation}, decide)
                           : decide();
            }
            else if constexpr (requires { request.reservation; })
                return recalling(request.reservation,
                                 [&] { return draft.decide(request, operation.ticket, now()); });
            else
                return draft.decide(request, operation.ticket, now());
        },
        operation.request);
}

/// Fetches a reservation that has ended and left the book. Once that failed it is not tried again
/// in this attempt: the others need not wait for it.
inline error_code lane::recall(session_draft& draft, const reservation_id& id)
{
    if (draft.find(id.id) != nullptr)
        return {};
    if (recall_error_)
        return recall_error_;
    auto found = context_.stores.reservations->find(id);
    if (!found)
        recall_error_ = found.error();
    else if (*found != nullptr && !(*found)->is_live())
        draft.recall(std::move(*found));
    return recall_error_;
}

inline error_code lane::commit(const groups& committing, const std::vector<session_change>& changes)
{
    std::vector<commit_outcome> outcomes(changes.size());
    const auto asked = std::chrono::steady_clock::now();
    const auto reply = context_.stores.inventory->commit(changes, outcomes);
    if (!reply)
    {
        const bool unknown = reply.error() == make_error_code(errc::outcome_unknown);
        for (std::size_t i = 0; i < committing.size(); ++i)
        {
            if (unknown && !changes[i].is_check())
            {
                committing[i]->was_in_doubt = true;
                doubts_.insert_or_assign(changes[i].session, changes[i].expected);
            }
            if (!committing[i]->was_in_doubt)
                for (const auto& operation : committing[i]->operations)
                    operation->undo_commit();
        }
        return reply.error();
    }
    heard(*reply);
    for (std::size_t i = 0; i < committing.size(); ++i)
    {
        auto& one = *committing[i];
        if (!outcomes[i].error)
            committed(one, changes[i], asked);
        else if (outcomes[i].error == make_error_code(errc::version_conflict))
            conflicted(one, changes[i], std::move(outcomes[i]), asked);
        else
        {
            forget(one.session);
            refuse_all(one, to_refusal(outcomes[i].error));
        }
    }
    return {};
}

inline void lane::committed(group& of, const session_change& change, steady_time asked)
{
    auto* book = shelf_.find(of.session); // gone if the store told of another epoch
    if (change.is_check())
    {
        if (book != nullptr)
            book->note_time(change.at);
        context_.views.confirm(of.session, asked);
    }
    else
    {
        context_.kpi->commit_done(std::chrono::steady_clock::now());
        if (book != nullptr)
        {
            book->adopt(change);
            if (raw(change.next.version) / forget_every
                != raw(change.expected.version) / forget_every)
                book->forget_ended(now());
            shelf_.weigh(of.session);
            context_.views.publish(std::make_shared<const seat_map>(book->map()), asked);
        }
    }
    doubts_.erase(of.session);
    give_answers(of);
}

/// Adopts what others committed; the group's operations will be decided again.
inline void lane::conflicted(group& of, const session_change& change, commit_outcome&& outcome,
                             steady_time asked)
{
    if (!change.is_check())
        context_.kpi->commit_retried(std::chrono::steady_clock::now());
    if (!of.was_in_doubt)
        for (const auto& operation : of.operations)
            operation->undo_commit();
    auto* book = shelf_.find(of.session);
    auto* delta = outcome.now ? std::get_if<session_delta>(&*outcome.now) : nullptr;
    if (book != nullptr && delta != nullptr && book->adopt(*delta))
    {
        shelf_.weigh(of.session);
        context_.views.publish(std::make_shared<const seat_map>(book->map()), asked);
        return;
    }
    forget(of.session);
    if (outcome.now && std::holds_alternative<session_snapshot>(*outcome.now))
        open_book(of, std::move(*outcome.now), asked);
}

} // namespace cinema::booking::detail
