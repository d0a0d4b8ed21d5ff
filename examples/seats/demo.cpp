#include "seats/box_office.hpp"
#include "seats/json_text.hpp"
#include "seats/seat_names.hpp"

namespace cinema::seats
{
namespace
{

const std::vector<std::string> demo_drawing{
    "__sssss_sssss__", "_ssssss_ssssss_", "sssssss_sssssss", "sssssss_sssssss", "_______________",
    "wcsssss_ssssscw", "sssssss_sssssss", "ppppppp_ppppppp", "ppppppp_pppppxx"};

booking::time_point tomorrow_evening()
{
    using days = std::chrono::days;
    return std::chrono::floor<days>(booking::host_now()) + days{1} + std::chrono::hours{20};
}

} // namespace

bool box_office::demo()
{
    if (const auto halls = service_.stores().inventory->halls(); !halls || !halls->empty())
        return refuse(halls ? booking::invalid("the store has halls already; try: seats list")
                            : booking::to_refusal(halls.error()));
    booking::session_spec spec{.movie_title = "Metropolis",
                               .showtime = asked_.showtime.value_or(tomorrow_evening()),
                               .prices = {{"standard", booking::minor_units{950}},
                                          {"premium", booking::minor_units{1'250}}}};
    if (const auto ok = booking::check(spec); !ok) // before there is a hall without a session
        return refuse(ok.error());
    const auto layout = booking::seat_layout::draw(demo_drawing).value();
    const auto hall = service_.create_hall({.name = "Demo Hall", .layout = layout});
    if (!hall)
        return refuse(hall.error());
    spec.hall = hall->id;
    const auto made = service_.create_session(spec);
    if (!made)
        return refuse(made.error());
    const auto seats = look(made->id);
    if (!seats)
        return refuse({.code = seats.error().code,
                       .detail = "session " + std::to_string(raw(made->id))
                                 + " was made, but cannot be shown: " + seats.error().what()});
    if (asked_.as_json)
        out_ << json_of(**seats);
    else
        out_ << "session " << raw(made->id) << ": " << session_text(**seats) << "\ntry: seats map "
             << raw(made->id) << '\n';
    return true;
}

} // namespace cinema::seats
