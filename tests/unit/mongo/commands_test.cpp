// What the adapter sends to a real server, and what it makes of its answers.

#include <cinema/booking/adapters/mongo.hpp>
#include <cinema/booking/testing/conformance/fixture.hpp>

#include "mongo/accounts.hpp"
#include "mongo/calendar.hpp"
#include "mongo/inventory.hpp"
#include "mongo/open.hpp"
#include "mongo/outbox.hpp"
#include "mongo/reservations.hpp"
#include "support/mongo_server.hpp"
#include "support/ran_against.hpp"

#include <doctest/doctest.h>

#include <mutex>

using namespace cinema::booking;
using namespace cinema::booking::mongo;

namespace
{

const cinema::tests::ran_against named{
    [] { return cinema::tests::name_of_shared_mongo() + ", the adapter's own parts"; }};

mongo_params params(const std::string& uri)
{
    return {.uri = uri, .timeout = std::chrono::seconds{20}};
}

/// The stores on a database whose commands are watched.
struct watched_house
{
    struct sent
    {
        std::string name;
        std::string collection{};
        bool names_shard{true};
    };

    watched_house()
        : in{std::make_shared<database>(
            params(cinema::tests::new_mongo_database()),
            [](database& made) { prepare(made, role::all); },
            database_options{.watch = [this](std::string_view name, const fields& command)
                             { note(name, command); }})},
          house{testing::seeded({.stores = stores_in(in)})}
    {
    }

    [[nodiscard]] static stores stores_in(const std::shared_ptr<database>& in)
    {
        stores all;
        all.inventory = std::make_shared<inventory>(in);
        all.reservations = std::make_shared<reservations>(in, overlay::sessions);
        all.accounts = std::make_shared<accounts>(in);
        all.outbox = std::make_shared<session_outboxes>(in);
        all.documents = std::make_shared<reservations>(in, overlay::none);
        return all;
    }

    /// What `work` has sent.
    template <class Work>
    std::vector<sent> during(const Work& work)
    {
        {
            const std::lock_guard lock{mutex};
            all.clear();
        }
        work();
        const std::lock_guard lock{mutex};
        return std::move(all);
    }

    void note(std::string_view name, const fields& command)
    {
        sent one{.name = std::string{name}};
        for (const auto& each : command)
            if (each.key() == name && each.is_text())
                one.collection = each.text();
        const std::string key = one.collection == "reservations" ? "session" : "_id";
        for (const auto& each : command)
        {
            if (each.key() == "filter")
                one.names_shard = each.sub().find(key).has_value();
            if (each.key() == "updates" || each.key() == "deletes")
                for (const auto& statement : each.sub())
                    one.names_shard =
                        one.names_shard && statement.sub().at("q").sub().find(key).has_value();
        }
        const std::lock_guard lock{mutex};
        all.push_back(std::move(one));
    }

    std::mutex mutex;
    std::vector<sent> all;
    std::shared_ptr<database> in;
    testing::house house;
};

user account(const char* id, const char* email)
{
    return {.id = {id}, .name = {}, .email = email, .password_hash = {}};
}

void set_field(database& in, session_id session, const document& set)
{
    document which;
    document update;
    document statement;
    statement.add("q", which.add("_id", raw(session))).add("u", update.add("$set", set));
    REQUIRE(in.update_one("sessions", statement));
}

} // namespace

TEST_CASE("commands: every hot operation names the shard key, and little is sent")
{
    watched_house shop;
    auto office = shop.house.office();
    auto other = testing::box_office{shop.house.inventory(), shop.house.another_session().id};
    reservation_ptr sold;
    const auto batch = std::vector{office.sells({1}, "key"), other.sells({2})};
    std::vector<commit_outcome> outcome(2);

    const auto committing =
        shop.during([&] { CHECK(shop.house.inventory().commit(batch, outcome).has_value()); });
    CHECK(std::count_if(committing.begin(), committing.end(),
                        [](const auto& each) { return each.name != "isMaster"; })
          == 1); // both sessions in one command
    office.catch_up();
    sold = testing::made_by(batch[0]);

    const auto hot = shop.during(
        [&]
        {
            office.done(office.cancels(sold->id));
            std::vector<commit_outcome> lost(1);
            CHECK(shop.house.inventory().commit({batch.data(), 1}, lost).has_value());
            CHECK(lost[0].error == errc::version_conflict);
            const load_request known{sold->id.session, office.book().stamp()};
            store_result<session_load> loaded{session_unchanged{}};
            CHECK(shop.house.inventory().load({&known, 1}, {&loaded, 1}).has_value());
            CHECK(shop.house.inventory().guard_rows(sold->id.session).has_value());
            CHECK(shop.house.reservations().find(sold->id).value() != nullptr);
            auto gone = sold->id;
            gone.id.bytes[0] ^= 1;
            CHECK(shop.house.reservations().find(gone).value() == nullptr);
            CHECK(shop.house.base.stores.documents->put(*sold).has_value());
        });
    for (const auto& one : hot)
        CHECK_MESSAGE(one.names_shard, one.name, " ", one.collection);
    CHECK(hot.size() >= 8);
    for (const auto& one : committing)
        CHECK_MESSAGE(one.names_shard, one.name, " ", one.collection);

    // A page of the list is no such operation: the test can tell them apart.
    const auto listing =
        shop.during([&] { CHECK(shop.house.inventory().sessions({}).has_value()); });
    CHECK(std::any_of(listing.begin(), listing.end(),
                      [](const auto& each) { return !each.names_shard; }));
}

TEST_CASE("commands: a session that has reached its limit takes no more, and others go on")
{
    watched_house shop;
    auto office = shop.house.office();
    auto& in = *shop.in;
    const auto id = shop.house.session.id;

    // That its estimated size is at the limit is not believed.
    set_field(in, id, document{}.add("bytes", session_bytes_max));
    CHECK(!office.commit(office.sells({1})));
    office.catch_up();

    set_field(
        in, id,
        document{}.add("filler", std::string(static_cast<std::size_t>(session_bytes_max), 'x')));
    set_field(in, id, document{}.add("bytes", session_bytes_max));
    const std::vector<session_change> one{office.sells({2})};
    std::vector<commit_outcome> outcome(1);
    CHECK(shop.house.inventory().commit(one, outcome).error() == errc::session_full);
    CHECK(testing::guarded(shop.house.inventory(), id) == testing::seat_numbers{1});

    auto other = testing::box_office{shop.house.inventory(), shop.house.another_session().id};
    const std::vector<session_change> both{one[0], other.sells({2})};
    outcome.assign(2, {});
    REQUIRE(shop.house.inventory().commit(both, outcome).has_value());
    CHECK(outcome[0].error == errc::session_full);
    CHECK(!outcome[1].error);
}

TEST_CASE("commands: in a session that is full, what was reserved is confirmed, cancelled, expired")
{
    watched_house shop;
    auto office = shop.house.office();
    const auto held = office.done(office.holds({1}, std::chrono::seconds{60}));
    const auto given_up = office.done(office.holds({2}, std::chrono::seconds{60}));
    const auto forgotten = office.done(office.holds({3}, std::chrono::seconds{60}));
    const auto id = shop.house.session.id;
    const auto size = 2 * session_bytes_max - 64 * 1024; // near MongoDB's own limit
    set_field(*shop.in, id,
              document{}.add("filler", std::string(static_cast<std::size_t>(size), 'x')));
    set_field(*shop.in, id, document{}.add("bytes", size));
    CHECK(office.commit(office.sells({4})) == errc::session_full);

    CHECK(office.done(office.confirms(held->id, "confirm"))->status()
          == reservation_status::confirmed);
    CHECK(!office.done(office.cancels(given_up->id, "cancel"))->is_live());
    office.now += std::chrono::minutes{2};
    CHECK(office.done(office.expires())->id == forgotten->id);
    CHECK(!office.done(office.cancels(held->id))->is_live());

    CHECK(testing::guarded(shop.house.inventory(), id).empty());
    CHECK(office.commit(office.sells({4})) == errc::session_full);
}

TEST_CASE("commands: a time that was entered for a session that never came is free after a minute")
{
    watched_house shop;
    auto& in = *shop.in;
    const auto hall = shop.house.hall->id;
    const auto spec = testing::screening(hall, 9 * 60, 11 * 60);
    const auto now = in.ask_time().now;
    const session_id lost{777'001};
    const session_id slow{777'002};

    // Entered just now: it may still come.
    REQUIRE(enter(in, hall, {lost, spec.showtime, *spec.ends_at, now}));
    CHECK(shop.house.inventory().add_session(spec).error() == errc::hall_busy);

    const auto later = testing::screening(hall, 11 * 60, 13 * 60);
    REQUIRE(enter(in, hall, {slow, later.showtime, *later.ends_at, now - std::chrono::minutes{2}}));
    CHECK(shop.house.inventory().add_session(later).has_value());

    // Whoever was so slow finds that his id is taken, and nobody sees what took it.
    CHECK(!in.insert("sessions", document{}.add("_id", raw(slow))));
    store_result<session_load> loaded{session_unchanged{}};
    const load_request request{slow};
    CHECK(shop.house.inventory().load({&request, 1}, {&loaded, 1}).has_value());
    CHECK(loaded.error() == errc::session_not_found);
    CHECK(shop.house.inventory().sessions({}).value().size() == 2);
}

TEST_CASE("commands: an address that was claimed for an account that never came is free later")
{
    watched_house shop;
    auto& in = *shop.in;
    const auto now = in.ask_time().now;
    const auto claim = [&](const char* key, time_point at)
    {
        REQUIRE(in.insert("user_emails",
                          document{}.add("_id", key).add("user", "nobody").add("at", at)));
    };
    claim("new@example.org", now);
    claim("old@example.org", now - std::chrono::minutes{2});
    CHECK(shop.house.accounts().add(account("u1", "new@example.org")).error()
          == errc::already_exists);
    CHECK(shop.house.accounts().find_by_email("old@example.org").error() == errc::user_not_found);
    CHECK(shop.house.accounts().add(account("u2", "Old@example.org")).has_value());
    CHECK(shop.house.accounts().find_by_email("old@EXAMPLE.org").value().id == user_id{"u2"});
}

TEST_CASE("commands: contact that is lost before it is known what was written is doubt")
{
    cinema::tests::mongo_server server;
    const std::string uri = server.uri() + "/shop";
    std::function<void()> before_find = [] {};
    const mongo_params quick{.uri = uri, .timeout = std::chrono::seconds{2}};
    const auto in = std::make_shared<database>(
        quick, [](database& made) { prepare(made, role::all); },
        database_options{.watch = [&](std::string_view name, const fields&)
                         {
                             if (name == "find")
                                 std::exchange(before_find, [] {})();
                         }});
    const auto house = testing::seeded({.stores = watched_house::stores_in(in)});
    auto office = house.office();
    auto other = testing::box_office{house.inventory(), house.another_session().id};
    const auto lost = office.sells({1});
    office.done(office.sells({2}));
    const auto won = other.sells({1});
    const auto commit_and_lose_contact = [&](std::span<const session_change> batch)
    {
        before_find = [&] { server.kill(); };
        std::vector<commit_outcome> outcome(batch.size());
        const auto error = house.inventory().commit(batch, outcome).error();
        for (const auto& each : outcome)
            CHECK(each.error == error);
        server.start();
        while (!house.inventory().ping())
            std::this_thread::sleep_for(std::chrono::milliseconds{50});
        return error;
    };
    const auto seats_of = [&](session_id id) { return testing::guarded(house.inventory(), id); };

    // Nothing of it was written, as MongoDB had said already.
    CHECK(commit_and_lose_contact({&lost, 1}) == errc::store_unavailable);
    CHECK(seats_of(lost.session) == testing::seat_numbers{2});

    // One of both was, and it is not known which.
    CHECK(commit_and_lose_contact(std::vector{lost, won}) == errc::outcome_unknown);
    CHECK(seats_of(lost.session) == testing::seat_numbers{2});
    CHECK(seats_of(won.session) == testing::seat_numbers{1});
}

TEST_CASE("commands: a session that cannot be read holds up no other one")
{
    watched_house shop;
    auto office = shop.house.office();
    auto other = testing::box_office{shop.house.inventory(), shop.house.another_session().id};
    office.done(office.holds({1}, std::chrono::seconds{1}));
    const auto ended = other.done(other.cancels(other.done(other.sells({1}))->id));
    const auto held = other.done(other.holds({2}, std::chrono::seconds{1}));
    set_field(*shop.in, shop.house.session.id, document{}.add("reservations", "not one"));

    store_result<session_load> loaded{session_unchanged{}};
    const load_request request{shop.house.session.id};
    CHECK(shop.house.inventory().load({&request, 1}, {&loaded, 1}).error() == errc::store_failed);
    const auto& all = shop.house.base.stores;
    CHECK(all.outbox->deliver(*all.documents, 10).has_value());
    CHECK(*all.documents->find(held->id).value() == *held);
    const auto late = testing::that_day(48 * 60);
    CHECK(shop.house.inventory().lapsed(late, 10).value() == std::vector{held->id.session});
    CHECK(shop.house.inventory().purge(late, 10).value().reservations == 1);
    CHECK(all.inventory->guard_rows(ended->id.session).has_value());
}

TEST_CASE("commands: a document that an index of others keeps out is no delivered one")
{
    watched_house shop;
    auto office = shop.house.office();
    const auto first = office.done(office.sells({1}));
    const auto second = office.done(office.sells({2}));
    document key;
    document index;
    document command;
    array indexes;
    index.add("key", key.add("user", std::int32_t{1})).add("name", "theirs").add("unique", true);
    shop.in->define(command.add("createIndexes", "reservations")
                        .add_array("indexes", indexes.add(index).elements()));

    const std::vector<reservation_ptr> both{first, second};
    const auto errors = shop.house.base.stores.documents->put_all(both).value();

    CHECK(std::ranges::count(errors, make_error_code(errc::store_failed)) == 1);
    CHECK(std::ranges::count(errors, error_code{}) == 1);
}

TEST_CASE("commands: what cannot be a connection string is refused without repeating it")
{
    for (const auto* const uri :
         {"", "mongodb://", "http://x", "mongodb://me:geheim@@x", "mongodb://me:geheim@x/a b?c"})
    {
        std::string said;
        const auto opened =
            open_mongo_stores({.uri = uri, .log = [&](std::string_view line) { said += line; }});
        CHECK(opened.error() == errc::invalid_request);
        CHECK(said.find("geheim") == std::string::npos);
        CHECK(!said.empty());
    }
    CHECK(open_mongo_stores({.uri = "mongodb://127.0.0.1:1", .connections_max = 0}).error()
          == errc::invalid_request);
    CHECK(open_mongo_stores({.uri = "mongodb://127.0.0.1:1", .timeout = std::chrono::hours{2}})
              .error()
          == errc::invalid_request);
    CHECK(open_mongo_stores({.uri = "mongodb://127.0.0.1:1"}).error() == errc::store_unavailable);
}

TEST_CASE("commands: a database that a newer program made is left alone")
{
    watched_house shop;
    document which;
    document update;
    document set;
    document statement;
    statement.add("q", which.add("_id", "cinema"))
        .add("u", update.add("$set", set.add("version", std::int64_t{2})));
    REQUIRE(shop.in->update_one("schema", statement));
    CHECK_THROWS_AS(prepare(*shop.in, role::all), failure);
}

TEST_CASE("commands: a database is for everything, or for the documents of another one")
{
    const mongo_params whole{.uri = cinema::tests::new_mongo_database()};
    std::string said;
    const auto told = [&](const mongo_params& of)
    {
        auto params = of;
        params.log = [&](std::string_view line) { said = line; };
        return params;
    };
    CHECK(open_mongo_stores(whole).has_value());
    CHECK(open_mongo_stores(whole).has_value());
    CHECK(open_mongo_documents(told(whole)).error() == errc::schema_mismatch);
    CHECK(said.find("name another one") != std::string::npos);

    const mongo_params part{.uri = cinema::tests::new_mongo_database()};
    CHECK(open_mongo_documents(part).has_value());
    CHECK(open_mongo_documents(part).has_value());
    CHECK(open_mongo_stores(told(part)).error() == errc::schema_mismatch);
    CHECK(said.find("POSTGRES_URL") != std::string::npos);
}

TEST_CASE("commands: once the server is back, stamps tell what still holds")
{
    cinema::tests::mongo_server server;
    const auto stores =
        open_mongo_stores({.uri = server.uri(), .timeout = std::chrono::milliseconds{600}}).value();
    const auto house = testing::seeded({.stores = stores});
    auto office = house.office();
    office.done(office.sells({1}));
    server.kill();
    CHECK(stores.inventory->ping().error() == errc::store_unavailable);
    server.start();
    store_result<store_reply> after = make_error_code(errc::store_unavailable);
    for (int i = 0; i < 200 && !after; ++i)
    {
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
        after = stores.inventory->ping();
    }
    REQUIRE(after.has_value());
    CHECK(testing::as<session_unchanged>(
        testing::load_one(house.inventory(), house.session.id, office.book().stamp())));
    CHECK(!office.commit(office.checks()));
    office.done(office.sells({2}));
}
