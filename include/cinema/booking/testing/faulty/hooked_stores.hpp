#pragma once

#include <cinema/booking/store/forwarding.hpp>
#include <cinema/booking/testing/faulty/store_call.hpp>

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

/// Stores that ask a hook before each call, all but `clock` and `lanes_preferred`. Adding a session
/// looks its hall up first, so that the hook hears of two calls.
namespace cinema::booking::testing
{

/// Asks a hook before each call to an inventory.
class hooked_inventory final : public forwarding_inventory
{
public:
    /// Pre: neither is null.
    hooked_inventory(std::shared_ptr<inventory_store> next, std::shared_ptr<store_hook> hook)
        : forwarding_inventory{std::move(next)}, hook_{std::move(hook)}
    {
    }

    [[nodiscard]] store_result<hall_ptr> find_hall(hall_id id) override
    {
        return asked<hall_ptr>(store_call::find_hall, 1,
                               [&] { return forwarding_inventory::find_hall(id); });
    }
    [[nodiscard]] store_result<std::vector<hall_ptr>> halls() override
    {
        return asked<std::vector<hall_ptr>>(store_call::halls, 1,
                                            [&] { return forwarding_inventory::halls(); });
    }
    [[nodiscard]] store_result<std::vector<session_id>> lapsed(time_point now,
                                                               std::size_t limit) override
    {
        return asked<std::vector<session_id>>(
            store_call::lapsed, 1, [&] { return forwarding_inventory::lapsed(now, limit); });
    }
    [[nodiscard]] store_result<std::pair<session_stamp, std::vector<guard_row>>>
    guard_rows(session_id id) override
    {
        return asked<std::pair<session_stamp, std::vector<guard_row>>>(
            store_call::guard_rows, 1, [&] { return forwarding_inventory::guard_rows(id); });
    }
    [[nodiscard]] store_result<stored_key> find_key(session_id session,
                                                    const key_digest& key) override
    {
        return asked<stored_key>(store_call::find_key, 1,
                                 [&] { return forwarding_inventory::find_key(session, key); });
    }
    [[nodiscard]] store_result<purge_report> purge(time_point ended_before,
                                                   std::size_t limit) override
    {
        return asked<purge_report>(
            store_call::purge, 1, [&] { return forwarding_inventory::purge(ended_before, limit); });
    }
    [[nodiscard]] store_result<bool> lease(std::string_view name, std::uint64_t owner,
                                           std::chrono::milliseconds duration) override
    {
        return asked<bool>(store_call::lease, 1,
                           [&] { return forwarding_inventory::lease(name, owner, duration); });
    }
    [[nodiscard]] store_result<void> add_token(const access_token& token) override
    {
        return asked<void>(store_call::add_token, 1,
                           [&] { return forwarding_inventory::add_token(token); });
    }
    [[nodiscard]] store_result<std::optional<access_token>>
    find_token(const std::array<std::uint8_t, 32>& digest) override
    {
        return asked<std::optional<access_token>>(
            store_call::find_token, 1, [&] { return forwarding_inventory::find_token(digest); });
    }
    [[nodiscard]] store_result<void> touch_token(const std::array<std::uint8_t, 32>& digest,
                                                 time_point last_used) override
    {
        return asked<void>(store_call::touch_token, 1,
                           [&] { return forwarding_inventory::touch_token(digest, last_used); });
    }
    [[nodiscard]] store_result<void>
    remove_token(const std::array<std::uint8_t, 32>& digest) override
    {
        return asked<void>(store_call::remove_token, 1,
                           [&] { return forwarding_inventory::remove_token(digest); });
    }
    [[nodiscard]] store_result<void> remove_tokens_of(const user_id& user) override
    {
        return asked<void>(store_call::remove_tokens_of, 1,
                           [&] { return forwarding_inventory::remove_tokens_of(user); });
    }
    [[nodiscard]] store_result<store_reply> ping() override
    {
        return asked<store_reply>(store_call::ping, 1,
                                  [&] { return forwarding_inventory::ping(); });
    }

private:
    template <class Value, class Pass>
    store_result<Value> asked(store_call call, std::size_t size, Pass pass)
    {
        if (const auto error = hook_->before(call, size))
            return {boost::system::in_place_error, error};
        return pass();
    }

    store_result<store_reply> do_load(std::span<const load_request> requests,
                                      std::span<store_result<session_load>> out) override
    {
        return asked<store_reply>(store_call::load, requests.size(),
                                  [&] { return forwarding_inventory::do_load(requests, out); });
    }
    store_result<store_reply> do_commit(std::span<const session_change> batch,
                                        std::span<commit_outcome> outcome) override
    {
        return asked<store_reply>(store_call::commit, batch.size(),
                                  [&] { return forwarding_inventory::do_commit(batch, outcome); });
    }
    store_result<hall_ptr> do_add_hall(const hall_spec& spec) override
    {
        return asked<hall_ptr>(store_call::add_hall, 1,
                               [&] { return forwarding_inventory::do_add_hall(spec); });
    }
    store_result<session> do_add_session(const session_spec& spec) override
    {
        return asked<session>(store_call::add_session, 1,
                              [&] { return forwarding_inventory::do_add_session(spec); });
    }
    store_result<std::vector<session>> do_sessions(const session_page_request& page) override
    {
        return asked<std::vector<session>>(store_call::sessions, 1,
                                           [&] { return forwarding_inventory::do_sessions(page); });
    }
    store_result<std::string> do_keep(std::string_view name, std::string_view value) override
    {
        return asked<std::string>(store_call::keep, 1,
                                  [&] { return forwarding_inventory::do_keep(name, value); });
    }

    std::shared_ptr<store_hook> hook_;
};

/// Asks a hook before each call to a reservation store.
class hooked_reservations final : public forwarding_reservations
{
public:
    /// Pre: neither is null.
    hooked_reservations(std::shared_ptr<reservation_store> next, std::shared_ptr<store_hook> hook)
        : forwarding_reservations{std::move(next)}, hook_{std::move(hook)}
    {
    }

    [[nodiscard]] store_result<reservation_ptr> find(const reservation_id& id) override
    {
        if (const auto error = hook_->before(store_call::find_reservation, 1))
            return error;
        return forwarding_reservations::find(id);
    }
    [[nodiscard]] store_result<void> put(const reservation& state) override
    {
        if (const auto error = hook_->before(store_call::put_reservation, 1))
            return error;
        return forwarding_reservations::put(state);
    }
    [[nodiscard]] store_result<std::size_t> purge(time_point ended_before,
                                                  std::size_t limit) override
    {
        if (const auto error = hook_->before(store_call::purge_reservations, 1))
            return error;
        return forwarding_reservations::purge(ended_before, limit);
    }

private:
    store_result<std::vector<reservation_ptr>>
    do_list(const reservation_page_request& page) override
    {
        if (const auto error = hook_->before(store_call::list_reservations, 1))
            return error;
        return forwarding_reservations::do_list(page);
    }

    std::shared_ptr<store_hook> hook_;
};

/// Asks a hook before each call to an account store.
class hooked_accounts final : public forwarding_accounts
{
public:
    /// Pre: neither is null.
    hooked_accounts(std::shared_ptr<account_store> next, std::shared_ptr<store_hook> hook)
        : forwarding_accounts{std::move(next)}, hook_{std::move(hook)}
    {
    }

    [[nodiscard]] store_result<user> find(const user_id& id) override
    {
        if (const auto error = hook_->before(store_call::find_account, 1))
            return error;
        return forwarding_accounts::find(id);
    }
    [[nodiscard]] store_result<user> find_by_email(std::string_view email) override
    {
        if (const auto error = hook_->before(store_call::find_account_by_email, 1))
            return error;
        return forwarding_accounts::find_by_email(email);
    }

private:
    store_result<void> do_add(const user& account) override
    {
        if (const auto error = hook_->before(store_call::add_account, 1))
            return error;
        return forwarding_accounts::do_add(account);
    }
    store_result<void> do_update(const user& account) override
    {
        if (const auto error = hook_->before(store_call::update_account, 1))
            return error;
        return forwarding_accounts::do_update(account);
    }

    std::shared_ptr<store_hook> hook_;
};

/// The same stores, asking `hook` before each call.
[[nodiscard]] inline stores hooked(const stores& next, const std::shared_ptr<store_hook>& hook)
{
    return {.inventory = std::make_shared<hooked_inventory>(next.inventory, hook),
            .reservations = std::make_shared<hooked_reservations>(next.reservations, hook),
            .accounts = std::make_shared<hooked_accounts>(next.accounts, hook),
            .name = next.name};
}

} // namespace cinema::booking::testing
