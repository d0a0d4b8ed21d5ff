// What the demo `seats` tells while its store is in trouble.

#include "seats/box_office.hpp"

#include <cinema/booking/adapters/memory.hpp>
#include <cinema/booking/testing/faulty_stores.hpp>

#include "seats/ask_again.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace cinema::tests
{

namespace
{

using booking::errc;
using booking::testing::lost_commit;
using booking::testing::store_call;

/// The program's part that sells, on memory stores that fail when told to. It does not wait.
struct shop
{
    shop()
    {
        auto stores = database;
        stores.inventory = network;
        booking::service_options options;
        options.lanes = 1;
        options.sweep_interval = std::chrono::hours{1};
        options.deadline = std::chrono::minutes{1};
        options.random = [] { return std::uint64_t{0}; };    // pauses are short: doubt comes soon
        options.view_age_max = std::chrono::milliseconds{0}; // each map is asked for
        service.emplace(booking::testing::hooked(stores, trouble), options);
        const auto layout = booking::seat_layout::grid(5, 8);
        hall = service->create_hall({.name = "Hall A", .layout = layout}).value().id;
        asked.session = add_session();
    }

    booking::session_id add_session()
    {
        const auto days = std::chrono::hours{24} * ++sessions;
        return service
            ->create_session(
                {.hall = hall, .movie_title = "Metropolis", .showtime = booking::host_now() + days})
            .value()
            .id;
    }

    seats::box_office office()
    {
        return {*service, asked, out,
                [this](auto)
                {
                    ++pauses;
                    trouble->relent();
                }};
    }

    bool buy(std::vector<booking::seat_ref> wanted)
    {
        return office().reserve({.session = asked.session, .seats = std::move(wanted)});
    }

    std::string printed() const { return out.str(); }
    bool prints(const std::string& text) const { return printed().find(text) != text.npos; }

    booking::stores database = booking::make_memory_stores();
    std::shared_ptr<booking::testing::reply_losing_inventory> network =
        std::make_shared<booking::testing::reply_losing_inventory>(database.inventory);
    std::shared_ptr<booking::testing::refusing_hook> trouble =
        std::make_shared<booking::testing::refusing_hook>();
    std::optional<booking::booking_service> service;
    booking::hall_id hall{};
    int sessions{};
    seats::options asked;
    std::ostringstream out;
    int pauses{};
};

} // namespace

TEST_CASE("what was granted is told though the seats cannot be shown any more")
{
    for (const bool as_json : {false, true})
    {
        shop t;
        t.asked.as_json = as_json;
        // What is asked for after the commit fails.
        t.trouble->refuse(errc::store_unavailable, booking::testing::refusing_hook::forever,
                          {store_call::load, store_call::commit}, 2);
        CAPTURE(t.printed());
        CHECK(t.buy({"A3", "A4"}));
        t.trouble->relent();
        const auto rows = t.database.inventory->guard_rows(t.asked.session).value().second;
        REQUIRE(rows.size() == 2);
        const booking::reservation_id id{t.asked.session, rows.front().reservation};
        CHECK(t.prints(id.text()));
        CHECK(t.prints(as_json ? R"("seats":["3","4"])" : "seats 3, 4: confirmed"));
        CHECK(t.prints("the seats cannot be shown: the store cannot be reached") != as_json);
    }
}

TEST_CASE("all sessions are listed, also where there are more than on one page")
{
    shop t;
    while (t.sessions < static_cast<int>(booking::page_size_max) + 1)
        t.add_session();
    CHECK(t.office().list());
    const auto printed = t.printed();
    CHECK(std::count(printed.begin(), printed.end(), '\n') == t.sessions);
    CHECK(t.prints("\n" + std::to_string(t.sessions) + "  Metropolis, Hall A, "));
}

TEST_CASE("a list that cannot be made whole is refused")
{
    for (const auto call : {store_call::sessions, store_call::load})
    {
        CAPTURE(static_cast<int>(call));
        shop t;
        t.trouble->refuse(errc::store_unavailable, booking::testing::refusing_hook::forever,
                          {call});
        CHECK_FALSE(t.office().list());
        CHECK(t.printed() == "refused: the store cannot be reached; nothing changed\n");
    }
}

TEST_CASE("a command whose reply was lost is asked for again with its key, and done once")
{
    for (const auto fate : {lost_commit::done, lost_commit::not_done})
    {
        CAPTURE(static_cast<int>(fate));
        shop t;
        t.network->lose(fate);
        t.trouble->refuse(errc::store_unavailable, booking::testing::refusing_hook::forever,
                          {store_call::load, store_call::commit}, 2);
        CHECK(t.buy({"A3"}));
        CHECK(t.pauses == 1);
        CHECK(t.prints("A3: confirmed"));
        CHECK(t.database.inventory->guard_rows(t.asked.session).value().second.size() == 1);
    }
}

TEST_CASE("a command is asked for again only in doubt, and not forever")
{
    const auto asks_of = [](std::vector<errc> answers)
    {
        std::size_t asks = 0;
        const auto last = seats::ask_until_known(
            [&]
            {
                const auto at = std::min(asks++, answers.size() - 1);
                return booking::decision{booking::refusal{.code = answers[at]}};
            },
            [](auto) {});
        return std::pair{asks, last.error().code};
    };
    CHECK(asks_of({errc::store_unavailable}) == std::pair{std::size_t{1}, errc::store_unavailable});
    CHECK(asks_of({errc::outcome_unknown, errc::seat_taken})
          == std::pair{std::size_t{2}, errc::seat_taken});
    // That nothing changed is true of the last try, not of the first.
    CHECK(asks_of({errc::outcome_unknown, errc::store_unavailable})
          == std::pair{std::size_t{seats::asks_max}, errc::outcome_unknown});
}

} // namespace cinema::tests
