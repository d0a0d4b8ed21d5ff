// Accounts of which something happens to the address while they are written.

#include "mongo/accounts.hpp"

#include "mongo/open.hpp"
#include "support/mongo_server.hpp"

#include <doctest/doctest.h>

#include <utility>

using namespace cinema::booking;
using namespace cinema::booking::mongo;

namespace
{

user account(const char* id, const char* email)
{
    return {.id = {id}, .name = {}, .email = email, .password_hash = {}};
}

/// Accounts that are written by two: before one of them sends a command, the other one does
/// something, once.
struct two_registrars
{
    two_registrars()
        : params{.uri = cinema::tests::new_mongo_database(), .timeout = std::chrono::seconds{20}},
          in{std::make_shared<database>(
              params, [](database& made) { prepare(made, role::all); },
              database_options{.watch = [this](std::string_view name, const fields& command)
                               { happen(name, command); }})},
          beside{open(params, role::all)},
          one{in},
          other{beside}
    {
    }

    void happen(std::string_view name, const fields& command)
    {
        if (name == command_name && command.at(name).text() == collection)
            std::exchange(what, [] {})();
    }

    void before(const char* command, const char* of, std::function<void()> happens)
    {
        command_name = command;
        collection = of;
        what = std::move(happens);
    }

    /// Makes the claim to an address older than anybody waits for its account.
    void age(const char* address) const
    {
        document statement;
        document update;
        document set;
        statement.add("q", document{}.add("_id", address))
            .add("u", update.add("$set",
                                 set.add("at", beside->ask_time().now - std::chrono::minutes{2})));
        REQUIRE(beside->update_one("user_emails", statement));
    }

    std::string command_name;
    std::string collection;
    std::function<void()> what{[] {}};
    mongo_params params;
    std::shared_ptr<database> in;
    std::shared_ptr<database> beside;
    accounts one;
    accounts other;
};

} // namespace

TEST_CASE("accounts: who comes so late that another one took the address gets none")
{
    two_registrars at;
    at.before("insert", "users",
              [&]
              {
                  at.age("a@example.org");
                  CHECK(at.other.add(account("u2", "a@example.org")).has_value());
              });

    CHECK(at.one.add(account("u1", "A@example.org")).error() == errc::already_exists);

    CHECK(at.one.find({"u1"}).error() == errc::user_not_found);
    CHECK(at.one.find_by_email("a@example.org").value().id == user_id{"u2"});
}

TEST_CASE("accounts: who is late with another address keeps the one that he had")
{
    two_registrars at;
    REQUIRE(at.one.add(account("u1", "a@example.org")).has_value());
    at.before("update", "users",
              [&]
              {
                  at.age("b@example.org");
                  CHECK(at.other.add(account("u2", "b@example.org")).has_value());
              });

    CHECK(at.one.update(account("u1", "b@example.org")).error() == errc::already_exists);

    CHECK(at.one.find_by_email("a@example.org").value().id == user_id{"u1"});
    CHECK(at.one.find_by_email("b@example.org").value().id == user_id{"u2"});
}

TEST_CASE("accounts: an address that was taken again is not given up late")
{
    two_registrars at;
    REQUIRE(at.one.add(account("u1", "a@example.org")).has_value());
    at.before("delete", "user_emails",
              [&] { CHECK(at.other.update(account("u1", "a@example.org")).has_value()); });

    CHECK(at.one.update(account("u1", "b@example.org")).has_value());

    CHECK(at.one.find_by_email("a@example.org").value().id == user_id{"u1"});
    CHECK(at.one.add(account("u3", "a@example.org")).error() == errc::already_exists);
}

TEST_CASE("accounts: contact that is lost behind the account is doubt")
{
    cinema::tests::mongo_server server;
    const mongo_params quick{.uri = server.uri() + "/shop", .timeout = std::chrono::seconds{2}};
    bool is_written = false;
    const auto in = std::make_shared<database>(
        quick, [](database& made) { prepare(made, role::all); },
        database_options{.watch = [&](std::string_view name, const fields& command)
                         {
                             if (name == "insert")
                                 is_written = command.at(name).text() == "users";
                             else if (std::exchange(is_written, false))
                                 server.kill();
                         }});
    accounts all{in};

    CHECK(all.add(account("u1", "a@example.org")).error() == errc::outcome_unknown);

    server.start();
    store_result<user> found = make_error_code(errc::store_unavailable);
    for (int i = 0; i < 200 && !found; ++i)
    {
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
        found = all.find_by_email("a@example.org");
    }
    CHECK(found.value().id == user_id{"u1"});
    CHECK(all.add(account("u2", "a@example.org")).error() == errc::already_exists);
}

TEST_CASE("accounts: two changes to the same address do not stand in each other's way")
{
    two_registrars at;
    REQUIRE(at.one.add(account("u1", "a@example.org")).has_value());
    at.before("update", "users",
              [&] { CHECK(at.other.update(account("u1", "b@example.org")).has_value()); });

    CHECK(at.one.update(account("u1", "b@example.org")).error() == errc::busy);

    CHECK(at.one.find_by_email("b@example.org").value().id == user_id{"u1"});
    CHECK(at.one.find_by_email("a@example.org").error() == errc::user_not_found);
    CHECK(at.one.add(account("u2", "a@example.org")).has_value());
}
