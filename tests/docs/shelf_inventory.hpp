// The inventory that docs/custom_store.md is about: plain containers behind one mutex.

#pragma once

//! [whole]
#include <cinema/booking/store/making.hpp>
#include <cinema/booking/store/session_record.hpp>
#include <cinema/booking/store/stores.hpp>

#include <mutex>
#include <random>

namespace shelf
{

using namespace cinema::booking;

class inventory final : public inventory_store
{
    using digest = std::array<std::uint8_t, 32>;

public:
    explicit inventory(std::shared_ptr<reservation_store> documents) : documents_{documents} {}

    //! [reply]
    store_result<store_reply> ping() override { return store_reply{.now = host_now()}; }
    std::optional<time_point> clock() const noexcept override { return host_now(); }
    unsigned lanes_preferred() const noexcept override { return 1; }
    //! [reply]

    //! [find_hall]
    store_result<hall_ptr> find_hall(hall_id id) override
    {
        const std::scoped_lock lock{mutex_};
        if (raw(id) < 1 || raw(id) > std::ssize(halls_))
            return make_error_code(errc::hall_not_found);
        return halls_[static_cast<std::size_t>(raw(id) - 1)];
    }
    store_result<std::vector<hall_ptr>> halls() override
    {
        const std::scoped_lock lock{mutex_};
        return halls_;
    }
    //! [find_hall]

    //! [lapsed]
    store_result<std::vector<session_id>> lapsed(time_point now, std::size_t limit) override
    {
        const std::scoped_lock lock{mutex_};
        std::vector<session_id> out;
        for (const auto& [id, record] : sessions_)
            if (out.size() < limit && record.has_lapsed(now))
                out.push_back(id);
        return out;
    }
    store_result<std::pair<session_stamp, std::vector<guard_row>>>
    guard_rows(session_id id) override
    {
        const std::scoped_lock lock{mutex_};
        const auto* record = find(id);
        if (record == nullptr)
            return make_error_code(errc::session_not_found);
        return std::pair{record->stamp, record->guard_rows()};
    }
    //! [lapsed]

    //! [find_key]
    store_result<stored_key> find_key(session_id id, const key_digest& key) override
    {
        const std::scoped_lock lock{mutex_};
        const auto* record = find(id);
        return record == nullptr ? stored_key{} : record->find_key(key);
    }
    //! [find_key]

    //! [purge]
    store_result<purge_report> purge(time_point ended_before, std::size_t limit) override
    {
        const std::scoped_lock lock{mutex_};
        purge_report report;
        for (auto& [id, record] : sessions_)
        {
            const auto [gone, keys] = record.purge(ended_before, limit - report.reservations);
            report.reservations += gone.size();
            report.keys += keys;
        }
        report.access_tokens = std::erase_if(tokens_, [now = host_now()](const auto& entry)
                                             { return entry.second.expires_at <= now; });
        return report;
    }
    //! [purge]

    //! [tokens]
    store_result<void> add_token(const access_token& token) override
    {
        const std::scoped_lock lock{mutex_};
        if (!tokens_.emplace(token.digest, token).second)
            return make_error_code(errc::already_exists);
        return {};
    }
    store_result<std::optional<access_token>> find_token(const digest& of) override
    {
        const std::scoped_lock lock{mutex_};
        const auto found = tokens_.find(of);
        return found == tokens_.end() ? std::nullopt : std::optional{found->second};
    }
    store_result<void> touch_token(const digest& of, time_point last_used) override
    {
        const std::scoped_lock lock{mutex_};
        if (const auto found = tokens_.find(of); found != tokens_.end())
            found->second.last_used = std::max(found->second.last_used, last_used);
        return {};
    }
    store_result<void> remove_token(const digest& of) override
    {
        const std::scoped_lock lock{mutex_};
        tokens_.erase(of);
        return {};
    }
    store_result<void> remove_tokens_of(const user_id& user) override
    {
        const std::scoped_lock lock{mutex_};
        std::erase_if(tokens_, [&](const auto& entry) { return entry.second.user == user; });
        return {};
    }
    //! [tokens]

private:
    //! [do_load]
    store_result<store_reply> do_load(std::span<const load_request> requests,
                                      std::span<store_result<session_load>> out) override
    {
        const std::scoped_lock lock{mutex_};
        for (std::size_t i = 0; i < requests.size(); ++i)
            if (const auto* record = find(requests[i].session))
                out[i] = record->load(requests[i].known, requests[i].with_ended);
            else
                out[i] = make_error_code(errc::session_not_found);
        return ping();
    }
    //! [do_load]

    //! [do_commit]
    store_result<store_reply> do_commit(std::span<const session_change> batch,
                                        std::span<commit_outcome> outcome) override
    {
        const std::scoped_lock lock{mutex_};
        const auto winners = winners_of(batch, outcome, [&](session_id id) { return find(id); });
        if (!winners)
            return winners.error();
        for (const auto* change : *winners)
        {
            find(change->session)->apply(*change);
            for (const auto& entry : change->reservations)
                (void)documents_->put(*entry.now);
        }
        return ping();
    }
    //! [do_commit]

    //! [do_add]
    store_result<hall_ptr> do_add_hall(const hall_spec& spec) override
    {
        const std::scoped_lock lock{mutex_};
        for (const auto& hall : halls_)
            if (hall->name == spec.name)
                return make_error_code(errc::already_exists);
        const auto id = hall_id{std::ssize(halls_) + 1};
        halls_.push_back(make_hall(id, spec, seat_id{seats_made_ + 1}));
        seats_made_ += std::ssize(spec.layout.seats());
        return halls_.back();
    }
    store_result<session> do_add_session(const session_spec& spec) override
    {
        const std::scoped_lock lock{mutex_};
        for (const auto& [id, record] : sessions_)
            if (overlap(record.session, spec))
                return make_error_code(errc::hall_busy);
        const auto id = session_id{std::ssize(sessions_) + 1};
        const session_stamp stamp{session_version{1}, change_id{random_()}, config_version{1}};
        const auto made =
            make_session(id, spec, *halls_.at(static_cast<std::size_t>(raw(spec.hall) - 1)));
        sessions_.emplace(id, session_record{made, stamp, host_now()});
        return made;
    }
    //! [do_add]

    //! [do_sessions]
    store_result<std::vector<session>> do_sessions(const session_page_request& page) override
    {
        const std::scoped_lock lock{mutex_};
        std::vector<session> all;
        for (const auto& [id, record] : sessions_)
            all.push_back(record.session);
        return page_of(std::move(all), page);
    }
    //! [do_sessions]

    //! [do_keep]
    store_result<std::string> do_keep(std::string_view name, std::string_view value) override
    {
        const std::scoped_lock lock{mutex_};
        return kept_.try_emplace(std::string{name}, value).first->second;
    }
    //! [do_keep]

    session_record* find(session_id id)
    {
        const auto found = sessions_.find(id);
        return found == sessions_.end() ? nullptr : &found->second;
    }

    std::shared_ptr<reservation_store> documents_;
    std::mutex mutex_;
    std::vector<hall_ptr> halls_; // hall 1 first
    std::int64_t seats_made_{};
    std::map<session_id, session_record> sessions_;
    std::map<std::string, std::string> kept_;
    std::map<digest, access_token> tokens_;
    std::mt19937_64 random_{std::random_device{}()};
};

} // namespace shelf
//! [whole]
