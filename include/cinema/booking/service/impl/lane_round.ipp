#pragma once

#include <cinema/booking/config.hpp>
#include <cinema/booking/service/lane.hpp>

/// One attempt of a lane: load, decide, commit, adopt.
namespace cinema::booking::detail
{

/// How many versions go by between two searches for ended reservations to forget.
inline constexpr std::uint64_t forget_every = 256;

/// One round: load what is missing, decide, commit. An error concerns all of `open`.
CINEMA_DECL error_code lane::attempt(const groups& open)
{
    recall_error_ = {};
    if (const auto error = load_missing(open))
        return error;
    groups calm;
    groups contended;
    for (auto* one : open)
        if (!one->is_settled)
            (one->wants_turn() ? contended : calm).push_back(one);
    round all;
    decide(calm, all);
    give_answers(all.settled);
    if (const auto error = commit(all))
        return error;
    return load_and_commit(contended);
}

/// Decides for each, and sorts by what is left to do.
CINEMA_DECL void lane::decide(const groups& open, round& into)
{
    for (auto* one : open)
    {
        auto change = decide(*one);
        if (one->is_settled)
            continue;
        if (change.is_check() && one->is_fresh)
        {
            one->book->note_time(change.at);
            into.settled.push_back(one); // loaded after they were asked: as good as a check
            continue;
        }
        into.committing.push_back(one);
        into.changes.push_back(std::move(change));
    }
}

CINEMA_DECL error_code lane::load_missing(const groups& open)
{
    groups missing;
    std::vector<load_request> requests;
    for (auto* one : open)
    {
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

CINEMA_DECL void lane::open_book(group& of, store_result<session_load>&& loaded, steady_time asked)
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
CINEMA_DECL session_change lane::decide(group& of)
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

CINEMA_DECL decision lane::decide_one(session_draft& draft, const operation& operation,
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
CINEMA_DECL error_code lane::recall(session_draft& draft, const reservation_id& id)
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

CINEMA_DECL error_code lane::commit(const round& all)
{
    if (all.committing.empty())
        return {};
    std::vector<commit_outcome> outcomes(all.changes.size());
    const auto asked = std::chrono::steady_clock::now();
    const auto reply = context_.stores.inventory->commit(all.changes, outcomes);
    return concluded(all, reply, std::move(outcomes), asked);
}

/// Decides again for sessions that others write as well, and meanwhile keeps these from it if the
/// store can.
CINEMA_DECL error_code lane::load_and_commit(const groups& contended)
{
    if (contended.empty())
        return {};
    std::vector<load_request> requests;
    for (const auto* one : contended)
    {
        const auto* book = shelf_.find(one->session); // gone if the store told of another epoch
        requests.push_back(
            {one->session, book == nullptr ? std::nullopt : std::optional{book->stamp()}});
    }
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
    give_answers(all.settled);
    return concluded(all, reply, std::move(outcomes), asked);
}

/// Does with each group what became of its change.
CINEMA_DECL error_code lane::concluded(const round& all, const store_result<store_reply>& reply,
                                       std::vector<commit_outcome>&& outcomes, steady_time asked)
{
    if (!reply)
    {
        note_failure(all, reply.error());
        return reply.error();
    }
    heard(*reply);
    for (std::size_t i = 0; i < outcomes.size(); ++i)
    {
        auto& one = *all.committing[i];
        if (!outcomes[i].error)
            committed(one, all.changes[i], asked);
        else if (outcomes[i].error == make_error_code(errc::version_conflict))
            conflicted(one, all.changes[i], std::move(outcomes[i]), asked);
        else
        {
            forget(one.session);
            refuse_all(one, to_refusal(outcomes[i].error));
        }
    }
    return {};
}

/// Nothing was committed, or nobody knows.
CINEMA_DECL void lane::note_failure(const round& all, const error_code& error)
{
    const bool unknown = error == make_error_code(errc::outcome_unknown);
    for (std::size_t i = 0; i < all.committing.size(); ++i)
    {
        auto& one = *all.committing[i];
        if (unknown && !all.changes[i].is_check())
        {
            one.was_in_doubt = true;
            doubts_.insert_or_assign(one.session, all.changes[i].expected);
        }
        undo_commit(one);
    }
}

CINEMA_DECL void lane::undo_commit(group& of)
{
    if (!of.was_in_doubt)
        for (const auto& operation : of.operations)
            operation->undo_commit();
}

CINEMA_DECL void lane::committed(group& of, const session_change& change, steady_time asked)
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
CINEMA_DECL void lane::conflicted(group& of, const session_change& change, commit_outcome&& outcome,
                                  steady_time asked)
{
    if (!change.is_check())
    {
        context_.kpi->commit_retried(std::chrono::steady_clock::now());
        of.is_contended = true;
    }
    undo_commit(of);
    if (!outcome.now || std::holds_alternative<session_unchanged>(*outcome.now))
        forget(of.session);
    else
        (void)adopt(of, std::move(*outcome.now), asked);
}

/// Brings the group's book up to what was loaded. Returns whether it can decide; else it is
/// answered, or its book has to be loaded anew.
CINEMA_DECL bool lane::adopt(group& of, store_result<session_load>&& loaded, steady_time asked)
{
    of.is_fresh = true;
    of.book = shelf_.find(of.session); // gone if the store told of another epoch
    if (of.book != nullptr && loaded && std::holds_alternative<session_unchanged>(*loaded))
        return true;
    auto* delta = loaded ? std::get_if<session_delta>(&*loaded) : nullptr;
    if (of.book != nullptr && delta != nullptr && of.book->adopt(*delta))
    {
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

} // namespace cinema::booking::detail
