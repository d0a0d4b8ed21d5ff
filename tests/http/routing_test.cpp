// The route table, and what follows from it: 404, 405, HEAD, OPTIONS. How problems are written.

#include "http/problem.hpp"
#include "http/route.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace cinema::booking;
using namespace cinema::booking::http;

TEST_CASE("routes: a path and a method find their endpoint")
{
    const auto found = [](std::string_view method, std::string_view path)
    { return match_route(method, path); };

    CHECK(found("GET", "/sessions").found->endpoint == endpoint::list_sessions);
    CHECK(found("GET", "/sessions/12/seats").capture == "12");
    CHECK(found("POST", "/sessions/12/seats/reserve").found->endpoint == endpoint::reserve);
    CHECK(found("DELETE", "/reservations/x").found->endpoint == endpoint::cancel);
    CHECK(found("HEAD", "/reservations/x").found->endpoint == endpoint::show_reservation);
    CHECK(found("HEAD", "/reservations/x").is_head);
}

TEST_CASE("routes: what has no path or another method finds nothing, but knows what is allowed")
{
    for (const auto* const path :
         {"/", "", "/session", "/sessions/", "/sessions//seats", "/sessions/1/seats/",
          "/sessions/1/seats/reserve/x", "/SESSIONS", "//sessions", "sessions", "*"})
    {
        CAPTURE(path);
        CHECK(match_route("GET", path).found == nullptr);
        CHECK(match_route("GET", path).verbs == 0);
    }
    const auto other = match_route("POST", "/reservations/x");
    CHECK(other.found == nullptr);
    CHECK(other.pattern == "/reservations/:id");
    CHECK(allowed_methods(other.verbs) == "GET, HEAD, DELETE, OPTIONS");
    CHECK(allowed_methods(match_route("GET", "/reservations/x/confirm").verbs) == "POST, OPTIONS");
    CHECK(match_route("HEAD", "/sessions/1/seats/reserve").found == nullptr);
    CHECK(match_route("get", "/sessions").found == nullptr);
}

TEST_CASE("routes: every route can be reached")
{
    for (const auto& one : routes())
    {
        std::string path{one.pattern};
        if (const auto colon = path.find(":id"); colon != std::string::npos)
            path.replace(colon, 3, "7");
        const auto* const method = one.verb == verb::get    ? "GET"
                                   : one.verb == verb::post ? "POST"
                                                            : "DELETE";
        CHECK(match_route(method, path).found == &one);
    }
}

TEST_CASE("problems: every error has a status of its kind, a type of its own and a reason")
{
    std::set<std::string_view> slugs;
    for (int value = 1; value <= static_cast<int>(errc::pricing_failed); ++value)
    {
        const auto code = static_cast<errc>(value);
        const auto kind = kind_of(code);
        CAPTURE(message(code));
        CHECK((kind.status >= 400 && kind.status < 500) != (kind.status == 503));
        CHECK((kind.retry_after_seconds > 0) == (kind.status == 503));
        CHECK_FALSE(reason_of(kind.status).empty());
        CHECK(slugs.insert(kind.slug).second == (code != errc::busy)); // as version_conflict
    }
}

TEST_CASE("problems: a document says what is wrong, for programs and for people")
{
    std::string text;
    append_problem(text,
                   {.code = errc::seat_taken,
                    .seats = {seat_number{7}, seat_number{8}},
                    .version = session_version{18}},
                   "id-1");
    const auto read = boost::json::parse(text);
    CHECK(read.at("type").as_string() == "urn:cinema:seat-taken");
    CHECK(read.at("title").as_string() == "Seat taken");
    CHECK(read.at("status").as_int64() == 409);
    CHECK(read.at("error") == read.at("detail"));
    CHECK(read.at("request_id").as_string() == "id-1");
    CHECK(read.at("seats") == boost::json::value({7, 8}));
    CHECK(read.at("version").as_int64() == 18);

    text.clear();
    append_problem(text, invalid("a \"quoted\"\nline"), {});
    CHECK(boost::json::parse(text).at("error").as_string() == "a \"quoted\"\nline");
    CHECK_FALSE(boost::json::parse(text).as_object().contains("seats"));
}
