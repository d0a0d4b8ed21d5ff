#include "accounts.hpp"

#include "common/role_text.hpp"

namespace cinema::booking::mongo
{
namespace
{

/// So old must a claim be whose account never came, before another may take the address.
constexpr std::chrono::minutes claim_age_max{1};

document document_of(const user& account)
{
    document out;
    out.add("_id", account.id.value)
        .add("name", account.name)
        .add("email", account.email)
        .add("password_hash", account.password_hash)
        .add("role", adapters::to_text(account.role))
        .add("created_at", account.created_at);
    return out;
}

user user_from(fields from)
{
    const auto kept = from.at("role");
    const auto role = adapters::role_from(kept.text());
    if (!role)
        kept.unexpected();
    return {.id = {std::string{from.at("_id").text()}},
            .name = std::string{from.at("name").text()},
            .email = std::string{from.at("email").text()},
            .password_hash = std::string{from.at("password_hash").text()},
            .role = *role,
            .created_at = from.at("created_at").time()};
}

document named(std::string_view id)
{
    document which;
    return which.add("_id", id);
}

} // namespace

std::optional<user> accounts::find_user(std::string_view id)
{
    const auto found =
        in_->find_one({.collection = "users", .filter = named(id), .how = freshness::latest});
    return found ? std::optional{user_from(fields{*found})} : std::nullopt;
}

store_result<user> accounts::find(const user_id& id)
{
    return in_->edge(
        [&]() -> store_result<user>
        {
            auto found = find_user(id.value);
            if (!found)
                return make_error_code(errc::user_not_found);
            return *std::move(found);
        });
}

store_result<user> accounts::find_by_email(std::string_view email)
{
    return in_->edge(
        [&]() -> store_result<user>
        {
            const auto key = email_key(email);
            const auto claimed = in_->find_one(
                {.collection = "user_emails", .filter = named(key), .how = freshness::latest});
            if (!claimed)
                return make_error_code(errc::user_not_found);
            auto found = find_user(fields{*claimed}.at("user").text());
            if (!found || email_key(found->email) != key)
                return make_error_code(errc::user_not_found);
            return *std::move(found);
        });
}

/// Returns whether the address is the account's now; false if it is another's, or will be.
bool accounts::claim(const std::string& key, const user_id& by)
{
    const auto now = in_->begin().reply().now;
    if (in_->insert("user_emails", named(key).add("user", by.value).add("at", now)))
        return true;
    const auto found = in_->find_one(
        {.collection = "user_emails", .filter = named(key), .how = freshness::latest});
    if (!found)
        return false; // given up in this moment
    const fields kept{*found};
    const std::string holder{kept.at("user").text()};
    const auto at = kept.at("at").time();
    const auto other = find_user(holder);
    if (other && email_key(other->email) == key)
        return holder == by.value;
    if (holder != by.value && now - at < claim_age_max)
        return false;
    document statement;
    document update;
    document set;
    update.add("$set", set.add("user", by.value).add("at", now));
    return in_->update_one(
        "user_emails",
        statement.add("q", named(key).add("user", holder).add("at", at)).add("u", update));
}

/// Gives up a claim that the account does not need, or not any more.
void accounts::release(const std::string& key, const user_id& by)
{
    in_->remove("user_emails", named(key).add("user", by.value));
}

/// Inserts an account; returns false if its id is taken. Where it surely failed, the address is
/// given up again as well as may be: else nobody could have it for a minute.
bool accounts::insert_or_release(const user& account, const std::string& key)
try
{
    return in_->insert("users", document_of(account));
}
catch (const failure& failed)
{
    if (failed.code() != errc::outcome_unknown)
        (void)in_->edge(
            [&]() -> store_result<void>
            {
                release(key, account.id);
                return {};
            });
    throw;
}

store_result<void> accounts::do_add(const user& account)
{
    return in_->edge(
        [&]() -> store_result<void>
        {
            if (find_user(account.id.value))
                return make_error_code(errc::already_exists);
            const auto key = email_key(account.email);
            if (!claim(key, account.id))
                return make_error_code(errc::already_exists);
            if (insert_or_release(account, key))
                return {};
            // Another account took the id meanwhile, maybe with this address.
            if (const auto other = find_user(account.id.value);
                !other || email_key(other->email) != key)
                release(key, account.id);
            return make_error_code(errc::already_exists);
        });
}

store_result<void> accounts::do_update(const user& account)
{
    return in_->edge(
        [&]() -> store_result<void>
        {
            const auto before = find_user(account.id.value);
            if (!before)
                return make_error_code(errc::user_not_found);
            const auto key = email_key(account.email);
            const auto old_key = email_key(before->email);
            if (key != old_key && !claim(key, account.id))
                return make_error_code(errc::already_exists);
            document set;
            set.add("name", account.name)
                .add("email", account.email)
                .add("password_hash", account.password_hash)
                .add("role", adapters::to_text(account.role));
            document statement;
            document update;
            // Of two who change the address at once, one does, or the other's claim would dangle.
            statement.add("q", named(account.id.value).add("email", before->email))
                .add("u", update.add("$set", set));
            if (!in_->update_one("users", statement))
                return make_error_code(errc::busy);
            if (key != old_key)
                release(old_key, account.id);
            return {};
        });
}

} // namespace cinema::booking::mongo
