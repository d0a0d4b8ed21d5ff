// KPIs, metrics, health, files, and what every route has in common.

#include "http/api_fixture.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

using namespace cinema::tests;
namespace fs = std::filesystem;

namespace
{

void write_file(const fs::path& path, std::string_view content)
{
    fs::create_directories(path.parent_path());
    std::ofstream{path, std::ios::binary} << content;
}

/// An API that serves a folder.
struct web_fixture
{
    web_fixture()
    {
        write_file(folder.path() / "root" / "index.html", "<!doctype html>");
        write_file(folder.path() / "root" / "css" / "page.css", "body{}");
        write_file(folder.path() / "root" / "docs" / "index.html", "docs");
        write_file(folder.path() / "root" / ".hidden" / "key", "secret");
        write_file(folder.path() / "root" / ".env", "secret");
        write_file(folder.path() / "outside.txt", "secret");
        fs::create_symlink("../outside.txt", folder.path() / "root" / "link.txt");
        fs::create_symlink("css/page.css", folder.path() / "root" / "inner.css");
        auto params = api_fixture::no_waiting();
        params.web_root = (folder.path() / "root").string();
        params.file_bytes_max = 1'000;
        params.log = [this](std::string_view line) { logged += line; };
        cinema.emplace(params);
    }

    api_answer get(std::string_view path, fields more = {})
    {
        return cinema->ask("GET", path, {}, std::move(more));
    }

    temporary_folder folder;
    std::string logged;
    std::optional<api_fixture> cinema;
};

} // namespace

TEST_CASE("kpi: counts requests by how they ended")
{
    api_fixture cinema;
    cinema.reserved(R"({"seats":[1]})");
    (void)cinema.reserve(R"({"seats":[1]})");                           // conflict
    (void)cinema.reserve(R"({"seats":[2]})", {{"If-Match", "\"v9\""}}); // conflict
    (void)cinema.reserve(R"({"seats":[99]})");                          // refused
    (void)cinema.reserve(R"({"seats":)");                               // not well-formed
    (void)cinema.reserve(R"({"seats":[2]})", {{"Idempotency-Key", "k"}});
    (void)cinema.reserve(R"({"seats":[2]})", {{"Idempotency-Key", "k"}}); // replayed

    const auto answer = cinema.ask("GET", "/kpi");
    CHECK(answer.status == 200);
    CHECK(answer.field("Cache-Control") == "no-store");
    const auto kpi = answer.json();
    CHECK(kpi.at("in_flight").as_int64() == 0);
    for (const auto* const span : {"minute", "five_minutes", "hour", "since_start"})
    {
        const auto& window = kpi.at("windows").at(span);
        CHECK(window.at("requests").as_int64() == 5);
        CHECK(window.at("granted").as_int64() == 2);
        CHECK(window.at("conflict").as_int64() == 2);
        CHECK(window.at("refused").as_int64() == 1);
        CHECK(window.at("failed").as_int64() == 0);
        CHECK(window.at("replayed").as_int64() == 1);
        CHECK(window.at("success_rate").to_number<double>() == doctest::Approx(0.4));
        CHECK(window.at("conflict_rate").to_number<double>() == doctest::Approx(0.4));
        CHECK(window.at("concurrency").at("peak").as_int64() == 1);
        CHECK(window.at("response_ms").at("max").to_number<double>() > 0);
        CHECK(window.at("commits").as_int64() == 2);
    }
    REQUIRE(kpi.at("sessions").as_array().size() == 1);
    CHECK(kpi.at("sessions").at(0).at("session").as_int64() == 1);
}

TEST_CASE("kpi: without requests there is no rate")
{
    api_fixture cinema;
    const auto window = cinema.ask("GET", "/kpi").json().at("windows").at("minute");
    CHECK(window.at("success_rate").is_null());
    CHECK(window.at("conflict_rate").is_null());
}

TEST_CASE("metrics: every line is a comment or a sample, and counts agree with the KPIs")
{
    auto params = api_fixture::no_waiting();
    params.gauges.push_back({"cinema_outbox_entries", "Waiting.", [] { return 4.0; }});
    api_fixture cinema{params};
    cinema.reserved(R"({"seats":[1]})");
    (void)cinema.reserve(R"({"seats":[1]})");
    booking::api_response counted;
    counted.status = 409;
    counted.route = "/sessions/:id/seats/reserve";
    cinema.api->count("POST", counted, std::chrono::milliseconds{3});

    const auto answer = cinema.ask("GET", "/metrics");
    CHECK(answer.field("Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
    const std::regex line_form{R"(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[^{}]*\})? [0-9.e+-]+)"};
    std::istringstream lines{answer.body};
    for (std::string line; std::getline(lines, line);)
    {
        CAPTURE(line);
        CHECK(std::regex_match(line, line_form));
    }
    const auto has = [&](std::string_view line)
    { return answer.body.find('\n' + std::string{line} + '\n') != std::string::npos; };
    CHECK(has(R"(cinema_booking_attempts_total{outcome="confirmed",store="memory"} 1)"));
    CHECK(has(R"(cinema_booking_attempts_total{outcome="conflict",store="memory"} 1)"));
    CHECK(has(R"(cinema_booking_attempts_total{outcome="rejected",store="memory"} 0)"));
    CHECK(has(R"(cinema_booking_attempts_total{outcome="error",store="memory"} 0)"));
    CHECK(has("cinema_bookings_in_flight 0"));
    CHECK(has("cinema_booking_retries_total 0"));
    CHECK(has("cinema_booking_duration_seconds_count 2"));
    CHECK(has("cinema_outbox_entries 4"));
    CHECK(has(R"(http_request_duration_seconds_count{method="POST",)"
              R"(route="/sessions/:id/seats/reserve",code="409"} 1)"));
    CHECK(answer.body.find("cinema_build_info{version=\"") != std::string::npos);
}

TEST_CASE("health: alive without a store, ready only with one")
{
    api_fixture cinema{api_fixture::no_waiting(), api_fixture::in_contact()};
    cinema.reserved(R"({"seats":[1]})");
    CHECK(cinema.ask("GET", "/livez").status == 200);
    CHECK(cinema.ask("GET", "/readyz").status == 200);
    CHECK(cinema.ask("GET", "/metrics").body.find("\ncinema_ready 1\n") != std::string::npos);

    cinema.api->set_ready(false);
    const auto answer = cinema.ask("GET", "/readyz");
    CHECK(answer.status == 503);
    CHECK(answer.field("Retry-After") == "1");
    CHECK(cinema.ask("GET", "/livez").status == 200);
    cinema.api->set_ready(true);
    CHECK(cinema.ask("GET", "/readyz").status == 200);
}

TEST_CASE("health: a server that never reached its store is alive, but not ready")
{
    api_fixture cinema;
    auto stores = booking::testing::hooked(cinema.database, cinema.refusals);
    cinema.refusals->refuse(make_error_code(errc::store_unavailable));
    booking::booking_service service{stores, api_fixture::quiet()};
    booking::booking_api api{service};
    CHECK(api.handle({.target = "/livez"}).status == 200);
    CHECK(api.handle({.target = "/readyz"}).status == 503);
    CHECK_FALSE(api.is_ready());
}

TEST_CASE("health: required checks decide, others are shown")
{
    bool documents = false;
    bool licence = true;
    auto params = api_fixture::no_waiting();
    params.health_checks = {{"documents", false, [&] { return documents; }},
                            {"licence", true, [&] { return licence; }}};
    api_fixture cinema{params, api_fixture::in_contact()};
    cinema.reserved(R"({"seats":[1]})");
    const auto verbose = cinema.ask("GET", "/readyz?verbose");
    CHECK(verbose.status == 200);
    CHECK(verbose.json()
          == boost::json::value({{"status", "ready"},
                                 {"checks",
                                  {{"serving", "ok"},
                                   {"inventory", "ok"},
                                   {"documents", "degraded"},
                                   {"licence", "ok"}}}}));
    licence = false;
    CHECK(cinema.ask("GET", "/readyz").status == 503);
    CHECK(cinema.ask("GET", "/readyz?verbose").json().at("checks").at("licence") == "failed");
}

TEST_CASE("files: are served with their type and an entity tag")
{
    web_fixture web;
    const auto page = web.get("/");
    CHECK(page.status == 200);
    CHECK(page.body == "<!doctype html>");
    CHECK(page.field("Content-Type") == "text/html; charset=utf-8");
    CHECK(page.field("Cache-Control") == "no-cache");
    CHECK(web.get("/index.html").body == page.body);
    CHECK(web.get("/docs/").body == "docs");
    CHECK(web.get("/css/page.css").field("Content-Type") == "text/css; charset=utf-8");
    CHECK(web.get("/%63ss/page.css?v=1").status == 200);
    CHECK(web.get("/inner.css").body == "body{}");
    CHECK(web.get("/", {{"If-None-Match", page.field("ETag")}}).status == 304);
    CHECK(web.cinema->ask("HEAD", "/").status == 200);
    CHECK(web.cinema->ask("OPTIONS", "/").field("Allow") == "GET, HEAD, OPTIONS");
    const auto post = web.cinema->ask("POST", "/", "{}");
    CHECK(post.status == 405);
    CHECK(post.field("Allow") == "GET, HEAD, OPTIONS");
}

TEST_CASE("files: there is no way out of the folder, nor to what is hidden")
{
    web_fixture web;
    for (const auto* const path :
         {"/../outside.txt", "/css/../../outside.txt", "/%2e%2e/outside.txt", "/..%2foutside.txt",
          "/%2e%2e%2foutside.txt", "/..%5coutside.txt", "/link.txt", "/.env", "/.hidden/key",
          "//outside.txt", "/css", "/css/", "/index.html/", "/index.html%00", "/./index.html",
          "/docs", "/nothing"})
    {
        CAPTURE(path);
        const auto answer = web.get(path);
        CHECK(answer.status == 404);
        CHECK(answer.problem() == "not-found");
    }
}

TEST_CASE("files: a changed file is served as it is now, a route is never hidden by a file")
{
    web_fixture web;
    const auto before = web.get("/css/page.css").field("ETag");
    write_file(web.folder.path() / "root" / "css" / "page.css", "body{margin:0}");
    write_file(web.folder.path() / "root" / "sessions", "a file");
    const auto after = web.get("/css/page.css");
    CHECK(after.body == "body{margin:0}");
    CHECK(after.field("ETag") != before);
    CHECK(web.get("/sessions").field("Content-Type") == "application/json");
    fs::remove(web.folder.path() / "root" / "css" / "page.css");
    CHECK(web.get("/css/page.css").status == 404);
}

TEST_CASE("files: what does not fit into memory is left out, and logged")
{
    web_fixture web;
    write_file(web.folder.path() / "root" / "film.mp4", std::string(2'000, 'f'));
    CHECK(web.get("/film.mp4").status == 404);
    CHECK(web.get("/index.html").status == 200);
    CHECK(web.logged.find("film.mp4") != std::string::npos);
}

TEST_CASE("files: those of the program are served where there is no folder")
{
    const std::vector<booking::web_file> files{{"/index.html", "built in"}, {"/app.js", "js"}};
    auto params = api_fixture::no_waiting();
    params.web_files = files;
    api_fixture cinema{params};
    CHECK(cinema.ask("GET", "/").body == "built in");
    CHECK(cinema.ask("GET", "/app.js").field("Content-Type") == "text/javascript; charset=utf-8");
    const auto tag = cinema.ask("GET", "/").field("ETag");
    CHECK(cinema.ask("GET", "/", {}, {{"If-None-Match", tag}}).status == 304);
    CHECK(cinema.ask("GET", "/other").status == 404);
}

TEST_CASE("methods: what a path does not know is 405 with what it does, what is not there is 404")
{
    api_fixture cinema;
    const auto put = cinema.ask("PUT", "/sessions/1/seats/reserve", "{}");
    CHECK(put.status == 405);
    CHECK(put.problem() == "method-not-allowed");
    CHECK(put.field("Allow") == "POST, OPTIONS");
    CHECK(cinema.ask("GET", "/sessions/1/seats/reserve").status == 405);
    CHECK(cinema.ask("POST", "/sessions", "{}").field("Allow") == "GET, HEAD, OPTIONS");
    const auto options = cinema.ask("OPTIONS", "/reservations/x");
    CHECK(options.status == 204);
    CHECK(options.body.empty());
    CHECK(options.field("Allow") == "GET, HEAD, DELETE, OPTIONS");
    CHECK(cinema.ask("OPTIONS", "*").status == 204);
    CHECK(cinema.ask("OPTIONS", "/nothing").status == 404);
    CHECK(cinema.ask("GET", "/nothing").problem() == "not-found");
    CHECK(cinema.ask("GET", "/sessions/%zz").problem() == "not-found");
    CHECK(cinema.ask("GET", "/").status == 404);
}

TEST_CASE("handle: the answer may also come by a callback")
{
    api_fixture cinema;
    std::promise<booking::api_response> promise;
    cinema.api->handle({.target = "/sessions/1/seats"}, [&](booking::api_response response)
                       { promise.set_value(std::move(response)); });
    CHECK(promise.get_future().get().status == 200);
}
