// What errors mean: pure functions, without a server.

#include "mongo/trouble.hpp"

#include <doctest/doctest.h>

using namespace cinema::booking;
using namespace cinema::booking::mongo;

namespace
{

trouble of(std::uint32_t domain, std::uint32_t code, bool is_write)
{
    bson_error_t error{};
    error.domain = domain;
    error.code = code;
    return trouble_of(error, is_write);
}

constexpr std::uint32_t host_unreachable = 6;
constexpr std::uint32_t network_timeout = 89;
constexpr std::uint32_t shard_not_found = 70;
constexpr std::uint32_t stale_config = 13388;

trouble of_login(const char* message)
{
    bson_error_t error{};
    bson_set_error(&error, MONGOC_ERROR_CLIENT, MONGOC_ERROR_CLIENT_AUTHENTICATE, "%s", message);
    return trouble_of(error, true);
}

} // namespace

TEST_CASE("trouble: what a router says of a shard that it lost leaves a write in doubt")
{
    for (const auto code : {host_unreachable, network_timeout, shard_not_found, stale_config, 0U})
    {
        CHECK(of(MONGOC_ERROR_SERVER, code, true).meaning == errc::outcome_unknown);
        CHECK(meaning_of_refusal(static_cast<std::int32_t>(code)) == errc::outcome_unknown);
        CHECK(!is_about_document(static_cast<std::int32_t>(code)));
    }
    for (const auto code : {host_unreachable, network_timeout, 133U, 186U}) // may pass by waiting
        CHECK(of(MONGOC_ERROR_SERVER, code, false).meaning == errc::busy);
    for (const auto code : {shard_not_found, stale_config, 0U})
        CHECK(of(MONGOC_ERROR_SERVER, code, false).meaning == errc::store_failed);
}

TEST_CASE("trouble: a login that was cut off is told from one that was refused")
{
    CHECK(of_login("Authentication failed.").meaning == errc::store_failed);
    for (const auto* const message : {"Failed to send \"saslContinue\" command: socket error",
                                      "The server is in quiesce mode and will shut down"})
    {
        CHECK(of_login(message).meaning == errc::store_unavailable);
        CHECK(of_login(message).is_contact_lost);
    }
}

TEST_CASE("trouble: another primary, or none, is contact that was lost")
{
    for (const auto code : {10107U, 13435U, 13436U}) // before it did anything
        for (const bool is_write : {true, false})
        {
            CHECK(of(MONGOC_ERROR_SERVER, code, is_write).meaning == errc::store_unavailable);
            CHECK(of(MONGOC_ERROR_SERVER, code, is_write).is_contact_lost);
        }
    for (const auto code : {91U, 189U, 11600U, 11602U}) // maybe while it did
    {
        CHECK(of(MONGOC_ERROR_SERVER, code, true).meaning == errc::outcome_unknown);
        CHECK(of(MONGOC_ERROR_SERVER, code, false).meaning == errc::store_unavailable);
        CHECK(of(MONGOC_ERROR_SERVER, code, true).is_contact_lost);
    }
}

TEST_CASE("trouble: a write whose connection broke is in doubt, one that had none is not")
{
    const auto broken = of(MONGOC_ERROR_STREAM, MONGOC_ERROR_STREAM_SOCKET, true);
    CHECK(broken.meaning == errc::outcome_unknown);
    CHECK(broken.is_contact_lost);
    CHECK(of(MONGOC_ERROR_STREAM, MONGOC_ERROR_STREAM_SOCKET, false).meaning
          == errc::store_unavailable);
    CHECK(of(MONGOC_ERROR_STREAM, MONGOC_ERROR_STREAM_CONNECT, true).meaning
          == errc::store_unavailable);
    CHECK(of(MONGOC_ERROR_SERVER_SELECTION, 1, true).meaning == errc::store_unavailable);
    CHECK(of(MONGOC_ERROR_WRITE_CONCERN, 64, true).meaning == errc::outcome_unknown);
    CHECK(of(MONGOC_ERROR_SERVER, 50, true).meaning == errc::outcome_unknown);
    CHECK(of(MONGOC_ERROR_SERVER, 50, false).meaning == errc::busy);
}

TEST_CASE("trouble: what is refused for its own sake is told from what is in the way")
{
    CHECK(meaning_of_refusal(112) == errc::busy);
    CHECK(meaning_of_refusal(14031) == errc::storage_full);
    CHECK(meaning_of_refusal(10334) == errc::session_full);
    CHECK(meaning_of_refusal(duplicate_key) == errc::store_failed);
    CHECK(meaning_of_refusal(13) == errc::store_failed);
    CHECK(is_about_document(121));
    CHECK(is_about_document(10334));
    CHECK(!is_about_document(13));
    CHECK(!is_about_document(14031));
    CHECK(of(MONGOC_ERROR_COMMAND, MONGOC_ERROR_COMMAND_INVALID_ARG, true).meaning
          == errc::store_failed); // nothing was sent
}
