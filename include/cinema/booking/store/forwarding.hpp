#pragma once

#include <cinema/booking/store/stores.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Stores that pass every call on to another one, through its public functions. To change some of
/// it, derive and override; to call what was overridden, call the function of the base class.
namespace cinema::booking
{

/// Passes every call on to another inventory. Who overrides `do_load` and `do_commit` overrides
/// `find_key`, too.
class forwarding_inventory : public inventory_store
{
public:
    /// Pre: `next` is not null.
    explicit forwarding_inventory(std::shared_ptr<inventory_store> next) : next_{std::move(next)} {}

    [[nodiscard]] store_result<hall_ptr> find_hall(hall_id id) override
    {
        return next_->find_hall(id);
    }
    [[nodiscard]] store_result<std::vector<hall_ptr>> halls() override { return next_->halls(); }
    [[nodiscard]] store_result<std::vector<session_id>> lapsed(time_point now,
                                                               std::size_t limit) override
    {
        return next_->lapsed(now, limit);
    }
    [[nodiscard]] store_result<std::pair<session_stamp, std::vector<guard_row>>>
    guard_rows(session_id id) override
    {
        return next_->guard_rows(id);
    }
    [[nodiscard]] store_result<stored_key> find_key(session_id session,
                                                    const key_digest& key) override
    {
        return next_->find_key(session, key);
    }
    [[nodiscard]] store_result<purge_report> purge(time_point ended_before,
                                                   std::size_t limit) override
    {
        return next_->purge(ended_before, limit);
    }
    [[nodiscard]] store_result<bool> lease(std::string_view name, std::uint64_t owner,
                                           std::chrono::milliseconds duration) override
    {
        return next_->lease(name, owner, duration);
    }
    [[nodiscard]] store_result<void> add_token(const access_token& token) override
    {
        return next_->add_token(token);
    }
    [[nodiscard]] store_result<std::optional<access_token>>
    find_token(const std::array<std::uint8_t, 32>& digest) override
    {
        return next_->find_token(digest);
    }
    [[nodiscard]] store_result<void> touch_token(const std::array<std::uint8_t, 32>& digest,
                                                 time_point last_used) override
    {
        return next_->touch_token(digest, last_used);
    }
    [[nodiscard]] store_result<void>
    remove_token(const std::array<std::uint8_t, 32>& digest) override
    {
        return next_->remove_token(digest);
    }
    [[nodiscard]] store_result<void> remove_tokens_of(const user_id& user) override
    {
        return next_->remove_tokens_of(user);
    }
    [[nodiscard]] store_result<store_reply> ping() override { return next_->ping(); }
    [[nodiscard]] std::optional<time_point> clock() const noexcept override
    {
        return next_->clock();
    }
    [[nodiscard]] unsigned lanes_preferred() const noexcept override
    {
        return next_->lanes_preferred();
    }

protected:
    [[nodiscard]] inventory_store& next() const noexcept { return *next_; }

    store_result<store_reply> do_load(std::span<const load_request> requests,
                                      std::span<store_result<session_load>> out) override
    {
        return next_->load(requests, out);
    }
    store_result<store_reply> do_commit(std::span<const session_change> batch,
                                        std::span<commit_outcome> outcome) override
    {
        return next_->commit(batch, outcome);
    }
    store_result<hall_ptr> do_add_hall(const hall_spec& spec) override
    {
        return next_->add_hall(spec);
    }
    store_result<session> do_add_session(const session_spec& spec) override
    {
        return next_->add_session(spec);
    }
    store_result<std::vector<session>> do_sessions(const session_page_request& page) override
    {
        return next_->sessions(page);
    }
    store_result<std::string> do_keep(std::string_view name, std::string_view value) override
    {
        return next_->keep(name, value);
    }

private:
    std::shared_ptr<inventory_store> next_;
};

/// Passes every call on to another reservation store.
class forwarding_reservations : public reservation_store
{
public:
    /// Pre: `next` is not null.
    explicit forwarding_reservations(std::shared_ptr<reservation_store> next)
        : next_{std::move(next)}
    {
    }

    [[nodiscard]] store_result<reservation_ptr> find(const reservation_id& id) override
    {
        return next_->find(id);
    }
    [[nodiscard]] store_result<std::vector<reservation_ptr>>
    of_session(session_id session, const std::optional<uuid>& after, std::size_t limit) override
    {
        return next_->of_session(session, after, limit);
    }
    store_result<std::optional<session_id>> session_after(session_id after) override
    {
        return next_->session_after(after);
    }
    [[nodiscard]] store_result<void> put(const reservation& state) override
    {
        return next_->put(state);
    }
    [[nodiscard]] store_result<std::size_t> purge(time_point ended_before,
                                                  std::size_t limit) override
    {
        return next_->purge(ended_before, limit);
    }

protected:
    [[nodiscard]] reservation_store& next() const noexcept { return *next_; }

    store_result<std::vector<reservation_ptr>>
    do_list(const reservation_page_request& page) override
    {
        return next_->list(page);
    }
    store_result<std::vector<error_code>>
    do_put_all(std::span<const reservation_ptr> states) override
    {
        return next_->put_all(states);
    }

private:
    std::shared_ptr<reservation_store> next_;
};

/// Passes every call on to another account store.
class forwarding_accounts : public account_store
{
public:
    /// Pre: `next` is not null.
    explicit forwarding_accounts(std::shared_ptr<account_store> next) : next_{std::move(next)} {}

    [[nodiscard]] store_result<user> find(const user_id& id) override { return next_->find(id); }
    [[nodiscard]] store_result<user> find_by_email(std::string_view email) override
    {
        return next_->find_by_email(email);
    }

protected:
    [[nodiscard]] account_store& next() const noexcept { return *next_; }

    store_result<void> do_add(const user& account) override { return next_->add(account); }
    store_result<void> do_update(const user& account) override { return next_->update(account); }

private:
    std::shared_ptr<account_store> next_;
};

} // namespace cinema::booking
