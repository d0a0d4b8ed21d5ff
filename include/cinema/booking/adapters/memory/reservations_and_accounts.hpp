#pragma once

#include <cinema/booking/adapters/memory/database.hpp>

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace cinema::booking::detail
{

class memory_reservations final : public reservation_store
{
public:
    explicit memory_reservations(std::shared_ptr<memory_database> database)
        : database_{std::move(database)}
    {
    }

    [[nodiscard]] store_result<reservation_ptr> find(const reservation_id& id) override
    {
        return database_->locked([&](const memory_data& data) { return data.documents.find(id); });
    }

    [[nodiscard]] store_result<void> put(const reservation& state) override
    {
        auto copy = std::make_shared<const reservation>(state);
        database_->locked([&](memory_data& data) { data.documents.put(std::move(copy)); });
        return {};
    }

    [[nodiscard]] store_result<std::size_t> purge(time_point ended_before,
                                                  std::size_t limit) override
    {
        return database_->locked([&](memory_data& data)
                                 { return data.documents.purge(ended_before, limit); });
    }

private:
    store_result<std::vector<reservation_ptr>>
    do_list(const reservation_page_request& page) override
    {
        return database_->locked(
            [&](const memory_data& data)
            { return data.documents.list(page.account, page.after, page.limit); });
    }

    std::shared_ptr<memory_database> database_;
};

class memory_accounts final : public account_store
{
public:
    explicit memory_accounts(std::shared_ptr<memory_database> database)
        : database_{std::move(database)}
    {
    }

    [[nodiscard]] store_result<user> find(const user_id& id) override
    {
        return database_->locked([&](const memory_data& data) { return find_in(data, id.value); });
    }

    [[nodiscard]] store_result<user> find_by_email(std::string_view email) override
    {
        return database_->locked(
            [&](const memory_data& data) -> store_result<user>
            {
                const auto id = data.id_by_email.find(email_key(email));
                if (id == data.id_by_email.end())
                    return make_error_code(errc::user_not_found);
                return find_in(data, id->second);
            });
    }

private:
    store_result<void> do_add(const user& account) override
    {
        return database_->locked(
            [&](memory_data& data) -> store_result<void>
            {
                const auto key = email_key(account.email);
                if (data.id_by_email.contains(key) || data.accounts.contains(account.id.value))
                    return make_error_code(errc::already_exists);
                data.id_by_email.emplace(key, account.id.value);
                data.accounts.emplace(account.id.value, account);
                return {};
            });
    }

    store_result<void> do_update(const user& account) override
    {
        return database_->locked(
            [&](memory_data& data) -> store_result<void>
            {
                const auto known = data.accounts.find(account.id.value);
                if (known == data.accounts.end())
                    return make_error_code(errc::user_not_found);
                const auto [owner, is_free] =
                    data.id_by_email.try_emplace(email_key(account.email), account.id.value);
                if (!is_free && owner->second != account.id.value)
                    return make_error_code(errc::already_exists);
                if (is_free)
                    data.id_by_email.erase(email_key(known->second.email));
                const auto created_at = known->second.created_at;
                known->second = account;
                known->second.created_at = created_at;
                return {};
            });
    }

    [[nodiscard]] static store_result<user> find_in(const memory_data& data, const std::string& id)
    {
        const auto found = data.accounts.find(id);
        if (found == data.accounts.end())
            return make_error_code(errc::user_not_found);
        return found->second;
    }

    std::shared_ptr<memory_database> database_;
};

} // namespace cinema::booking::detail
