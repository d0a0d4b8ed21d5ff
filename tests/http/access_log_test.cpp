// The access log: one JSON object per request, without anything secret.

#include "http/access_log.hpp"

#include "http/server_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <future>
#include <mutex>
#include <sstream>

using namespace cinema::tests;
using namespace cinema::booking::http;

namespace
{

/// A server whose log is read.
struct logged_server
{
    std::mutex mutex;
    std::string text;
    server_fixture cinema{[this](http_server_params& params)
                          {
                              params.io_threads = 1; // so that lines keep their order
                              params.access_log_interval = milliseconds{5};
                              params.access_log = [this](std::string_view lines)
                              {
                                  const std::lock_guard lock{mutex};
                                  text += lines;
                              };
                          }};

    /// All lines; the server is stopped for them.
    std::vector<boost::json::value> lines()
    {
        cinema.server->stop();
        cinema.server->wait();
        const std::lock_guard lock{mutex};
        std::vector<boost::json::value> read;
        std::istringstream in{text};
        for (std::string line; std::getline(in, line);)
            read.push_back(boost::json::parse(line));
        return read;
    }
};

std::string text_of(const boost::json::object& line, std::string_view name)
{
    return std::string{line.at(name).as_string()};
}

} // namespace

TEST_CASE("access log: a line says what was asked, by whom, how it ended and how long it took")
{
    logged_server server;
    const std::string trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    auto client = server.cinema.connect();
    const auto answer = client.ask(
        get("/sessions/1/seats?x=1", "traceparent: " + trace + "\r\nX-Request-Id: mine\r\n"));
    client.finish_sending();
    const auto lines = server.lines();
    REQUIRE(lines.size() == 1);
    const auto& line = lines[0].as_object();
    CHECK(text_of(line, "request_id") == "mine");
    CHECK(text_of(line, "traceparent") == trace);
    CHECK(text_of(line, "method") == "GET");
    CHECK(text_of(line, "route") == "/sessions/:id/seats");
    CHECK(text_of(line, "path") == "/sessions/1/seats");
    CHECK(line.at("status").as_int64() == 200);
    CHECK(line.at("duration_us").as_int64() >= 0);
    CHECK(line.at("bytes").as_int64() > static_cast<std::int64_t>(answer->body.size()));
    CHECK(line.at("remote").as_string().starts_with("127.0.0.1:"));
    CHECK(line.at("time").as_string().ends_with("Z"));
}

TEST_CASE("access log: what fails is logged, too, and what is malformed is left out")
{
    logged_server server;
    {
        CHECK(server.cinema.ask_once("pass word=secret\x01 HTTP/1.1\r\n\r\n")->status == 400);
        CHECK(server.cinema.ask_once(get("/nothing", "traceparent: rubbish\r\n"))->status == 404);
        CHECK(server.cinema.ask_once(get("/a%22b%0a"))->status == 404);
    }
    const auto lines = server.lines();
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].at("status").as_int64() == 400);
    CHECK_FALSE(lines[0].as_object().contains("path"));
    CHECK_FALSE(lines[0].as_object().contains("method"));
    CHECK_FALSE(lines[1].as_object().contains("traceparent"));
    CHECK_FALSE(lines[1].as_object().contains("route"));
    CHECK(text_of(lines[2].as_object(), "path") == "/a%22b%0a");
}

TEST_CASE("access log: no secret gets into it, nor into metrics or problems")
{
    logged_server server;
    auto client = server.cinema.connect();
    const auto made = boost::json::parse(client.ask(reserve_seat(1))->body);
    const std::string secret{made.at("secret").as_string()};
    const std::string id{made.at("id").as_string()};
    const std::string canary = "canary-7f3a";
    const auto bearer = "Authorization: Bearer " + secret + "\r\nCookie: " + canary + "\r\n";
    std::string answers;
    for (const auto& request :
         {get("/reservations/" + id, bearer),
          get("/reservations/" + id + "?token=" + canary, bearer),
          get("/reservations/" + id, "Authorization: Bearer " + canary + "\r\n"),
          post("/reservations/" + id + "/confirm", "{\"password\":\"" + canary + "\"}", bearer),
          post("/reservations/" + id + "/confirm", "{\"" + canary + '"', bearer), get("/metrics"),
          get("/kpi")})
        answers += client.ask(request)->body;
    client.finish_sending();
    CHECK(server.lines().size() == 8);
    for (const auto& text : {server.text, answers})
    {
        CHECK(text.find(secret) == std::string::npos);
        CHECK(text.find(canary) == std::string::npos);
    }
}

TEST_CASE("access log: lines reach the sink while the server runs")
{
    logged_server server;
    (void)server.cinema.ask_once(get("/livez"));
    for (bool is_there = false; !is_there; std::this_thread::yield())
    {
        const std::lock_guard lock{server.mutex};
        is_there = server.text.find("/livez") != std::string::npos;
    }
}

TEST_CASE("access log: a sink that is too slow costs lines, not memory, and says how many")
{
    std::promise<void> go_on;
    auto gate = go_on.get_future().share();
    std::string written;
    {
        access_log log{[&](std::string_view lines)
                       {
                           gate.wait();
                           written += lines;
                       },
                       100};
        for (int i = 0; i < 1'000; ++i)
        {
            std::string line = "{\"line\":" + std::to_string(i) + "}\n";
            log.write(line);
            CHECK(line.empty());
        }
        go_on.set_value();
        CHECK(log.finish() == 0); // each was told of
    }
    std::istringstream in{written};
    std::int64_t kept = 0;
    std::int64_t dropped = 0;
    for (std::string line; std::getline(in, line);)
    {
        const auto read = boost::json::parse(line);
        if (const auto* const count = read.as_object().if_contains("lines_dropped"))
            dropped += count->as_int64();
        else
            ++kept;
    }
    CHECK(kept < 30);
    CHECK(kept + dropped == 1'000);
}

TEST_CASE("access log: what a slow sink has not taken at the end is dropped and counted")
{
    std::promise<void> came;
    std::promise<void> go_on;
    std::size_t pieces = 0;
    std::size_t kept = 0;
    access_log log{[&](std::string_view lines)
                   {
                       kept += static_cast<std::size_t>(std::ranges::count(lines, '\n'));
                       CHECK(lines.ends_with('\n'));
                       if (pieces++ > 0)
                           return;
                       came.set_value();
                       go_on.get_future().wait();
                   }};
    std::string lines;
    for (int i = 0; i < 1'000; ++i)
        lines += "{\"line\":" + std::to_string(i) + "}\n";
    auto again = lines;
    log.write(lines);
    came.get_future().wait();
    log.write(again);
    log.end_at(std::chrono::steady_clock::now());
    go_on.set_value();

    const auto dropped = log.finish();
    CHECK(kept + dropped == 2'000);
    CHECK(pieces == 1);
    CHECK(kept > 0);
    CHECK(kept < 1'000);
}

TEST_CASE("access log: a trace context is taken over only in its proper form")
{
    CHECK(is_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
    for (const auto* const odd : {"", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                                  "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                                  "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                                  "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                                  "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"})
        CHECK_FALSE(is_traceparent(odd));
}
