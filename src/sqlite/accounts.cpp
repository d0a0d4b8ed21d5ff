#include "accounts.hpp"

#include "common/role_text.hpp"

namespace cinema::booking::sqlite
{
namespace
{

store_result<user> user_from(cursor row)
{
    if (!row.next())
        return make_error_code(errc::user_not_found);
    user found{.id = {std::string{row.text(0)}},
               .name = std::string{row.text(1)},
               .email = std::string{row.text(2)},
               .password_hash = std::string{row.text(3)},
               .created_at = row.time(5)};
    const auto role = adapters::role_from(row.text(4));
    if (!role)
        throw failure{errc::store_failed,
                      "account " + found.id.value + " is kept in a form that is not known"};
    found.role = *role;
    return found;
}

} // namespace

store_result<user> accounts::find(const user_id& id)
{
    return in_->read(
        [&](connection& from)
        { return user_from(from.rows(query::find_user, std::string_view{id.value})); });
}

store_result<user> accounts::find_by_email(std::string_view email)
{
    const auto key = email_key(email);
    return in_->read(
        [&](connection& from)
        { return user_from(from.rows(query::find_user_by_email, std::string_view{key})); });
}

store_result<void> accounts::do_add(const user& account)
{
    const auto key = email_key(account.email);
    return in_->write(
        [&](connection& to) -> store_result<void>
        {
            if (to.run(query::add_user, std::string_view{account.id.value},
                       std::string_view{account.name}, std::string_view{account.email},
                       std::string_view{key}, std::string_view{account.password_hash},
                       adapters::to_text(account.role), account.created_at)
                == 0)
                return make_error_code(errc::already_exists);
            return {};
        });
}

store_result<void> accounts::do_update(const user& account)
{
    const auto key = email_key(account.email);
    return in_->write(
        [&](connection& to) -> store_result<void>
        {
            if (!to.rows(query::find_user, std::string_view{account.id.value}).next())
                return make_error_code(errc::user_not_found);
            if (to.run(query::update_user, std::string_view{account.id.value},
                       std::string_view{account.name}, std::string_view{account.email},
                       std::string_view{key}, std::string_view{account.password_hash},
                       adapters::to_text(account.role))
                == 0)
                return make_error_code(errc::already_exists);
            return {};
        });
}

} // namespace cinema::booking::sqlite
