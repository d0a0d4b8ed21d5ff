// The way from the inventory to the documents is cut at each point (C6 to C10 and C12): what was
// sold becomes one document, the newest state of it, whatever is cut.

#include <cinema/booking/adapters/mongo.hpp>
#include <cinema/booking/service/relay.hpp>
#include <cinema/booking/store/forwarding.hpp>
#include <cinema/booking/store/reconcile.hpp>
#include <cinema/booking/testing/conformance/fixture.hpp>

#include "support/mongo_server.hpp"
#include "support/polyglot_stores.hpp"
#include "support/postgres_schema.hpp"
#include "support/ran_against.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <set>

namespace cinema::tests
{

using namespace cinema::booking;

namespace
{

const ran_against named{[]
                        {
                            return "the outboxes of PostgreSQL " + postgres_server::version()
                                   + " and of " + name_of_shared_mongo();
                        }};

/// Documents to which something happens before or behind a delivery.
class suffering_documents final : public forwarding_reservations
{
public:
    using forwarding_reservations::forwarding_reservations;

    std::function<error_code()> before{[] { return error_code{}; }};
    std::function<error_code()> behind{[] { return error_code{}; }};
    std::set<uuid> refused{};
    error_code reason{errc::store_failed}; // of what is refused
    std::size_t puts{};

protected:
    store_result<std::vector<error_code>>
    do_put_all(std::span<const reservation_ptr> states) override
    {
        ++puts;
        if (const auto error = before())
            return error;
        std::vector<reservation_ptr> good;
        for (const auto& state : states)
            if (!refused.contains(state->id.id))
                good.push_back(state);
        if (const auto done = next().put_all(good); !done)
            return done;
        if (const auto error = behind())
            return error;
        std::vector<error_code> errors;
        for (const auto& state : states)
            errors.push_back(refused.contains(state->id.id) ? reason : error_code{});
        return errors;
    }
};

/// PostgreSQL with MongoDB, or MongoDB alone, with a house to sell.
struct polyglot_house
{
    postgres_schema schema;
    testing::house house = testing::seeded(
        {.stores = open_polyglot({schema.conninfo(), new_mongo_database()}).value()});

    /// Cuts the outbox's connection.
    void cut() const
    {
        run_sql(schema.conninfo(),
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'cinema' AND pid <> pg_backend_pid()");
    }
};

struct mongo_house
{
    mongo_server server;
    testing::house house =
        testing::seeded({.stores = open_mongo_stores({.uri = mongo_database(server.uri(), "shop"),
                                                      .timeout = std::chrono::seconds{2}})
                                       .value()});

    void cut()
    {
        server.kill();
        server.start();
    }
};

[[nodiscard]] const stores& stores_of(const testing::house& house) { return house.base.stores; }

/// Delivers until nothing waits any more. What fails on the way is tried again.
void deliver_in_the_end(const stores& of)
{
    relay by{of};
    REQUIRE(by.flush(std::chrono::seconds{30}));
}

/// Each reservation of the inventory is one document, the same in each field, and nothing else is.
void check_documents(const stores& of, std::size_t reservations)
{
    const auto report = reconcile(of, false);
    CHECK(report.is_clean());
    CHECK(report.reservations == reservations);
    CHECK(of.outbox->status().value().waiting == 0);
}

} // namespace

TEST_CASE_TEMPLATE("C6: an entry is taken, and contact is lost before its document is written",
                   House, polyglot_house, mongo_house)
{
    House shop;
    auto office = shop.house.office();
    const auto sold = office.done(office.sells({1}));
    const auto& all = stores_of(shop.house);
    suffering_documents documents{all.documents};
    documents.before = [&]
    {
        shop.cut();
        return make_error_code(errc::store_unavailable);
    };

    CHECK(!all.outbox->deliver(documents, 10).has_value());

    wait_until([&] { return all.documents->find(sold->id).has_value(); });
    CHECK(all.documents->find(sold->id).value() == nullptr);
    CHECK(*all.reservations->find(sold->id).value() == *sold); // one's own is readable
    deliver_in_the_end(all);
    check_documents(all, 1);
}

TEST_CASE_TEMPLATE("C7: the document is written, and contact is lost before that is known", House,
                   polyglot_house, mongo_house)
{
    House shop;
    auto office = shop.house.office();
    const auto sold = office.done(office.sells({1}));
    const auto& all = stores_of(shop.house);
    suffering_documents documents{all.documents};
    documents.behind = [] { return make_error_code(errc::outcome_unknown); };

    CHECK(all.outbox->deliver(documents, 10).error() == errc::outcome_unknown);

    CHECK(*all.documents->find(sold->id).value() == *sold);
    CHECK(all.outbox->status().value().waiting == 1);
    deliver_in_the_end(all);
    check_documents(all, 1);
}

TEST_CASE_TEMPLATE("C8: the document is there, and contact is lost before the entry is taken out",
                   House, polyglot_house)
{
    House shop;
    auto office = shop.house.office();
    const auto held = office.done(office.holds({1}, std::chrono::seconds{60}));
    const auto& all = stores_of(shop.house);
    suffering_documents documents{all.documents};
    documents.behind = [&]
    {
        shop.cut();
        return error_code{};
    };

    CHECK(!all.outbox->deliver(documents, 10).has_value());

    CHECK(*all.documents->find(held->id).value() == *held);
    CHECK(all.outbox->status().value().waiting == 1);
    const auto sold = office.done(office.confirms(held->id)); // and it goes on
    deliver_in_the_end(all);
    CHECK(*all.documents->find(held->id).value() == *sold);
    check_documents(all, 1);
}

TEST_CASE("C8: MongoDB alone is killed between the document and the entry")
{
    mongo_house shop;
    auto office = shop.house.office();
    const auto sold = office.done(office.sells({1}));
    const auto& all = stores_of(shop.house);
    suffering_documents documents{all.documents};
    documents.behind = [&]
    {
        shop.server.kill();
        return error_code{};
    };

    CHECK(!all.outbox->deliver(documents, 10).has_value());

    shop.server.start();
    deliver_in_the_end(all);
    CHECK(*all.documents->find(sold->id).value() == *sold);
    check_documents(all, 1);
}

TEST_CASE_TEMPLATE("C9: nothing is delivered for a while, then all of it", House, polyglot_house,
                   mongo_house)
{
    House shop;
    auto office = shop.house.office();
    for (int seat = 1; seat <= 40; ++seat)
    {
        const auto sold = office.done(office.sells({seat}));
        if (seat % 2 == 0)
            office.done(office.cancels(sold->id));
    }
    const auto& all = stores_of(shop.house);
    CHECK(all.outbox->status().value().waiting >= 40);
    CHECK(all.outbox->status().value().oldest.has_value());

    relay two{all};
    relay one{all}; // several may work on one outbox
    CHECK(one.flush(std::chrono::seconds{30}));

    CHECK(!all.outbox->status().value().oldest);
    check_documents(all, 40);
}

TEST_CASE_TEMPLATE("C10: an older state that comes behind a newer one changes nothing", House,
                   polyglot_house, mongo_house)
{
    House shop;
    auto office = shop.house.office();
    const auto held = office.done(office.holds({1}, std::chrono::seconds{60}));
    const auto& all = stores_of(shop.house);
    const auto sold = office.done(office.confirms(held->id));
    deliver_in_the_end(all);

    CHECK(all.documents->put_all({&held, 1}).value().front() == error_code{});

    CHECK(*all.documents->find(held->id).value() == *sold);
    const std::vector<reservation_ptr> both{sold, held};
    CHECK(all.documents->put_all(both).has_value()); // in one call, too
    CHECK(*all.documents->find(held->id).value() == *sold);
    check_documents(all, 1);
}

TEST_CASE_TEMPLATE(
    "C12: what is refused for a reason that may pass holds up nothing, however often", House,
    polyglot_house, mongo_house)
{
    House shop;
    auto office = shop.house.office();
    const auto first = office.done(office.sells({1}));
    const auto& all = stores_of(shop.house);
    suffering_documents documents{all.documents};
    documents.refused.insert(first->id.id);
    documents.reason = errc::outcome_unknown;

    for (int seat = 2; seat < 20; ++seat)
    {
        const auto sold = office.done(office.sells({seat}));
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
        while (all.documents->find(sold->id).value() == nullptr)
        {
            REQUIRE(std::chrono::steady_clock::now() < end);
            const auto report = all.outbox->deliver(documents, 1); // the first one alone, too
            CHECK((!report || report->refused == 0));
        }
    }

    CHECK(all.documents->find(first->id).value() == nullptr);
    const auto status = all.outbox->status().value();
    CHECK(status.waiting == 1);
    CHECK(status.set_aside == 0);
    deliver_in_the_end(all);
    check_documents(all, 19);
}

TEST_CASE_TEMPLATE("C12: what the documents refuse is set aside after ten tries; others go on",
                   House, polyglot_house, mongo_house)
{
    House shop;
    auto office = shop.house.office();
    const auto poison = office.done(office.sells({1}));
    const auto& all = stores_of(shop.house);
    suffering_documents documents{all.documents};
    documents.refused.insert(poison->id.id);

    // An outage is no try, however often.
    documents.before = [] { return make_error_code(errc::store_unavailable); };
    for (unsigned i = 0; i < 2 * outbox_tries_max; ++i)
        CHECK(!all.outbox->deliver(documents, 10).has_value());
    documents.before = [] { return error_code{}; };

    std::size_t refused = 0;
    std::size_t set_aside = 0;
    for (int seat = 2; set_aside == 0; ++seat)
    {
        REQUIRE(seat <= 30);
        const auto sold = office.done(office.sells({seat}));
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
        while (all.documents->find(sold->id).value() == nullptr)
        {
            REQUIRE(std::chrono::steady_clock::now() < end);
            const auto report = all.outbox->deliver(documents, 10).value();
            refused += report.refused;
            set_aside += report.set_aside;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{300}); // tries come further apart
    }

    CHECK(refused == outbox_tries_max);
    CHECK(set_aside == 1);
    const auto status = all.outbox->status().value();
    CHECK(status.set_aside == 1);
    CHECK(status.waiting == 0);
    const auto listed = all.outbox->set_aside(10).value();
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].reservation == poison->id);
    CHECK(listed[0].tries == outbox_tries_max);
    CHECK(listed[0].error == make_error_code(errc::store_failed).message());
    CHECK(*all.reservations->find(poison->id).value() == *poison); // still readable

    SUBCASE("it can be tried again, while others deliver")
    {
        relay one{all};
        relay two{all};
        auto other = poison->id;
        other.id.bytes[3] ^= 1;
        CHECK(all.outbox->retry(other).value() == 0);
        CHECK(all.outbox->retry(poison->id).value() == 1);
        CHECK(all.outbox->retry(std::nullopt).value() == 0);
        CHECK(one.flush(std::chrono::seconds{30}));
        CHECK(*all.documents->find(poison->id).value() == *poison);
        CHECK(all.outbox->set_aside(10).value().empty());
    }
    SUBCASE("it is settled by a newer state that is taken")
    {
        const auto cancelled = office.done(office.cancels(poison->id));
        deliver_in_the_end(all);
        CHECK(*all.documents->find(poison->id).value() == *cancelled);
        CHECK(all.outbox->set_aside(10).value().empty());
        CHECK(all.outbox->status().value().set_aside == 0);
        CHECK(shop.house.inventory()
                  .purge(office.now + std::chrono::hours{1}, 10)
                  .value()
                  .reservations
              == 1);
    }
    SUBCASE("or be given up")
    {
        CHECK(all.outbox->drop(poison->id).value() == 1);
        CHECK(all.outbox->drop(poison->id).value() == 0);
        CHECK(all.outbox->set_aside(10).value().empty());
        CHECK(all.documents->find(poison->id).value() == nullptr);
        const auto report = reconcile(all); // and be mended at last
        CHECK(report.missing == 1);
        CHECK(report.mended == 1);
        CHECK(*all.documents->find(poison->id).value() == *poison);
    }
}

TEST_CASE("a reservation that cannot be read holds up no other one, and is set aside")
{
    const polyglot_house shop;
    auto office = shop.house.office();
    const auto broken = office.done(office.sells({1}));
    const auto sold = office.done(office.sells({2}));
    run_sql(shop.schema.conninfo(),
            "UPDATE reservations SET seats = '\"none\"' WHERE id ="
            " (SELECT reservation FROM session_seats WHERE seat_number = 1)");
    const auto& all = stores_of(shop.house);

    deliver_in_the_end(all);

    CHECK(*all.documents->find(sold->id).value() == *sold);
    const auto aside = all.outbox->set_aside(10).value();
    REQUIRE(!aside.empty());
    CHECK(aside.front().reservation == broken->id);
    CHECK(all.outbox->drop(broken->id).value() == 1);
}

TEST_CASE_TEMPLATE("two purges at once remove each reservation once, beside a relay", House,
                   polyglot_house, mongo_house)
{
    House shop;
    auto office = shop.house.office();
    for (int seat = 1; seat <= 40; ++seat)
        office.done(office.cancels(office.done(office.sells_to({"anna"}, {seat}))->id));
    const auto& all = stores_of(shop.house);
    const auto late = office.now + std::chrono::hours{1};
    std::atomic<std::size_t> removed{0};
    const auto purge = [&]
    {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
        while (removed < 40 && std::chrono::steady_clock::now() < end)
            if (const auto report = shop.house.inventory().purge(late, 3))
                removed += report->reservations;
    };
    {
        relay by{all};
        std::jthread one{purge};
        std::jthread two{purge};
    }

    CHECK(removed.load() == 40);
    CHECK(shop.house.load().reservations.empty());
    CHECK(all.outbox->status().value().waiting == 0);
    CHECK(all.reservations->list({.account = {"anna"}, .limit = 100}).value().size() == 40);
}

TEST_CASE_TEMPLATE("reconcile tells what differs, mends it, and says what it cannot mend", House,
                   polyglot_house, mongo_house)
{
    House shop;
    auto office = shop.house.office();
    const auto held = office.done(office.holds({1}, std::chrono::seconds{60}));
    const auto other = office.done(office.sells({2}));
    const auto& all = stores_of(shop.house);
    deliver_in_the_end(all);
    check_documents(all, 2);

    office.done(office.confirms(held->id));
    auto forged = *other;
    forged.seats[0].price = minor_units{1};
    CHECK(all.documents->put(forged).has_value());
    auto stranger = *other;
    stranger.id.id.bytes[15] ^= 1;
    CHECK(all.documents->put(stranger).has_value());
    auto later = *other;
    later.id.id.bytes[15] ^= 2;
    later.events.back().status = reservation_status::cancelled; // may have been purged
    CHECK(all.documents->put(later).has_value());

    const auto seen = reconcile(all, false);
    CHECK(seen.sessions == 1);
    CHECK(seen.reservations == 2);
    CHECK(seen.different == 2);
    CHECK(seen.missing == 0);
    CHECK(seen.mended == 0);
    REQUIRE(seen.findings.size() == 1);
    CHECK(seen.findings[0].find(stranger.id.text()) != std::string::npos);

    const auto mended = reconcile(all);
    CHECK(mended.mended == 2);
    CHECK(!mended.is_clean()); // for the stranger
    CHECK(*all.documents->find(other->id).value() == *other);
    CHECK(all.documents->find(held->id).value()->status() == reservation_status::confirmed);
    CHECK(reconcile(all, false).different == 0);
}

TEST_CASE("a database whose documents are elsewhere is not opened as if they were not")
{
    const postgres_schema schema;
    const polyglot_place place{schema.conninfo(), new_mongo_database()};
    const user anna{
        .id = {"anna"}, .name = "Anna", .email = "anna@example.org", .password_hash = "h"};
    const auto alone =
        open_postgres_stores({.conninfo = place.conninfo, .allows_unsafe_durability = true})
            .value();
    const auto house = testing::seeded({.stores = alone});
    auto office = house.office();
    const auto early = office.done(office.sells_to({"anna"}, {1}));
    CHECK(alone.accounts->add(anna).has_value());

    const auto both = open_polyglot(place).value();
    deliver_in_the_end(both); // what was sold before follows
    CHECK(*both.documents->find(early->id).value() == *early);
    CHECK(both.accounts->find_by_email(anna.email).value() == anna);
    CHECK(open_polyglot(place).has_value());

    // So does what a server sells that was started before and knows nothing of MongoDB.
    const auto late = office.done(office.sells_to({"anna"}, {2}));
    const auto cancelled = office.done(office.cancels(early->id));
    deliver_in_the_end(both);
    CHECK(*both.documents->find(late->id).value() == *late);
    CHECK(*both.documents->find(early->id).value() == *cancelled);
    CHECK(alone.inventory->purge(office.now + std::chrono::hours{1}, 10).value().reservations == 1);
    CHECK(alone.reservations->find(early->id).value() == nullptr);
    CHECK(*both.reservations->find(early->id).value() == *cancelled);

    std::string said;
    const auto refused = open_postgres_stores({.conninfo = place.conninfo,
                                               .allows_unsafe_durability = true,
                                               .log = [&](std::string_view line) { said = line; }});
    CHECK(refused.error() == errc::store_failed);
    CHECK(said.find("MONGODB_URI") != std::string::npos);
}

TEST_CASE("without MongoDB all is sold and readable, and it follows")
{
    const postgres_schema schema;
    auto server = std::make_unique<mongo_server>();
    const polyglot_place place{schema.conninfo(), mongo_database(server->uri(), "shop")};
    server->kill();
    const auto all = open_polyglot(place, std::chrono::milliseconds{600}).value();
    const auto house = testing::seeded({.stores = all});
    auto office = house.office();

    const auto sold = office.done(office.sells_to({"anna"}, {1}));

    CHECK(*all.reservations->find(sold->id).value() == *sold);
    CHECK(all.reservations->list({.account = {"anna"}}).value().size() == 1);
    CHECK(all.accounts->find({"anna"}).error() == errc::store_unavailable);
    CHECK(all.outbox->deliver(*all.documents, 10).error() == errc::store_unavailable);
    server->start();
    deliver_in_the_end(all);
    check_documents(all, 1);
}

} // namespace cinema::tests
