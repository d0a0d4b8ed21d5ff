#pragma once

#include <cinema/booking/testing/conformance/fixture.hpp>
#include <cinema/booking/testing/conformance/upkeep.hpp>

namespace cinema::booking::testing::conformance
{

/// A token whose digest is filled with `byte`.
[[nodiscard]] inline access_token token_of(const char* user, std::uint8_t byte,
                                           time_point expires_at = that_day(100'000'000))
{
    access_token token{.user = {user},
                       .issued_at = that_day(1),
                       .last_used = that_day(2),
                       .expires_at = expires_at};
    token.digest.fill(byte);
    return token;
}

TEST_CASE_TEMPLATE_DEFINE("tokens: a token comes back as it was added, once", Store, tokens_add)
{
    const auto base = Store::make();
    auto& inventory = *base.stores.inventory;
    const auto zero = token_of("anna", 0);
    const auto full = token_of("it's \"ben\"; --", 0xFF, that_day(-90'000'000));
    CHECK(inventory.add_token(zero).has_value());
    CHECK(inventory.add_token(full).has_value());

    CHECK(inventory.find_token(zero.digest).value() == zero);
    CHECK(inventory.find_token(full.digest).value() == full); // expired, which is not its business
    CHECK(!inventory.find_token(token_of("anna", 1).digest).value());
    CHECK(inventory.add_token(token_of("ben", 0)).error() == errc::already_exists);
    CHECK(inventory.find_token(zero.digest).value() == zero);
}

TEST_CASE_TEMPLATE_DEFINE("tokens: the time of last use only goes forward", Store, tokens_touch)
{
    const auto base = Store::make();
    auto& inventory = *base.stores.inventory;
    auto token = token_of("anna", 7);
    CHECK(inventory.add_token(token).has_value());

    CHECK(inventory.touch_token(token.digest, that_day(9)).has_value());
    token.last_used = that_day(9);
    CHECK(inventory.find_token(token.digest).value() == token);
    CHECK(inventory.touch_token(token.digest, that_day(8)).has_value());
    CHECK(inventory.find_token(token.digest).value() == token);
    CHECK(inventory.touch_token(token_of("anna", 8).digest, that_day(9)).has_value());
    CHECK(!inventory.find_token(token_of("anna", 8).digest).value());
}

TEST_CASE_TEMPLATE_DEFINE("tokens: one can be removed, or all of a user", Store, tokens_remove)
{
    const auto base = Store::make();
    auto& inventory = *base.stores.inventory;
    const auto one = token_of("anna", 1);
    const auto two = token_of("anna", 2);
    const auto three = token_of("anna", 3);
    const auto other = token_of("anna2", 4);
    for (const auto& token : {one, two, three, other})
        CHECK(inventory.add_token(token).has_value());
    const auto is_there = [&](const access_token& token)
    { return inventory.find_token(token.digest).value().has_value(); };

    CHECK(inventory.remove_token(one.digest).has_value());
    CHECK(inventory.remove_token(one.digest).has_value()); // does nothing
    CHECK(!is_there(one));
    CHECK(is_there(two));
    CHECK(inventory.remove_tokens_of({"anna"}).has_value());
    CHECK(inventory.remove_tokens_of({"nobody"}).has_value());
    CHECK(!is_there(two));
    CHECK(!is_there(three));
    CHECK(is_there(other));
}

TEST_CASE_TEMPLATE_DEFINE("tokens: a purge removes those that have expired", Store, tokens_purge)
{
    const auto base = Store::make();
    auto& inventory = *base.stores.inventory;
    const auto now = inventory.ping().value().now;
    const auto over = token_of("anna", 1, now - std::chrono::hours{1'000});
    const auto valid = token_of("anna", 2, now + std::chrono::hours{1'000});
    CHECK(inventory.add_token(over).has_value());
    CHECK(inventory.add_token(valid).has_value());

    CHECK(purge_all(inventory, now).access_tokens == 1);

    CHECK(!inventory.find_token(over.digest).value());
    CHECK(inventory.find_token(valid.digest).value());
}

} // namespace cinema::booking::testing::conformance
