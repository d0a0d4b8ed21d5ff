#include <cinema/booking/adapters/memory.hpp>
#include <cinema/booking/store/inherited_accounts.hpp>

#include <doctest/doctest.h>

using namespace cinema::booking;

namespace
{

user account(const char* id, const char* email, const char* name = "")
{
    return {.id = {id}, .name = name, .email = email, .password_hash = "h"};
}

struct inheritance
{
    std::shared_ptr<account_store> former = make_memory_stores().accounts;
    std::shared_ptr<account_store> now = make_memory_stores().accounts;
    inherited_accounts all{now, former};

    inheritance()
    {
        CHECK(former->add(account("u1", "Anna@example.org", "Anna")).has_value());
        CHECK(former->add(account("u2", "ben@example.org", "Ben")).has_value());
    }
};

} // namespace

TEST_CASE("inherited accounts: each is taken over when it is asked for")
{
    inheritance in;
    CHECK(in.now->find({"u1"}).error() == errc::user_not_found);

    CHECK(in.all.find({"u1"}).value() == account("u1", "Anna@example.org", "Anna"));
    CHECK(in.all.find_by_email("BEN@example.org").value().name == "Ben");

    CHECK(in.now->find({"u1"}).value().name == "Anna");
    CHECK(in.now->find({"u2"}).value().name == "Ben");
    CHECK(in.former->find({"u1"}).value().name == "Anna"); // it stays
    CHECK(in.all.find({"u3"}).error() == errc::user_not_found);
    CHECK(in.all.find_by_email("carl@example.org").error() == errc::user_not_found);
}

TEST_CASE("inherited accounts: ids and addresses of both are taken")
{
    inheritance in;
    CHECK(in.all.add(account("u1", "new@example.org")).error() == errc::already_exists);
    CHECK(in.all.add(account("u9", "BEN@example.org")).error() == errc::already_exists);
    CHECK(in.all.add(account("u9", "new@example.org")).has_value());
    CHECK(in.all.update(account("u9", "ben@example.org")).error() == errc::already_exists);
    CHECK(in.all.update(account("u8", "eve@example.org")).error() == errc::user_not_found);
}

TEST_CASE("inherited accounts: what was changed since is not shown as it was")
{
    inheritance in;
    CHECK(in.all.update(account("u1", "moved@example.org", "Anna B.")).has_value());

    CHECK(in.all.find({"u1"}).value().name == "Anna B.");
    CHECK(in.all.find_by_email("moved@example.org").value().id == user_id{"u1"});
    CHECK(in.all.find_by_email("anna@example.org").error() == errc::user_not_found);
    CHECK(in.all.add(account("u9", "anna@example.org")).has_value()); // the address is free
    CHECK(in.all.find_by_email("anna@example.org").value().id == user_id{"u9"});
    CHECK(in.all.find({"u1"}).value().email == "moved@example.org");
}

TEST_CASE("inherited accounts: an address that another account has now stays with that one")
{
    inheritance in;
    CHECK(in.now->add(account("u9", "ben@example.org")).has_value());

    CHECK(in.all.find({"u2"}).error() == errc::user_not_found);
    CHECK(in.all.find_by_email("ben@example.org").value().id == user_id{"u9"});
}
