#pragma once

#include <cinema/booking/testing/history/box_partition.hpp>
#include <cinema/booking/testing/history/box_state.hpp>

#include <cstdint>
#include <unordered_set>
#include <utility>
#include <vector>

namespace cinema::booking::testing::history_detail
{

/// Looks for an order of a partition's operations that explains all answers: one in which each lies
/// between its call and its return. After Wing and Gong, with Lowe's memory of what has failed.
///
/// It need not try every order. What only says something of the state is put first as soon as it is
/// true. Of the rest, the one that returns first is due; only what touches the same seats, directly
/// or through others, can have come before it. When that fails, it goes back to the last choice
/// that concerns these seats.
class box_search
{
public:
    box_search(const box_partition& of, std::size_t steps_max);

    enum class answer
    {
        explained,
        contradiction,
        given_up,
    };

    [[nodiscard]] answer run();

    [[nodiscard]] std::size_t steps() const noexcept { return steps_; }

    /// After a contradiction: the operation that could not be explained when the search had come
    /// furthest, after how many, and who had its seats then.
    [[nodiscard]] const box_operation& stuck_at() const { return operations_[stuck_]; }
    [[nodiscard]] std::size_t explained() const noexcept { return explained_; }
    [[nodiscard]] const std::vector<std::uint32_t>& holders() const noexcept { return holders_; }

private:
    using seat_set = std::vector<std::uint64_t>; // bits

    struct frame
    {
        std::uint32_t due{};        // the operation that returns first
        std::uint32_t chosen{none}; // the one that was put here
        bool is_forced{};           // there was no choice
        bool is_open{};             // candidates are known
        std::size_t mark{};
        std::size_t next{};
        std::vector<std::uint32_t> candidates{};
        seat_set touched{};  // the seats that the choice is about
        seat_set conflict{}; // the seats for which earlier choices here failed
    };

    struct key_hash
    {
        std::size_t operator()(const std::pair<std::uint64_t, std::uint64_t>& key) const noexcept
        {
            return static_cast<std::size_t>(key.first ^ key.second * 0x9E3779B97F4A7C15U);
        }
    };

    static constexpr auto none = static_cast<std::uint32_t>(-1);

    void take_reads();
    [[nodiscard]] std::uint32_t find_due() const;
    [[nodiscard]] bool choose();
    [[nodiscard]] bool choose_next(frame& at);
    [[nodiscard]] bool go_back(seat_set conflict);
    void open(frame& at);
    [[nodiscard]] bool grow(const std::vector<std::uint32_t>& window, std::vector<bool>& is_in,
                            seat_set& seats) const;
    void put(std::uint32_t index);
    void lift(std::uint32_t index);
    void unlift(std::uint32_t index);
    void note_stuck(std::uint32_t due);
    void add_seats(const box_operation& of, seat_set& to) const;
    [[nodiscard]] bool touches(const box_operation& of, const seat_set& seats) const;
    [[nodiscard]] std::pair<std::uint64_t, std::uint64_t> key() const
    {
        return {set_hash_, state_.hash()};
    }

    static void unite(seat_set& to, const seat_set& with);
    [[nodiscard]] static bool meet(const seat_set& left, const seat_set& right);

    const std::vector<box_operation>& operations_;
    box_state state_;
    std::size_t seat_words_;
    std::size_t steps_max_;
    std::size_t steps_{};
    std::vector<std::uint32_t> next_; // those not put yet, by call; the last is the list's head
    std::vector<std::uint32_t> previous_;
    std::size_t put_{};
    std::size_t required_{}; // that have returned and are not put yet
    std::uint64_t set_hash_{};
    std::vector<frame> frames_;
    std::unordered_set<std::pair<std::uint64_t, std::uint64_t>, key_hash> failed_;
    bool is_stuck_{};
    std::uint32_t stuck_{};
    std::size_t explained_{};
    std::vector<std::uint32_t> holders_;
};

} // namespace cinema::booking::testing::history_detail

#include <cinema/booking/testing/history/impl/box_search.ipp>
