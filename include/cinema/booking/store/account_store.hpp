#pragma once

#include <cinema/booking/domain/error.hpp>
#include <cinema/booking/domain/user.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace cinema::booking
{

/// What accounts are found by: `email` with its ASCII letters made small.
[[nodiscard]] inline std::string email_key(std::string_view email)
{
    std::string key{email};
    for (char& c : key)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return key;
}

/// Keeps accounts.
///
/// Errors of every call, beside those named: store_unavailable, store_failed, storage_full; of
/// those that write also outcome_unknown, and busy (another call changes the same account; nothing
/// changed). Thread safety: safe from any thread. Calls block up to the store's timeout.
class account_store
{
public:
    virtual ~account_store() = default;
    account_store(const account_store&) = delete;
    account_store& operator=(const account_store&) = delete;

    /// Adds an account.
    /// Errors: invalid_request (as check() says), already_exists (id or e-mail).
    [[nodiscard]] store_result<void> add(const user& account)
    {
        if (!check(account))
            return make_error_code(errc::invalid_request);
        return do_add(account);
    }

    /// By id, which is compared byte by byte.
    /// Errors: user_not_found.
    [[nodiscard]] virtual store_result<user> find(const user_id& id) = 0;

    /// By e-mail address, ASCII case aside. Errors: user_not_found.
    [[nodiscard]] virtual store_result<user> find_by_email(std::string_view email) = 0;

    /// Replaces name, e-mail, password hash and role of the account with this id.
    /// Errors, the first that applies: invalid_request (as check() says), user_not_found,
    /// already_exists (the e-mail).
    [[nodiscard]] store_result<void> update(const user& account)
    {
        if (!check(account))
            return make_error_code(errc::invalid_request);
        return do_update(account);
    }

protected:
    account_store() = default;

private:
    /// As `add`. Pre: `check(account)`. Errors: already_exists.
    virtual store_result<void> do_add(const user& account) = 0;
    /// As `update`. Pre: `check(account)`. Errors: user_not_found, already_exists.
    virtual store_result<void> do_update(const user& account) = 0;
};

} // namespace cinema::booking
