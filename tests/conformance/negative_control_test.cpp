// A test that cannot fail proves nothing: here the suite's races meet what they must find.

#include <cinema/booking/adapters/memory.hpp>
#include <cinema/booking/testing/conformance/fixture.hpp>
#include <cinema/booking/testing/faulty_stores.hpp>
#include <cinema/booking/testing/race.hpp>
#include <cinema/booking/testing/race_worker.hpp>

#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <vector>

namespace booking = cinema::booking;
using namespace cinema::booking::testing;
using booking::session_version;

TEST_CASE("negative control: without a swap the race for versions fails")
{
    const auto house = seeded({.stores = make_broken_swap_stores()});

    const auto verdict = race_for_versions(house.base.stores, house.session.id, 4, 30);

    CHECK(!verdict.is_clean());
    CHECK(verdict.wins == 4); // all four of the first round
    // The audit sees the double sale, too.
    const auto text = verdict.text();
    CHECK(text.find("taken twice") != std::string::npos);
}

TEST_CASE("negative control: with the swap the same race succeeds")
{
    const auto house = seeded({.stores = booking::make_memory_stores()});

    const auto verdict = race_for_versions(house.base.stores, house.session.id, 4, 30);

    INFO(verdict.text());
    CHECK(verdict.is_clean());
    CHECK(verdict.wins == 30);
}

TEST_CASE("negative control: without a swap a lost update is found in what workers write")
{
    const auto house = seeded({.stores = make_broken_swap_stores()});
    box_office first{house.inventory(), house.session.id};
    box_office second{house.inventory(), house.session.id};
    std::string written;
    for (auto* office : {&first, &second})
    {
        const auto change = office->raises();
        office->done(change);
        written += std::to_string(raw(change.expected.version)) + ' '
                   + std::to_string(raw(change.next.version)) + '\n';
    }
    written += "losses 0\n";

    const std::vector<std::string> all{written};
    CHECK(!judge_race(all, session_version{1}, house.load().stamp.version).is_clean());
}

TEST_CASE("negative control: the judge of a race among processes wants every step, once")
{
    const auto is_clean = [](std::vector<std::string> written, std::uint64_t last)
    { return judge_race(written, session_version{1}, session_version{last}).is_clean(); };

    CHECK(is_clean({"1 2\n4 5\nlosses 1\n", "2 4\nlosses 3\n"}, 5));
    CHECK(!is_clean({"1 2\n4 5\nlosses 1\n", "2 4\nlosses 3\n"}, 6)); // one was not told
    CHECK(!is_clean({"1 2\nlosses 1\n", "2 4\nlosses 3\n"}, 5));
    CHECK(!is_clean({"1 2\nlosses 1\n", "1 2\nlosses 3\n"}, 2)); // two winners
    CHECK(!is_clean({"1 2\n2 3\nlosses 1\n", "1 3\nlosses 3\n"}, 3));
    CHECK(!is_clean({"1 2\n", "2 3\nlosses 3\n"}, 3)); // one broke off
    CHECK(!is_clean({"2 3\nlosses 0\n"}, 3));
    CHECK(is_clean({"losses 0\n"}, 1));
}

TEST_CASE("negative control: workers that keep to the swap satisfy the judge")
{
    const auto house = seeded({.stores = booking::make_memory_stores()});
    std::vector<std::string> written(3);

    const auto thrown =
        run_threads(written.size(),
                    [&](std::size_t i)
                    {
                        std::istringstream in{"\n"};
                        std::ostringstream out;
                        const race_task task{house.session.id, i + 1, 100};
                        run_race_worker(house.base.stores, race_task::parse(task.text()), in, out);
                        written[i] = out.str();
                    });

    CHECK(thrown == std::vector<std::string>{});
    auto verdict = judge_race(written, session_version{1}, house.load().stamp.version);
    complain_of_audit(verdict, house.base.stores);
    INFO(verdict.text());
    CHECK(verdict.is_clean());
    CHECK(verdict.wins == 300);
}
