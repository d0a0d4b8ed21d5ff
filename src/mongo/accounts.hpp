#pragma once

#include <cinema/booking/store/account_store.hpp>

#include "database.hpp"

#include <memory>

namespace cinema::booking::mongo
{

/// Accounts are documents of `users`. An e-mail address is an account's if the address's document
/// in `user_emails`, of which it is the `_id`, names the account, and the account the address: so
/// it is unique also where the collections are spread over shards.
class accounts final : public account_store
{
public:
    explicit accounts(std::shared_ptr<database> in) : in_{std::move(in)} {}

    [[nodiscard]] store_result<user> find(const user_id& id) override;
    [[nodiscard]] store_result<user> find_by_email(std::string_view email) override;

private:
    store_result<void> do_add(const user& account) override;
    store_result<void> do_update(const user& account) override;

    [[nodiscard]] std::optional<user> find_user(std::string_view id);
    [[nodiscard]] bool claim(const std::string& key, const user_id& by);
    [[nodiscard]] bool insert_or_release(const user& account, const std::string& key);
    void release(const std::string& key, const user_id& by);

    std::shared_ptr<database> in_;
};

} // namespace cinema::booking::mongo
