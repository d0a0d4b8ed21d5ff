#pragma once

#include <cinema/booking/domain/hall.hpp>
#include <cinema/booking/domain/session.hpp>

#include "demo_data.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cinema::server
{

/// Halls, and what is shown in them. A session's hall is its index here plus 1.
struct demo_programme
{
    std::vector<booking::hall_spec> halls;
    std::vector<booking::session_spec> sessions;
};

/// What is to be made, as text to be kept: what was asked for and the first day.
[[nodiscard]] std::string describe_demo(const demo_request& asked, booking::time_point now);

/// The programme of such a text; the same each time. Nothing if the text is of another kind.
[[nodiscard]] std::optional<demo_programme> make_demo(std::string_view description);

} // namespace cinema::server
