#include "sqlite/sql.hpp"
#include "sqlite_fixture.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace cinema::tests;
using cinema::booking::sqlite::query;

namespace
{

/// How SQLite means to run a statement, a line for each step.
std::vector<std::string> plan_of(sqlite3* handle, query which)
{
    const auto sql = std::string{"EXPLAIN QUERY PLAN "} + text_of(which);
    sqlite3_stmt* statement = nullptr;
    REQUIRE_MESSAGE(sqlite3_prepare_v2(handle, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK,
                    sql << ": " << sqlite3_errmsg(handle));
    std::vector<std::string> steps;
    while (sqlite3_step(statement) == SQLITE_ROW)
        steps.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(statement, 3)));
    sqlite3_finalize(statement);
    return steps;
}

/// The halls are few; the other lists are made while the statement runs.
bool may_be_scanned(std::string_view step)
{
    return step.ends_with("halls") || step.find("SCAN keyed") != step.npos
           || step.find("CONSTANT ROW") != step.npos || step.find("SCAN (") != step.npos;
}

} // namespace

TEST_CASE("plans: every statement finds its rows by an index, on an empty file and on a full one")
{
    const sqlite_place place;
    const auto stores = place.open();
    sqlite3* handle = nullptr;
    REQUIRE(sqlite3_open(place.file().c_str(), &handle) == SQLITE_OK);

    SUBCASE("empty") {}
    SUBCASE("full, with statistics")
    {
        cinema::booking::testing::box_office office{*stores.inventory,
                                                    add_session(*stores.inventory)};
        for (int seat = 1; seat <= 40; ++seat)
            office.done(office.sells_to({"anna"}, {seat}));
        REQUIRE(sqlite3_exec(handle, "ANALYZE", nullptr, nullptr, nullptr) == SQLITE_OK);
    }

    for (std::size_t i = 0; i < static_cast<std::size_t>(query::count); ++i)
        for (const auto& step : plan_of(handle, query{i}))
            if (step.starts_with("SCAN"))
                CHECK_MESSAGE(may_be_scanned(step), std::string{text_of(query{i})} << ": " << step);
    sqlite3_close(handle);
}

TEST_CASE("plans: no statement is missing, and none is there twice")
{
    std::set<std::string> texts;
    for (std::size_t i = 0; i < static_cast<std::size_t>(query::count); ++i)
        CHECK(texts.insert(text_of(query{i})).second);
    CHECK(!texts.contains(""));
}
