#include "history_damage.hpp"

#include "support/effort.hpp"
#include "support/recorded_race.hpp"

#include <doctest/doctest.h>

using namespace cinema::tests;
using namespace cinema::booking::testing;

namespace
{

/// Recorded while eight buyers do everything at once; clean.
const history& recorded()
{
    static const history what = []
    {
        race_house house{{.rows = 8, .columns = 15}};
        run_random_race(house, 8, 150, 120);
        return house.finish();
    }();
    return what;
}

/// Which checks see a damage.
enum class seen_by
{
    both,
    witness,       ///< And the black box never does.
    witness_surely ///< And the black box where something else depends on it.
};

/// Does the damage at many places, and demands that the checks see it, or do not.
template <class Damage>
void expect(flaw wanted, seen_by whom, Damage damage, const black_box_options& options = {})
{
    std::size_t done = 0;
    const auto rounds = 12 * effort();
    for (std::uint64_t seed = 1; seed < 40 * rounds && done < rounds; ++seed)
    {
        damaged_history broken{recorded(), seed};
        if (!damage(broken))
            continue;
        ++done;
        INFO("seed ", seed);
        const auto witness = check_witness(broken.what);
        INFO(witness.text());
        CHECK(witness.has(wanted));
        const auto black_box = check_black_box(broken.what, options);
        INFO(black_box.text());
        if (whom != seen_by::witness_surely)
            CHECK(black_box.is_clean() == (whom == seen_by::witness));
    }
    CHECK(done == rounds);
}

} // namespace

TEST_CASE("damage: what was recorded is clean before it is damaged")
{
    CHECK(is_clean(check_witness(recorded())));
    CHECK(is_clean(check_black_box(recorded())));
}

TEST_CASE("damage: a double sale is seen by both checks")
{
    expect(flaw::seat_not_free, seen_by::both, [](auto& it) { return it.double_sale(); });
}

TEST_CASE("damage: a stale read of a reservation is seen by both checks")
{
    expect(flaw::stale_answer, seen_by::both, [](auto& it) { return it.stale_find(); });
}

TEST_CASE("damage: a lost acknowledgement is seen by both checks")
{
    expect(flaw::lost_effect, seen_by::both, [](auto& it) { return it.lost_reservation(); });
    expect(flaw::lost_effect, seen_by::both, [](auto& it) { return it.lost_step(); });
}

TEST_CASE("damage: a group booking without one of its seats is seen by both checks")
{
    expect(flaw::torn_group, seen_by::both, [](auto& it) { return it.torn_group(false); });
    expect(flaw::torn_group, seen_by::both, [](auto& it) { return it.torn_group(true); });
}

TEST_CASE("damage: a hold ended too early is seen by the witness, confirmed too late by both")
{
    expect(flaw::early_expiry, seen_by::witness_surely, [](auto& it) { return it.early_expiry(); });
    expect(flaw::wrong_step, seen_by::both, [](auto& it) { return it.late_confirm(); });
}

TEST_CASE("damage: the refusal of a free seat is seen by both checks")
{
    expect(flaw::groundless_refusal, seen_by::both,
           [](auto& it) { return it.refusal_of_free_seat(); });
    expect(flaw::groundless_refusal, seen_by::both,
           [](auto& it) { return it.cancelled_seat_still_taken(); });
}

TEST_CASE("damage: versions against real time are seen by the witness alone")
{
    expect(flaw::time_order, seen_by::witness, [](auto& it) { return it.exchanged_versions(); });
}

TEST_CASE("damage: a version given twice is seen by the witness alone")
{
    expect(flaw::version_twice, seen_by::witness, [](auto& it) { return it.version_twice(); });
}

TEST_CASE("damage: a map of two versions, or of an earlier one, is seen by both checks")
{
    expect(flaw::wrong_read, seen_by::both, [](auto& it) { return it.mixed_map(); });
    expect(flaw::stale_answer, seen_by::both, [](auto& it) { return it.stale_map(); });
}

TEST_CASE("damage: maps are invisible to a black box that may not look at them")
{
    expect(flaw::wrong_read, seen_by::witness, [](auto& it) { return it.mixed_map(); },
           {.maps = false});
}

TEST_CASE("damage: an ignored precondition is seen by the witness alone")
{
    expect(flaw::ignored_expected, seen_by::witness,
           [](auto& it) { return it.ignored_expected(); });
}

TEST_CASE("damage: what nobody asked for is seen by both checks")
{
    expect(flaw::unasked_effect, seen_by::both, [](auto& it) { return it.forgotten_record(); });
}

TEST_CASE("damage: copies that are answered otherwise are seen by both checks")
{
    expect(flaw::answers_differ, seen_by::both, [](auto& it) { return it.different_answers(); });
}

TEST_CASE("damage: time that runs back is seen by the witness")
{
    expect(flaw::time_ran_back, seen_by::witness_surely,
           [](auto& it) { return it.time_running_back(); });
}
