// What the adapter sends, as the server's log shows it.

#include <cinema/booking/adapters/postgres.hpp>
#include <cinema/booking/testing/conformance/deciding.hpp>

#include "support/postgres_server.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <regex>
#include <string>
#include <vector>

using namespace cinema::booking;
using namespace cinema::tests;

namespace
{

/// A transaction that is begun or committed, as a statement or prepared.
const std::regex transaction_command{"(?:statement|execute [^:]*): (BEGIN|COMMIT)"};

/// What matches in the server's log behind its first `from` bytes.
std::vector<std::string> matches(const postgres_server& server, std::size_t from,
                                 const std::regex& pattern)
{
    const auto log = postgres_server::read(server.log_file()).substr(from);
    std::vector<std::string> found;
    for (auto match = std::sregex_iterator{log.begin(), log.end(), pattern};
         match != std::sregex_iterator{}; ++match)
        found.push_back((*match)[1]);
    return found;
}

testing::house seeded_on(const postgres_server& server, postgres_routing routing)
{
    return testing::seeded({.stores = open_postgres_stores({.conninfo = server.conninfo(),
                                                            .timeout = std::chrono::seconds{30},
                                                            .routing = routing})
                                          .value()});
}

} // namespace

TEST_CASE("statements: routed by session, each hot statement names one session, in one round trip")
{
    const postgres_server server{{"log_statement=all", "log_line_prefix=%c "}};
    const auto house = seeded_on(server, postgres_routing::session);
    std::vector<session_change> batch;
    std::vector<load_request> requests;
    std::vector<std::string> wanted;
    for (int i = 0; i < 5; ++i)
    {
        const auto session = house.another_session().id;
        batch.push_back(testing::box_office{house.inventory(), session}.sells({1}, "key"));
        requests.push_back({session});
        wanted.push_back(std::to_string(raw(session)));
    }
    const auto begin = postgres_server::read(server.log_file()).size();

    std::vector<commit_outcome> outcome(batch.size());
    REQUIRE(house.inventory().commit(batch, outcome).has_value());
    std::vector<store_result<session_load>> loaded(requests.size(),
                                                   store_result<session_load>{session_unchanged{}});
    REQUIRE(house.inventory().load(requests, loaded).has_value());

    // $1 of commit_changes and of the loads are the sessions.
    const std::regex first_parameter{R"(parameters: \$1 = '\{(\d+(,\d+)*)\}')"};
    auto seen = matches(server, begin, first_parameter);
    REQUIRE(seen.size() == 10);
    for (const auto part : {0, 5})
        CHECK(std::vector<std::string>(seen.begin() + part, seen.begin() + part + 5) == wanted);
    CHECK(matches(server, begin, transaction_command).empty());
}

TEST_CASE("statements: who decides again does so in one transaction, each session locked by itself")
{
    for (const auto routing : {postgres_routing::batch, postgres_routing::session})
    {
        const postgres_server server{{"log_statement=all"}};
        const auto house = seeded_on(server, routing);
        std::vector<load_request> requests{{house.another_session().id}, {house.session.id}};
        std::vector<commit_outcome> outcome;
        const auto begin = postgres_server::read(server.log_file()).size();

        const auto decide = [&](const store_reply&, std::span<store_result<session_load>>)
        {
            std::vector<session_change> batch;
            for (const auto& request : requests)
                batch.push_back(testing::box_office{house.inventory(), request.session}.raises());
            return batch;
        };
        REQUIRE(house.inventory().load_and_commit(requests, decide, outcome).has_value());

        CHECK(matches(server, begin, transaction_command)
              == std::vector<std::string>{"BEGIN", "COMMIT"});
        const std::regex locks{R"((FOR UPDATE)\n)"};
        CHECK(matches(server, begin, locks).size()
              == (routing == postgres_routing::batch ? 1U : 2U));
        const std::regex first_lock{R"(FOR UPDATE\n.*parameters: \$1 = '(\{1,2\}|1)'\n)"};
        CHECK(matches(server, begin, first_lock).size() == 1); // in ascending order
    }
}

TEST_CASE("statements: in a batch, one statement commits all and one loads all")
{
    const postgres_server server{{"log_statement=all"}};
    const auto house = seeded_on(server, postgres_routing::batch);
    std::vector<session_change> batch;
    for (int i = 0; i < 5; ++i)
        batch.push_back(
            testing::box_office{house.inventory(), house.another_session().id}.sells({1}));
    const auto begin = postgres_server::read(server.log_file()).size();

    std::vector<commit_outcome> outcome(batch.size());
    REQUIRE(house.inventory().commit(batch, outcome).has_value());

    CHECK(matches(server, begin, std::regex{"(execute )"}).size() == 1);
    CHECK(matches(server, begin, std::regex{"(statement: )"}).empty());
}

TEST_CASE("statements: plans made on empty tables look up by indexes, and so do those on full ones")
{
    const postgres_server server{{"session_preload_libraries=auto_explain",
                                  "auto_explain.log_min_duration=0",
                                  "auto_explain.log_nested_statements=on"}};
    const auto house = seeded_on(server, postgres_routing::batch);
    auto office = house.office();
    const auto use_all = [&](int seat)
    {
        const auto known = office.book().stamp();
        const auto key = [&](const char* of) { return of + std::to_string(seat); };
        const auto held = office.done(office.holds({seat}, std::chrono::seconds{60}, key("hold")));
        office.done(office.confirms(held->id, key("confirm")));
        office.done(office.cancels(held->id, key("cancel")));
        (void)house.load();
        const load_request live{.session = house.session.id};
        store_result<session_load> loaded;
        (void)house.inventory().load({&live, 1}, {&loaded, 1}).value();
        (void)house.inventory().find_key(house.session.id, {});
        (void)testing::load_one(house.inventory(), house.session.id, known);
        (void)testing::conformance::load_and_commit_one(house, office,
                                                        [&] { return office.raises(); });
        (void)house.inventory().lapsed(office.now, 10);
        (void)house.document(held->id);
        (void)house.reservations().list({.account = {"nobody"}});
        (void)house.inventory().sessions({.limit = 10});
    };

    use_all(1); // on empty tables
    for (int seat = 2; seat <= 30; ++seat)
        office.done(office.sells({seat}, std::to_string(seat)));
    use_all(31);

    const std::regex bad{"(Seq Scan on (sessions|reservations|session_seats|idempotency_keys"
                         "|session_prices|session_blocks|documents)|Hash Join|Merge Join)"};
    CHECK(matches(server, 0, bad) == std::vector<std::string>{});
    CHECK(!matches(server, 0, std::regex{"(Index Scan using idempotency_keys_of_reservation)"})
               .empty());
    // The plans are there at all, and the swap goes by the order of its parameters.
    const std::regex swap{"(Update on sessions s[^]{0,200}Nested Loop[^]{0,120}Function Scan on "
                          "[^]{0,120}Index Scan using sessions_pkey)"};
    CHECK(matches(server, 0, swap).size() >= 4);
}
