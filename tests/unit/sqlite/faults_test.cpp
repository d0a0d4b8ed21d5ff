#include "faulty_disk.hpp"
#include "sqlite/database.hpp"
#include "sqlite_fixture.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <thread>

using namespace cinema::tests;
using namespace cinema::booking;
using cinema::booking::testing::box_office;
using cinema::booking::testing::commit_one;
using cinema::booking::testing::load_whole;

namespace
{

/// Stores that do not wait long, with a session of 40 free seats.
struct busy_place : sqlite_place
{
    cinema::booking::stores stores = open_sqlite_stores(params()).value();
    session_id session = add_session(*stores.inventory);

    [[nodiscard]] inventory_store& inventory() const { return *stores.inventory; }
    [[nodiscard]] box_office office() const { return {inventory(), session}; }
    [[nodiscard]] std::size_t sold() const
    {
        return load_whole(inventory(), session).reservations.size();
    }
    [[nodiscard]] std::size_t guarded() const
    {
        return inventory().guard_rows(session).value().second.size();
    }
};

} // namespace

TEST_CASE("faults: while another process writes for too long, nothing changes and reading goes on")
{
    const busy_place place;
    auto office = place.office();
    const auto sale = office.sells({1});
    auto other = place.raw();
    (void)other("BEGIN IMMEDIATE");

    CHECK(commit_one(place.inventory(), sale).error == errc::busy);
    CHECK(place.inventory().add_token({}).error() == errc::busy);
    CHECK(place.has_logged("locked"));
    CHECK(commit_one(place.inventory(), office.checks()).error == errc::busy);
    CHECK(place.sold() == 0);
    CHECK(place.inventory().ping().has_value());

    (void)other("ROLLBACK");
    CHECK(!office.commit(sale));
    CHECK(place.sold() == 1);
}

TEST_CASE("faults: a short wait for another process is no error")
{
    const busy_place place;
    const auto patient = place.open();
    box_office office{*patient.inventory, place.session};
    auto other = place.raw();
    (void)other("BEGIN IMMEDIATE");
    std::jthread writer{[&] { CHECK(!office.commit(office.sells({1}))); }};
    (void)other("UPDATE sessions SET movie_title = 'M'");
    (void)other("COMMIT");
    writer.join();
    CHECK(place.sold() == 1);
}

TEST_CASE("faults: a full file refuses sales, keeps what it has, and goes on once there is room")
{
    const sqlite_place place;
    auto params = place.patient();
    const auto session = add_session(*open_sqlite_stores(params).value().inventory);
    params.pages_max = static_cast<std::uint32_t>(std::stoul(place.raw()("PRAGMA page_count")));
    std::size_t sold = 0;
    {
        const auto full = open_sqlite_stores(params).value();
        box_office office{*full.inventory, session};
        error_code error;
        for (int seat = 1; seat <= 40 && !error; ++seat)
        {
            error = office.commit(office.sells({seat}, std::to_string(seat)));
            sold += error ? 0 : 1;
        }
        CHECK(error == errc::storage_full);
        CHECK(sold < 40);
        CHECK(place.has_logged("no space is left"));
        CHECK(load_whole(*full.inventory, session).reservations.size() == sold);
        CHECK(full.inventory->guard_rows(session).value().second.size() == sold);
        CHECK(load_whole(*full.inventory, session).stamp == office.book().stamp());
        CHECK(full.inventory->ping().has_value());

        // Another process makes room.
        (void)place.raw()("DROP TABLE documents");
        CHECK(!office.commit(office.sells({40})));
    }
    params.pages_max = 0;
    const auto roomy = open_sqlite_stores(params).value();
    box_office office{*roomy.inventory, session};
    CHECK(!office.commit(office.sells({39})));
    CHECK(load_whole(*roomy.inventory, session).reservations.size() == sold + 2);
}

TEST_CASE("faults: a disk that fills up refuses sales, and goes on once there is room")
{
    faulty_disk disk;
    const busy_place place;
    auto office = place.office();
    office.done(office.sells({1}));

    disk.fail_writes_with(SQLITE_FULL);
    CHECK(commit_one(place.inventory(), office.sells({2}, "key")).error == errc::storage_full);
    CHECK(place.inventory().add_token({}).error() == errc::storage_full);
    CHECK(place.sold() == 1);
    CHECK(place.guarded() == 1);

    disk.fail_writes_with(0);
    CHECK(!office.commit(office.sells({2}, "key")));
    CHECK(place.sold() == 2);
}

TEST_CASE("faults: when the log cannot be synced the outcome is unknown, and can be learnt")
{
    faulty_disk disk;
    const busy_place place;
    auto office = place.office();
    const auto sale = office.sells({2});

    disk.fail_syncs_with(SQLITE_IOERR_FSYNC);
    CHECK(commit_one(place.inventory(), sale).error == errc::outcome_unknown);
    CHECK(place.inventory().add_token({}).error() == errc::outcome_unknown);
    disk.fail_syncs_with(0);

    // What may still come to life must not once something else is there.
    CHECK(!office.commit(office.raises()));
    CHECK(commit_one(place.inventory(), sale).error == errc::version_conflict);
    CHECK(place.sold() == 0);
    const auto again = place.open();
    CHECK(load_whole(*again.inventory, place.session).stamp == office.book().stamp());
}

TEST_CASE("faults: when the log cannot be written for another reason the outcome is unknown")
{
    faulty_disk disk;
    const busy_place place;
    auto office = place.office();

    disk.fail_writes_with(SQLITE_IOERR_WRITE);
    CHECK(commit_one(place.inventory(), office.sells({2})).error == errc::outcome_unknown);
    disk.fail_writes_with(0);
    CHECK(!office.commit(office.sells({2})));
    CHECK(place.sold() == 1);
}

TEST_CASE("faults: what the guard refuses leaves nothing of the batch, and is explained")
{
    const busy_place place;
    const auto other = add_session(place.inventory());
    auto office = place.office();
    box_office innocent{place.inventory(), other};
    (void)place.raw()("INSERT INTO session_seats VALUES (" + std::to_string(raw(place.session))
                      + ", 7, zeroblob(16))");
    std::vector<session_change> batch{innocent.sells({1}, "key"), office.sells({6, 7}, "key")};
    for (int order = 0; order < 2; ++order)
    {
        std::vector<commit_outcome> outcome(2);
        CHECK(place.inventory().commit(batch, outcome).error() == errc::store_failed);
        CHECK(place.has_logged("seat 7 is another reservation's"));
        CHECK(place.sold() == 0);
        CHECK(place.guarded() == 1);
        CHECK(load_whole(place.inventory(), other).stamp == innocent.book().stamp());
        CHECK(load_whole(place.inventory(), other).keys.empty());
        std::swap(batch[0], batch[1]);
    }
    innocent.done(innocent.sells({1}, "key"));
}

TEST_CASE("faults: a batch that wins nothing writes nothing")
{
    const busy_place place;
    auto winner = place.office();
    auto loser = place.office();
    const auto lost = loser.sells({1});
    winner.done(winner.sells({1}));
    auto watcher = place.raw();
    const auto log = std::filesystem::path{place.file() + "-wal"};
    const auto commits = watcher("PRAGMA data_version");
    const auto bytes = std::filesystem::file_size(log);

    CHECK(commit_one(place.inventory(), lost).error == errc::version_conflict);
    CHECK(!commit_one(place.inventory(), winner.checks()).error);
    CHECK(place.inventory().touch_token({}, time_point{}).has_value());

    CHECK(watcher("PRAGMA data_version") == commits);
    CHECK(std::filesystem::file_size(log) == bytes);
    winner.done(winner.sells({2}));
    CHECK(watcher("PRAGMA data_version") != commits);
}

TEST_CASE("faults: what is stored in another form than ours is an error, and is explained")
{
    const busy_place place;
    auto office = place.office();
    const auto sold = office.done(office.sells_to({"anna"}, {1}));
    const std::string right = place.raw()("SELECT events FROM reservations");
    (void)place.raw()("UPDATE reservations SET events = '[]'");

    const load_request request{.session = place.session};
    store_result<session_load> loaded;
    CHECK(place.inventory().load({&request, 1}, {&loaded, 1}).error() == errc::store_failed);
    CHECK(place.has_logged("reservation " + sold->id.text()));
    CHECK(place.stores.reservations->find(sold->id).error() == errc::store_failed);
    CHECK(place.stores.reservations->list({.account = {"anna"}}).error() == errc::store_failed);

    (void)place.raw()("UPDATE reservations SET events = '" + right + "'");
    CHECK(place.sold() == 1);
}

TEST_CASE("faults: a file that is taken away is noticed, and one that is put back is used again")
{
    const busy_place place;
    auto office = place.office();
    std::filesystem::rename(place.file(), place.file() + ".away");

    CHECK(commit_one(place.inventory(), office.sells({1})).error == errc::store_unavailable);
    CHECK(place.inventory().ping().error() == errc::store_unavailable);
    CHECK(place.has_logged("it was moved, replaced or removed"));

    std::filesystem::rename(place.file() + ".away", place.file());
    CHECK(!office.commit(office.sells({1})));
    CHECK(place.sold() == 1);
}

TEST_CASE("faults: the same complaint is made once, and another one at once")
{
    std::vector<std::string> lines;
    sqlite::reporter report{[&](std::string_view line) { lines.emplace_back(line); }};
    for (const char* line : {"a", "a", "b", "b", "a"})
        report.say(line);
    CHECK(lines == std::vector<std::string>{"a", "b", "a"});

    sqlite::reporter{{}}.say("nobody listens");
    sqlite::reporter{[](std::string_view) { throw std::runtime_error{"full"}; }}.say("no matter");
}

TEST_CASE("faults: a check is not answered while another process is in the middle of a commit")
{
    const sqlite_place place;
    const auto patient = place.open();
    cinema::booking::testing::box_office office{*patient.inventory,
                                                add_session(*patient.inventory)};
    const auto hasty = open_sqlite_stores(place.params()).value();
    const auto check = office.checks();
    auto other = place.raw();
    (void)other("BEGIN IMMEDIATE; UPDATE sessions SET version = 2, change_id = 7");

    CHECK(cinema::booking::testing::commit_one(*hasty.inventory, check).error == errc::busy);
    (void)other("COMMIT");
    CHECK(cinema::booking::testing::commit_one(*hasty.inventory, check).error
          == errc::version_conflict);
    office.refresh();
    CHECK(!cinema::booking::testing::commit_one(*hasty.inventory, office.checks()).error);
}

TEST_CASE("faults: what cannot be purged does not keep the rest")
{
    const sqlite_place place;
    const auto stores = place.open();
    box_office office{*stores.inventory, add_session(*stores.inventory)};
    office.done(office.cancels(office.done(office.sells({1}))->id));
    access_token token;
    token.expires_at = from_unix_ms(1);
    CHECK(stores.inventory->add_token(token).has_value());
    auto raw = place.raw();
    (void)raw("CREATE TRIGGER kept BEFORE DELETE ON reservations BEGIN SELECT raise(ABORT, 'no');"
              " END");
    const auto late = office.now + std::chrono::hours{1};

    const auto report = stores.inventory->purge(late, 10);

    REQUIRE(report.has_value());
    CHECK(report->access_tokens == 1);
    CHECK(report->reservations == 0);
    CHECK(stores.inventory->purge(late, 10).error() == errc::store_failed);
    (void)raw("DROP TRIGGER kept");
    CHECK(stores.inventory->purge(late, 10).value().reservations == 1);
}

TEST_CASE("faults: a session with many keys is purged in few short transactions")
{
    const sqlite_place place;
    const auto stores = place.open();
    const auto session = add_session(*stores.inventory);
    auto raw = place.raw();
    (void)raw("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
              " INSERT INTO reservations SELECT 1, randomblob(16), 1, 'cancelled', NULL, i, NULL,"
              " '', 'EUR', '[]', '[]' FROM n");
    (void)raw("INSERT INTO idempotency_keys SELECT session_id, randomblob(16), 1, 0, id,"
              " randomblob(32) FROM reservations");
    (void)raw("INSERT INTO idempotency_keys SELECT session_id, randomblob(16), 1, 0, id,"
              " randomblob(32) FROM reservations");
    REQUIRE(session == session_id{1});

    const auto report = stores.inventory->purge(from_unix_ms(4'001), 10'000).value();

    CHECK(report.reservations == 4'000);
    CHECK(report.keys == 8'000);
    CHECK(raw("SELECT count(*) FROM reservations") == "1000");
}
