// What the purge does where tables are large, others are in its way, or a part of it fails.

#include <cinema/booking/adapters/postgres.hpp>
#include <cinema/booking/testing/conformance/fixture.hpp>

#include "postgres/chunk_size.hpp"
#include "support/postgres_schema.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace cinema::booking;
using namespace cinema::tests;
using postgres::chunk_size;
using std::chrono::milliseconds;
using testing::house;

namespace
{

/// A house in a schema of its own, whose tables are filled by SQL: this is about their sizes.
struct full_house
{
    [[nodiscard]] stores open(milliseconds timeout) const
    {
        return open_postgres_stores({.conninfo = schema.conninfo(),
                                     .timeout = timeout,
                                     .allows_unsafe_durability = true})
            .value();
    }

    /// So many more sessions of the house's hall, without an end, and over on `day`.
    void add_sessions(int count, const std::string& day) const
    {
        (void)schema("INSERT INTO sessions (hall_id, movie_title, showtime, currency, change_id,"
                     " changed_at) SELECT 1, 'Metropolis', '"
                     + day + "', 'EUR', n, now() FROM generate_series(1, " + std::to_string(count)
                     + ") AS n");
    }

    /// Adds so many reservations of guests to the sessions that are over on `day`, in turn, each
    /// with three keys.
    void add_reservations(int count, const std::string& status, const std::string& day,
                          const std::string& at) const
    {
        (void)schema(
            "WITH s AS (SELECT id, row_number() OVER () - 1 AS place, count(*) OVER () AS all"
            " FROM sessions WHERE showtime = '"
            + day
            + "'), new AS (INSERT INTO reservations (session_id, id, version, status, updated_at,"
              " user_label, currency, seats, events) SELECT s.id, gen_random_uuid(), 1, '"
            + status + "', timestamptz '" + at
            + "' + n * interval '1 microsecond', 'anna', 'EUR', '[[1, 1200]]',"
              " '[[\"confirmed\", 1, 1893456000000, null, null]]' FROM generate_series(1, "
            + std::to_string(count)
            + ") AS n JOIN s ON s.place = n % s.all RETURNING session_id, id)"
              " INSERT INTO idempotency_keys (session_id, digest, version, event, reservation,"
              " request) SELECT session_id, decode(md5(id::text || k), 'hex'), 1, 0, id,"
              " sha256('') FROM new CROSS JOIN generate_series(1, 3) AS k");
    }

    /// From now on nothing tells the planner how large the tables are.
    void keep_planner_ignorant() const
    {
        for (const std::string table : {"sessions", "reservations", "idempotency_keys", "outbox"})
            (void)schema("ALTER TABLE " + table + " SET (autovacuum_enabled = false)");
    }

    /// So many blocks of indexes were looked at.
    [[nodiscard]] long index_blocks() const
    {
        return std::stol(schema("SELECT sum(idx_blks_hit + idx_blks_read)::bigint"
                                " FROM pg_statio_user_indexes"
                                " WHERE schemaname = current_schema()"));
    }
    /// So many entries of indexes on reservations were read.
    [[nodiscard]] long index_entries() const
    {
        return std::stol(schema("SELECT sum(idx_tup_read)::bigint FROM pg_stat_user_indexes"
                                " WHERE schemaname = current_schema()"
                                " AND relname = 'reservations'"));
    }

    [[nodiscard]] std::string count_of(const std::string& table) const
    {
        return schema("SELECT count(*) FROM " + table);
    }

    postgres_schema schema;
    house there{testing::seeded({.stores = open(std::chrono::seconds{30})})};
};

/// What calls removed until nothing was left.
struct purged
{
    purge_report sum;
    int calls{};
    int failures{};
};

purged purge_all(inventory_store& inventory, time_point before, int calls_max)
{
    purged all;
    for (; all.calls < calls_max; ++all.calls)
    {
        const auto part = inventory.purge(before, 1'000);
        if (!part)
        {
            ++all.failures;
            continue;
        }
        if (part->reservations + part->keys + part->access_tokens == 0)
            break;
        all.sum.reservations += part->reservations;
        all.sum.keys += part->keys;
        all.sum.access_tokens += part->access_tokens;
    }
    return all;
}

const std::string long_ago = "2020-01-01 20:00:00+00";
const std::string soon = "2040-01-01 20:00:00+00";

} // namespace

TEST_CASE("purge: what is to go does so beside 300,000 keys that stay, by short statements")
{
    const full_house full;
    full.add_sessions(300, soon);
    full.add_reservations(100'000, "confirmed", soon, long_ago);
    full.add_sessions(100, long_ago);
    full.add_reservations(2'000, "cancelled", long_ago, long_ago);
    full.add_reservations(1'000, "confirmed", long_ago, long_ago);
    full.add_sessions(5'000, "2021-01-01 20:00:00+00"); // over, with nothing to be purged
    const auto hasty = full.open(milliseconds{240});

    const auto done = purge_all(*hasty.inventory, testing::that_day(0), 200);

    MESSAGE(done.calls << " calls, " << done.failures << " failures");
    CHECK(done.sum.reservations == 2'000);
    CHECK(done.sum.keys == 9'000);
    CHECK(full.count_of("idempotency_keys") == "300000");
    CHECK(full.count_of("reservations") == "101000");
}

TEST_CASE("purge: a large backlog is cleared chunk by chunk, and each call gets on")
{
    const full_house full;
    full.keep_planner_ignorant();
    auto stores = full.open(milliseconds{600});
    (void)stores.inventory->purge(testing::that_day(0), 1'000); // planned for empty tables
    full.add_sessions(200, long_ago);
    full.add_reservations(30'000, "expired", long_ago, long_ago);
    const auto before = full.index_blocks();

    const auto done = purge_all(*stores.inventory, testing::that_day(0), 400);

    MESSAGE(done.calls << " calls, " << done.failures << " failures");
    CHECK(done.sum.reservations == 30'000);
    CHECK(done.sum.keys == 90'000);
    CHECK(full.count_of("idempotency_keys") == "0");
    CHECK(full.count_of("reservations") == "0");
    // All is looked up, in a few blocks each, and nothing scanned.
    stores = {};
    wait_until([&] { return full.index_blocks() > before; }); // counted when connections end
    MESSAGE((full.index_blocks() - before) << " blocks of indexes");
    CHECK(full.index_blocks() - before < 1'000'000);
}

TEST_CASE("purge: what waits in the outbox stays, and does not keep what is behind it")
{
    const full_house full;
    full.add_sessions(10, long_ago);
    full.add_reservations(10'000, "cancelled", long_ago, "2020-01-01 12:00:00+00");
    (void)full.schema("INSERT INTO outbox (session_id, reservation)"
                      " SELECT session_id, id FROM reservations");
    full.add_reservations(100, "cancelled", long_ago, "2020-01-02 12:00:00+00");
    const auto stores = full.open(milliseconds{300});

    std::size_t gone = 0;
    for (int i = 0; i < 200 && gone < 100; ++i)
        if (const auto part = stores.inventory->purge(testing::that_day(0), 1'000))
            gone += part->reservations;
    CHECK(gone == 100);
    CHECK(full.count_of("reservations") == "10000");
    CHECK(full.count_of("idempotency_keys") == "30000");

    // Once one is delivered, it goes with the next round.
    (void)full.schema("DELETE FROM outbox WHERE id = (SELECT min(id) FROM outbox)");
    for (int i = 0; i < 200 && gone < 101; ++i)
        if (const auto part = stores.inventory->purge(testing::that_day(0), 1'000))
            gone += part->reservations;
    CHECK(gone == 101);
}

TEST_CASE("purge: a step that fails does not keep the others from being done")
{
    const full_house full;
    full.add_sessions(1, long_ago);
    full.add_reservations(10, "cancelled", long_ago, long_ago);
    full.add_reservations(10, "confirmed", long_ago, long_ago);
    (void)full.schema("CREATE FUNCTION fail_here() RETURNS trigger LANGUAGE plpgsql AS"
                      " $$ BEGIN RAISE 'not now'; END $$;"
                      "CREATE TRIGGER fail_here BEFORE DELETE ON reservations"
                      " FOR EACH ROW EXECUTE FUNCTION fail_here()");
    auto& inventory = full.there.inventory();
    REQUIRE(inventory.add_token(
        {.digest = {1},
         .user = {"u1"},
         .expires_at = testing::that_day(0) - std::chrono::hours{24 * 365 * 9}}));

    const auto part = inventory.purge(testing::that_day(0), 1'000);
    REQUIRE(part.has_value());
    CHECK(part->reservations == 0);
    CHECK(part->keys == 30);
    CHECK(part->access_tokens == 1);
    CHECK(inventory.purge(testing::that_day(0), 1'000).error() == errc::store_failed);

    (void)full.schema("DROP TRIGGER fail_here ON reservations");
    CHECK(inventory.purge(testing::that_day(0), 1'000).value().reservations == 10);
}

TEST_CASE("purge: lapsed holds are found among many reservations that have ended")
{
    const full_house full;
    full.add_sessions(50, long_ago);
    full.add_reservations(50'000, "expired", long_ago, long_ago);
    full.add_reservations(500, "held", long_ago, long_ago);
    (void)full.schema("UPDATE reservations SET held_until = updated_at WHERE status = 'held'");
    auto stores = full.open(std::chrono::seconds{30});
    const auto before = full.index_entries();
    CHECK(stores.inventory->lapsed(testing::that_day(0), 1'000).value().size() == 50);
    CHECK(stores.inventory->lapsed(testing::that_day(0), 1).value().size() == 1);
    stores = {};
    wait_until([&] { return full.index_entries() > before; }); // counted when connections end
    CHECK(full.index_entries() - before < 5'000);
}

TEST_CASE("purge: chunks shrink where a statement takes long, and grow again")
{
    chunk_size chunk;
    CHECK(chunk.value() == chunk_size::max);
    chunk.note_refused();
    CHECK(chunk.value() == 250);
    chunk.note_done(milliseconds{60}, milliseconds{50});
    CHECK(chunk.value() == 125);
    chunk.note_done(milliseconds{40}, milliseconds{50}); // as it should be
    CHECK(chunk.value() == 125);
    for (int i = 0; i < 20; ++i)
        chunk.note_refused();
    CHECK(chunk.value() == 1);
    chunk.note_done(milliseconds{1}, milliseconds{50});
    CHECK(chunk.value() == 2);
    for (int i = 0; i < 40; ++i)
        chunk.note_done(milliseconds{1}, milliseconds{50});
    CHECK(chunk.value() == chunk_size::max);
}
