#pragma once

#include <cinema/booking/adapters/memory/database.hpp>
#include <cinema/booking/store/making.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace cinema::booking::detail
{

class memory_inventory final : public inventory_store
{
public:
    explicit memory_inventory(std::shared_ptr<memory_database> database)
        : database_{std::move(database)}
    {
    }

    [[nodiscard]] store_result<hall_ptr> find_hall(hall_id id) override
    {
        return database_->locked(
            [&](const memory_data& data) -> store_result<hall_ptr>
            {
                if (raw(id) < 1 || static_cast<std::size_t>(raw(id)) > data.halls.size())
                    return make_error_code(errc::hall_not_found);
                return data.halls[static_cast<std::size_t>(raw(id)) - 1];
            });
    }

    [[nodiscard]] store_result<std::vector<hall_ptr>> halls() override
    {
        return database_->locked([](const memory_data& data) { return data.halls; });
    }

    [[nodiscard]] store_result<std::vector<session_id>> lapsed(time_point now,
                                                               std::size_t limit) override
    {
        return database_->locked(
            [&](const memory_data& data)
            {
                std::vector<session_id> out;
                std::unordered_set<session_id> seen;
                for (const auto& [until, session, reservation] : data.holds)
                {
                    if (until > now || out.size() >= limit)
                        break;
                    if (seen.insert(session).second)
                        out.push_back(session);
                }
                return out;
            });
    }

    [[nodiscard]] store_result<std::pair<session_stamp, std::vector<guard_row>>>
    guard_rows(session_id id) override
    {
        using answer = std::pair<session_stamp, std::vector<guard_row>>;
        return database_->locked(
            [&](memory_data& data) -> store_result<answer>
            {
                const auto* session = data.find_session(id);
                if (session == nullptr)
                    return make_error_code(errc::session_not_found);
                return answer{session->stamp(), data.guard.rows_of(id)};
            });
    }

    [[nodiscard]] store_result<stored_key> find_key(session_id session,
                                                    const key_digest& key) override
    {
        return database_->locked(
            [&](memory_data& data)
            {
                const auto* of = data.find_session(session);
                return of == nullptr ? stored_key{} : of->find_key(key);
            });
    }

    [[nodiscard]] store_result<purge_report> purge(time_point ended_before,
                                                   std::size_t limit) override;

    [[nodiscard]] store_result<bool> lease(std::string_view name, std::uint64_t owner,
                                           std::chrono::milliseconds duration) override
    {
        const auto now = database_->now();
        return database_->locked(
            [&](memory_data& data)
            {
                const auto found = data.leases.find(name);
                if (found != data.leases.end() && found->second.first != owner
                    && found->second.second > now)
                    return false;
                data.leases.insert_or_assign(std::string{name}, std::pair{owner, now + duration});
                return true;
            });
    }

    [[nodiscard]] store_result<void> add_token(const access_token& token) override
    {
        return database_->locked(
            [&](memory_data& data) -> store_result<void>
            {
                if (!data.tokens.emplace(token.digest, token).second)
                    return make_error_code(errc::already_exists);
                return {};
            });
    }

    [[nodiscard]] store_result<std::optional<access_token>>
    find_token(const token_digest& digest) override
    {
        return database_->locked(
            [&](const memory_data& data)
            {
                const auto found = data.tokens.find(digest);
                return found == data.tokens.end() ? std::nullopt : std::optional{found->second};
            });
    }

    [[nodiscard]] store_result<void> touch_token(const token_digest& digest,
                                                 time_point last_used) override
    {
        return database_->locked(
            [&](memory_data& data) -> store_result<void>
            {
                if (const auto found = data.tokens.find(digest); found != data.tokens.end())
                    found->second.last_used = std::max(found->second.last_used, last_used);
                return {};
            });
    }

    [[nodiscard]] store_result<void> remove_token(const token_digest& digest) override
    {
        return database_->locked(
            [&](memory_data& data) -> store_result<void>
            {
                data.tokens.erase(digest);
                return {};
            });
    }

    [[nodiscard]] store_result<void> remove_tokens_of(const user_id& user) override
    {
        return database_->locked(
            [&](memory_data& data) -> store_result<void>
            {
                std::erase_if(data.tokens,
                              [&](const auto& entry) { return entry.second.user == user; });
                return {};
            });
    }

    [[nodiscard]] store_result<store_reply> ping() override { return reply(); }

    [[nodiscard]] std::optional<time_point> clock() const noexcept override
    {
        return database_->now();
    }

    [[nodiscard]] unsigned lanes_preferred() const noexcept override { return 2; }

private:
    store_result<store_reply> do_load(std::span<const load_request> requests,
                                      std::span<store_result<session_load>> out) override;
    store_result<store_reply> do_commit(std::span<const session_change> batch,
                                        std::span<commit_outcome> outcome) override;
    store_result<hall_ptr> do_add_hall(const hall_spec& spec) override;
    store_result<session> do_add_session(const session_spec& spec) override;
    store_result<std::vector<session>> do_sessions(const session_page_request& page) override;
    store_result<std::string> do_keep(std::string_view name, std::string_view value) override
    {
        return database_->locked(
            [&](memory_data& data)
            { return data.kept.try_emplace(std::string{name}, value).first->second; });
    }

    [[nodiscard]] store_reply reply() const { return {.now = database_->now()}; }

    std::shared_ptr<memory_database> database_;
};

inline store_result<store_reply>
memory_inventory::do_load(std::span<const load_request> requests,
                          std::span<store_result<session_load>> out)
{
    database_->locked(
        [&](memory_data& data)
        {
            for (std::size_t i = 0; i < requests.size(); ++i)
            {
                if (const auto* session = data.find_session(requests[i].session))
                    out[i] = session->load(requests[i].known, requests[i].with_ended);
                else
                    out[i] = make_error_code(errc::session_not_found);
            }
        });
    return reply();
}

inline store_result<store_reply> memory_inventory::do_commit(std::span<const session_change> batch,
                                                             std::span<commit_outcome> outcome)
{
    const bool done = database_->locked(
        [&](memory_data& data)
        {
            std::vector<memory_session*> winners(batch.size());
            for (std::size_t i = 0; i < batch.size(); ++i)
            {
                const auto& change = batch[i];
                auto* session = data.find_session(change.session);
                if (session == nullptr)
                    outcome[i].error = errc::session_not_found;
                else if (session->stamp().version != change.expected.version
                         || session->stamp().change != change.expected.change)
                    outcome[i] = {errc::version_conflict, session->load(change.expected), true};
                else if (change.is_check())
                    continue;
                else if (!session->accepts(change) || !data.guard.allows(change))
                    return false; // before anything was written
                else
                    winners[i] = session;
            }
            for (std::size_t i = 0; i < batch.size(); ++i)
                if (winners[i] != nullptr)
                    data.apply(*winners[i], batch[i]);
            return true;
        });
    if (!done)
        return make_error_code(errc::store_failed);
    return reply();
}

inline store_result<hall_ptr> memory_inventory::do_add_hall(const hall_spec& spec)
{
    return database_->locked(
        [&](memory_data& data) -> store_result<hall_ptr>
        {
            if (std::any_of(data.halls.begin(), data.halls.end(),
                            [&](const hall_ptr& other) { return other->name == spec.name; }))
                return make_error_code(errc::already_exists);
            const auto id = hall_id{static_cast<std::int64_t>(data.halls.size() + 1)};
            data.halls.push_back(make_hall(id, spec, seat_id{data.seats_made + 1}));
            data.seats_made += static_cast<std::int64_t>(spec.layout.size());
            return data.halls.back();
        });
}

inline store_result<session> memory_inventory::do_add_session(const session_spec& spec)
{
    const auto now = database_->now();
    const auto change = database_->fresh_change();
    return database_->locked(
        [&](memory_data& data) -> store_result<session>
        {
            const auto hall = static_cast<std::size_t>(raw(spec.hall));
            if (hall < 1 || hall > data.halls.size()) // the database was put back meanwhile
                return make_error_code(errc::hall_not_found);
            auto& occupied = data.occupied[spec.hall];
            if (spec.ends_at)
            {
                // The last one that begins before this ends; all before it end sooner.
                const auto next = occupied.lower_bound(*spec.ends_at);
                if (next != occupied.begin() && std::prev(next)->second > spec.showtime)
                    return make_error_code(errc::hall_busy);
                occupied.emplace(spec.showtime, *spec.ends_at);
            }
            const auto id = session_id{static_cast<std::int64_t>(data.sessions.size() + 1)};
            auto made = make_session(id, spec, *data.halls[hall - 1]);
            data.sessions.try_emplace(id, made, change, now);
            data.programme.insert({spec.showtime, id});
            return made;
        });
}

/// Whether `text` contains `part`, in which ASCII letters are small already.
[[nodiscard]] inline bool contains_folded(std::string_view text, const std::string& part)
{
    return email_key(text).find(part) != std::string::npos;
}

inline store_result<std::vector<session>>
memory_inventory::do_sessions(const session_page_request& page)
{
    const auto& filter = page.filter;
    const auto movie = email_key(filter.movie);
    return database_->locked(
        [&](memory_data& data)
        {
            std::vector<session> out;
            const auto& all = data.programme;
            auto at = page.after ? all.upper_bound(*page.after) : all.begin();
            if (filter.from && (!page.after || page.after->showtime < *filter.from))
                at = all.lower_bound({*filter.from, session_id{}});
            for (; at != all.end() && out.size() < page.limit; ++at)
            {
                if (filter.before && at->showtime >= *filter.before)
                    break;
                const auto& found = data.sessions.at(at->session).session();
                if ((filter.hall && found.hall != *filter.hall)
                    || !contains_folded(found.movie_title, movie))
                    continue;
                out.push_back(found);
                out.back().blocked.clear();
            }
            return out;
        });
}

inline store_result<purge_report> memory_inventory::purge(time_point ended_before,
                                                          std::size_t limit)
{
    const auto now = database_->now();
    return database_->locked(
        [&](memory_data& data)
        {
            purge_report report;
            for (auto& [id, session] : data.sessions)
            {
                const auto purged = session.purge_ended(ended_before, limit - report.reservations);
                report.reservations += purged.reservations.size();
                report.keys += purged.keys;
                for (const auto& ended : purged.reservations)
                    if (ended->account.empty())
                        data.documents.erase(ended->id);
                report.keys +=
                    session.purge_keys(ended_before, limit - std::min(limit, report.keys));
            }
            for (auto at = data.tokens.begin();
                 at != data.tokens.end() && report.access_tokens < limit;)
            {
                const bool is_over = at->second.expires_at <= now;
                report.access_tokens += is_over ? 1 : 0;
                at = is_over ? data.tokens.erase(at) : std::next(at);
            }
            return report;
        });
}

} // namespace cinema::booking::detail
