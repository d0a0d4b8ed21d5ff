#include "inventory.hpp"

#include <bit>

namespace cinema::booking::mongo
{
namespace
{

std::span<const std::uint8_t> bytes_of(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

document digest_named(const std::array<std::uint8_t, 32>& digest)
{
    document which;
    return which.add("_id", std::span<const std::uint8_t>{digest});
}

std::optional<std::string> find_property(database& from, std::string_view name)
{
    document which;
    const auto found = from.find_one(
        {.collection = "properties", .filter = which.add("_id", name), .how = freshness::latest});
    if (!found)
        return std::nullopt;
    const auto value = fields{*found}.at("value").bytes();
    return std::string{value.begin(), value.end()};
}

/// An upsert that finds nothing because another owner has the lease fails on the name being taken.
document lease_statement(std::string_view name, std::int64_t owner, time_point now,
                         time_point until)
{
    document over;
    document mine;
    document lapsed;
    document which;
    mine.add("owner", owner);
    lapsed.add("until", over.add("$lte", now));
    which.add("_id", name).add_array("$or", array{}.add(mine).add(lapsed).elements());
    document set;
    document update;
    document statement;
    update.add("$set", set.add("owner", owner).add("until", until));
    return statement.add("q", which).add("u", update).add("upsert", true);
}

} // namespace

store_result<std::string> inventory::do_keep(std::string_view name, std::string_view value)
{
    return in_->edge(
        [&]() -> store_result<std::string>
        {
            if (auto kept = find_property(*in_, name))
                return *std::move(kept);
            document added;
            if (in_->insert("properties", added.add("_id", name).add("value", bytes_of(value))))
                return std::string{value};
            return find_property(*in_, name).value();
        });
}

store_result<bool> inventory::lease(std::string_view name, std::uint64_t owner,
                                    std::chrono::milliseconds duration)
{
    const auto taken = in_->edge(
        [&]() -> store_result<int>
        {
            const auto now = in_->begin().reply().now;
            const auto statement =
                lease_statement(name, std::bit_cast<std::int64_t>(owner), now, now + duration);
            return in_->update_one("leases", statement) ? 1 : 0;
        });
    if (!taken)
        return {boost::system::in_place_error, taken.error()}; // an error code is a bool, too
    return *taken == 1;
}

store_result<void> inventory::add_token(const access_token& token)
{
    return in_->edge(
        [&]() -> store_result<void>
        {
            if (!in_->insert("access_tokens", digest_named(token.digest)
                                                  .add("user", token.user.value)
                                                  .add("issued_at", token.issued_at)
                                                  .add("last_used", token.last_used)
                                                  .add("expires_at", token.expires_at)))
                return make_error_code(errc::already_exists);
            return {};
        });
}

store_result<std::optional<access_token>>
inventory::find_token(const std::array<std::uint8_t, 32>& digest)
{
    return in_->edge(
        [&]() -> store_result<std::optional<access_token>>
        {
            const auto found = in_->find_one({.collection = "access_tokens",
                                              .filter = digest_named(digest),
                                              .how = freshness::latest});
            if (!found)
                return std::optional<access_token>{};
            const fields kept{*found};
            return std::optional{access_token{.digest = digest,
                                              .user = {std::string{kept.at("user").text()}},
                                              .issued_at = kept.at("issued_at").time(),
                                              .last_used = kept.at("last_used").time(),
                                              .expires_at = kept.at("expires_at").time()}};
        });
}

store_result<void> inventory::touch_token(const std::array<std::uint8_t, 32>& digest,
                                          time_point last_used)
{
    return in_->edge(
        [&]() -> store_result<void>
        {
            document latest;
            document update;
            document statement;
            statement.add("q", digest_named(digest))
                .add("u", update.add("$max", latest.add("last_used", last_used)));
            (void)in_->update_one("access_tokens", statement);
            return {};
        });
}

store_result<void> inventory::remove_token(const std::array<std::uint8_t, 32>& digest)
{
    return in_->edge(
        [&]() -> store_result<void>
        {
            in_->remove("access_tokens", digest_named(digest));
            return {};
        });
}

store_result<void> inventory::remove_tokens_of(const user_id& user)
{
    return in_->edge(
        [&]() -> store_result<void>
        {
            document which;
            in_->remove("access_tokens", which.add("user", user.value));
            return {};
        });
}

} // namespace cinema::booking::mongo
