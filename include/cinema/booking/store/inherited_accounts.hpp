#pragma once

#include <cinema/booking/store/account_store.hpp>

#include <memory>
#include <string_view>
#include <utility>

namespace cinema::booking
{

/// Accounts in one store that were in another one formerly: each is taken over when it is first
/// asked for. What the former store has is not changed, nor shown again once it was taken over.
///
/// Where both have an account of one e-mail address, the former one is not found.
/// Errors: as of both stores; the former one is asked for what the other one does not have. Finding
/// may write, and so be busy, too.
class inherited_accounts final : public account_store
{
public:
    /// Pre: neither is null.
    inherited_accounts(std::shared_ptr<account_store> now, std::shared_ptr<account_store> former)
        : now_{std::move(now)}, former_{std::move(former)}
    {
    }

    [[nodiscard]] store_result<user> find(const user_id& id) override
    {
        auto found = now_->find(id);
        return is_missing(found) ? take_over(former_->find(id)) : found;
    }

    [[nodiscard]] store_result<user> find_by_email(std::string_view email) override
    {
        auto found = now_->find_by_email(email);
        if (!is_missing(found))
            return found;
        found = take_over(former_->find_by_email(email));
        if (found && email_key(found->email) != email_key(email)) // it has moved since
            return make_error_code(errc::user_not_found);
        return found;
    }

private:
    [[nodiscard]] static bool is_missing(const store_result<user>& found) noexcept
    {
        return !found && found.error() == errc::user_not_found;
    }

    /// Returns the account as it is now.
    [[nodiscard]] store_result<user> take_over(store_result<user> found)
    {
        if (!found)
            return found;
        const auto added = now_->add(*found);
        if (!added && added.error() == errc::already_exists)
            return taken_over_by_others(*found);
        if (!added)
            return added.error();
        return found;
    }

    /// Another call was faster, or has not finished, or another account has the address.
    [[nodiscard]] store_result<user> taken_over_by_others(const user& account)
    {
        auto found = now_->find(account.id);
        if (is_missing(found) && is_missing(now_->find_by_email(account.email)))
            return make_error_code(errc::busy);
        return found;
    }

    store_result<void> do_add(const user& account) override
    {
        for (const auto& known : {find(account.id), find_by_email(account.email)})
            if (known)
                return make_error_code(errc::already_exists);
            else if (!is_missing(known))
                return known.error();
        return now_->add(account);
    }

    store_result<void> do_update(const user& account) override
    {
        if (const auto known = find(account.id); !known)
            return known.error();
        const auto holder = find_by_email(account.email);
        if (holder && holder->id != account.id)
            return make_error_code(errc::already_exists);
        if (!holder && !is_missing(holder))
            return holder.error();
        return now_->update(account);
    }

    std::shared_ptr<account_store> now_;
    std::shared_ptr<account_store> former_;
};

} // namespace cinema::booking
