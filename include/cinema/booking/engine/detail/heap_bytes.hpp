#pragma once

#include <cinema/booking/domain/reservation.hpp>
#include <cinema/booking/domain/session.hpp>

#include <cstddef>
#include <string>
#include <vector>

/// The memory that values take on the heap, in bytes. What lies inside a value counts as nothing.
namespace cinema::booking::detail
{

/// What the allocator adds to an allocation: its header, and half a step of its sizes.
inline constexpr std::size_t allocation_bytes = 16;

[[nodiscard]] inline std::size_t heap_bytes(const std::string& text) noexcept
{
    return text.capacity() > std::string{}.capacity() ? text.capacity() + allocation_bytes : 0;
}

template <class Value>
[[nodiscard]] std::size_t heap_bytes(const std::vector<Value>& values) noexcept
{
    return values.capacity() > 0 ? values.capacity() * sizeof(Value) + allocation_bytes : 0;
}

template <class Value, std::size_t Inside>
[[nodiscard]] std::size_t
heap_bytes(const boost::container::small_vector<Value, Inside>& values) noexcept
{
    return values.capacity() > Inside ? values.capacity() * sizeof(Value) + allocation_bytes : 0;
}

/// Of a shared reservation, itself included.
[[nodiscard]] inline std::size_t heap_bytes(const reservation_ptr& shared) noexcept
{
    const auto& of = *shared;
    auto bytes = sizeof of + 2 * allocation_bytes + heap_bytes(of.user)
                 + heap_bytes(of.account.value) + heap_bytes(of.seats) + heap_bytes(of.events);
    for (const auto& seat : of.seats)
        bytes += heap_bytes(seat.price_type);
    return bytes;
}

[[nodiscard]] inline std::size_t heap_bytes(const session& of) noexcept
{
    auto bytes = heap_bytes(of.movie_title) + heap_bytes(of.prices) + heap_bytes(of.blocked);
    for (const auto& price : of.prices)
        bytes += heap_bytes(price.category) + heap_bytes(price.price_type);
    return bytes;
}

} // namespace cinema::booking::detail
