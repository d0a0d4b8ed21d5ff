#pragma once

#include <cinema/booking/testing/conformance/fixture.hpp>
#include <cinema/booking/testing/race.hpp>

#include <atomic>
#include <set>

namespace cinema::booking::testing::conformance
{

inline constexpr std::size_t racers = 4;

TEST_CASE_TEMPLATE_DEFINE("races: of many who change one version at once, one wins each time",
                          Store, race_versions)
{
    const auto house = seeded(Store::make());

    const auto verdict = race_for_versions(house.base.stores, house.session.id, racers, 30);

    INFO(verdict.text());
    CHECK(verdict.is_clean());
    CHECK(verdict.wins == 30);
    CHECK(verdict.losses == 30 * (racers - 1));
}

TEST_CASE_TEMPLATE_DEFINE("races: each seat of a hall is sold once, however many sell it", Store,
                          race_seats)
{
    const auto house = seeded(Store::make());

    const auto verdict = race_for_seats(house.base.stores, house.session.id, racers);

    INFO(verdict.text());
    CHECK(verdict.is_clean());
    CHECK(verdict.wins == 40);
}

TEST_CASE_TEMPLATE_DEFINE(
    "races: batches that name the same sessions in any order are all answered", Store, race_batches)
{
    const auto house = seeded(Store::make());
    constexpr std::size_t rounds = 20;
    std::vector<session_id> sessions;
    for (int i = 0; i < 6; ++i)
        sessions.push_back(house.another_session().id);
    std::atomic<std::size_t> wins{0};

    const auto thrown = run_threads(
        racers,
        [&](std::size_t racer)
        {
            auto order = sessions;
            std::rotate(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(racer),
                        order.end());
            if (racer % 2 == 1)
                std::reverse(order.begin(), order.end());
            for (std::size_t round = 0; round < rounds; ++round)
            {
                std::vector<session_change> batch;
                for (const auto session : order)
                    batch.push_back(box_office{house.inventory(), session}.raises());
                std::vector<commit_outcome> outcome(batch.size());
                (void)house.inventory().commit(batch, outcome).value();
                for (const auto& each : outcome)
                    if (!each.error)
                        ++wins;
                    else if (each.error != errc::version_conflict)
                        throw boost::system::system_error{each.error, "in a batch"};
            }
        });

    CHECK(thrown == std::vector<std::string>{});
    std::uint64_t raised = 0;
    for (const auto session : sessions)
        raised += raw(load_whole(house.inventory(), session).stamp.version) - 1;
    CHECK(raised == wins);
    CHECK(wins >= rounds); // somebody wins whenever all were answered
}

TEST_CASE_TEMPLATE_DEFINE("races: who reads meanwhile sees whole versions, one after the other",
                          Store, race_readers)
{
    const auto house = seeded(Store::make());
    constexpr int rounds = 60;
    // Each change gives one seat back and sells its neighbour: of seats 1 and 2, one is taken.
    auto writer = house.office();
    auto current = writer.done(writer.sells({1}));
    std::atomic<bool> is_over{false};

    const auto write = [&]
    {
        for (int i = 0; i < rounds; ++i)
        {
            session_draft draft{writer.book()};
            (void)draft.decide(cancel_request{.reservation = current->id}, writer.ticket(),
                               writer.now);
            (void)draft.decide(
                reserve_request{.session = house.session.id, .seats = {i % 2 == 0 ? 2 : 1}},
                writer.ticket(), writer.now);
            current = writer.done(writer.take(std::move(draft)));
        }
    };
    const auto is_whole = [&](const session_stamp& stamp, seat_number taken)
    { return raw(stamp.version) % 4 == (taken == seat_number{1} ? 2U : 0U); };
    const auto read = [&](std::size_t reader)
    {
        box_office book{house.inventory(), house.session.id};
        session_version last{};
        for (bool once_more = true; once_more;)
        {
            once_more = !is_over;
            const auto [stamp, rows] = house.inventory().guard_rows(house.session.id).value();
            if (rows.size() != 1 || !is_whole(stamp, rows[0].seat))
                throw std::runtime_error{"guard rows of no version"};
            if (reader % 2 == 0)
                book.catch_up();
            else
                book.refresh();
            const auto* const holder = book.book().holders()[0] != nullptr
                                           ? book.book().holders()[0]
                                           : book.book().holders()[1];
            if (book.free_seats().size() != 39 || holder == nullptr
                || holder->version() != book.book().stamp().version
                || !is_whole(book.book().stamp(), holder->seats[0].number))
                throw std::runtime_error{"a load of no version"};
            if (stamp.version < last || book.book().stamp().version < stamp.version)
                throw std::runtime_error{"versions went back"};
            last = book.book().stamp().version;
        }
    };

    const auto thrown = run_threads(racers,
                                    [&](std::size_t i)
                                    {
                                        if (i > 0)
                                            return read(i);
                                        try
                                        {
                                            write();
                                        }
                                        catch (...)
                                        {
                                            is_over = true;
                                            throw;
                                        }
                                        is_over = true;
                                    });

    CHECK(thrown == std::vector<std::string>{});
    CHECK(raw(house.load().stamp.version) == 2 + 2 * rounds);
}

/// How many of `racers` threads, all at once, do `attempt(i)` without an error; all others must
/// fail with `wanted`.
template <class Attempt>
[[nodiscard]] std::size_t winners(errc wanted, Attempt attempt)
{
    std::atomic<std::size_t> won{0};
    const auto thrown = run_threads(racers,
                                    [&](std::size_t i)
                                    {
                                        const error_code error = attempt(i);
                                        if (!error)
                                            ++won;
                                        else if (error != wanted)
                                            throw boost::system::system_error{error};
                                    });
    CHECK(thrown == std::vector<std::string>{});
    return won;
}

TEST_CASE_TEMPLATE_DEFINE("races: a hall's time is given to one session", Store, race_overlap)
{
    const auto house = seeded(Store::make());
    for (int hour = 0; hour < 10; ++hour)
        CHECK(winners(errc::hall_busy,
                      [&](std::size_t i)
                      {
                          const int from = 60 * hour + static_cast<int>(i);
                          return house.inventory()
                              .add_session(screening(house.hall->id, from, 60 * hour + 60))
                              .error();
                      })
              == 1);
    CHECK(house.inventory().sessions({}).value().size() == 11);
}

TEST_CASE_TEMPLATE_DEFINE("races: a name, an e-mail, a token is given once", Store, race_unique)
{
    const auto base = Store::make();
    auto& inventory = *base.stores.inventory;
    auto& accounts = *base.stores.accounts;
    for (int round = 0; round < 10; ++round)
    {
        const auto name = std::to_string(round);
        CHECK(winners(errc::already_exists,
                      [&](std::size_t) {
                          return inventory
                              .add_hall({.name = name, .layout = seat_layout::grid(2, 2)})
                              .error();
                      })
              == 1);
        CHECK(winners(errc::already_exists,
                      [&](std::size_t i)
                      {
                          user account;
                          account.id = {name + "-" + std::to_string(i)};
                          account.email = (i % 2 == 0 ? "anna@" : "ANNA@") + name;
                          return accounts.add(account).error();
                      })
              == 1);
        access_token token{.user = {"anna"}};
        token.digest.fill(static_cast<std::uint8_t>(round));
        CHECK(winners(errc::already_exists,
                      [&](std::size_t) { return inventory.add_token(token).error(); })
              == 1);
    }
    CHECK(inventory.halls().value().size() == 10);
}

TEST_CASE_TEMPLATE_DEFINE("races: all who keep a value under one name get the same", Store,
                          race_keep)
{
    const auto base = Store::make();
    for (int round = 0; round < 10; ++round)
    {
        std::vector<std::string> got(racers);
        const auto thrown = run_threads(racers,
                                        [&](std::size_t i)
                                        {
                                            got[i] = base.stores.inventory
                                                         ->keep(std::to_string(round),
                                                                "value of " + std::to_string(i))
                                                         .value();
                                        });
        CHECK(thrown == std::vector<std::string>{});
        CHECK(std::set<std::string>{got.begin(), got.end()}.size() == 1);
    }
}

} // namespace cinema::booking::testing::conformance
