#pragma once

#include <cinema/booking/domain/time.hpp>
#include <cinema/booking/engine/request.hpp>

#include <optional>
#include <string>
#include <vector>

namespace cinema::seats
{

enum class verb
{
    demo,
    list,
    map,
    reserve,
    hold,
    confirm,
    cancel,
    best,
};

/// What the program is asked to do.
struct options
{
    verb asked{verb::list};
    std::string store{"sqlite:cinema.db"};
    bool as_json{};
    bool has_color{};

    booking::session_id session{};
    std::vector<booking::seat_ref> seats;
    std::string user;
    std::chrono::seconds hold{booking::hold_default};
    booking::reservation_id reservation;
    booking::best_seats wish;
    bool reserves_best{};
    bool holds_best{};
    std::optional<booking::time_point> showtime; ///< Of the demo; else tomorrow evening.
};

/// Either options, or that the program was only asked to print something.
struct invocation
{
    std::optional<seats::options> options{};
    std::string printed{}; ///< For stdout, if there are no options.
};

/// Errors: throws usage_error.
[[nodiscard]] invocation read_options(int argc, const char* const* argv);

} // namespace cinema::seats
