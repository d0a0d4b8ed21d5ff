#include "render.hpp"

#include "text.hpp"

#include <array>

namespace cinema::booking::http
{

namespace
{

std::string_view kind_name(seat_kind kind) noexcept
{
    switch (kind)
    {
    case seat_kind::standard: return "standard";
    case seat_kind::accessible: return "accessible";
    case seat_kind::companion: return "companion";
    }
    return "standard";
}

/// The parts that seats of a category share, made once for a map: `","category":"…","price":…`.
std::vector<std::string> category_parts(const seat_map& map)
{
    std::vector<std::string> parts;
    for (const auto& category : map.hall->layout.categories())
    {
        auto& part = parts.emplace_back("\",\"category\":");
        append_json(part, category);
        part += ",\"price\":";
        append_number(part, static_cast<std::int64_t>(map.session->price_of(category)));
        part += ",\"kind\":\"";
    }
    return parts;
}

void append_optional_time(std::string& out, const std::optional<time_point>& time)
{
    if (!time)
    {
        out += "null";
        return;
    }
    out += '"';
    append_iso_time(out, *time);
    out += '"';
}

/// Opens an array with the first element, separates the others.
class separator
{
public:
    explicit separator(std::string& out) : out_{out} {}
    void next()
    {
        out_ += mark_;
        mark_ = ',';
    }
    void close() { out_ += mark_ == '[' ? "[]" : "]"; }

private:
    std::string& out_;
    char mark_{'['};
};

void append_numbers(std::string& out, std::span<const seat_number> numbers)
{
    separator comma{out};
    for (const auto number : numbers)
    {
        comma.next();
        append_number(out, raw(number));
    }
    comma.close();
}

void append_labels(std::string& out, const seat_layout& layout,
                   std::span<const seat_number> numbers)
{
    out += ",\"labels\":";
    separator comma{out};
    for (const auto number : numbers)
    {
        comma.next();
        const auto index = layout.find(number);
        append_json(out, index ? std::string_view{layout.seats()[*index].label} : "");
    }
    comma.close();
}

void append_price(std::string& out, separator& comma, const category_price& entry)
{
    comma.next();
    out += "{\"category\":";
    append_json(out, entry.category);
    out += ",\"price\":";
    append_number(out, raw(entry.price));
    out += ",\"price_type\":";
    append_json(out, entry.price_type);
    out += '}';
}

/// What each seat costs and for whom, in the order of the seats.
void append_seat_prices(std::string& out, const reservation& what)
{
    out += ",\"prices\":";
    separator prices{out};
    for (const auto& seat : what.seats)
    {
        prices.next();
        append_number(out, raw(seat.price));
    }
    prices.close();
    out += ",\"price_types\":";
    separator types{out};
    for (const auto& seat : what.seats)
    {
        types.next();
        append_json(out, seat.price_type);
    }
    types.close();
}

void append_total(std::string& out, std::optional<minor_units> total, const currency_code& currency)
{
    if (total)
    {
        out += ",\"total\":";
        append_number(out, raw(*total));
    }
    out += ",\"currency\":\"";
    out += currency.text();
    out += '"';
}

} // namespace

void append_seats(std::string& out, const seat_map& map)
{
    const auto seats = map.hall->layout.seats();
    const auto categories = category_parts(map);
    std::string hall_part = ",\"hall_id\":";
    append_number(hall_part, raw(map.hall->id));
    hall_part += ",\"row\":";
    out.reserve(out.size() + seats.size() * 220);
    separator comma{out};
    for (std::size_t i = 0; i < seats.size(); ++i)
    {
        const auto& seat = seats[i];
        comma.next();
        out += "{\"id\":";
        append_number(out, raw(seat.id));
        out += hall_part;
        append_number(out, seat.row);
        out += ",\"col\":";
        append_number(out, seat.column);
        out += ",\"seat_number\":";
        append_number(out, raw(seat.number));
        out += map.status[i] == seat_status::free ? ",\"isReserved\":false,\"label\":"
                                                  : ",\"isReserved\":true,\"label\":";
        append_json(out, seat.label);
        out += ",\"status\":\"";
        out += to_string(map.status[i]);
        out += categories[seat.category];
        out += kind_name(seat.kind);
        out += seat.kind == seat_kind::accessible ? "\",\"accessible\":true}"
                                                  : "\",\"accessible\":false}";
    }
    comma.close();
}

void append_session(std::string& out, const seat_map& map)
{
    const auto& session = *map.session;
    const auto seats = map.hall->layout.seats();
    out += "{\"id\":";
    append_number(out, raw(session.id));
    out += ",\"hall_id\":";
    append_number(out, raw(session.hall));
    out += ",\"movie_title\":";
    append_json(out, session.movie_title);
    out += ",\"showtime\":\"";
    append_iso_time(out, session.showtime);
    out += "\",\"seats\":";
    separator free{out};
    for (std::size_t i = 0; i < seats.size(); ++i)
        if (map.status[i] == seat_status::free)
        {
            free.next();
            append_number(out, raw(seats[i].number));
        }
    free.close();
    out += ",\"version\":";
    append_number(out, raw(map.stamp.version));
    out += ",\"ends_at\":";
    append_optional_time(out, session.ends_at);
    out += ",\"currency\":\"";
    out += session.currency.text();
    out += "\",\"hall\":";
    append_json(out, map.hall->name);
    out += ",\"time_zone\":";
    append_json(out, map.hall->time_zone);
    out += ",\"seats_total\":";
    append_number(out, seats.size());
    out += ",\"seats_free\":";
    append_number(out, map.free_seats());
    out += ",\"prices\":";
    separator prices{out};
    for (const auto& category : map.hall->layout.categories())
    {
        if (session.find_price(category) == nullptr)
            append_price(out, prices, {category});
        for (const auto& entry : session.prices)
            if (entry.category == category)
                append_price(out, prices, entry);
    }
    prices.close();
    out += '}';
}

void append_best_seats(std::string& out, const seat_map& map, const seat_pick& pick,
                       std::optional<minor_units> total)
{
    out += "{\"session\":";
    append_number(out, raw(map.session->id));
    out += ",\"seats\":";
    append_numbers(out, pick.seats);
    append_labels(out, map.hall->layout, pick.seats);
    out += ",\"groups\":";
    append_number(out, pick.groups);
    out += ",\"left_alone\":";
    append_numbers(out, pick.left_alone);
    append_total(out, total, map.session->currency);
    out += ",\"version\":";
    append_number(out, raw(map.stamp.version));
    out += '}';
}

void append_reservation(std::string& out, const reservation_view& view)
{
    const auto& [what, version, layout, secret, left_alone] = view;
    std::vector<seat_number> numbers;
    for (const auto& seat : what.seats)
        numbers.push_back(seat.number);
    const auto id = what.id.text();
    out += "{\"id\":\"";
    out += id;
    out += "\",\"_id\":\"";
    out += id;
    out += "\",\"user\":";
    append_json(out, what.user);
    out += ",\"session\":";
    append_number(out, raw(what.id.session));
    out += ",\"seats\":";
    append_numbers(out, numbers);
    if (layout != nullptr)
        append_labels(out, *layout, numbers);
    append_seat_prices(out, what);
    out += ",\"status\":\"";
    out += to_string(what.status());
    out += "\",\"held_until\":";
    append_optional_time(out, what.held_until());
    append_total(out, what.total(), what.currency);
    out += ",\"version\":";
    append_number(out, raw(version));
    out += ",\"created_at\":\"";
    append_iso_time(out, what.created_at());
    out += "\",\"updated_at\":\"";
    append_iso_time(out, what.updated_at());
    out += '"';
    if (!left_alone.empty())
    {
        out += ",\"left_alone\":";
        append_numbers(out, left_alone);
    }
    if (!secret.empty())
    {
        out += ",\"secret\":\"";
        out += secret;
        out += '"';
    }
    out += '}';
}

// ---- page_tag: two 64-bit FNV-1a hashes over the same numbers, from different beginnings

void page_tag::add(std::uint64_t number) noexcept
{
    constexpr std::uint64_t prime = 0x100000001B3U;
    for (unsigned shift = 0; shift < 64; shift += 8)
    {
        high_ = (high_ ^ (number >> shift & 0xFFU)) * prime;
        low_ = (low_ ^ (number >> shift & 0xFFU)) * prime + shift;
    }
}

void page_tag::add(std::string_view text) noexcept
{
    add(text.size());
    for (const char c : text)
        add(static_cast<unsigned char>(c));
}

void page_tag::add(const seat_map& map) noexcept
{
    add(static_cast<std::uint64_t>(raw(map.session->id)));
    add(raw(map.stamp.version));
    add(raw(map.stamp.change));
}

std::string page_tag::text() const
{
    std::array<char, 32> digits{};
    const auto high = std::to_chars(digits.data(), digits.data() + 16, high_, 16).ptr;
    const auto low = std::to_chars(high, high + 16, low_, 16).ptr;
    return '"' + std::string(digits.data(), low) + '"';
}

} // namespace cinema::booking::http
