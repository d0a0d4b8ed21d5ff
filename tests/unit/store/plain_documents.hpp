#pragma once

#include <cinema/booking/store/reservation_store.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

namespace cinema::tests
{

/// Documents as a plain list, which fail when told to. Not thread-safe.
class plain_documents final : public booking::reservation_store
{
public:
    std::vector<booking::reservation_ptr> kept{}; ///< In the order in which they were put.
    booking::error_code error{};                  ///< The answer of every call, unless success.

    [[nodiscard]] booking::store_result<booking::reservation_ptr>
    find(const booking::reservation_id& id) override
    {
        if (error.failed())
            return error;
        for (const auto& each : kept)
            if (each->id == id)
                return each;
        return booking::reservation_ptr{};
    }
    [[nodiscard]] booking::store_result<void> put(const booking::reservation& state) override
    {
        if (error.failed())
            return error;
        kept.push_back(std::make_shared<const booking::reservation>(state));
        return {};
    }

private:
    booking::store_result<std::vector<booking::reservation_ptr>>
    do_list(const booking::reservation_page_request&) override
    {
        if (error.failed())
            return error;
        return kept;
    }
};

/// The page that anna asks for.
[[nodiscard]] inline booking::reservation_page_request page_of_anna()
{
    return {.account = {"anna"}};
}

/// Reservation number `number` of session 1, which is anna's, after these steps.
[[nodiscard]] inline booking::reservation_ptr
state_of(std::uint8_t number, std::initializer_list<booking::reservation_status> steps)
{
    using namespace cinema::booking;
    reservation state{.id = {session_id{1}, {}}, .account = {"anna"}};
    state.id.id.bytes[0] = number;
    state.seats.push_back({seat_number{number}, minor_units{1'200}, {}});
    auto version = session_version{number};
    for (const auto status : steps)
    {
        version = later(version);
        state.events.push_back({.status = status, .version = version});
        if (status == reservation_status::held)
            state.events.back().held_until = time_point{std::chrono::minutes{10}};
    }
    return std::make_shared<const reservation>(std::move(state));
}

} // namespace cinema::tests
