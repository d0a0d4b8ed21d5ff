#include "accounts.hpp"

#include "common/role_text.hpp"

#include <algorithm>

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

/// What remains to be done when something was written: if it fails, what was written is in doubt.
template <class Work>
auto afterwards(const Work& work)
try
{
    return work();
}
catch (const failure& failed)
{
    throw failure{errc::outcome_unknown, failed.what()};
}

/// A claim as it was seen.
document exactly(const std::string& key, const std::string& by, time_point at)
{
    return named(key).add("user", by).add("at", at);
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
            const auto claimed = find_claim(key);
            if (!claimed)
                return make_error_code(errc::user_not_found);
            auto found = find_user(claimed->user);
            if (!found || email_key(found->email) != key)
                return make_error_code(errc::user_not_found);
            return *std::move(found);
        });
}

std::optional<accounts::claim> accounts::find_claim(const std::string& key)
{
    const auto found = in_->find_one(
        {.collection = "user_emails", .filter = named(key), .how = freshness::latest});
    if (!found)
        return std::nullopt;
    const fields kept{*found};
    return claim{key, std::string{kept.at("user").text()}, kept.at("at").time()};
}

/// The claim if the address is the account's now; nothing if it is another's, or will be.
std::optional<accounts::claim> accounts::make_claim(const std::string& key, const user_id& by)
{
    const auto now = in_->begin().reply().now;
    if (in_->insert("user_emails", named(key).add("user", by.value).add("at", now)))
        return claim{key, by.value, now};
    const auto found = find_claim(key);
    if (!found)
        throw failure{errc::busy, "an e-mail address was given up in this moment"};
    const auto other = find_user(found->user);
    if (other && email_key(other->email) == key)
        return found->user == by.value ? found : std::nullopt;
    if (found->user != by.value && now - found->at < claim_age_max)
        return std::nullopt;
    if (auto taken = take_claim(*found, by, now))
        return taken;
    throw failure{errc::busy, "others take the same e-mail address"};
}

/// Of those who take a claim at once, one does: each makes it later than it was.
std::optional<accounts::claim> accounts::take_claim(const claim& from, const user_id& by,
                                                    time_point now)
{
    const claim taken{from.key, by.value, std::max(now, from.at + std::chrono::milliseconds{1})};
    document statement;
    document update;
    document set;
    update.add("$set", set.add("user", taken.user).add("at", taken.at));
    statement.add("q", exactly(from.key, from.user, from.at)).add("u", update);
    return in_->update_one("user_emails", statement) ? std::optional{taken} : std::nullopt;
}

/// To be called when the account is there: whether the claim is still its own, be it renewed by
/// another call. Nobody takes it then.
bool accounts::confirm(const claim& made)
{
    const auto now = in_->begin().reply().now;
    std::optional<claim> held = made;
    while (held && held->user == made.user && !take_claim(*held, {made.user}, now))
        held = find_claim(made.key);
    return held && held->user == made.user;
}

/// Gives up a claim that the account does not need, or not any more, unless it was renewed.
void accounts::release(const claim& made)
{
    in_->remove("user_emails", exactly(made.key, made.user, made.at));
}

/// Inserts an account; returns false if its id is taken. Where it surely failed, the address is
/// given up again as well as may be: else nobody could have it for a minute.
bool accounts::insert_or_release(const user& account, const claim& made)
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
                release(made);
                return {};
            });
    throw;
}

store_result<void> accounts::keep_if_confirmed(const user& added, const claim& made)
{
    if (confirm(made))
        return {};
    in_->remove("users", named(added.id.value).add("email", added.email));
    return make_error_code(errc::already_exists);
}

store_result<void> accounts::do_add(const user& account)
{
    return in_->edge(
        [&]() -> store_result<void>
        {
            if (find_user(account.id.value))
                return make_error_code(errc::already_exists);
            const auto claimed = make_claim(email_key(account.email), account.id);
            if (!claimed)
                return make_error_code(errc::already_exists);
            if (insert_or_release(account, *claimed))
                return afterwards([&] { return keep_if_confirmed(account, *claimed); });
            // Another account took the id meanwhile, maybe with this address.
            if (const auto other = find_user(account.id.value);
                !other || email_key(other->email) != claimed->key)
                release(*claimed);
            return make_error_code(errc::already_exists);
        });
}

/// Replaces what an account has; returns false if it has another address than `before` meanwhile.
bool accounts::replace(const user& before, const user& account)
{
    document set;
    set.add("name", account.name)
        .add("email", account.email)
        .add("password_hash", account.password_hash)
        .add("role", adapters::to_text(account.role));
    document statement;
    document update;
    // Of two who change the address at once, one does, or the other's claim would dangle.
    statement.add("q", named(account.id.value).add("email", before.email))
        .add("u", update.add("$set", set));
    return in_->update_one("users", statement);
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
            const auto old = find_claim(email_key(before->email));
            const bool is_moving = key != email_key(before->email);
            const auto claimed = is_moving ? make_claim(key, account.id) : old;
            if (is_moving && !claimed)
                return make_error_code(errc::already_exists);
            if (!replace(*before, account))
                return make_error_code(errc::busy);
            if (!is_moving)
                return {};
            return afterwards(
                [&]() -> store_result<void>
                {
                    if (!confirm(*claimed))
                    {
                        (void)replace(account, *before);
                        return make_error_code(errc::already_exists);
                    }
                    if (old && old->user == account.id.value)
                        release(*old);
                    return {};
                });
        });
}

} // namespace cinema::booking::mongo
