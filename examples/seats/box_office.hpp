#pragma once

#include <cinema/booking/service/booking_service.hpp>

#include "seats/options.hpp"

#include <chrono>
#include <functional>
#include <ostream>
#include <thread>
#include <utility>
#include <vector>

namespace cinema::seats
{

/// Does what is asked of it and tells what came of it, in lines for people or as JSON. Each
/// function returns whether it was granted.
class box_office
{
public:
    /// Waits so long.
    using pause = std::function<void(std::chrono::milliseconds)>;

    /// The first three outlive it.
    box_office(
        booking::booking_service& service, const options& asked, std::ostream& out,
        pause between_asks = [](auto time) { std::this_thread::sleep_for(time); })
        : service_{service}, asked_{asked}, out_{out}, pause_{std::move(between_asks)}
    {
    }

    bool demo();
    bool list();
    bool map();
    bool reserve(booking::reserve_request request);
    bool confirm();
    bool cancel();
    bool best();

private:
    /// In order of showtime.
    [[nodiscard]] booking::result<std::vector<booking::seat_map_ptr>> all_sessions();
    /// The seats as they are now: a hold that has run out is not shown any more.
    [[nodiscard]] booking::result<booking::seat_map_ptr> look(booking::session_id session);
    template <class Request>
    bool ask(Request request);
    bool grant(const booking::reservation& made);
    bool refuse_at(booking::session_id session, const booking::refusal& why);
    bool refuse(const booking::refusal& why, const booking::seat_map* map = nullptr);
    void show(const booking::seat_map& map, std::span<const booking::seat_number> marked = {});

    booking::booking_service& service_;
    const options& asked_;
    std::ostream& out_;
    pause pause_;
};

} // namespace cinema::seats
