#include "accounts.hpp"

#include "common/role_text.hpp"

namespace cinema::booking::postgres
{
namespace
{

constexpr auto unique_violation = "23505";

store_result<user> user_from(const rows& found)
{
    if (found.empty())
        return make_error_code(errc::user_not_found);
    const auto one = found[0];
    user account{.id = {std::string{one.text(0)}},
                 .name = std::string{one.text(1)},
                 .email = std::string{one.text(2)},
                 .password_hash = std::string{one.text(3)},
                 .created_at = one.time(5)};
    const auto role = adapters::role_from(one.text(4));
    if (!role)
        throw failure{errc::store_failed,
                      "account " + account.id.value + " is kept in a form that is not known"};
    account.role = *role;
    return account;
}

} // namespace

store_result<user> accounts::find(const user_id& id)
{
    return in_->read([&](connection& from)
                     { return user_from(from.run(query::find_user, parameters::of(id.value))); });
}

store_result<user> accounts::find_by_email(std::string_view email)
{
    const auto values = parameters::of(email_key(email));
    return in_->read([&](connection& from)
                     { return user_from(from.run(query::find_user_by_email, values)); });
}

store_result<void> accounts::do_add(const user& account)
{
    const auto values =
        parameters::of(account.id.value, account.name, account.email, email_key(account.email),
                       account.password_hash, adapters::to_text(account.role), account.created_at);
    return in_->write_at_once(
        [&](connection& to) -> store_result<void>
        {
            if (to.run(query::add_user, values).changed() == 0)
                return make_error_code(errc::already_exists);
            return {};
        });
}

store_result<void> accounts::do_update(const user& account)
{
    const auto values =
        parameters::of(account.id.value, account.name, account.email, email_key(account.email),
                       account.password_hash, adapters::to_text(account.role));
    return in_->write_at_once(
        [&](connection& to) -> store_result<void>
        {
            try
            {
                if (to.run(query::update_user, values).changed() == 0)
                    return make_error_code(errc::user_not_found);
                return {};
            }
            catch (const sql_failure& failed)
            {
                if (failed.sqlstate() != unique_violation)
                    throw;
                return make_error_code(errc::already_exists);
            }
        });
}

} // namespace cinema::booking::postgres
