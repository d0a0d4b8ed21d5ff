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
    /// That an address is for an account, since when.
    struct claim
    {
        std::string key;
        std::string user;
        time_point at;
    };
    [[nodiscard]] std::optional<claim> find_claim(const std::string& key);
    [[nodiscard]] std::optional<claim> make_claim(const std::string& key, const user_id& by);
    [[nodiscard]] std::optional<claim> take_claim(const claim& from, const user_id& by,
                                                  time_point now);
    [[nodiscard]] bool insert_or_release(const user& account, const claim& made);
    [[nodiscard]] bool replace(const user& before, const user& account);
    [[nodiscard]] store_result<void> keep_if_confirmed(const user& added, const claim& made);
    [[nodiscard]] bool confirm(const claim& made);
    void release(const claim& made);

    std::shared_ptr<database> in_;
};

} // namespace cinema::booking::mongo
