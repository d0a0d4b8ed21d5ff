#pragma once

#include <cinema/booking/store/account_store.hpp>

#include "database.hpp"

namespace cinema::booking::postgres
{

class accounts final : public account_store
{
public:
    explicit accounts(std::shared_ptr<database> in) : in_{std::move(in)} {}

    [[nodiscard]] store_result<user> find(const user_id& id) override;
    [[nodiscard]] store_result<user> find_by_email(std::string_view email) override;

private:
    store_result<void> do_add(const user& account) override;
    store_result<void> do_update(const user& account) override;

    std::shared_ptr<database> in_;
};

} // namespace cinema::booking::postgres
