// Connections: requests one after the other, limits, timeouts, and whatever is no proper HTTP.

#include "http/server_fixture.hpp"

#include <doctest/doctest.h>

using namespace cinema::tests;

namespace
{

/// The path of the seat map, 360 KB, of a new session in a hall of 2,000 seats.
std::string big_map(server_fixture& cinema)
{
    static int halls = 0;
    const auto hall = cinema.service
                          ->create_hall({.name = "Big " + std::to_string(++halls),
                                         .layout = booking::seat_layout::grid(40, 50)})
                          .value();
    const auto session =
        cinema.service
            ->create_session(
                {.hall = hall.id, .movie_title = "Big", .showtime = cinema.clock->now()})
            .value();
    return "/sessions/" + std::to_string(raw(session.id)) + "/seats";
}

std::string repeated(const std::string& text, int times)
{
    std::string all;
    for (int i = 0; i < times; ++i)
        all += text;
    return all;
}

} // namespace

TEST_CASE("connections: every answer has the fields that protect a browser, a date and an id")
{
    server_fixture cinema;
    auto client = cinema.connect();
    for (const auto& request : {get("/sessions"), get("/nothing"), get("/sessions/1/seats"),
                                reserve_seat(1), reserve_seat(1),
                                std::string{"OPTIONS * HTTP/1.1\r\n"
                                            "Host: x\r\n\r\n"},
                                std::string{"rubbish\r\n\r\n"}})
    {
        const auto answer = client.ask(request);
        REQUIRE(answer);
        CHECK(answer->field("content-security-policy").find("default-src 'self'")
              != std::string::npos);
        CHECK(answer->field("content-security-policy").find("frame-ancestors 'none'")
              != std::string::npos);
        CHECK(answer->field("x-content-type-options") == "nosniff");
        CHECK(answer->field("referrer-policy") == "no-referrer");
        CHECK(answer->field("date").size() == 29);
        CHECK(answer->field("x-request-id").size() == 16);
        CHECK(answer->field("server").empty());
    }
}

TEST_CASE("connections: the policy of an answer can be another")
{
    server_fixture cinema{[](http_server_params& params) { params.api.csp = "default-src *"; }};
    CHECK(cinema.ask_once(get("/livez"))->field("content-security-policy") == "default-src *");
}

TEST_CASE("connections: a client's own request id is taken over if it is plain")
{
    server_fixture cinema;
    CHECK(cinema.ask_once(get("/livez", "X-Request-Id: my-id.1_2\r\n"))->field("x-request-id")
          == "my-id.1_2");
    for (const std::string& odd :
         {std::string{"a b"}, std::string{"<script>"}, std::string(65, 'a'), std::string{}})
        CHECK(cinema.ask_once(get("/livez", "X-Request-Id: " + odd + "\r\n"))
                  ->field("x-request-id")
                  .size()
              == 16);
}

TEST_CASE("connections: serve request after request, also those that came at once")
{
    server_fixture cinema;
    auto client = cinema.connect();
    std::string many;
    for (int i = 0; i < 200; ++i)
        many += i % 3 == 0   ? get("/livez")
                : i % 3 == 1 ? reserve_seat(1 + i % 5)
                             : get("/sessions/1");
    client.send(many + "\r\n" + get("/nothing"));
    int sold = 0;
    for (int i = 0; i < 200; ++i)
    {
        const auto answer = client.answer();
        REQUIRE(answer);
        sold += answer->status == 201 ? 1 : 0;
        CHECK((answer->status == 200 || i % 3 == 1));
    }
    CHECK(sold == 5);
    CHECK(client.answer()->status == 404);
}

TEST_CASE("connections: a request may come byte by byte")
{
    server_fixture cinema;
    auto client = cinema.connect();
    for (const char byte : reserve_seat(1))
        client.send({&byte, 1});
    CHECK(client.answer()->status == 201);
}

TEST_CASE("connections: HEAD is GET without the body")
{
    server_fixture cinema;
    auto client = cinema.connect();
    const auto whole = client.ask(get("/sessions/1/seats"));
    client.send("HEAD /sessions/1/seats HTTP/1.1\r\nHost: here\r\n\r\n" + get("/livez"));
    const auto head = client.answer(true);
    CHECK(head->status == 200);
    CHECK(head->field("content-length") == whole->field("content-length"));
    CHECK(head->field("etag") == whole->field("etag"));
    CHECK(client.answer()->body == R"({"status":"live"})");
}

TEST_CASE("connections: are closed when the client says so, and kept open on HTTP/1.0 if it asks")
{
    server_fixture cinema;
    auto client = cinema.connect();
    CHECK(client.ask(get("/livez", "Connection: close\r\n"))->field("connection") == "close");
    CHECK(client.is_closed());

    auto old = cinema.connect();
    const auto kept = old.ask("GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(kept->field("connection") == "keep-alive");
    CHECK(old.ask("GET /livez HTTP/1.0\r\n\r\n")->field("connection") == "close");
    CHECK(old.is_closed());
}

TEST_CASE("connections: a client that has finished sending still gets its answers")
{
    server_fixture cinema;
    auto client = cinema.connect();
    client.send(reserve_seat(1) + reserve_seat(2));
    client.finish_sending();
    CHECK(client.answer()->status == 201);
    CHECK(client.answer()->status == 201);
    CHECK(client.is_closed());
}

TEST_CASE("connections: a chunked body is read, and what follows is the next request")
{
    server_fixture cinema;
    auto client = cinema.connect();
    const std::string request =
        "POST /sessions/1/seats/reserve HTTP/1.1\r\nHost: here\r\n"
        "Content-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
        "9\r\n{\"seats\":\r\n4;x=y\r\n[1]}\r\n0\r\nT: GET / HTTP/1.1\r\n\r\n";
    client.send(request + get("/livez"));
    CHECK(client.answer()->status == 201);
    CHECK(client.answer()->status == 200);
}

TEST_CASE("connections: a body is invited if the client expects that, not if it will be refused")
{
    server_fixture cinema;
    auto client = cinema.connect();
    const std::string body = R"({"seats":[1]})";
    const auto whole = post("/sessions/1/seats/reserve", body, "Expect: 100-continue\r\n");
    client.send(whole.substr(0, whole.size() - body.size()));
    while (client.unread().find("\r\n\r\n") == std::string::npos)
        REQUIRE(client.receive());
    CHECK(client.unread() == "HTTP/1.1 100 Continue\r\n\r\n");
    CHECK(client.answer()->status == 100);
    client.send(body);
    CHECK(client.answer()->status == 201);

    CHECK(client
              .ask("POST / HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\n"
                   "Content-Length: 70000\r\n\r\n")
              ->status
          == 413);
    CHECK(cinema.ask_once(get("/livez", "Expect: tea\r\n"))->status == 417);
}

TEST_CASE("connections: what is too large is refused before the rest is read, and closed")
{
    server_fixture cinema;
    const auto refused = [&](std::string_view bytes)
    {
        auto client = cinema.connect();
        const auto answer = client.ask(bytes);
        REQUIRE(answer);
        CHECK(answer->field("connection") == "close");
        CHECK(answer->field("content-type") == "application/problem+json");
        client.finish_sending();
        CHECK(client.is_closed());
        return answer->status;
    };
    const std::string start = "GET / HTTP/1.1\r\nHost: here\r\n";
    CHECK(refused("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 65537\r\n\r\n") == 413);
    CHECK(refused("POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n")
          == 413);
    CHECK(refused("GET /" + std::string(4'096, 'a') + " HTTP/1.1\r\nHost: here\r\n\r\n") == 414);
    CHECK(refused("GET /" + std::string(9'000, 'a')) == 414);
    CHECK(refused(start + "X: " + std::string(9'000, 'a')) == 431);
    CHECK(refused(start + "X: " + std::string(8'160, 'a') + "\r\n\r\n") == 431);
    std::string fields;
    for (int i = 0; i < 64; ++i)
        fields += "X" + std::to_string(i) + ": 1\r\n";
    CHECK(refused(start + fields + "\r\n") == 431);
    CHECK(refused("POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n1;"
                  + std::string(9'000, 'a'))
          == 400);

    const std::string body = "{\"seats\":[1],\"x\":\"" + std::string(65'516, 'x') + "\"}";
    CHECK(body.size() == 65'536);
    CHECK(cinema.ask_once(post("/sessions/1/seats/reserve", body))->status == 201);
}

TEST_CASE("connections: requests that could be smuggled end the connection, unanswered by what "
          "they hide")
{
    server_fixture cinema;
    const std::string start = "POST /sessions/1/seats/reserve HTTP/1.1\r\nHost: here\r\n"
                              "Content-Type: application/json\r\n";
    const std::string hidden = reserve_seat(1);
    for (const std::string lines :
         {"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
          "Content-Length: 0\r\nContent-Length: 44\r\n", "Transfer-Encoding: xchunked\r\n",
          "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding : chunked\r\n",
          " Transfer-Encoding: chunked\r\n", "X: y\r\n Transfer-Encoding: chunked\r\n",
          "X: y\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding:\x0b chunked\r\n",
          "Transfer-Encoding\r\n: chunked\r\n", "Host: there\r\n", "Content-Length: 0x0\r\n"})
    {
        CAPTURE(lines);
        auto client = cinema.connect();
        client.send(start + lines + "\r\n0\r\n\r\n" + hidden);
        const auto answer = client.answer();
        REQUIRE(answer);
        CHECK(answer->status == 400);
        CHECK(answer->field("connection") == "close");
        CHECK(client.is_closed());
    }
    CHECK(cinema.ask_once("GET / HTTP/1.1\n\n")->status == 400);
    CHECK(cinema.ask_once(std::string{"\x16\x03\x01\x02\0\n", 6})->status == 400); // TLS
    CHECK(cinema.ask_once("GET /livez HTTP/1.1\r\n\r\n")->status == 400);
    CHECK(cinema.ask_once(get("/sessions/1"))->body.find("\"seats_free\":8") != std::string::npos);
}

TEST_CASE("connections: a body on a request that needs none is read and of no effect")
{
    server_fixture cinema;
    auto client = cinema.connect();
    client.send(
        "GET /livez HTTP/1.1\r\nHost: here\r\nContent-Length: 18\r\n\r\nGET / HTTP/1.1\r\n\r\n"
        + get("/nothing"));
    CHECK(client.answer()->status == 200);
    CHECK(client.answer()->status == 404);
}

TEST_CASE("connections: a header or a body that takes too long is 408, an idle one is closed")
{
    server_fixture cinema{[](http_server_params& params)
                          {
                              params.header_timeout = params.body_timeout = milliseconds{40};
                              params.idle_timeout = milliseconds{80};
                          }};
    auto silent = cinema.connect();
    CHECK(silent.is_closed());

    auto slow_header = cinema.connect();
    slow_header.send("GET / HTTP/1.1\r\nHost");
    CHECK(slow_header.answer()->status == 408);
    CHECK(slow_header.is_closed());

    auto slow_body = cinema.connect();
    const auto request = reserve_seat(1);
    slow_body.send(request.substr(0, request.size() - 1));
    const auto answer = slow_body.answer();
    REQUIRE(answer);
    CHECK(answer->status == 408);
    CHECK(answer->body.find("urn:cinema:request-timeout") != std::string::npos);
    CHECK(slow_body.is_closed());

    auto idle = cinema.connect();
    CHECK(idle.ask(get("/livez"))->status == 200);
    CHECK(idle.is_closed());
}

TEST_CASE("connections: bytes that trickle in do not prolong a header's time")
{
    server_fixture cinema{[](http_server_params& params)
                          {
                              params.io_threads = 1;
                              params.header_timeout = milliseconds{60};
                          }};
    auto other = cinema.connect(); // asks between two bytes, which takes a moment
    auto client = cinema.connect();
    client.send("GET / HTTP/1.1\r\nHost: here\r\nX: ");
    int sent = 0;
    for (; sent < 8'000 && !client.has_bytes(); ++sent)
    {
        client.send("X");
        REQUIRE(other.ask(get("/livez")));
    }
    CHECK(sent < 8'000); // it did not wait for the bytes to end
    const auto answer = client.answer();
    REQUIRE(answer);
    CHECK(answer->status == 408);
}

TEST_CASE("connections: a line end behind a body begins no request")
{
    server_fixture cinema{[](http_server_params& params)
                          {
                              params.io_threads = 1;
                              params.header_timeout = milliseconds{60};
                          }};
    auto old = cinema.connect();
    CHECK(old.ask(reserve_seat(1))->status == 201);
    old.send("\r");
    CHECK(cinema.ask_once(get("/livez"))->status == 200);
    old.send("\n");
    auto slow = cinema.connect();
    CHECK(slow.ask("GET /")->status == 408); // so that as much time has passed for the first
    const auto answer = old.ask(get("/livez"));
    REQUIRE(answer);
    CHECK(answer->status == 200);
}

TEST_CASE("connections: idle ones make room early while there are many")
{
    server_fixture cinema{[](http_server_params& params)
                          {
                              params.io_threads = 1;
                              params.connections_max = 4;
                              params.header_timeout = milliseconds{300};
                              params.idle_timeout = milliseconds{1'000};
                          }};
    auto slow = cinema.connect();
    CHECK(slow.ask(get("/livez"))->status == 200);
    raw_client idle[3]{raw_client{cinema.port}, raw_client{cinema.port}, raw_client{cinema.port}};
    for (auto& one : idle)
        CHECK(one.ask(get("/livez"))->status == 200);
    CHECK(slow.ask("GET /")->status == 408); // three times as late as the idle ones have to go
    CHECK(cinema.server->connections() <= 1);
    for (auto& one : idle)
        CHECK(one.is_closed());
}

TEST_CASE("connections: a client that does not read its answers is cut off")
{
    server_fixture cinema{[](http_server_params& params)
                          { params.write_timeout = milliseconds{60}; }};
    raw_client client{cinema.port, 4'096};
    client.send(repeated(get(big_map(cinema)), 100));
    cinema.await_connections(1);
    cinema.await_connections(0);
}

TEST_CASE("connections: long answers have a limit in all, which costs who does not read")
{
    server_fixture cinema{[](http_server_params& params)
                          {
                              params.io_threads = 1;
                              params.buffered_bytes_max = 1'000'000; // two maps beside requests
                          }};
    const auto first = big_map(cinema);
    const auto second = big_map(cinema);
    const auto third = big_map(cinema);
    raw_client slow[3]{raw_client{cinema.port, 4'096}, raw_client{cinema.port, 4'096},
                       raw_client{cinema.port, 4'096}};
    auto client = cinema.connect();
    cinema.await_connections(4);
    slow[0].send(repeated(get(first), 100));
    slow[1].send(repeated(get(second), 100));
    slow[2].send(repeated(get(third), 100));
    while (cinema.server->connections() == 4) // three maps are too much: one of them has to go
        CHECK(client.ask(get("/livez"))->status == 200);
    for (int i = 0; i < 100; ++i) // who reads gets everything
        for (const auto& path : {first, second, third})
        {
            const auto answer = client.ask(get(path));
            REQUIRE(answer);
            CHECK(answer->status == 200);
        }
    CHECK(client.ask(reserve_seat(1))->status == 201);
}

TEST_CASE("connections: long bodies that have not arrived have a limit in all")
{
    server_fixture cinema{[](http_server_params& params) { params.buffered_bytes_max = 400'000; }};
    const std::string start = "POST /sessions/1/seats/reserve HTTP/1.1\r\nHost: here\r\n"
                              "Content-Type: application/json\r\nExpect: 100-continue\r\n"
                              "Content-Length: 60000\r\n\r\n";
    auto first = cinema.connect();
    CHECK(first.ask(start)->status == 100);
    auto second = cinema.connect();
    CHECK(second.ask(start)->status == 100);
    CHECK(second.answer()->status == 503);
    auto third = cinema.connect();
    CHECK(third.ask(reserve_seat(1))->status == 201);
    first.send("{\"seats\":[2]}" + std::string(59'987, ' '));
    CHECK(first.answer()->status == 201);
    CHECK(third.ask(start)->status == 100);
}

TEST_CASE("connections: a client that goes away while it is served harms nobody")
{
    server_fixture cinema;
    cinema.reserved(R"({"seats":[9]})");
    cinema.gate->close({store_call::commit});
    {
        auto client = cinema.connect();
        client.send(reserve_seat(1));
        cinema.gate->await_waiting(1);
    }
    cinema.gate->open();
    auto other = cinema.connect();
    CHECK(other.ask(reserve_seat(1))->status == 409); // it was granted all the same
    other.finish_sending();
    cinema.await_connections(0);
}

TEST_CASE("connections: an answer that takes longer than the deadline is 503, and comes to nobody")
{
    server_fixture cinema{[](http_server_params& params)
                          { params.request_deadline = milliseconds{40}; }};
    cinema.reserved(R"({"seats":[9]})");
    cinema.gate->close({store_call::sessions});
    auto client = cinema.connect();
    const auto answer = client.ask(get("/sessions"));
    REQUIRE(answer);
    CHECK(answer->status == 503);
    CHECK(answer->field("retry-after") == "1");
    CHECK(answer->field("connection") == "close");
    CHECK(client.is_closed());
    cinema.gate->open();
    CHECK(cinema.ask_once(get("/livez"))->status == 200);

    cinema.gate->close({store_call::commit});
    const auto command = cinema.ask_once(reserve_seat(1));
    REQUIRE(command);
    CHECK(command->status == 503);
    CHECK(command->body.find("urn:cinema:outcome-unknown") != std::string::npos);
    cinema.gate->open();
}
