// Deciding while the database keeps all others from writing the sessions.

#include <cinema/booking/adapters/postgres.hpp>
#include <cinema/booking/testing/conformance/deciding.hpp>

#include "support/postgres_schema.hpp"
#include "support/relay_proxy.hpp"

#include <doctest/doctest.h>

#include <future>
#include <stdexcept>
#include <string>
#include <vector>

using namespace cinema::booking;
using namespace cinema::tests;
using testing::commit_one;
using testing::house;
using testing::conformance::load_and_commit_one;

namespace
{

/// A house on a server of its own, which stores may reach through a proxy.
struct own_house
{
    [[nodiscard]] stores open(std::chrono::milliseconds timeout, unsigned connections = 8) const
    {
        return open_postgres_stores({.conninfo = server.conninfo(),
                                     .timeout = timeout,
                                     .connections_max = connections})
            .value();
    }

    /// The same house, through other stores.
    [[nodiscard]] house through(stores others) const
    {
        return {
            .base = {.stores = std::move(others)}, .hall = there.hall, .session = there.session};
    }

    void wait_for_a_waiting_writer() const
    {
        wait_until(
            [&]
            {
                return run_sql(server.conninfo(), "SELECT count(*) FROM pg_stat_activity"
                                                  " WHERE wait_event_type = 'Lock'")
                       != "0";
            });
    }

    [[nodiscard]] testing::seat_numbers guarded() const
    {
        return testing::guarded(there.inventory(), there.session.id);
    }

    postgres_server server;
    house there{testing::seeded({.stores = open(std::chrono::seconds{30})})};
};

} // namespace

TEST_CASE("deciding: whoever writes the session meanwhile waits, and loses the swap")
{
    const own_house own;
    auto decider = own.there.office();
    auto writer = own.there.office();
    const auto late = writer.sells({2});
    std::future<error_code> written;

    const auto outcome = load_and_commit_one(
        own.there, decider,
        [&]
        {
            written = std::async(std::launch::async,
                                 [&] { return commit_one(own.there.inventory(), late).error; });
            own.wait_for_a_waiting_writer();
            return decider.sells({1});
        });

    CHECK(!outcome.error);
    CHECK(written.get() == errc::version_conflict);
    CHECK(own.guarded() == testing::seat_numbers{1});
}

TEST_CASE("deciding: who fails to decide leaves nothing behind, and nobody waiting")
{
    const own_house own;
    auto office = own.there.office();

    CHECK_THROWS_AS((void)load_and_commit_one(own.there, office,
                                              []() -> session_change
                                              { throw std::runtime_error{"no idea"}; }),
                    std::runtime_error);

    CHECK(own.guarded().empty());
    const auto others = own.through(own.open(std::chrono::milliseconds{500}));
    auto other = others.office();
    other.done(other.sells({1}));
}

TEST_CASE("deciding: with one connection, documents can be asked all the same")
{
    const own_house own;
    const auto narrow = own.through(own.open(std::chrono::seconds{30}, 1));
    auto office = narrow.office();
    const auto held = office.done(office.holds({1}, std::chrono::seconds{60}));

    const auto outcome = load_and_commit_one(narrow, office,
                                             [&]
                                             {
                                                 CHECK(narrow.document(held->id) != nullptr);
                                                 return office.confirms(held->id);
                                             });

    CHECK(!outcome.error);
}

TEST_CASE("deciding: who takes too long loses the turn to whoever waits")
{
    const own_house own;
    const auto slow = own.through(own.open(std::chrono::milliseconds{300}));
    auto decider = slow.office();
    auto writer = own.there.office();

    const auto outcome = load_and_commit_one(slow, decider,
                                             [&]
                                             {
                                                 writer.done(writer.sells({2})); // waits for it
                                                 return decider.sells({1});
                                             });

    CHECK(outcome.error == errc::busy);
    CHECK(own.guarded() == testing::seat_numbers{2});
    CHECK(slow.inventory().ping().has_value()); // only that connection was lost
}

TEST_CASE("deciding: a session that somebody keeps is busy, and others are not")
{
    const own_house own;
    const auto impatient = own.through(own.open(std::chrono::milliseconds{300}));
    auto office = impatient.office();
    const auto other = own.there.another_session();
    const load_request request{own.there.session.id, std::nullopt};
    std::vector<commit_outcome> outcome;

    (void)own.there.inventory().load_and_commit(
        {&request, 1},
        [&](const store_reply&, std::span<store_result<session_load>>)
        {
            CHECK(commit_one(impatient.inventory(), office.sells({1})).error == errc::busy);
            testing::box_office elsewhere{impatient.inventory(), other.id};
            elsewhere.done(elsewhere.sells({1}));
            return std::vector<session_change>{};
        },
        outcome);

    CHECK(own.guarded().empty());
}

TEST_CASE("deciding: contact that is lost before anything is committed leaves no doubt")
{
    const own_house own;
    relay_proxy proxy{own.server.folder() + "/.s.PGSQL.5432"};
    const auto far = own.through(
        open_postgres_stores({.conninfo = "host=127.0.0.1 port=" + std::to_string(proxy.port())
                                          + " user=postgres dbname=postgres",
                              .timeout = std::chrono::seconds{30}})
            .value());
    auto office = far.office();
    const auto decide = [&] { return office.sells({1}); };
    REQUIRE(!load_and_commit_one(far, office, decide).error); // all statements are prepared
    bool has_decided = false;

    proxy.lose_next_answer();
    CHECK(load_and_commit_one(far, office,
                              [&]
                              {
                                  has_decided = true;
                                  return office.sells({2});
                              })
              .error
          == errc::store_unavailable);
    CHECK(!has_decided);

    const auto decide_again = [&] { return office.sells({2}); };
    REQUIRE(!load_and_commit_one(far, office, decide_again).error); // prepared once more
    CHECK(load_and_commit_one(far, office,
                              [&]
                              {
                                  proxy.lose_next_answer();
                                  return office.sells({3});
                              })
              .error
          == errc::outcome_unknown);
    CHECK(proxy.has_lost_it());
    CHECK(own.guarded() == testing::seat_numbers{1, 2, 3});
}
