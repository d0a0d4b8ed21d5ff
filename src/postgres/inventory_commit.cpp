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

std::vector<parameters> values_of(std::span<const session_change> batch, postgres_routing routing)
{
    std::vector<parameters> all;
    commit_values together;
    for (const auto place : order_of(batch))
        if (routing == postgres_routing::batch)
            together.add(batch[place]);
        else
        {
            commit_values alone;
            alone.add(batch[place]);
            all.push_back(alone.bound());
        }
    if (routing == postgres_routing::batch)
        all.push_back(together.bound());
    return all;
}

/// The sessions whose changes are written, or whose checks hold, ascending.
struct verdict
{
    std::vector<session_id> won;
    time_point now{};
};

verdict commit_all(connection& to, std::span<const session_change> batch, postgres_routing routing)
{
    verdict all;
    for (const auto& answer : to.run_each(query::commit_changes, values_of(batch, routing)))
    {
        auto won = answer[0].array(0);
        for (std::uint32_t i = 0; i < won.size(); ++i)
            all.won.push_back(session_id{integer_from(won.next().value_or(""))});
        all.now = std::max(all.now, answer[0].time(1));
    }
    std::ranges::sort(all.won);
    return all;
}

/// Says of the changes that lost what is stored instead.
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
    load_sessions(from, requests, loaded, routing);
    for (std::size_t i = 0; i < lost.size(); ++i)
        outcome[lost[i]] =
            loaded[i]
                ? commit_outcome{.error = errc::version_conflict, .now = std::move(*loaded[i])}
                : commit_outcome{.error = loaded[i].error(), .now = std::nullopt};
}

} // namespace

store_result<store_reply> inventory::do_commit(std::span<const session_change> batch,
                                               std::span<commit_outcome> outcome)
{
    if (batch.empty())
        return ping();
    const auto done = in_->write_at_once(
        [&](connection& to) -> store_result<store_reply>
        {
            const auto routing = in_->params().routing;
            const auto judged = commit_all(to, batch, routing);
            try
            {
                explain_losses(to, batch, outcome, judged, routing);
            }
            catch (const contact_lost& lost) // what won is written
            {
                throw contact_lost{lost.what(), true};
            }
            catch (const failure& failed)
            {
                throw failure{errc::outcome_unknown, failed.what()};
            }
            return database::reply(to, judged.now);
        });
    if (!done)
        std::ranges::fill(outcome, commit_outcome{done.error(), std::nullopt});
    return done;
}

} // namespace cinema::booking::postgres
