// Documents that somebody has broken: they harm no other ones.

#include <cinema/booking/adapters/mongo.hpp>
#include <cinema/booking/store/reconcile.hpp>
#include <cinema/booking/testing/conformance/fixture.hpp>

#include "mongo/database.hpp"
#include "support/mongo_server.hpp"

#include <doctest/doctest.h>

#include <mutex>

using namespace cinema::booking;

namespace
{

/// Stores with a house, beside a client that changes documents behind their back.
struct vandalised_house
{
    vandalised_house()
        : uri{cinema::tests::new_mongo_database()},
          client{{.uri = uri}, [](mongo::database&) {}},
          house{testing::seeded(
              {.stores = open_mongo_stores({.uri = uri,
                                            .timeout = std::chrono::seconds{20},
                                            .log = [this](std::string_view line) { note(line); }})
                             .value()})}
    {
    }

    void note(std::string_view line)
    {
        const std::lock_guard lock{mutex};
        said.append(line).append("\n");
    }

    [[nodiscard]] bool has_said(std::string_view text)
    {
        const std::lock_guard lock{mutex};
        return said.find(text) != std::string::npos;
    }

    void change(const reservation_id& id, const mongo::document& update)
    {
        mongo::document which;
        mongo::document statement;
        statement.add("q", which.add("_id", id.text())).add("u", update);
        REQUIRE(client.update_one("reservations", statement));
    }

    std::mutex mutex;
    std::string said;
    std::string uri;
    mongo::database client;
    testing::house house;
};

mongo::document setting(std::string_view field, std::string_view value)
{
    mongo::document set;
    mongo::document update;
    return update.add("$set", set.add(field, value));
}

} // namespace

TEST_CASE("unreadable documents: they hold up no delivery, and are set aside")
{
    vandalised_house shop;
    auto office = shop.house.office();
    const auto& all = shop.house.base.stores;
    const auto broken = office.done(office.holds({1}, std::chrono::seconds{60}));
    (void)all.outbox->deliver(*all.documents, 10);
    SUBCASE("with a version that is none") { shop.change(broken->id, setting("version", "new")); }
    SUBCASE("with a history that is none") { shop.change(broken->id, setting("history", "none")); }
    (void)office.done(office.confirms(broken->id));
    const auto other = office.done(office.sells({2}));

    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes{1};
    while (all.outbox->status().value().waiting > 0)
    {
        REQUIRE(std::chrono::steady_clock::now() < end);
        CHECK(all.outbox->deliver(*all.documents, 1).has_value());
    }
    CHECK(*all.documents->find(other->id).value() == *other);
}

TEST_CASE("unreadable documents: they hide no others, and are told of")
{
    vandalised_house shop;
    auto office = shop.house.office();
    const auto& all = shop.house.base.stores;
    const auto broken = office.done(office.sells({1}));
    const auto other = office.done(office.sells({2}));
    (void)all.outbox->deliver(*all.documents, 10);
    shop.change(broken->id, setting("history", "none"));

    const auto found = all.documents->of_session(broken->id.session, std::nullopt, 10).value();
    REQUIRE(found.size() == 1);
    CHECK(*found.front() == *other);
    CHECK(shop.has_said(broken->id.text()));
    const auto report = reconcile(all, false);
    CHECK(!report.error);
    CHECK(report.missing == 1);
}
