// How a server ends, and what it does when there is too much of everything.

#include "http/server_fixture.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

using namespace cinema::tests;

TEST_CASE("draining: what runs is finished, its connection closed, and nobody new is let in")
{
    server_fixture cinema;
    cinema.reserved(R"({"seats":[9]})");
    auto running = cinema.connect();
    auto idle = cinema.connect();
    CHECK(idle.ask(get("/livez"))->status == 200);
    cinema.gate->close({store_call::commit});
    running.send(reserve_seat(1));
    cinema.gate->await_waiting(1);

    cinema.server->stop();
    CHECK_FALSE(cinema.server->api().is_ready());
    CHECK(idle.is_closed());
    CHECK_THROWS((void)cinema.connect());
    cinema.gate->open();

    const auto answer = running.answer();
    REQUIRE(answer);
    CHECK(answer->status == 201);
    CHECK(answer->field("connection") == "close");
    running.finish_sending();
    cinema.server->wait();
    CHECK(cinema.server->connections() == 0);
}

TEST_CASE("draining: a request that comes on an open connection is still served")
{
    server_fixture cinema{[](http_server_params& params)
                          { params.drain_idle = std::chrono::minutes{1}; }};
    auto client = cinema.connect();
    CHECK(client.ask(get("/livez"))->status == 200);
    cinema.server->stop(std::chrono::minutes{1});
    const auto answer = client.ask(get("/readyz"));
    REQUIRE(answer);
    CHECK(answer->status == 503);
    CHECK(answer->field("connection") == "close");
    client.finish_sending();
    cinema.server->wait();
}

TEST_CASE("draining: what does not end in time is cut off")
{
    server_fixture cinema;
    cinema.reserved(R"({"seats":[9]})");
    cinema.gate->close({store_call::commit});
    auto client = cinema.connect();
    client.send(reserve_seat(1));
    cinema.gate->await_waiting(1);
    auto half = cinema.connect();
    half.send("GET / HT");

    cinema.server->stop(milliseconds{60});
    cinema.server->wait();
    CHECK(cinema.server->connections() == 0);
    CHECK(client.is_closed());
    cinema.gate->open(); // the answer comes when nobody is there any more
    cinema.service->stop();
}

TEST_CASE("draining: nothing is lost of what was accepted under load")
{
    server_fixture cinema;
    std::atomic<int> lost{0};
    std::atomic<int> answered{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < 8; ++i)
        clients.emplace_back(
            [&]
            {
                try
                {
                    while (true)
                    {
                        auto client = cinema.connect();
                        for (bool is_open = true; is_open;)
                        {
                            const auto answer = client.ask(get("/sessions/1/seats"));
                            if (!answer)
                            {
                                ++lost;
                                return;
                            }
                            ++answered;
                            is_open = answer->field("connection") != "close";
                        }
                    }
                }
                catch (const std::runtime_error&)
                {
                    // the server listens no more
                }
            });
    while (answered < 200)
        std::this_thread::yield();
    cinema.server->stop(std::chrono::minutes{1});
    for (auto& one : clients)
        one.join();
    cinema.server->wait();
    CHECK(lost == 0);
}

TEST_CASE("too much: connections beyond the limit are told so and closed, others are served")
{
    server_fixture cinema{[](http_server_params& params) { params.connections_max = 2; }};
    auto first = cinema.connect();
    auto second = cinema.connect();
    CHECK(first.ask(get("/livez"))->status == 200);
    CHECK(second.ask(get("/livez"))->status == 200);

    auto third = cinema.connect();
    const auto answer = third.ask(get("/livez"));
    REQUIRE(answer);
    CHECK(answer->status == 503);
    CHECK(answer->field("retry-after") == "1");
    CHECK(answer->body.find("urn:cinema:busy") != std::string::npos);
    third.finish_sending();
    CHECK(third.is_closed());
    cinema.await_connections(2);

    CHECK(first.ask(get("/livez", "Connection: close\r\n"))->status == 200);
    first.finish_sending();
    cinema.await_connections(1);
    CHECK(cinema.connect().ask(get("/livez"))->status == 200);
}

TEST_CASE("starting: a port in use, or an address that is none, is an error")
{
    server_fixture cinema;
    http_server_params params;
    params.port = cinema.port;
    booking::http_server second{*cinema.service, params};
    CHECK(second.start().error() == boost::system::errc::address_in_use);
    params.address = "cinema.example";
    booking::http_server third{*cinema.service, params};
    CHECK(third.start().error() == boost::system::errc::invalid_argument);
}

TEST_CASE("starting: a server that was never started, or has been stopped twice, can go")
{
    server_fixture cinema;
    {
        booking::http_server idle{*cinema.service, {}};
        idle.stop();
        idle.wait();
    }
    cinema.server->stop();
    cinema.server->stop(milliseconds{0});
    cinema.server->wait();
    cinema.server->wait();
}
