#pragma once

#include <cinema/booking/testing/history/operation_record.hpp>

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <limits>
#include <vector>

/// What the black-box check makes of records: small, numbered from 0 within a partition.
namespace cinema::booking::testing::history_detail
{

/// What an operation does to a partition's state, or says of it.
enum class box_action : std::uint8_t
{
    // These change it.
    reserve,
    confirm,
    extend,
    cancel,
    check_in,
    block,
    unblock,
    // These only say something of it.
    taken,        ///< Refused: the seats were taken.
    off_sale,     ///< Refused: the seats were off sale.
    hold_expired, ///< Refused.
    wrong_status, ///< Refused.
    not_found,    ///< Refused.
    find,
    seat_map,
    has_seat, ///< In the end: the reservation has the seat, or nobody.
};

[[nodiscard]] constexpr bool is_change(box_action what) noexcept
{
    return what <= box_action::unblock;
}

inline constexpr std::uint32_t box_nobody = std::numeric_limits<std::uint32_t>::max();

using box_seats = boost::container::small_vector<std::uint32_t, 2>;

/// A span of the store's time, in milliseconds.
struct box_time
{
    std::int64_t low{std::numeric_limits<std::int64_t>::min()};
    std::int64_t high{std::numeric_limits<std::int64_t>::max()};
};

struct box_operation
{
    const operation_record* by{}; ///< Null: what is there in the end.
    monotonic_time called{};
    monotonic_time returned{never}; ///< `never`: it may not have happened at all.
    box_action what{};
    action wanted{}; ///< Of a refusal: what was asked for.
    bool all{};      ///< Of `taken` and `off_sale`: each of the seats; else one of them.
    box_seats seats{};
    box_seats neighbours{}; ///< Further seats that it may set free by ending lapsed holds.
    std::uint32_t reservation{box_nobody};
    reservation_status status{}; ///< Made or found; 0: not told.
    box_time until{};            ///< Of the hold that it made or found.
    box_time at{};               ///< When it was decided.
    std::vector<char> map{};     ///< By seat; 0: not shown.
    std::uint64_t map_hash{};    ///< 0: the map does not show every seat.
};

/// 64 bits that have nothing to do with those of `value + 1`.
[[nodiscard]] constexpr std::uint64_t box_mix(std::uint64_t value) noexcept
{
    value += 0x9E3779B97F4A7C15U;
    value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
    value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
    return value ^ (value >> 31U);
}

[[nodiscard]] constexpr std::uint64_t box_symbol_hash(std::uint32_t seat, char symbol) noexcept
{
    return box_mix((std::uint64_t{seat} << 8U) | static_cast<unsigned char>(symbol));
}

} // namespace cinema::booking::testing::history_detail
