#include "inventory.hpp"
#include "session_statements.hpp"
#include "trouble.hpp"

#include <algorithm>

namespace cinema::booking::mongo
{
namespace
{

/// So many sessions go with one command; servers take 1,000 or more.
constexpr std::size_t statements_max = 500;

/// What a session that was read after an update says of its change.
enum class verdict
{
    done,    ///< It stands where the change leads.
    lost,    ///< It stands elsewhere.
    refused, ///< It stands where the change began, which what is kept contradicts.
    full,    ///< The same, but there is no room.
    unknown, ///< It is beyond: the change may have been one of its steps.
};

verdict judge(const session_document& now, const session_change& change)
{
    if (now.record.is_at(change.next))
        return verdict::done;
    if (now.record.is_at(change.expected))
        return now.record.accepts(change) ? verdict::full : verdict::refused;
    if (now.record.stamp.version <= change.next.version || change.is_check())
        return verdict::lost;
    const auto made = now.has_made(change);
    return !made ? verdict::unknown : *made ? verdict::done : verdict::lost;
}

std::string name_of(const session_change& change)
{
    return "session " + std::to_string(raw(change.session));
}

[[nodiscard]] failure contradiction(const session_change& change)
{
    return {errc::store_failed, "a change contradicts what is kept of " + name_of(change)
                                    + ", or gives a seat to two reservations"};
}

/// Throws `failure` (session_full) if a change has no room, now that the document's size, which is
/// only estimated, was counted.
void require_room(const session_document& now, const session_change& change)
{
    if (makes_reservation(change)
        && static_cast<std::int64_t>(now.bytes + swap_statement(change).bytes())
               > session_bytes_max)
        throw failure{errc::session_full, name_of(change) + " has reached its limit of 8 MiB"};
}

/// What is stored instead of a change that was not written.
commit_outcome conflict_of(database& in, const session_change& change)
{
    for (const auto& [id, now] : load_documents(in, {change.session}))
        return {errc::version_conflict, now.record.load(change.expected)};
    return {errc::session_not_found, std::nullopt};
}

std::vector<session_id> sessions_of(std::span<const session_change> batch)
{
    std::vector<session_id> sessions;
    for (const auto& change : batch)
        sessions.push_back(change.session);
    return sessions;
}

/// One change whose update may have found nothing. `is_alone`: then it has found nothing.
commit_outcome outcome_of(database& in, const session_document& now, const session_change& change,
                          bool is_alone)
{
    switch (judge(now, change))
    {
    case verdict::done:
        if (!is_alone || change.is_check())
            return {};
        break;
    case verdict::lost: break;
    case verdict::refused: throw contradiction(change);
    case verdict::full:
        require_room(now, change);
        if (in.update_one("sessions", correction_statement(now))
            && in.update_one("sessions", swap_statement(change)))
            return {};
        return conflict_of(in, change); // others were faster
    case verdict::unknown:
        if (!is_alone)
            throw failure{errc::outcome_unknown, "others have changed " + name_of(change)
                                                     + " before it was known whether it was"};
        break;
    }
    return {errc::version_conflict, now.record.load(change.expected)};
}

} // namespace

/// Each session for itself.
void inventory::write(std::span<const session_change> batch, std::span<commit_outcome> outcome)
{
    array statements;
    for (const auto& change : batch)
        statements.add(swap_statement(change));
    if (in_->is_router())
        check_some(batch, outcome);
    const auto answer = in_->update("sessions", statements);
    if (answer.count == static_cast<std::int64_t>(batch.size()))
        return;
    for (const auto& [index, code] : answer.refusals)
    {
        outcome[index].error = meaning_of_refusal(code);
        if (outcome[index].error == errc::outcome_unknown)
            throw failure{errc::outcome_unknown,
                          "MongoDB does not say whether a session was written, code "
                              + std::to_string(code)};
    }
    try
    {
        judge_all(batch, outcome);
    }
    catch (const failure& failed)
    {
        if (answer.count == 0)
            throw;
        throw failure{errc::outcome_unknown, failed.what()}; // a part of it is written
    }
}

/// Says what became of each change whose update may have found nothing. Throws `failure`: of the
/// session, if there is but one.
void inventory::judge_all(std::span<const session_change> batch, std::span<commit_outcome> outcome)
{
    const auto stored = load_documents(*in_, sessions_of(batch));
    for (std::size_t i = 0; i < batch.size(); ++i)
    {
        const auto now = stored.find(batch[i].session);
        if (outcome[i].error)
            continue;
        if (now == stored.end())
        {
            outcome[i].error = errc::session_not_found;
            continue;
        }
        try
        {
            outcome[i] = outcome_of(*in_, now->second, batch[i], batch.size() == 1);
        }
        catch (const failure& failed)
        {
            if (batch.size() == 1 || failed.code() == errc::outcome_unknown)
                throw;
            in_->say(failed.what());
            outcome[i].error = failed.code();
        }
    }
}

/// Asks where the sessions are, and writes nothing.
void inventory::check(std::span<const session_change> batch, std::span<commit_outcome> outcome)
{
    std::vector<load_request> requests;
    for (const auto& change : batch)
        requests.push_back({change.session, change.expected});
    std::vector<store_result<session_load>> loaded(batch.size(),
                                                   store_result<session_load>{session_unchanged{}});
    load_all(requests, loaded);
    for (std::size_t i = 0; i < batch.size(); ++i)
        if (!loaded[i])
            outcome[i].error = loaded[i].error();
        else if (!std::holds_alternative<session_unchanged>(*loaded[i]))
            outcome[i] = {errc::version_conflict, std::move(*loaded[i])};
}

/// A write of one shard proves nothing of what another one only compares.
void inventory::check_some(std::span<const session_change> batch, std::span<commit_outcome> outcome)
{
    std::vector<session_change> checks;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < batch.size(); ++i)
        if (batch[i].is_check())
        {
            checks.push_back(batch[i]);
            places.push_back(i);
        }
    if (checks.empty())
        return;
    std::vector<commit_outcome> found(checks.size());
    check(checks, found);
    for (std::size_t i = 0; i < places.size(); ++i)
        outcome[places[i]] = std::move(found[i]);
}

store_result<store_reply> inventory::do_commit(std::span<const session_change> batch,
                                               std::span<commit_outcome> outcome)
{
    std::size_t begin = 0;
    const auto done = in_->edge(
        [&]() -> store_result<store_reply>
        {
            const auto begun = in_->begin();
            if (std::ranges::all_of(batch, [](const auto& change) { return change.is_check(); }))
                check(batch, outcome);
            else
                for (; begin < batch.size(); begin += statements_max)
                {
                    const auto size = std::min(statements_max, batch.size() - begin);
                    write(batch.subspan(begin, size), outcome.subspan(begin, size));
                }
            return begun.reply();
        });
    if (!done)
        std::ranges::fill(outcome, commit_outcome{done.error(), std::nullopt});
    if (!done && begin > 0) // a part of it was written
        return make_error_code(errc::outcome_unknown);
    return done;
}

} // namespace cinema::booking::mongo
