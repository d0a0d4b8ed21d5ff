#include "seats/json_text.hpp"

#include "seats/seat_names.hpp"
#include "seats/words.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace cinema::seats
{
namespace
{

namespace json = boost::json;

std::string line(const json::value& value) { return json::serialize(value) + '\n'; }

const char* to_string(booking::seat_kind kind)
{
    switch (kind)
    {
    case booking::seat_kind::standard: return "standard";
    case booking::seat_kind::accessible: return "accessible";
    case booking::seat_kind::companion: return "companion";
    }
    return "unknown";
}

json::object session_of(const booking::seat_map& map)
{
    return {{"session", raw(map.session->id)},
            {"movie_title", map.session->movie_title},
            {"hall", map.hall->name},
            {"showtime", iso_text(map.session->showtime)},
            {"version", raw(map.stamp.version)},
            {"seats_total", map.hall->layout.size()},
            {"seats_free", map.free_seats()}};
}

json::array labels(const booking::seat_map* map, std::span<const booking::seat_number> seats)
{
    json::array out;
    for (const auto seat : seats)
        out.emplace_back(label_of(map, seat));
    return out;
}

} // namespace

std::string json_of(const std::vector<booking::seat_map_ptr>& sessions)
{
    json::array out;
    for (const auto& map : sessions)
        out.push_back(session_of(*map));
    return line(out);
}

std::string json_of(const booking::seat_map& map)
{
    json::array seats;
    const auto& layout = map.hall->layout;
    for (std::size_t i = 0; i < layout.size(); ++i)
    {
        const auto& seat = layout.seats()[i];
        const auto& category = layout.categories()[seat.category];
        seats.push_back({{"label", seat.label},
                         {"number", raw(seat.number)},
                         {"row", seat.row},
                         {"column", seat.column},
                         {"category", category},
                         {"kind", to_string(seat.kind)},
                         {"price", static_cast<std::int64_t>(map.session->price_of(category))},
                         {"status", booking::to_string(map.status[i])}});
    }
    auto out = session_of(map);
    out["currency"] = map.session->currency.text();
    out["seats"] = std::move(seats);
    return line(out);
}

std::string json_of(const booking::reservation& made, const booking::seat_map* map)
{
    json::object out{{"id", made.id.text()},
                     {"session", raw(made.id.session)},
                     {"status", booking::to_string(made.status())},
                     {"user", made.user},
                     {"seats", labels(map, numbers_of(made))},
                     {"total", static_cast<std::int64_t>(made.total())},
                     {"currency", made.currency.text()},
                     {"version", raw(made.version())}};
    if (const auto until = made.held_until())
        out["held_until"] = iso_text(*until);
    return line(out);
}

std::string json_of(const booking::seat_pick& pick, const booking::seat_map& map)
{
    return line(json::object{{"session", raw(map.session->id)},
                             {"seats", labels(&map, pick.seats)},
                             {"groups", pick.groups},
                             {"left_alone", labels(&map, pick.left_alone)}});
}

std::string json_of(const booking::refusal& why, const booking::seat_map* map)
{
    json::object out{{"error", why.what()}, {"type", "urn:cinema:" + std::string{slug(why.code)}}};
    if (!why.seats.empty())
        out["seats"] = labels(map, why.seats);
    return line(out);
}

} // namespace cinema::seats
