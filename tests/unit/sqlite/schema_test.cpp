#include "sqlite/migrations.hpp"
#include "sqlite_fixture.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

using namespace cinema::tests;
using namespace cinema::booking;

namespace
{

error_code open_error(const sqlite_params& params)
{
    const auto opened = open_sqlite_stores(params);
    return opened ? error_code{} : opened.error();
}

void write_file(const std::string& name, const std::string& text)
{
    std::ofstream{name, std::ios::binary} << text;
}

} // namespace

TEST_CASE("schema: a new file gets it all, for its owner only")
{
    const sqlite_place place;
    CHECK(!sqlite_migrations(place.patient()).value().at(0).applied_at);
    CHECK(!std::filesystem::exists(place.file()));

    const auto stores = place.open();

    CHECK(stores.name == "sqlite");
    const auto steps = sqlite_migrations(place.patient()).value();
    REQUIRE(steps.size() == sqlite::migrations().size());
    int version = 0;
    for (const auto& step : steps)
    {
        CHECK(step.version == ++version);
        CHECK(step.applied_at.has_value());
    }
    CHECK(steps[0].name == "0001_initial");
    using std::filesystem::perms;
    for (const char* suffix : {"", "-wal", "-shm"})
        CHECK((std::filesystem::status(place.file() + suffix).permissions()
               & (perms::group_all | perms::others_all))
              == perms::none);
    CHECK(place.raw()("PRAGMA journal_mode") == "wal");
    CHECK(place.raw()("PRAGMA foreign_key_check").empty());
}

TEST_CASE("schema: what is stored is there when the file is opened again")
{
    const sqlite_place place;
    session_id session{};
    session_stamp stamp;
    reservation_ptr sold;
    {
        const auto stores = place.open();
        session = add_session(*stores.inventory);
        cinema::booking::testing::box_office office{*stores.inventory, session};
        sold = office.done(office.sells_to({"anna"}, {7, 8}));
        stamp = office.book().stamp();
        CHECK(stores.inventory->keep("key", "value").value() == "value");
        user anna;
        anna.id = {"anna"};
        anna.name = "Anna";
        anna.email = "Anna@x";
        CHECK(stores.accounts->add(anna).has_value());
    }
    CHECK(!std::filesystem::exists(place.file() + "-wal")); // taken into the file
    const auto stores = place.open();
    const auto seen = cinema::booking::testing::load_whole(*stores.inventory, session);
    CHECK(seen.stamp == stamp);
    REQUIRE(seen.reservations.size() == 1);
    CHECK(*seen.reservations[0] == *sold);
    CHECK(stores.inventory->find_hall(seen.session.hall).value()->layout.size() == 40);
    CHECK(stores.inventory->keep("key", "other").value() == "value");
    CHECK(stores.accounts->find_by_email("ANNA@X").value().name == "Anna");
    CHECK(stores.reservations->list({.account = {"anna"}}).value().size() == 1);
}

TEST_CASE("schema: people can read it with the sqlite3 program")
{
    const sqlite_place place;
    const auto stores = place.open();
    cinema::booking::testing::box_office office{*stores.inventory, add_session(*stores.inventory)};
    const auto held = office.done(office.holds({7, 8}, std::chrono::seconds{600}));
    office.now += std::chrono::seconds{30};
    office.done(office.confirms(held->id));

    auto raw = place.raw();
    CHECK(raw("SELECT group_concat(seat_number || ':' || price) FROM reservation_seats")
          == "7:0,8:0");
    CHECK(raw("SELECT group_concat(status || ' at ' || at) FROM reservation_events")
          == "held at 2030-01-01 12:00:00,confirmed at 2030-01-01 12:00:30");
    CHECK(raw("SELECT held_until FROM reservation_events WHERE event = 0")
          == "2030-01-01 12:10:00");
    CHECK(raw("SELECT json_valid(seat_config) FROM halls") == "1");
}

TEST_CASE("schema: of the changes that led to a session, the last 32 are kept")
{
    const sqlite_place place;
    const auto stores = place.open();
    cinema::booking::testing::box_office office{*stores.inventory, add_session(*stores.inventory)};
    auto raw = place.raw();
    CHECK(raw("SELECT typeof(recent_changes) || length(recent_changes) FROM sessions") == "blob0");
    for (int i = 0; i < 34; ++i)
        office.done(office.raises());
    const auto known = office.book().stamp();
    for (int i = 0; i < 32; ++i)
        office.done(office.raises());
    const auto load = [&]
    {
        return cinema::booking::testing::load_one(*stores.inventory, office.book().session().id,
                                                  known)
            .value();
    };

    CHECK(raw("SELECT typeof(recent_changes) || length(recent_changes) FROM sessions")
          == "blob256");
    CHECK(std::holds_alternative<session_delta>(load()));
    office.done(office.raises());
    CHECK(std::holds_alternative<session_snapshot>(load()));
}

TEST_CASE("schema: many threads may open a new file at the same moment")
{
    const sqlite_place place;
    std::atomic<int> opened{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 6; ++i)
            threads.emplace_back(
                [&] { opened += open_sqlite_stores(place.patient()).has_value() ? 1 : 0; });
    }
    CHECK(opened == 6);
    CHECK(place.raw()("SELECT count(*) FROM schema_migrations")
          == std::to_string(sqlite::migrations().size()));
}

TEST_CASE("schema: several processes may open a new file at the same moment")
{
    const sqlite_place place;
    std::vector<pid_t> children;
    std::cout.flush();
    for (int i = 0; i < 4; ++i)
        if (const auto child = ::fork(); child == 0)
            ::_exit(open_error(place.patient()) ? 1 : 0);
        else
            children.push_back(child);
    for (const auto child : children)
    {
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        CHECK(status == 0);
    }
    CHECK(place.raw()("SELECT count(*) FROM schema_migrations")
          == std::to_string(sqlite::migrations().size()));
    CHECK(!open_error(place.patient()));
}

TEST_CASE("schema: an edited step is refused")
{
    const sqlite_place place;
    (void)place.open();
    (void)place.raw()("UPDATE schema_migrations SET checksum = 'other' WHERE version = 1");

    CHECK(open_error(place.patient()) == errc::schema_mismatch);
    CHECK(place.has_logged("0001_initial is not the one of this program"));
    CHECK(sqlite_migrations(place.patient()).error() == errc::schema_mismatch);
    CHECK(migrate_sqlite(place.patient()).error() == errc::schema_mismatch);
}

TEST_CASE("schema: a newer one is refused")
{
    const sqlite_place place;
    (void)place.open();
    (void)place.raw()("INSERT INTO schema_migrations VALUES (99, '0099_future', 'x', 0)");

    CHECK(open_error(place.patient()) == errc::schema_mismatch);
    CHECK(place.has_logged("it has schema 99"));
    CHECK(place.has_logged("use the newer program"));
}

TEST_CASE("schema: an older one is brought up to date only if that is wanted")
{
    const sqlite_place place;
    auto params = place.patient();
    params.migrate = false;
    CHECK(open_error(params) == errc::schema_mismatch);
    CHECK(place.has_logged("run the migration first"));

    const auto steps = migrate_sqlite(params).value();
    CHECK(std::all_of(steps.begin(), steps.end(),
                      [](const auto& step) { return step.applied_at.has_value(); }));
    CHECK(!open_error(params));
    CHECK(migrate_sqlite(params).value().size() == steps.size()); // nothing left to do
}

TEST_CASE("schema: steps are applied in order, each once, all or none")
{
    const sqlite_place place;
    (void)place.open();
    std::vector<sqlite::migration> steps{sqlite::migrations().begin(), sqlite::migrations().end()};
    const int last = steps.back().version;
    steps.push_back({last + 1, "one", "CREATE TABLE one (a); INSERT INTO one VALUES (1)"});
    steps.push_back(
        {last + 2, "two", "INSERT INTO one VALUES (2); INSERT INTO nowhere VALUES (1)"});
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes{1};
    sqlite::connection file{place.file(), until};

    CHECK_THROWS_AS(sqlite::migrate(file, place.file(), steps, host_now()), sqlite::failure);
    CHECK(sqlite::schema_of(file, place.file(), sqlite::migrations()).size() == steps.size() - 2);
    CHECK_THROWS_AS(sqlite::require_schema(file, place.file(), steps), sqlite::failure);

    steps.back().sql = "INSERT INTO one VALUES (2)";
    for (int twice = 0; twice < 2; ++twice)
        sqlite::migrate(file, place.file(), steps, from_unix_ms(123));
    CHECK(file.value_of("SELECT group_concat(a) FROM one") == "1,2");
    CHECK(sqlite::schema_of(file, place.file(), steps).back().applied_at == from_unix_ms(123));
    CHECK(open_error(place.patient()) == errc::schema_mismatch); // the program knows less
}

TEST_CASE("schema: a file from before price types keeps its sales and sells on")
{
    const sqlite_place place;
    {
        (void)place.raw()("PRAGMA journal_mode = wal");
        sqlite::connection file{place.file(),
                                std::chrono::steady_clock::now() + std::chrono::minutes{1}};
        sqlite::migrate(file, place.file(), sqlite::migrations().first(1), from_unix_ms(0));
    }
    (void)place.raw()(R"(
        INSERT INTO halls VALUES (1, 'Hall', 'UTC', 2, '{"categories":["standard"],"rows":["A"]}');
        INSERT INTO seats VALUES (1, 1, 1, 1, 1, 'A1', 'standard', 'standard', 0),
                                 (2, 1, 1, 2, 2, 'A2', 'standard', 'standard', 0);
        INSERT INTO sessions VALUES (1, 1, 2, 7, 1, 0, 0, 0, NULL, 'EUR', 'Metropolis');
        INSERT INTO session_prices VALUES (1, 0, 'standard', 900);
        INSERT INTO reservations VALUES (1, x'0192f0c1000070008000000000000001', 2, 'confirmed',
            NULL, 0, NULL, 'anna', 'EUR', '[[1,900]]', '[["confirmed",2,0,null,null]]');
        INSERT INTO session_seats VALUES (1, 1, x'0192f0c1000070008000000000000001'))");

    const auto stores = place.open();
    cinema::booking::testing::box_office office{*stores.inventory, session_id{1}};
    CHECK(office.book().session().prices
          == std::vector{category_price{"standard", minor_units{900}}});
    CHECK(office.book().holders()[0]->user == "anna");
    CHECK(office.book().holders()[0]->seats[0] == reserved_seat{seat_number{1}, minor_units{900}});
    (void)office.done(office.sells_to({"ben"}, {2}));
    CHECK(place.raw()("SELECT group_concat(seat_number || ':' || price || ':' || price_type)"
                      " FROM reservation_seats")
          == "1:900:,2:900:");
}

TEST_CASE("schema: another program's database is left alone")
{
    const sqlite_place place;
    (void)place.raw()("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");

    CHECK(open_error(place.patient()) == errc::schema_mismatch);
    CHECK(place.has_logged("another program: name another file"));
    CHECK(place.raw()("PRAGMA journal_mode") == "delete");
    CHECK(place.raw()("SELECT count(*) FROM sqlite_schema") == "1");
}

TEST_CASE("schema: what is no database is left alone")
{
    const sqlite_place place;
    const std::string text(10'000, 'x');
    write_file(place.file(), text);

    CHECK(open_error(place.patient()) == errc::store_failed);
    CHECK(place.has_logged("not an SQLite database: name another file"));
    CHECK(std::filesystem::file_size(place.file()) == text.size());
}

TEST_CASE("schema: a damaged file is an error")
{
    const sqlite_place place;
    (void)place.open();
    const auto size = std::filesystem::file_size(place.file());
    std::filesystem::resize_file(place.file(), 5'000);
    std::filesystem::resize_file(place.file(), size);

    CHECK(open_error(place.patient()) == errc::store_failed);
    CHECK(place.has_logged("it is damaged"));
}

TEST_CASE("schema: a folder, or a file in no folder, is an error")
{
    const sqlite_place place;
    auto params = place.patient();
    params.file = place.folder().string();
    CHECK(open_error(params) == errc::store_failed);
    CHECK(place.has_logged("it is a folder"));

    params.file = (place.folder() / "nowhere" / "cinema.db").string();
    CHECK(open_error(params) == errc::store_unavailable);
    CHECK(place.has_logged("its folder must exist"));
    CHECK(!sqlite_migrations(params).value().at(0).applied_at);
}

TEST_CASE("schema: names that mean something to SQLite are names of files")
{
    const sqlite_place place;
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(place.folder());
    for (const char* name : {":memory:", "file:x?mode=memory", "file:y"})
    {
        auto params = place.patient();
        params.file = name;
        CHECK(!open_error(params));
        CHECK(std::filesystem::file_size(place.folder() / name) > 0);
    }
    std::filesystem::current_path(before);
}

TEST_CASE("schema: parameters have limits")
{
    const sqlite_place place;
    const auto refused = [&](auto change)
    {
        auto params = place.params();
        change(params);
        return open_error(params) == errc::invalid_request
               && migrate_sqlite(params).error() == errc::invalid_request
               && sqlite_migrations(params).error() == errc::invalid_request;
    };
    CHECK(refused([](auto& params) { params.file.clear(); }));
    CHECK(refused([](auto& params) { params.file.push_back('\0'); }));
    CHECK(refused([](auto& params) { params.timeout = std::chrono::milliseconds{0}; }));
    CHECK(refused([](auto& params) { params.timeout = std::chrono::milliseconds{-1}; }));
    CHECK(refused([](auto& params) { params.timeout = std::chrono::milliseconds{3'600'001}; }));
    CHECK(refused([](auto& params) { params.readers_max = 0; }));
    CHECK(refused([](auto& params) { params.readers_max = 65; }));
    CHECK(refused([](auto& params) { params.clock = nullptr; }));
    CHECK(place.has_logged("need a clock"));
    CHECK(!std::filesystem::exists(place.file()));
}

TEST_CASE("schema: the stores' time is the clock's that they were given")
{
    const sqlite_place place;
    auto params = place.patient();
    params.clock = [] { return from_unix_ms(1'234); };
    const auto stores = open_sqlite_stores(params).value();
    CHECK(stores.inventory->clock() == from_unix_ms(1'234));
    CHECK(stores.inventory->ping().value().now == from_unix_ms(1'234));
    CHECK(stores.inventory->lanes_preferred() == 1);
}
