#include "postgres/hosts.hpp"

#include "common/failure.hpp"
#include "postgres/sqlstate.hpp"

#include <doctest/doctest.h>

using namespace cinema::booking;
using namespace cinema::booking::postgres;

namespace
{

constexpr std::chrono::milliseconds timeout{600};

std::string value_of(const host_parameters& host, const std::string& keyword)
{
    const auto* const value = host.find(keyword);
    return value == nullptr ? "" : *value;
}

} // namespace

TEST_CASE("hosts: each host of an address gets parameters of its own")
{
    const auto hosts = hosts_of("postgresql://me:geheim@db1,db2:6432/cinema", timeout);
    REQUIRE(hosts.size() == 2);
    CHECK(value_of(hosts[0], "host") == "db1");
    CHECK(value_of(hosts[0], "port").empty()); // libpq's default
    CHECK(value_of(hosts[1], "host") == "db2");
    CHECK(value_of(hosts[1], "port") == "6432");
    for (const auto& host : hosts)
    {
        CHECK(value_of(host, "user") == "me");
        CHECK(value_of(host, "password") == "geheim");
        CHECK(value_of(host, "dbname") == "cinema");
        CHECK(value_of(host, "target_session_attrs") == "read-write");
        CHECK(host.name().find("geheim") == std::string::npos);
    }
}

TEST_CASE("hosts: one port serves for all, and what is given is not overruled")
{
    const auto hosts = hosts_of("host=a,b port=7000 target_session_attrs=any", timeout);
    REQUIRE(hosts.size() == 2);
    CHECK(value_of(hosts[1], "port") == "7000");
    CHECK(value_of(hosts[1], "target_session_attrs") == "any");
}

TEST_CASE("hosts: without a host libpq decides")
{
    const auto hosts = hosts_of("dbname=cinema", timeout);
    REQUIRE(hosts.size() == 1);
    CHECK(hosts[0].find("host") == nullptr);
    CHECK(hosts[0].keywords().back() == nullptr);
    CHECK(hosts[0].values().size() == hosts[0].keywords().size());
}

TEST_CASE("hosts: what cannot be understood is refused without being repeated")
{
    for (const std::string wrong :
         {"postgresql://me:geheim@x:y:z/", "postgresql://me:x@geheim@db/", "host",
          "nonsense=geheim", "host=a,b,c port=1,2", "hostaddr=1,2 host=a,b,c"})
    {
        INFO(wrong);
        try
        {
            (void)hosts_of(wrong, timeout);
            FAIL_CHECK("is understood");
        }
        catch (const adapters::failure& failed)
        {
            CHECK(failed.code() == errc::invalid_request);
            CHECK(std::string{failed.what()}.find("geheim") == std::string::npos);
        }
    }
}

TEST_CASE("errors: what passes by itself, what needs room, and what is foreseen by nobody")
{
    CHECK(meaning("53100") == errc::storage_full);
    for (const char* const passing : {"57P01", "25006"})
        CHECK(meaning(passing) == errc::store_unavailable);
    for (const char* const contended : {"55P03", "40P01", "40001", "25P03", "57014", "08006"})
    {
        CHECK(meaning(contended) == errc::busy);
        CHECK(postgres::meaning_at_connecting(contended) == errc::store_unavailable);
    }
    CHECK(postgres::leaves_doubt("08007"));
    CHECK(!postgres::leaves_doubt("08006"));
    for (const char* const failed : {"23505", "42P01", "XX000", ""})
        CHECK(meaning(failed) == errc::store_failed);
    CHECK(breaks_connection("57P01"));
    CHECK(breaks_connection("25006")); // the primary has become a standby: another host is one
    for (const char* const harmless : {"23505", "57014", "08006"})
        CHECK(!breaks_connection(harmless));
    CHECK(std::string{advice("26000")}.find("pgbouncer") != std::string::npos);
}
