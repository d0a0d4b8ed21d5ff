#include "reservation_document.hpp"

#include "common/reservation_text.hpp"

#include <algorithm>
#include <bit>

namespace cinema::booking::mongo
{
namespace
{

document event_of(const reservation_event& event)
{
    document out;
    out.add("status", to_string(event.status))
        .add("version", static_cast<std::int64_t>(raw(event.version)))
        .add("at", event.at);
    if (event.held_until)
        out.add("held_until", *event.held_until);
    if (event.operation != operation_id{})
        out.add("operation", std::bit_cast<std::int64_t>(raw(event.operation)));
    return out;
}

reservation_event event_from(const field& from)
{
    reservation_event event;
    bool is_known = false;
    for (const auto& each : from.sub())
        if (each.key() == "status")
        {
            const auto status = adapters::status_from(each.text());
            is_known = status.has_value();
            event.status = status.value_or(reservation_status{});
        }
        else if (each.key() == "version")
            event.version = session_version{static_cast<std::uint64_t>(each.number())};
        else if (each.key() == "at")
            event.at = each.time();
        else if (each.key() == "held_until")
            event.held_until = each.time();
        else if (each.key() == "operation")
            event.operation = operation_id{std::bit_cast<std::uint64_t>(each.number())};
    if (!is_known || (event.status == reservation_status::held && !event.held_until))
        from.unexpected();
    return event;
}

void append_seats(document& to, const reservation& of)
{
    array numbers;
    array prices;
    array types;
    for (const auto& seat : of.seats)
    {
        numbers.add(raw(seat.number));
        prices.add(raw(seat.price));
        types.add(std::string_view{seat.price_type});
    }
    to.add_array("seats", numbers.elements()).add_array("prices", prices.elements());
    if (std::ranges::any_of(of.seats, [](const auto& seat) { return !seat.price_type.empty(); }))
        to.add_array("price_types", types.elements());
}

/// Gives each seat of `state` what the field has for it.
template <class Give>
void each_seat(reservation& state, const field& from, const Give& give)
{
    std::size_t index = 0;
    for (const auto& each : from.sub())
    {
        if (index == state.seats.size())
            state.seats.push_back({});
        give(state.seats[index++], each);
    }
}

} // namespace

document state_of(const reservation& of)
{
    document out;
    out.add("user", of.user);
    if (!of.account.empty())
        out.add("account", of.account.value);
    append_seats(out, of);
    array history;
    for (const auto& event : of.events)
        history.add(event_of(event));
    out.add("currency", of.currency.text()).add_array("history", history.elements());
    return out;
}

reservation_ptr state_from(const reservation_id& id, fields from)
{
    auto state = std::make_shared<reservation>();
    state->id = id;
    for (const auto& each : from)
    {
        const auto key = each.key();
        if (key == "user")
            state->user = each.text();
        else if (key == "account")
            state->account.value = each.text();
        else if (key == "seats")
            each_seat(*state, each,
                      [](reserved_seat& seat, const field& number)
                      { seat.number = seat_number{static_cast<std::int32_t>(number.number())}; });
        else if (key == "prices")
            each_seat(*state, each,
                      [](reserved_seat& seat, const field& price)
                      { seat.price = minor_units{price.number()}; });
        else if (key == "price_types")
            each_seat(*state, each,
                      [](reserved_seat& seat, const field& type)
                      { seat.price_type = type.text(); });
        else if (key == "currency")
            state->currency = currency_code::parse(each.text()).value_or(currency_code{});
        else if (key == "history")
            for (const auto& event : each.sub())
                state->events.push_back(event_from(event));
    }
    const bool has_unnumbered = std::ranges::any_of(state->seats, [](const auto& seat)
                                                    { return seat.number == seat_number{}; });
    if (state->seats.empty() || has_unnumbered || state->events.empty())
        throw failure{errc::store_failed,
                      "reservation " + id.text() + " is kept in a form that is not known"};
    return state;
}

document document_of(const reservation& of)
{
    document out;
    out.add("_id", of.id.text())
        .add("session", raw(of.id.session))
        .add("uuid", std::span<const std::uint8_t>{of.id.id.bytes})
        .add_all(state_of(of))
        .add("total", raw(of.total()))
        .add("status", to_string(of.status()))
        .add("version", static_cast<std::int64_t>(raw(of.version())))
        .add("created_at", of.created_at())
        .add("updated_at", of.updated_at());
    if (of.held_until())
        out.add("held_until", *of.held_until());
    return out;
}

reservation_ptr reservation_from(fields from)
{
    const auto name = from.at("_id");
    const auto id = reservation_id::parse(name.text());
    if (!id)
        name.unexpected();
    return state_from(*id, from);
}

document put_statement(const reservation& state)
{
    const auto id = state.id.text();
    document not_newer;
    not_newer.add("$lte", static_cast<std::int64_t>(raw(state.version())));
    document which;
    which.add("_id", id).add("session", raw(state.id.session)).add("version", not_newer);
    document statement;
    statement.add("q", which).add("u", document_of(state)).add("upsert", true);
    return statement;
}

} // namespace cinema::booking::mongo
