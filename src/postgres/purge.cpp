#include "purge.hpp"

#include <cinema/booking/domain/text.hpp>

#include "inventory.hpp"

#include <algorithm>
#include <utility>

namespace cinema::booking::postgres
{
namespace
{

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// What a statement did.
struct removed_chunk
{
    std::size_t reservations{};
    std::size_t keys{};
    std::size_t access_tokens{};
    bool is_last{}; ///< Nothing is behind it.
};

removed_chunk remove_ended(connection& in, time_point before, std::int64_t most, purge_place& from)
{
    const auto found = in.run(query::purge_ended, parameters::of(before, most, from.time,
                                                                 from.session, from.reservation));
    const auto gone = found[0];
    const bool is_last = gone.integer(2) < most;
    from = is_last ? purge_place{}
                   : purge_place{gone.as<timestamp>(3), gone.as<session_id>(4), gone.id(5)};
    return {.reservations = static_cast<std::size_t>(gone.integer(0)),
            .keys = static_cast<std::size_t>(gone.integer(1)),
            .is_last = is_last};
}

removed_chunk remove_keys(connection& in, time_point before, std::int64_t most, purge_place& from)
{
    const auto found =
        in.run(query::purge_keys, parameters::of(before, most, from.time, from.session));
    const auto gone = found[0];
    const bool is_last = gone.boolean(1);
    from = is_last ? purge_place{} : purge_place{gone.as<timestamp>(2), gone.as<session_id>(3), {}};
    return {.keys = static_cast<std::size_t>(gone.integer(0)), .is_last = is_last};
}

removed_chunk remove_tokens(connection& in, std::int64_t most)
{
    const auto gone = in.run(query::purge_tokens, parameters::of(most)).changed();
    return {.access_tokens = static_cast<std::size_t>(gone), .is_last = gone < most};
}

bool is_begin(const purge_place& place) noexcept { return place.time == purge_place{}.time; }

/// One purge: steps of several short statements, each until the limit is reached, nothing is left
/// or its time is over. A step that fails does not keep the others from being done.
class purge_run
{
public:
    purge_run(database& in, std::size_t limit, purge_memory& memory)
        : in_{in}, limit_{limit}, memory_{memory}, begin_{steady_clock::now()}
    {
    }

    store_result<purge_report> run(time_point before)
    {
        in_chunks(removed_.reservations, 50, memory_.ended_chunk, memory_.ended_from,
                  [&](connection& in, std::int64_t most, purge_place& from)
                  { return remove_ended(in, before, most, from); });
        in_chunks(removed_.keys, 75, memory_.keys_chunk, memory_.keys_from,
                  [&](connection& in, std::int64_t most, purge_place& from)
                  { return remove_keys(in, before, most, from); });
        purge_place nowhere;
        in_chunks(removed_.access_tokens, 85, memory_.tokens_chunk, nowhere,
                  [&](connection& in, std::int64_t most, purge_place&)
                  { return remove_tokens(in, most); });
        const auto sum = removed_.reservations + removed_.keys + removed_.access_tokens;
        if (sum == 0 && error_)
            return error_;
        return removed_;
    }

private:
    [[nodiscard]] milliseconds share(int percent) const
    {
        return std::max(in_.params().timeout * percent / 100, milliseconds{5});
    }

    /// Runs a step, until so many percent of the timeout are over. `remove(connection, most, from)`
    /// is one statement of it. Where it began in the middle it goes round once.
    template <class Remove>
    void in_chunks(const std::size_t& removed, int percent, chunk_size& chunk, purge_place& from,
                   const Remove& remove)
    {
        const auto until = begin_ + share(percent);
        bool goes_round = !is_begin(from);
        bool is_done = false;
        while (!is_done && removed < limit_ && steady_clock::now() < until)
        {
            const auto most = std::min(limit_ - removed, chunk.value());
            const auto part = one_chunk(static_cast<std::int64_t>(most), chunk, from, remove);
            if (part)
            {
                removed_.reservations += part->reservations;
                removed_.keys += part->keys;
                removed_.access_tokens += part->access_tokens;
                is_done = part->is_last && !std::exchange(goes_round, false);
                continue;
            }
            if (!error_)
                error_ = part.error();
            is_done = part.error() != errc::busy || most == 1;
        }
    }

    template <class Remove>
    store_result<removed_chunk> one_chunk(std::int64_t most, chunk_size& chunk, purge_place& from,
                                          const Remove& remove)
    {
        // Rather several small ones than one that others wait for.
        const auto time = std::to_string(share(15).count());
        auto place = from;
        const auto begin = steady_clock::now();
        const auto part = in_.write(
            [&](connection& in) -> store_result<removed_chunk>
            {
                in.execute(("SET LOCAL statement_timeout = " + time).c_str());
                return remove(in, most, place);
            });
        if (part)
        {
            from = place;
            chunk.note_done(steady_clock::now() - begin, std::min(share(8), milliseconds{50}));
        }
        else if (part.error() == errc::busy)
            chunk.note_refused();
        return part;
    }

    database& in_;
    std::size_t limit_;
    purge_memory& memory_;
    adapters::deadline begin_;
    purge_report removed_;
    error_code error_;
};

} // namespace

store_result<std::vector<session_id>> inventory::lapsed(time_point now, std::size_t limit)
{
    return in_->read(
        [&](connection& from) -> store_result<std::vector<session_id>>
        {
            std::vector<session_id> all;
            const auto found = from.run(query::lapsed_sessions,
                                        parameters::of(now, static_cast<std::int64_t>(limit)));
            for (const auto each : found)
                all.push_back(each.as<session_id>(0));
            return all;
        });
}

store_result<purge_report> inventory::purge(time_point ended_before, std::size_t limit)
{
    auto memory = [&]
    {
        const std::lock_guard lock{mutex_};
        return purged_;
    }();
    const auto done = purge_run{*in_, limit, memory}.run(ended_before);
    const std::lock_guard lock{mutex_};
    purged_ = memory;
    return done;
}

store_result<bool> inventory::lease(std::string_view name, std::uint64_t owner,
                                    std::chrono::milliseconds duration)
{
    using boost::system::in_place_error; // an error_code could be meant as a bool
    if (name.size() > kept_name_bytes_max || !is_text(name) || duration.count() <= 0)
        return {in_place_error, make_error_code(errc::invalid_request)};
    constexpr std::chrono::milliseconds longest = std::chrono::hours{24 * 365};
    const auto given = in_->write_at_once(
        [&](connection& to) -> store_result<std::int64_t>
        {
            const auto asked = parameters::of(name, static_cast<std::int64_t>(owner),
                                              std::min(duration, longest).count());
            return to.run(query::lease, asked).changed();
        });
    if (!given)
        return {in_place_error, given.error()};
    return *given == 1;
}

} // namespace cinema::booking::postgres
