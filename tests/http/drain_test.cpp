// How a server ends, and what it does when there is too much of everything.

#include "http/server_fixture.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

using namespace cinema::tests;

namespace
{

/// Stops a thread on its way until it is let pass.
class thread_stopper
{
public:
    bool pass()
    {
        std::unique_lock lock{mutex_};
        ++came_;
        changed_.notify_all();
        changed_.wait(lock, [this, mine = came_] { return mine <= may_pass_; });
        return true;
    }

    /// Returns when so many have come.
    void await(int count)
    {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return came_ >= count; });
    }

    void let_pass(int count)
    {
        const std::lock_guard lock{mutex_};
        may_pass_ += count;
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int came_{};
    int may_pass_{};
};

} // namespace

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

TEST_CASE("draining: who has connected but was not accepted yet is still served")
{
    // The only I/O thread is held up so that connections pile up, then while it accepts them one by
    // one: the drain begins behind an accept that has succeeded already.
    auto stopper = std::make_shared<thread_stopper>();
    server_fixture cinema{[&](http_server_params& params)
                          {
                              params.io_threads = 1;
                              params.drain_idle = std::chrono::minutes{1};
                              params.api.health_checks.push_back(
                                  {"stopper", false, [stopper] { return stopper->pass(); }});
                          }};
    const auto slow = get("/readyz?verbose", "Connection: close\r\n");
    auto first = cinema.connect();
    first.send(slow);
    stopper->await(1);
    std::vector<std::unique_ptr<raw_client>> piled_up;
    for (int i = 0; i < 8; ++i)
    {
        piled_up.push_back(std::make_unique<raw_client>(cinema.port));
        piled_up.back()->send(slow);
    }
    stopper->let_pass(1);
    stopper->await(2);
    cinema.server->stop(std::chrono::minutes{1});
    stopper->let_pass(100);

    CHECK(first.answer());
    for (auto& one : piled_up)
        CHECK(one->answer());
    first.finish_sending();
    for (auto& one : piled_up)
        one->finish_sending();
    cinema.server->wait();
}

TEST_CASE("draining: a request that came while the thread was busy does not count as idle")
{
    auto stopper = std::make_shared<thread_stopper>();
    server_fixture cinema{[&](http_server_params& params)
                          {
                              params.io_threads = 1;
                              params.drain_idle = milliseconds{0};
                              params.api.health_checks.push_back(
                                  {"stopper", false, [stopper] { return stopper->pass(); }});
                          }};
    std::vector<std::unique_ptr<raw_client>> clients; // more than one look at the sockets finds
    for (int i = 0; i < 300; ++i)
    {
        clients.push_back(std::make_unique<raw_client>(cinema.port));
        CHECK(clients.back()->ask(get("/livez"))->status == 200);
    }
    auto slow = cinema.connect();
    slow.send(get("/readyz?verbose"));
    stopper->await(1);
    cinema.server->stop(std::chrono::minutes{1});
    for (auto& one : clients)
        one->send(get("/livez"));
    stopper->let_pass(1);

    CHECK(slow.answer());
    slow.finish_sending();
    for (auto& one : clients)
    {
        CHECK(one->answer());
        one->finish_sending();
    }
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

TEST_CASE("draining: who is told to stop again cuts off what is left on every thread")
{
    server_fixture cinema;
    cinema.reserved(R"({"seats":[9]})");
    cinema.gate->close({store_call::commit});
    auto idle = cinema.connect(); // on the first thread, which ends with it
    CHECK(idle.ask(get("/livez"))->status == 200);
    auto running = cinema.connect();
    running.send(reserve_seat(1));
    cinema.gate->await_waiting(1);

    cinema.server->stop(std::chrono::minutes{1});
    cinema.await_connections(1);
    CHECK(idle.is_closed());
    cinema.server->stop(milliseconds{0});
    CHECK(running.is_closed());
    cinema.server->wait();
    cinema.gate->open();
    cinema.service->stop();
}

TEST_CASE("draining: nothing is lost of what was accepted under load")
{
    // A client may wait long for its turn between an answer and its next request.
    server_fixture cinema{[](http_server_params& params)
                          { params.drain_idle = std::chrono::minutes{1}; }};
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
                        bool is_accepted = false;
                        for (bool is_open = true; is_open; is_accepted = true)
                        {
                            const auto answer = client.ask(get("/sessions/1/seats"));
                            if (!answer)
                            {
                                // The system may let one in between the last accept and close.
                                lost += is_accepted ? 1 : 0;
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

TEST_CASE("too much: a server says how many connections the limit of open files leaves")
{
    server_fixture modest{[](http_server_params& params) { params.connections_max = 3; }};
    CHECK(modest.server->connections_max() == 3);
    constexpr std::size_t too_many = std::size_t{1} << 60;
    server_fixture greedy{[](http_server_params& params) { params.connections_max = too_many; }};
    CHECK(greedy.server->connections_max() > 0);
    CHECK(greedy.server->connections_max() < too_many);
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
