// A synchronous standby of PostgreSQL stops while a hold is confirmed, and returns when the hold
// has run out. The confirmation is asked for again at another server, or after a restart. A refusal
// is final: what was refused never happens when the standby is back.

#include "support/effort.hpp"
#include "support/http_client.hpp"
#include "support/postgres_replica.hpp"
#include "support/ran_against.hpp"
#include "support/server_process.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

namespace cinema::tests
{

namespace
{

constexpr std::size_t hall_seats = 250;

const ran_against named{[]
                        {
                            return "two cinema-servers on PostgreSQL " + postgres_server::version()
                                   + " with a synchronous standby";
                        }};

using answer_type = std::optional<http_answer>;

/// Nobody got an answer, or the answer says that the outcome is not known yet.
bool is_open(const answer_type& answer) { return !answer || answer->status == 503; }

/// A hold of one seat for the shortest time there is.
struct short_hold
{
    short_hold(std::uint16_t port, std::size_t seat) : key{"confirm-" + std::to_string(seat)}
    {
        const auto held = http_client{port}.ask("POST", "/sessions/1/seats/reserve",
                                                R"({"userId": "anna", "hold": 1, "seats": [)"
                                                    + std::to_string(seat) + "]}");
        REQUIRE(held.has_value());
        REQUIRE_MESSAGE(held->status == 201, held->body);
        const auto body = held->json();
        path = "/reservations/" + std::string{body.at("id").as_string()};
        secret = "Bearer " + std::string{body.at("secret").as_string()};
    }

    [[nodiscard]] answer_type confirm(std::uint16_t port) const
    {
        return http_client{port}.ask("POST", path + "/confirm", {},
                                     {{"Authorization", secret}, {"Idempotency-Key", key}});
    }

    /// Confirms again and again until the answer is definite.
    [[nodiscard]] http_answer confirm_for_good(std::uint16_t port) const
    {
        answer_type answer;
        wait_until([&] { return !is_open(answer = confirm(port)); });
        return *answer;
    }

    [[nodiscard]] std::string status(std::uint16_t port) const
    {
        answer_type answer;
        wait_until(
            [&]
            {
                answer = http_client{port}.ask("GET", path, {}, {{"Authorization", secret}});
                return !is_open(answer);
            });
        REQUIRE_MESSAGE(answer->status == 200, answer->body);
        return std::string{answer->json().at("status").as_string()};
    }

    std::string key;
    std::string path;
    std::string secret;
};

struct fixture
{
    fixture()
    {
        first.start();
        second.start();
    }

    /// The same confirmation, asked for again while the standby is stopped.
    answer_type ask_again(const short_hold& hold, bool restarts)
    {
        if (!restarts)
            return hold.confirm(second.port());
        first.kill();
        first.start();
        return hold.confirm(first.port());
    }

    /// Returns whether the confirmation was refused while it could still have been committed.
    bool run_round(std::size_t round)
    {
        const short_hold hold{first.port(), round + 1};
        database.stall();
        const auto asked = hold.confirm(first.port());
        CHECK_MESSAGE(is_open(asked), asked->body);
        const auto again = ask_again(hold, round % 10 == 2);
        database.resume();
        wait_until([this] { return database.waiting_commits() == "0"; });

        const auto last = hold.confirm_for_good(second.port());
        CHECK_MESSAGE((last.status == 200 || last.status == 410), last.body);
        const std::string status = last.status == 200 ? "confirmed" : "expired";
        CHECK(hold.status(first.port()) == status);
        CHECK(hold.status(second.port()) == status);
        outcomes[last.status == 200]++;
        if (is_open(again))
            return false;
        CHECK_MESSAGE(again->status == last.status, "round ", round, ": first ", again->body,
                      ", then ", last.body);
        return again->status != last.status;
    }

    replicated_postgres database;
    temporary_folder folder;
    std::vector<std::string> options{"--demo-sessions", "1",  "--demo-hall", "10x25",
                                     "--access-log",    "off"};
    server_process first{folder.path(), database.primary.url(), options};
    server_process second{folder.path(), database.primary.url(), options};
    std::array<std::size_t, 2> outcomes{}; ///< Rounds that ended expired, and confirmed.
};

} // namespace

TEST_CASE("a confirmation that was refused does not succeed when the standby returns")
{
    fixture f;
    const std::size_t rounds = effort() > 1 ? 100 : 3;
    REQUIRE(rounds <= hall_seats);
    std::size_t broken = 0;
    for (std::size_t round = 0; round < rounds; ++round)
        broken += f.run_round(round);
    MESSAGE(rounds << " rounds: " << f.outcomes[1] << " confirmed, " << f.outcomes[0]
                   << " expired; refused first and confirmed then: " << broken);
    CHECK(f.first.terminate() == 0);
    CHECK(f.second.terminate() == 0);
    CHECK(f.first.check() == 0);
}

} // namespace cinema::tests
