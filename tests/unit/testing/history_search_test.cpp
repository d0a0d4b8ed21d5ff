#include <cinema/booking/testing/history/box_partition.hpp>
#include <cinema/booking/testing/history/box_search.hpp>

#include "history_story.hpp"
#include "support/effort.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace cinema::tests;
namespace detail = cinema::booking::testing::history_detail;

namespace
{

constexpr auto held = reservation_status::held;
constexpr auto confirmed = reservation_status::confirmed;
constexpr auto cancelled = reservation_status::cancelled;
constexpr auto expired = reservation_status::expired;

/// Tries every order there is, without any cleverness.
class every_order
{
public:
    explicit every_order(const detail::box_partition& of)
        : operations_{of.operations()}, state_{of.state()}, is_put_(operations_.size())
    {
    }

    [[nodiscard]] bool explains()
    {
        const auto is_left = [&](std::size_t i)
        { return !is_put_[i] && operations_[i].returned != never; };
        bool is_done = true;
        auto first_return = never;
        for (std::size_t i = 0; i < operations_.size(); ++i)
        {
            is_done = is_done && !is_left(i);
            if (!is_put_[i])
                first_return = std::min(first_return, operations_[i].returned);
        }
        if (is_done)
            return true;
        for (std::size_t i = 0; i < operations_.size(); ++i)
        {
            const auto& op = operations_[i];
            if (is_put_[i] || op.called > first_return || !state_.allows(op))
                continue;
            const auto mark = state_.mark();
            if (detail::is_change(op.what))
                state_.apply(op);
            is_put_[i] = true;
            if (explains())
                return true;
            is_put_[i] = false;
            state_.go_back(mark);
        }
        return false;
    }

private:
    const std::vector<detail::box_operation>& operations_;
    detail::box_state state_;
    std::vector<bool> is_put_;
};

/// A few operations on three seats, decided one after the other by simple means, with calls and
/// returns around. Then, perhaps, damaged.
class small_world
{
public:
    explicit small_world(std::uint64_t seed) : random_{seed}, spread_{15 + below(4) * 15} {}

    [[nodiscard]] history make(int count)
    {
        for (turn_ = 1; turn_ <= count; ++turn_)
            switch (below(6))
            {
            case 0: read_map(); break;
            case 1:
            case 2: move(); break;
            default: reserve();
            }
        for (int times = below(4); times > 0; --times)
            damage();
        return std::move(story_.what);
    }

private:
    struct booked
    {
        std::vector<int> seats;
        reservation_status status;
        int until;
    };

    [[nodiscard]] int below(int limit)
    {
        return static_cast<int>(random_() % static_cast<std::uint64_t>(limit));
    }

    [[nodiscard]] when around()
    {
        return {10 * turn_ - below(spread_), 10 * turn_ + below(spread_)};
    }

    [[nodiscard]] bool is_taken(int seat) const
    {
        return std::any_of(all_.begin(), all_.end(),
                           [&](const booked& one) {
                               return is_live(one)
                                      && std::count(one.seats.begin(), one.seats.end(), seat) > 0;
                           });
    }

    [[nodiscard]] bool is_live(const booked& one) const
    {
        return one.status == confirmed || (one.status == held && turn_ < one.until);
    }

    void know_time(told& of)
    {
        if (below(2) == 0)
            of.it.earliest = of.it.latest = story_at(static_cast<std::uint64_t>(turn_));
    }

    void reserve()
    {
        std::vector<int> wanted{1 + below(3)};
        if (below(3) == 0)
            wanted = wanted[0] == 1 ? std::vector{1, 2} : std::vector{2, 3};
        const int hold = below(2) == 0 ? 0 : 1 + below(4);
        auto op = story_.reserve(1, {1}, around(), hold);
        op.it.seats = cinema::tests::seats({});
        for (const int seat : wanted)
            op.it.seats.push_back(seat_number{seat});
        const bool is_free =
            std::none_of(wanted.begin(), wanted.end(), [&](int seat) { return is_taken(seat); });
        const bool is_unknown = below(6) == 0;
        if (!is_free && is_unknown)
            return;
        if (!is_free)
        {
            op.refused(errc::seat_taken);
            return know_time(op);
        }
        if (is_unknown && below(2) == 0)
            return;
        all_.push_back({wanted, hold == 0 ? confirmed : held, turn_ + hold});
        if (is_unknown)
            return;
        op.granted(static_cast<std::uint64_t>(turn_), static_cast<unsigned>(all_.size()),
                   all_.back().status);
    }

    void move()
    {
        if (all_.empty())
            return reserve();
        const auto index = static_cast<std::size_t>(below(static_cast<int>(all_.size())));
        auto& one = all_[index];
        const auto number = static_cast<unsigned>(index + 1);
        const auto version = static_cast<std::uint64_t>(turn_);
        const int kind = below(3);
        auto op = story_.move(kind == 0   ? action::confirm
                              : kind == 1 ? action::cancel
                                          : action::find,
                              1, number, around());
        if (!is_live(one) && one.status == held)
            one.status = expired;
        if (kind == 2)
            op.granted(version, number, one.status);
        else if (kind == 1)
        {
            one.status = is_live(one) ? cancelled : one.status;
            op.granted(version, number, one.status);
        }
        else if (one.status == cancelled || one.status == expired)
            op.refused(one.status == expired ? errc::hold_expired : errc::wrong_status);
        else
            op.granted(version, number, one.status = confirmed);
        if (op.it.result == outcome::refused || kind == 2)
        {
            op.it.earliest.reset();
            op.it.latest.reset();
            know_time(op);
        }
        if (kind != 2 && below(6) == 0)
        {
            op.it.result = outcome::unknown;
            op.it.returned = never;
        }
    }

    void read_map()
    {
        std::string shown;
        for (int seat = 1; seat <= 3; ++seat)
            shown.push_back(!is_taken(seat) ? 'f' : is_held(seat) ? 'h' : 's');
        auto op = story_.map(1, shown, around(), static_cast<std::uint64_t>(turn_));
        know_time(op);
    }

    [[nodiscard]] bool is_held(int seat) const
    {
        return std::any_of(all_.begin(), all_.end(),
                           [&](const booked& one)
                           {
                               return is_live(one) && one.status == held
                                      && std::count(one.seats.begin(), one.seats.end(), seat) > 0;
                           });
    }

    void damage()
    {
        auto& all = story_.what.operations;
        if (all.empty())
            return;
        auto& one = all[static_cast<std::size_t>(below(static_cast<int>(all.size())))];
        switch (below(5))
        {
        case 0: one.called = one.called - std::chrono::microseconds{below(30)}; break;
        case 1:
            if (one.returned != never)
                one.returned = one.called;
            break;
        case 2:
            if (!one.map.empty())
                one.map[static_cast<std::size_t>(below(3))] = "fhs"[below(3)];
            break;
        case 3:
            if (one.seats.size() == 1)
                one.seats[0] = seat_number{1 + below(3)};
            break;
        default:
            if (one.what == action::reserve && one.result == outcome::granted)
            {
                one.result = outcome::refused;
                one.code = errc::seat_taken;
                one.answered.clear();
            }
        }
    }

    std::mt19937_64 random_;
    int spread_; // of the calls and returns around a decision
    story story_;
    std::vector<booked> all_;
    int turn_{};
};

/// The operations of a history as the check looks at them, as one partition.
struct looked_at
{
    explicit looked_at(const history& what) : operations{what.operations}
    {
        for (const auto& one : operations)
            if (one.what == action::reserve && one.reservation)
                seats.emplace(*one.reservation, one.seats);
        for (const auto& one : operations)
            if (!one.reservation || seats.contains(*one.reservation))
                part.add(one);
        part.close();
    }
    looked_at(const looked_at&) = delete;

    std::vector<operation_record> operations;
    detail::box_partition::seats_of_reservations seats;
    detail::box_partition part{seats, std::nullopt};
};

} // namespace

TEST_CASE("the search finds an order exactly if trying every order finds one")
{
    std::size_t explained = 0;
    std::size_t contradictions = 0;
    const auto rounds = 20'000 * effort();
    for (std::uint64_t seed = 1; seed <= rounds; ++seed)
    {
        const looked_at what{small_world{seed}.make(3 + static_cast<int>(seed % 8))};
        const bool expected = every_order{what.part}.explains();
        detail::box_search search{what.part, 1'000'000};
        const auto found = search.run();
        INFO("seed ", seed);
        REQUIRE(found
                == (expected ? detail::box_search::answer::explained
                             : detail::box_search::answer::contradiction));
        (expected ? explained : contradictions) += 1;
    }
    INFO(explained, " histories can be explained, ", contradictions, " cannot");
    CHECK(explained > rounds / 10);
    CHECK(contradictions > rounds / 10);
}
