#include "inventory.hpp"

#include <algorithm>

namespace cinema::booking::postgres
{
namespace
{

/// So much is removed in one statement, that bookings need not wait long.
constexpr std::size_t chunk_max = 500;

/// One purge: several short statements, until the limit is reached or nothing is left.
class purge_run
{
public:
    purge_run(database& in, time_point ended_before, std::size_t limit)
        : in_{in},
          ended_before_{ended_before},
          limit_{limit},
          until_{std::chrono::steady_clock::now() + in.params().timeout}
    {
    }

    store_result<purge_report> run()
    {
        for (const auto step : {&purge_run::ended, &purge_run::keys, &purge_run::tokens})
            if (const auto ok = (this->*step)();
                !ok && (is_empty() || ok.error() == errc::outcome_unknown))
                return ok.error();
        return removed_;
    }

private:
    [[nodiscard]] bool is_empty() const noexcept
    {
        return removed_.reservations + removed_.keys + removed_.access_tokens == 0;
    }

    /// Runs a purge in chunks. `once(connection, most)` returns how much it removed.
    template <class Once>
    store_result<void> in_chunks(const std::size_t& removed, const Once& once)
    {
        while (removed < limit_ && std::chrono::steady_clock::now() < until_)
        {
            const auto most = std::min(limit_ - removed, chunk_max);
            const auto part = in_.write(
                [&](connection& in) -> store_result<std::size_t>
                {
                    // It joins a chunk with all of a session's rows.
                    in.execute("SET LOCAL enable_hashjoin = on");
                    return once(in, static_cast<std::int64_t>(most));
                });
            if (!part)
                return part.error();
            if (*part < most)
                break;
        }
        return {};
    }

    store_result<void> ended()
    {
        return in_chunks(removed_.reservations,
                         [&](connection& in, std::int64_t most)
                         {
                             const auto gone =
                                 in.run(query::purge_ended, parameters::of(ended_before_, most));
                             const auto count = static_cast<std::size_t>(gone[0].integer(0));
                             removed_.reservations += count;
                             removed_.keys += static_cast<std::size_t>(gone[0].integer(1));
                             return count;
                         });
    }

    store_result<void> keys()
    {
        return in_chunks(
            removed_.keys,
            [&](connection& in, std::int64_t most)
            {
                const auto count = static_cast<std::size_t>(
                    in.run(query::purge_keys, parameters::of(ended_before_, most)).changed());
                removed_.keys += count;
                return count;
            });
    }

    store_result<void> tokens()
    {
        return in_chunks(removed_.access_tokens,
                         [&](connection& in, std::int64_t most)
                         {
                             const auto count = static_cast<std::size_t>(
                                 in.run(query::purge_tokens, parameters::of(most)).changed());
                             removed_.access_tokens += count;
                             return count;
                         });
    }

    database& in_;
    time_point ended_before_;
    std::size_t limit_;
    adapters::deadline until_;
    purge_report removed_;
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
    return purge_run{*in_, ended_before, limit}.run();
}

} // namespace cinema::booking::postgres
