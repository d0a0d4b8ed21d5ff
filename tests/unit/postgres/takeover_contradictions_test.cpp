// Where the original program's tables cannot be taken over as a whole, nothing is changed.

#include "original_database.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace cinema::tests;
using namespace cinema::booking;

namespace
{

/// Whether exactly one of the lines ends like this.
bool tells_once(const std::vector<std::string>& lines, const std::string& end)
{
    return std::ranges::count_if(lines, [&](const auto& line) { return line.ends_with(end); }) == 1;
}

/// Opening it is refused and changes nothing. Returns what was logged.
std::vector<std::string> refused(const original_database& original, errc why,
                                 const postgres_params& params)
{
    const auto before = original.content();
    CHECK(open_postgres_stores(params).error() == why);
    CHECK(original.content() == before);
    return original.lines();
}

std::vector<std::string> refused(const original_database& original,
                                 errc why = errc::schema_mismatch)
{
    return refused(original, why, original.params());
}

struct contradiction
{
    std::string sql;  ///< What is done to the original.
    std::string line; ///< How the line about it ends.
};

const std::vector<contradiction> contradictions{
    {"UPDATE halls SET id = 0 WHERE id = 4; UPDATE sessions SET hall_id = 0 WHERE id = 7",
     "hall 0: its id is not positive"},
    {"UPDATE seats SET id = -7 WHERE id = 107", "seat -7: its id is not positive"},
    {"ALTER TABLE sessions DROP CONSTRAINT sessions_pkey; UPDATE sessions SET id = 7 WHERE id = 9",
     "session 7: 2 have this id"},

    {"UPDATE halls SET name = NULL WHERE id = 1",
     "hall 1: its name is missing, empty or longer than 200 bytes"},
    {"UPDATE halls SET name = repeat('ü', 101) WHERE id = 1",
     "hall 1: its name is missing, empty or longer than 200 bytes"},
    {"UPDATE halls SET name = 'Hall B'", "halls 1, 4: they have the same name"},
    {"UPDATE halls SET capacity = 13 WHERE id = 1",
     "hall 1: its capacity is 13, but it has 12 seats"},
    {"UPDATE halls SET capacity = NULL WHERE id = 4",
     "hall 4: its capacity is missing, but it has 6 seats"},
    {"UPDATE halls SET seat_config = '{}' WHERE id = 4; DELETE FROM sessions WHERE id = 7",
     "hall 4: it has no seats, and its seat_config has no rows (1 to 200) and cols (1 to 200)"},
    {"UPDATE halls SET seat_config = '{\"rows\": 201, \"cols\": 1}' WHERE id = 4;"
     "DELETE FROM sessions WHERE id = 7",
     "hall 4: it has no seats, and its seat_config has no rows (1 to 200) and cols (1 to 200)"},
    {"UPDATE halls SET seat_config = '{\"rows\": 29, \"cols\": 69}', capacity = 2001 WHERE id = 4",
     "hall 4: it has 2001 seats, more than 2000"},

    {"INSERT INTO seats VALUES (200, NULL, 1, 1, 1)", "seat 200: there is no hall of it"},
    {"INSERT INTO seats VALUES (200, 9, 1, 1, 1)", "seat 200: there is no hall 9"},
    {"UPDATE seats SET \"row\" = 0 WHERE id = 107",
     "seat 107: its row 0 and col 3 are not within 1 to 200 and 1 to 200"},
    {"UPDATE seats SET \"row\" = NULL, col = 201 WHERE id = 107",
     "seat 107: its row (missing) and col 201 are not within 1 to 200 and 1 to 200"},
    {"UPDATE seats SET seat_number = NULL WHERE id = 107",
     "seat 107: its seat_number is missing or not positive"},
    {"UPDATE seats SET seat_number = 0 WHERE id = 107",
     "seat 107: its seat_number is missing or not positive"},
    {"UPDATE seats SET seat_number = 6 WHERE id = 107",
     "seats 106, 107: they have the same seat_number 6 in hall 1"},
    {"UPDATE seats SET col = 2 WHERE id = 107",
     "seats 106, 107: they are all in row 2, col 2 of hall 1"},

    {"UPDATE sessions SET hall_id = 9 WHERE id = 5", "session 5: there is no hall 9"},
    {"UPDATE sessions SET hall_id = NULL WHERE id = 5", "session 5: there is no hall of it"},
    {"UPDATE sessions SET movie_title = '' WHERE id = 5",
     "session 5: its movie_title is missing, empty or longer than 300 bytes"},
    {"UPDATE sessions SET movie_title = NULL WHERE id = 5",
     "session 5: its movie_title is missing, empty or longer than 300 bytes"},
    {"UPDATE sessions SET movie_title = repeat('日', 101) WHERE id = 5",
     "session 5: its movie_title is missing, empty or longer than 300 bytes"},
    {"UPDATE sessions SET showtime = NULL WHERE id = 5",
     "session 5: its showtime is missing or not within the years 1970 to 9999"},
    {"UPDATE sessions SET showtime = 'infinity' WHERE id = 5",
     "session 5: its showtime is missing or not within the years 1970 to 9999"},
    {"UPDATE sessions SET showtime = '1969-12-31 23:59' WHERE id = 5",
     "session 5: its showtime is missing or not within the years 1970 to 9999"},
    {"UPDATE sessions SET version = -1 WHERE id = 5", "session 5: its version is negative"},
    {"UPDATE sessions SET seats = NULL WHERE id = 5",
     "session 5: its seats are no array of positive whole numbers"},
    {"UPDATE sessions SET seats = '{\"1\": true}' WHERE id = 5",
     "session 5: its seats are no array of positive whole numbers"},
    {"UPDATE sessions SET seats = '[1, \"2\", 3]' WHERE id = 5",
     "session 5: its seats are no array of positive whole numbers"},
    {"UPDATE sessions SET seats = '[1, null]' WHERE id = 5",
     "session 5: its seats are no array of positive whole numbers"},
    {"UPDATE sessions SET seats = '[1, 2.5]' WHERE id = 5",
     "session 5: its seats are no array of positive whole numbers"},
    {"UPDATE sessions SET seats = '[0, 1e300]' WHERE id = 5",
     "session 5: its seats are no array of positive whole numbers"},
    {"UPDATE sessions SET seats = '[1, 2, 2, 2]' WHERE id = 5",
     "session 5: its free seat 2 is there 3 times"},
    {"UPDATE sessions SET seats = '[1, 13, 2]' WHERE id = 5",
     "session 5: its seat 13 is free, but hall 1 has no such seat"},
    {"UPDATE sessions SET seats = '[7]' WHERE id = 7",
     "session 7: its seat 7 is free, but hall 4 has no such seat"},
};

} // namespace

TEST_CASE("takeover: a contradiction is told, and nothing is changed")
{
    for (const auto& [sql, line] : contradictions)
    {
        CAPTURE(sql);
        const original_database original;
        original(sql);
        const auto lines = refused(original);
        CHECK(tells_once(lines, ": " + line));
        CHECK(lines.back().find("nothing was changed") != std::string::npos);
    }
}

TEST_CASE(
    "takeover: all contradictions are told, row by row, and once they are put right it goes on")
{
    const original_database original;
    original("UPDATE halls SET capacity = 5; UPDATE sessions SET seats = '[1, 99, 100]'");
    const auto lines = refused(original);

    REQUIRE(lines.size() == 9);
    CHECK(lines[0].ends_with("hall 1: its capacity is 5, but it has 12 seats"));
    CHECK(lines[1].ends_with("hall 4: its capacity is 5, but it has 6 seats"));
    CHECK(lines[2].ends_with("session 5: its seat 100 is free, but hall 1 has no such seat"));
    CHECK(lines[7].ends_with("session 9: its seat 99 is free, but hall 1 has no such seat"));
    CHECK(lines[8].ends_with("8 contradictions in them must be put right first"));

    original("UPDATE halls SET capacity = CASE id WHEN 1 THEN 12 ELSE 6 END;"
             "UPDATE sessions SET seats = '[1]'");
    CHECK(!original.open_error());
}

TEST_CASE("takeover: of very many contradictions a hundred are told, and how many there are")
{
    const original_database original;
    original("INSERT INTO sessions SELECT 1000 + n, 9, 'Faust', '2030-01-01', '[]', 1"
             " FROM generate_series(1, 250) AS n");
    const auto lines = refused(original);
    REQUIRE(lines.size() == 101);
    CHECK(lines[99].ends_with("session 1100: there is no hall 9"));
    CHECK(lines[100].ends_with(
        "250 contradictions in them must be put right first; the first 100 were told"));
}

TEST_CASE("takeover: a time zone that there is not is refused")
{
    const original_database original;
    auto params = original.params();
    params.original_time_zone = "Europe/Atlantis";
    const auto lines = refused(original, errc::invalid_request, params);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].find("knows no time zone Europe/Atlantis") != std::string::npos);

    for (const auto& zone : {std::string{}, std::string{"'; DROP"}, std::string(65, 'x')})
    {
        params.original_time_zone = zone;
        CHECK(refused(original, errc::invalid_request, params).back().find("is no name of one")
              != std::string::npos);
    }
}

TEST_CASE("takeover: a schema that has the name of the one to keep the tables in is not touched")
{
    const original_database original;
    original("CREATE SCHEMA " + original.kept());
    const auto lines = refused(original);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].find(original.kept() + ", where they would be kept, is there already")
          != std::string::npos);
}

TEST_CASE("takeover: who may not make a schema is told so, and nothing is changed")
{
    const original_database original;
    const auto role = original.kept() + "_user";
    original("CREATE ROLE " + role + "; ALTER TABLE halls OWNER TO " + role
             + "; ALTER TABLE seats OWNER TO " + role + "; ALTER TABLE sessions OWNER TO " + role
             + "; GRANT ALL ON SCHEMA " + original("SELECT current_schema()") + " TO " + role);
    auto params = original.params();
    const bool is_url = params.conninfo.find("://") != std::string::npos;
    params.conninfo += (is_url ? "%20-crole%3D" : "\\ -crole=") + role; // one more of its options
    const auto lines = refused(original, errc::store_failed, params);
    original("DROP OWNED BY " + role + "; DROP ROLE " + role);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].find("the right to CREATE in the database") != std::string::npos);
}

TEST_CASE("takeover: tables that only resemble the original's are another program's")
{
    for (const char* const sql :
         {"ALTER TABLE sessions ADD COLUMN price int", "ALTER TABLE sessions DROP COLUMN version",
          "ALTER TABLE halls ALTER COLUMN name TYPE bytea USING ''",
          "ALTER TABLE sessions ALTER COLUMN showtime TYPE timestamptz", "DROP TABLE seats",
          "CREATE TABLE users (id int)", "CREATE VIEW properties AS SELECT 1 AS one"})
    {
        CAPTURE(sql);
        const original_database original;
        original(sql);
        CHECK(original.open_error() == errc::schema_mismatch);
        CHECK(original.lines().back().find("tables of another program") != std::string::npos);
    }
}
