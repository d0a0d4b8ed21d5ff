#pragma once

#include <cinema/booking/service/service_options.hpp>
#include <cinema/booking/store/forwarding.hpp>

#include "custom_store/sale.hpp"

#include <mutex>

namespace example
{

/// Keeps sales in a map behind a mutex. Halls, the programme, access tokens and the time are left
/// to the stores that it wraps, and so are reservations as documents.
class own_inventory final : public forwarding_inventory
{
public:
    explicit own_inventory(const stores& rest)
        : forwarding_inventory{rest.inventory}, documents_{rest.reservations}
    {
    }

    store_result<std::vector<session_id>> lapsed(time_point now, std::size_t limit) override
    {
        const std::scoped_lock lock{mutex_};
        std::vector<session_id> out;
        for (const auto& [id, kept] : sales_)
            if (out.size() < limit
                && std::ranges::any_of(kept.reservations, [now](const auto& entry)
                                       { return entry.second->has_lapsed(now); }))
                out.push_back(id);
        return out;
    }

    store_result<std::pair<session_stamp, std::vector<guard_row>>>
    guard_rows(session_id id) override
    {
        const std::scoped_lock lock{mutex_};
        const auto found = sales_.find(id);
        if (found == sales_.end())
            return make_error_code(errc::session_not_found);
        std::vector<guard_row> rows;
        for (const auto& [seat, owner] : found->second.guard)
            rows.push_back({seat, owner});
        return std::pair{found->second.stamp, std::move(rows)};
    }

    //! [find_key]
    store_result<stored_key> find_key(session_id id, const key_digest& key) override
    {
        const std::scoped_lock lock{mutex_};
        const auto found = sales_.find(id);
        return found == sales_.end() ? stored_key{} : example::find_key(found->second, key);
    }
    //! [find_key]

    //! [purge]
    store_result<purge_report> purge(time_point ended_before, std::size_t limit) override
    {
        auto report = forwarding_inventory::purge(ended_before, limit); // access tokens
        const std::scoped_lock lock{mutex_};
        for (auto& [id, kept] : sales_)
            if (report)
                example::purge(kept, ended_before, limit, *report);
        return report;
    }
    //! [purge]

private:
    //! [do_add_session]
    store_result<session> do_add_session(const session_spec& spec) override
    {
        auto made = forwarding_inventory::do_add_session(spec); // sees to overlaps
        if (!made)
            return made;
        const std::scoped_lock lock{mutex_};
        sales_[made->id] = {
            .what = *made,
            .stamp = {session_version{1}, change_id{random_bits()}, config_version{1}},
            .changed_at = host_now()};
        return made;
    }
    //! [do_add_session]

    //! [do_load]
    store_result<store_reply> do_load(std::span<const load_request> requests,
                                      std::span<store_result<session_load>> out) override
    {
        const std::scoped_lock lock{mutex_};
        for (std::size_t i = 0; i < requests.size(); ++i)
            if (const auto found = sales_.find(requests[i].session); found != sales_.end())
                out[i] = load_since(found->second, requests[i].known, requests[i].with_ended);
            else
                out[i] = make_error_code(errc::session_not_found);
        return ping(); // the store's time goes with every answer
    }
    //! [do_load]

    //! [do_commit]
    /// The swap: first all changes are looked at, then those that won are written. The mutex makes
    /// one step of both; in a database, a transaction does.
    store_result<store_reply> do_commit(std::span<const session_change> batch,
                                        std::span<commit_outcome> outcome) override
    {
        const std::scoped_lock lock{mutex_};
        std::vector<std::pair<sale*, const session_change*>> winners;
        std::vector<std::map<seat_number, uuid>> guards;
        for (std::size_t i = 0; i < batch.size(); ++i)
        {
            const auto& change = batch[i];
            const auto found = sales_.find(change.session);
            if (found == sales_.end())
                outcome[i].error = errc::session_not_found;
            else if (auto& kept = found->second; kept.stamp.version != change.expected.version
                                                 || kept.stamp.change != change.expected.change)
                outcome[i] = {errc::version_conflict, load_since(kept, change.expected)};
            else if (auto guard = guard_with(kept, change); !guard)
                return make_error_code(errc::store_failed); // nothing was written yet
            else if (!change.is_check())
            {
                winners.emplace_back(&kept, &change);
                guards.push_back(*std::move(guard));
            }
        }
        for (std::size_t i = 0; i < winners.size(); ++i)
            write(*winners[i].first, *winners[i].second, std::move(guards[i]));
        return ping();
    }
    //! [do_commit]

    void write(sale& kept, const session_change& change, std::map<seat_number, uuid> guard)
    {
        apply(kept, change);
        kept.guard = std::move(guard);
        for (const auto& entry : change.reservations)
            (void)documents_->put(*entry.now); // in memory; elsewhere it can fail, and waits
    }

    std::shared_ptr<reservation_store> documents_;
    std::mutex mutex_;
    std::map<session_id, sale> sales_;
};

} // namespace example
