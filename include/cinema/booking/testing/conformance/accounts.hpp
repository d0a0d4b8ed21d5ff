#pragma once

#include <cinema/booking/testing/conformance/fixture.hpp>

namespace cinema::booking::testing::conformance
{

/// An account whose name is its id.
[[nodiscard]] inline user account_of(const char* id, const char* email)
{
    return {.id = {id},
            .name = id,
            .email = email,
            .password_hash = "$argon2id$v=19$m=19456",
            .created_at = that_day(0)};
}

TEST_CASE_TEMPLATE_DEFINE("accounts: an account is found by id and by e-mail, ASCII case aside",
                          Store, accounts_find)
{
    const auto base = Store::make();
    auto& accounts = *base.stores.accounts;
    const auto anna = account_of("anna", "Anna@Example.org");
    const auto eve = account_of("eve", "\xC3\x89ve@example.org"); // Éve
    CHECK(accounts.add(anna).has_value());
    CHECK(accounts.add(eve).has_value());

    CHECK(accounts.find({"anna"}).value() == anna);
    for (const auto* email : {"Anna@Example.org", "anna@example.org", "ANNA@EXAMPLE.ORG"})
        CHECK(accounts.find_by_email(email).value() == anna);
    CHECK(accounts.find_by_email("\xC3\x89VE@example.org").value() == eve);
    CHECK(accounts.find_by_email("\xC3\xA9ve@example.org").error() == errc::user_not_found);
    CHECK(accounts.find({"Anna"}).error() == errc::user_not_found);
    CHECK(accounts.find({""}).error() == errc::user_not_found);
    CHECK(accounts.find_by_email("").error() == errc::user_not_found);
    CHECK(accounts.find_by_email("%").error() == errc::user_not_found);
}

TEST_CASE_TEMPLATE_DEFINE("accounts: neither id nor e-mail is given twice", Store, accounts_unique)
{
    const auto base = Store::make();
    auto& accounts = *base.stores.accounts;
    const auto anna = account_of("anna", "anna@example.org");
    CHECK(accounts.add(anna).has_value());

    CHECK(accounts.add(account_of("anna", "other@example.org")).error() == errc::already_exists);
    CHECK(accounts.add(account_of("ben", "ANNA@example.org")).error() == errc::already_exists);
    CHECK(accounts.add(account_of("", "ben@example.org")).error() == errc::invalid_request);
    CHECK(accounts.add(account_of("ben", "")).error() == errc::invalid_request);

    CHECK(accounts.find({"anna"}).value() == anna);
    CHECK(accounts.find({"ben"}).error() == errc::user_not_found);
    CHECK(accounts.find_by_email("other@example.org").error() == errc::user_not_found);
    CHECK(accounts.add(account_of("ben", "ben@example.org")).has_value());
}

TEST_CASE_TEMPLATE_DEFINE("accounts: what breaks a limit is refused, what keeps to it is kept",
                          Store, accounts_limits)
{
    const auto base = Store::make();
    auto& accounts = *base.stores.accounts;
    user widest{.id = {std::string(user_id_bytes_max, 'i')},
                .name = std::string(user_name_bytes_max, 'n'),
                .email = std::string(email_bytes_max, 'e'),
                .password_hash = std::string(password_hash_bytes_max, 'p'),
                .created_at = that_day(0)};
    CHECK(accounts.add(widest).has_value());
    CHECK(accounts.find(widest.id).value() == widest);
    CHECK(accounts.find_by_email(std::string(email_bytes_max, 'E')).value() == widest);

    const auto small = account_of("ben", "ben@example.org");
    CHECK(accounts.add(small).has_value());
    for (auto field : {&user::name, &user::email, &user::password_hash})
        for (const auto& wrong :
             {std::string(300, 'x'), std::string{"a\0b", 3}, std::string{"\xFF"}})
        {
            auto broken = small;
            broken.*field = wrong;
            CHECK(accounts.add(broken).error() == errc::invalid_request);
            CHECK(accounts.update(broken).error() == errc::invalid_request);
        }
    auto nameless = small;
    nameless.email.clear();
    CHECK(accounts.update(nameless).error() == errc::invalid_request);
    widest.id.value += 'i';
    CHECK(accounts.add(widest).error() == errc::invalid_request);
    CHECK(accounts.find(small.id).value() == small);
}

TEST_CASE_TEMPLATE_DEFINE("accounts: all but id and time of making can be replaced", Store,
                          accounts_update)
{
    const auto base = Store::make();
    auto& accounts = *base.stores.accounts;
    CHECK(accounts.add(account_of("anna", "anna@example.org")).has_value());
    CHECK(accounts.add(account_of("ben", "ben@example.org")).has_value());
    const user changed{.id = {"anna"},
                       .name = "Anna B.",
                       .email = "ANNA@new.example",
                       .password_hash = "other",
                       .role = user_role::admin,
                       .created_at = that_day(77)};

    CHECK(accounts.update(changed).has_value());

    auto wanted = changed;
    wanted.created_at = that_day(0);
    CHECK(accounts.find({"anna"}).value() == wanted);
    CHECK(accounts.find_by_email("anna@NEW.example").value() == wanted);
    CHECK(accounts.find_by_email("anna@example.org").error() == errc::user_not_found);
    CHECK(accounts.add(account_of("cleo", "anna@example.org")).has_value()); // free again

    auto taken = changed;
    taken.email = "BEN@example.org";
    CHECK(accounts.update(taken).error() == errc::already_exists);
    CHECK(accounts.find({"anna"}).value() == wanted);
    taken.email = "Anna@New.Example"; // its own, in other letters
    CHECK(accounts.update(taken).has_value());
    CHECK(accounts.find_by_email("anna@new.example").value().email == "Anna@New.Example");
    CHECK(accounts.update(account_of("nobody", "nobody@example.org")).error()
          == errc::user_not_found);
    CHECK(accounts.find_by_email("nobody@example.org").error() == errc::user_not_found);
}

} // namespace cinema::booking::testing::conformance
