#include "seats/box_office.hpp"

#include <cinema/booking/service/async.hpp>

#include "seats/json_text.hpp"
#include "seats/seat_chart.hpp"
#include "seats/seat_names.hpp"
#include "seats/words.hpp"

#include <boost/asio/use_future.hpp>

namespace cinema::seats
{
bool box_office::list()
{
    const auto sessions = service_.sessions({.limit = booking::page_size_max});
    if (!sessions)
        return refuse(sessions.error());
    std::vector<booking::seat_map_ptr> maps;
    for (const auto& session : *sessions)
        if (auto map = service_.seats(session.id))
            maps.push_back(*std::move(map));
    if (asked_.as_json)
        out_ << json_of(maps);
    else if (maps.empty())
        out_ << "there are no sessions; try: seats demo\n";
    else
        for (const auto& map : maps)
            out_ << raw(map->session->id) << "  " << session_text(*map) << '\n';
    return true;
}

booking::result<booking::seat_map_ptr> box_office::look(booking::session_id session)
{
    const booking::expire_request tidy{session};
    (void)service_.async_submit(tidy, boost::asio::use_future).get();
    return service_.seats(session);
}

bool box_office::map()
{
    const auto found = look(asked_.session);
    if (!found)
        return refuse(found.error());
    if (asked_.as_json)
        out_ << json_of(**found);
    else
        show(**found);
    return true;
}

void box_office::show(const booking::seat_map& map, std::span<const booking::seat_number> marked)
{
    out_ << "\n  " << session_text(map) << "\n\n"
         << draw_chart(map, asked_.has_color, marked) << '\n';
}

bool box_office::reserve(booking::reserve_request request)
{
    const auto session = request.session;
    return tell(session, service_.reserve(std::move(request)));
}

bool box_office::confirm()
{
    return tell(asked_.reservation.session, service_.confirm({.reservation = asked_.reservation}));
}

bool box_office::cancel()
{
    return tell(asked_.reservation.session, service_.cancel({.reservation = asked_.reservation}));
}

bool box_office::tell(booking::session_id session, const booking::decision& came)
{
    const auto map = look(session);
    if (!came || !map)
        return refuse(came ? map.error() : came.error(), map ? map->get() : nullptr);
    const auto& made = *came->reservation;
    const auto numbers = numbers_of(made);
    if (asked_.as_json)
    {
        out_ << json_of(made, **map);
        return true;
    }
    if (made.is_live())
        show(**map, numbers);
    out_ << labels_text(**map, numbers) << ": " << to_string(made.status());
    if (const auto until = made.held_until())
        out_ << " until " << time_text(*until);
    out_ << ", " << money_text(made.total(), made.currency) << "\nreservation " << made.id.text()
         << '\n';
    return true;
}

bool box_office::best()
{
    if (asked_.reserves_best || asked_.holds_best)
        return reserve({.session = asked_.session,
                        .user = asked_.user,
                        .hold = asked_.holds_best ? asked_.hold : std::chrono::seconds{0},
                        .best = asked_.wish});
    const auto map = look(asked_.session);
    if (!map)
        return refuse(map.error());
    const auto pick = booking::pick_seats(**map, asked_.wish);
    if (!pick)
        return refuse(pick.error(), map->get());
    if (asked_.as_json)
    {
        out_ << json_of(*pick, **map);
        return true;
    }
    show(**map, pick->seats);
    out_ << labels_text(**map, pick->seats) << (pick->groups > 1 ? ", not all together" : "")
         << "; --reserve buys the best there are then, --hold keeps them\n";
    return true;
}

bool box_office::refuse(const booking::refusal& why, const booking::seat_map* map)
{
    if (asked_.as_json)
        out_ << json_of(why, map);
    else if (map != nullptr && !why.seats.empty())
        out_ << "refused, " << labels_text(*map, why.seats) << ": " << why.what() << '\n';
    else
        out_ << "refused: " << why.what() << '\n';
    return false;
}

} // namespace cinema::seats
