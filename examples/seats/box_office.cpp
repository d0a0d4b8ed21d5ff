#include "seats/box_office.hpp"

#include <cinema/booking/service/async.hpp>

#include "seats/ask_again.hpp"
#include "seats/json_text.hpp"
#include "seats/seat_chart.hpp"
#include "seats/seat_names.hpp"
#include "seats/words.hpp"

#include <boost/asio/use_future.hpp>

namespace cinema::seats
{
namespace
{

/// Of one command alone, however often it is asked.
std::string new_key()
{
    std::string out;
    booking::uuid::version_7(booking::host_now(), booking::random_bits(), booking::random_bits())
        .append_to(out);
    return out;
}

} // namespace

bool box_office::list()
{
    const auto maps = all_sessions();
    if (!maps)
        return refuse(maps.error());
    if (asked_.as_json)
        out_ << json_of(*maps);
    else if (maps->empty())
        out_ << "there are no sessions; try: seats demo\n";
    else
        for (const auto& map : *maps)
            out_ << raw(map->session->id) << "  " << session_text(*map) << '\n';
    return true;
}

booking::result<std::vector<booking::seat_map_ptr>> box_office::all_sessions()
{
    std::vector<booking::seat_map_ptr> out;
    booking::session_page_request page{.limit = booking::page_size_max};
    while (true)
    {
        const auto found = service_.sessions(page);
        if (!found)
            return found.error();
        for (const auto& session : *found)
        {
            auto map = service_.seats(session.id);
            if (!map)
                return map.error();
            out.push_back(*std::move(map));
        }
        if (found->size() < page.limit)
            return out;
        page.after = {found->back().showtime, found->back().id};
    }
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

bool box_office::reserve(booking::reserve_request request) { return ask(std::move(request)); }

bool box_office::confirm()
{
    return ask(booking::confirm_request{.reservation = asked_.reservation});
}

bool box_office::cancel()
{
    return ask(booking::cancel_request{.reservation = asked_.reservation});
}

template <class Request>
bool box_office::ask(Request request)
{
    request.idempotency_key = new_key();
    const auto came = ask_until_known(
        [&] { return service_.async_submit(request, boost::asio::use_future).get(); }, pause_);
    if (came)
        return grant(*came->reservation);
    booking::refusal why = came.error();
    const auto session = session_of(request);
    if (why == booking::errc::outcome_unknown)
        why.detail = "contact with the store was lost, and whether it was done is not known; "
                     "seats map "
                     + std::to_string(raw(session)) + " shows it";
    return refuse_at(session, why);
}

/// What was granted is told whether or not there is a map to show it on.
bool box_office::grant(const booking::reservation& made)
{
    const auto found = look(made.id.session);
    const auto* const map = found ? found->get() : nullptr;
    const auto numbers = numbers_of(made);
    if (asked_.as_json)
    {
        out_ << json_of(made, map);
        return true;
    }
    if (map == nullptr)
        out_ << "the seats cannot be shown: " << found.error().what() << '\n';
    else if (made.is_live())
        show(*map, numbers);
    out_ << (map == nullptr ? "seats " : "") << labels_text(map, numbers) << ": "
         << to_string(made.status());
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
    out_ << labels_text(map->get(), pick->seats) << (pick->groups > 1 ? ", not all together" : "")
         << "; --reserve buys the best there are then, --hold keeps them\n";
    return true;
}

bool box_office::refuse_at(booking::session_id session, const booking::refusal& why)
{
    if (why.seats.empty())
        return refuse(why);
    const auto map = look(session); // for their labels
    return refuse(why, map ? map->get() : nullptr);
}

bool box_office::refuse(const booking::refusal& why, const booking::seat_map* map)
{
    if (asked_.as_json)
        out_ << json_of(why, map);
    else if (!why.seats.empty())
        out_ << "refused, " << labels_text(map, why.seats) << ": " << why.what() << '\n';
    else
        out_ << "refused: " << why.what() << '\n';
    return false;
}

} // namespace cinema::seats
