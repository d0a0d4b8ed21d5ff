#include "faults/clock_jump.hpp"

#include "support/http_client.hpp"
#include "support/wait_until.hpp"

#include <doctest/doctest.h>

namespace cinema::tests
{

namespace
{

/// The status of the answer; 0 if there is none.
unsigned reserve(const server_process& server, int seat, const std::string& more = "")
{
    const auto answer = http_client{server.port()}.ask(
        "POST", "/sessions/1/seats/reserve",
        R"({"userId": "anna", "seats": [)" + std::to_string(seat) + "]" + more + "}");
    return answer ? answer->status : 0;
}

unsigned hold(const server_process& server, int seat)
{
    return reserve(server, seat, R"(, "hold": 1)");
}

} // namespace

std::vector<std::string> clock_jump_options()
{
    return {"--demo-sessions", "1", "--demo-hall", "10x25", "--access-log", "off"};
}

void check_clock_jump(server_process& server, const std::function<void(int)>& shift, int days)
{
    CHECK(hold(server, 1) == 201);
    shift(days);
    for (int i = 0; i < 20; ++i) // the server hears of the time with each answer
    {
        const auto status = hold(server, 10 + i);
        CHECK((status == 201 || status == 503));
    }
    shift(0);
    wait_until([&] { return hold(server, 2) == 201; });
    for (int seat = 1; seat < 30; ++seat)
    {
        CAPTURE(seat);
        CHECK_NOTHROW(wait_until([&] { return reserve(server, seat) == 201; }));
        CHECK(reserve(server, seat) == 409);
    }
    CHECK(server.terminate() == 0);
    CHECK(server.check() == 0);
}

} // namespace cinema::tests
