#include "commit_values.hpp"
#include "inventory.hpp"

#include <algorithm>
#include <numeric>

namespace cinema::booking::postgres
{
namespace
{

/// The places of a batch's changes, in the order of their sessions: so all who commit lock rows in
/// one order.
std::vector<std::size_t> order_of(std::span<const session_change> batch)
{
    std::vector<std::size_t> order(batch.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t place) { return batch[place].session; });
    return order;
}

std::vector<statement> statements_of(std::span<const session_change> batch,
                                     postgres_routing routing)
{
    std::vector<statement> all;
    commit_values together;
    for (const auto place : order_of(batch))
        if (routing == postgres_routing::batch)
            together.add(batch[place]);
        else
        {
            commit_values alone;
            alone.add(batch[place]);
            all.push_back({query::commit_changes, alone.bound()});
        }
    if (routing == postgres_routing::batch)
        all.push_back({query::commit_changes, together.bound()});
    return all;
}

/// The sessions whose changes are written, or whose checks hold, ascending.
struct verdict
{
    std::vector<session_id> won;
    time_point now{};
};

verdict verdict_of(std::span<const rows> answers)
{
    verdict all;
    for (const auto& answer : answers)
    {
        auto won = answer[0].array(0);
        for (std::uint32_t i = 0; i < won.size(); ++i)
            all.won.push_back(session_id{integer_from(won.next().value_or(""))});
        all.now = std::max(all.now, answer[0].time(1));
    }
    std::ranges::sort(all.won);
    return all;
}

bool has_writes(std::span<const session_change> batch)
{
    return !std::ranges::all_of(batch, &session_change::is_check);
}

bool has_written(std::span<const session_change> batch, const verdict& judged)
{
    return std::ranges::any_of(
        batch, [&](const session_change& change)
        { return !change.is_check() && std::ranges::binary_search(judged.won, change.session); });
}

/// Says of the changes that lost what is stored instead. Those that won are committed.
void explain_losses(connection& from, std::span<const session_change> batch,
                    std::span<commit_outcome> outcome, const verdict& judged,
                    postgres_routing routing)
{
    std::vector<std::size_t> lost;
    std::vector<load_request> requests;
    for (std::size_t i = 0; i < batch.size(); ++i)
        if (!std::ranges::binary_search(judged.won, batch[i].session))
        {
            lost.push_back(i);
            requests.push_back({batch[i].session, batch[i].expected});
        }
    if (lost.empty())
        return;
    std::vector<store_result<session_load>> loaded(
        lost.size(), store_result<session_load>{make_error_code(errc::session_not_found)});
    std::vector<bool> is_final(lost.size());
    try
    {
        load_sessions(from, requests, loaded, routing, &is_final);
    }
    catch (const contact_lost& lost_too)
    {
        throw contact_lost{lost_too.what(), has_written(batch, judged)};
    }
    catch (const failure& failed)
    {
        if (!has_written(batch, judged))
            throw;
        throw failure{errc::outcome_unknown, failed.what()};
    }
    for (std::size_t i = 0; i < lost.size(); ++i)
        outcome[lost[i]] = loaded[i]
                               ? commit_outcome{.error = errc::version_conflict,
                                                .now = std::move(*loaded[i]),
                                                .is_final = is_final[i]}
                               : commit_outcome{.error = loaded[i].error(), .now = std::nullopt};
}

/// The statements that keep all others from writing these sessions until the transaction ends, in
/// the order in which all who commit lock them.
std::vector<statement> locks_of(std::span<const load_request> requests, postgres_routing routing)
{
    std::vector<session_id> sessions;
    for (const auto& request : requests)
        sessions.push_back(request.session);
    std::ranges::sort(sessions);
    array<session_id> together;
    std::vector<statement> all;
    for (const auto session : sessions)
        if (routing == postgres_routing::batch)
            together.add(session);
        else
            all.push_back({query::lock_session, parameters::of(session)});
    if (routing == postgres_routing::batch)
        all.push_back({query::lock_sessions, parameters::of(together)});
    return all;
}

/// Begins a transaction, locks these sessions and loads them. Returns the database's time.
time_point lock_and_load(connection& in, transaction& all, std::span<const load_request> requests,
                         std::span<store_result<session_load>> out, postgres_routing routing)
{
    auto first = locks_of(requests, routing);
    const auto locks = first.size();
    add_loads(first, requests, routing);
    try
    {
        const auto answers = all.begin(std::move(first));
        const auto time = read_loads(std::span{answers}.subspan(locks), requests, out);
        return time ? *time : time_of(in);
    }
    catch (const contact_lost& lost) // nothing was written yet
    {
        throw contact_lost{lost.what(), false};
    }
}

/// Turns that only so many may have at once.
class turn
{
public:
    explicit turn(std::atomic<unsigned>& left) noexcept : left_{left}
    {
        auto count = left_.load();
        while (count > 0 && !left_.compare_exchange_weak(count, count - 1))
        {
        }
        has_one_ = count > 0;
    }
    ~turn()
    {
        if (has_one_)
            ++left_;
    }
    turn(const turn&) = delete;
    turn& operator=(const turn&) = delete;

    explicit operator bool() const noexcept { return has_one_; }

private:
    std::atomic<unsigned>& left_;
    bool has_one_{};
};

} // namespace

store_result<store_reply> inventory::do_commit(std::span<const session_change> batch,
                                               std::span<commit_outcome> outcome)
{
    if (batch.empty())
        return ping();
    const auto judge = [&](connection& to) -> store_result<store_reply>
    {
        const auto routing = in_->params().routing;
        const auto judged = verdict_of(to.run_all(statements_of(batch, routing)));
        explain_losses(to, batch, outcome, judged, routing);
        return store_reply{.now = judged.now};
    };
    const auto done = has_writes(batch) ? in_->write_at_once(judge) : in_->read(judge);
    if (!done)
        std::ranges::fill(outcome, commit_outcome{done.error(), std::nullopt});
    return done;
}

store_result<store_reply> inventory::do_load_and_commit(std::span<const load_request> requests,
                                                        const commit_decider& decide,
                                                        std::vector<commit_outcome>& outcome)
{
    // Who decides while a connection waits for that may need another one, which somebody has to
    // give back without waiting in the same way.
    const turn own{turns_left_};
    if (!own || requests.empty())
        return inventory_store::do_load_and_commit(requests, decide, outcome);
    return in_->write_at_once(
        [&](connection& in) -> store_result<store_reply>
        {
            const auto routing = in_->params().routing;
            std::vector<store_result<session_load>> loaded(
                requests.size(),
                store_result<session_load>{make_error_code(errc::session_not_found)});
            transaction all{in};
            const store_reply asked{.now = lock_and_load(in, all, requests, loaded, routing)};
            const auto batch = decide(asked, loaded);
            if (batch.empty())
                return asked;
            const auto judged = verdict_of(all.commit(statements_of(batch, routing)));
            outcome.resize(batch.size());
            explain_losses(in, batch, outcome, judged, routing);
            return store_reply{.now = judged.now};
        });
}

} // namespace cinema::booking::postgres
