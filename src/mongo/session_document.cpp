#include "session_document.hpp"

#include "hex.hpp"
#include "reservation_document.hpp"
#include "session_values.hpp"

#include <algorithm>
#include <bit>
#include <random>

namespace cinema::booking::mongo
{
namespace
{

uuid reservation_named(const field& from)
{
    const auto id = from_hex<16>(from.key());
    if (!id)
        from.unexpected();
    return uuid{*id};
}

void read_reservations(session_document& to, const field& from)
{
    for (const auto& each : from.sub())
    {
        const auto id = reservation_named(each);
        to.record.reservations.emplace(id, state_from({to.record.session.id, id}, each.sub()));
    }
}

void read_keys(session_document& to, const field& from)
{
    for (const auto& each : from.sub())
    {
        const auto digest = from_hex<16>(each.key());
        if (!digest)
            each.unexpected();
        const auto kept = each.sub();
        const session_version version{static_cast<std::uint64_t>(kept.at("version").number())};
        to.record.keys.emplace(key_digest{*digest}, std::pair{key_from({*digest}, kept), version});
    }
}

category_price price_from(const field& from)
{
    const auto kept = from.sub();
    category_price price{.category = std::string{kept.at("category").text()},
                         .price = minor_units{kept.at("price").number()}};
    if (const auto type = kept.find("type"))
        price.price_type = type->text();
    return price;
}

} // namespace

std::uint64_t random_bits()
{
    thread_local std::random_device source;
    const std::uint64_t high = source();
    return high << 32U | source();
}

key_record key_from(const key_digest& key, fields from)
{
    return {.key = key,
            .request = from.at("request").bytes_of<32>(),
            .reservation = {from.at("reservation").bytes_of<16>()},
            .event = static_cast<std::uint16_t>(from.at("event").number())};
}

std::string path_of(const key_digest& key) { return "keys." + to_hex(key.bytes); }

std::string name_of(const uuid& reservation) { return to_hex(reservation.bytes); }
std::string path_of(const uuid& reservation) { return "reservations." + name_of(reservation); }

std::vector<outbox_entry> outbox_from(fields from)
{
    std::vector<outbox_entry> entries;
    for (const auto& each : from.at("outbox").sub())
    {
        const auto kept = each.sub();
        outbox_entry entry{
            .reservation = {kept.at("reservation").bytes_of<16>()},
            .version = session_version{static_cast<std::uint64_t>(kept.at("version").number())}};
        if (const auto account = kept.find("account"))
            entry.account.value = account->text();
        entry.entry = kept.at("entry").number();
        entries.push_back(std::move(entry));
    }
    return entries;
}

std::optional<time_point> session_document::hold_ends() const
{
    std::optional<time_point> first;
    for (const auto& [id, state] : record.reservations)
        if (const auto until = state->held_until(); until && (!first || *until < *first))
            first = until;
    return first;
}

std::optional<bool> session_document::has_made(const session_change& change) const
{
    const auto& recent = record.recent;
    if (is_recent(recent, change.next.change))
        return true;
    const bool is_whole = recent.size() < recent_changes_max;
    return is_whole || is_recent(recent, change.expected.change) ? std::optional{false}
                                                                 : std::nullopt;
}

std::optional<time_point> session_document::purge_from() const
{
    const auto over = record.session.ends_at.value_or(record.session.showtime);
    std::optional<time_point> first;
    const auto note = [&](time_point at) { first = first ? std::min(*first, at) : at; };
    for (const auto& [id, state] : record.reservations)
        if (!state->is_live())
            note(state->updated_at());
    for (const auto& [digest, key] : record.keys)
        if (const auto of = record.reservations.find(key.first.reservation);
            of == record.reservations.end())
            note(record.changed_at);
        else if (of->second->is_live())
            note(std::max(over, of->second->updated_at()));
    return first;
}

session_stamp stamp_from(fields from)
{
    return {session_version{static_cast<std::uint64_t>(from.at("version").number())},
            change_id{std::bit_cast<std::uint64_t>(from.at("change_id").number())},
            config_version{static_cast<std::uint64_t>(from.at("config_version").number())}};
}

bool is_void(fields from) { return from.find("void").has_value(); }

session session_from(fields from)
{
    session out;
    for (const auto& each : from)
    {
        const auto key = each.key();
        if (key == "_id")
            out.id = session_id{each.number()};
        else if (key == "hall_id")
            out.hall = hall_id{each.number()};
        else if (key == "movie_title")
            out.movie_title = each.text();
        else if (key == "showtime")
            out.showtime = each.time();
        else if (key == "ends_at")
            out.ends_at = each.time();
        else if (key == "currency")
            out.currency = currency_code::parse(each.text()).value_or(currency_code{});
        else if (key == "prices")
            for (const auto& price : each.sub())
                out.prices.push_back(price_from(price));
        else if (key == "blocked")
            for (const auto& seat : each.sub())
                out.blocked.push_back(seat_number{static_cast<std::int32_t>(seat.number())});
    }
    return out;
}

session_document session_document_from(fields from)
{
    session_document out;
    out.record.session = session_from(from);
    out.record.stamp = stamp_from(from);
    out.record.changed_at = from.at("changed_at").time();
    out.record.purged =
        session_version{static_cast<std::uint64_t>(from.at("purged_version").number())};
    out.purges = from.at("purges").number();
    for (const auto& each : from)
        if (each.key() == "reservations")
            read_reservations(out, each);
        else if (each.key() == "keys")
            read_keys(out, each);
        else if (each.key() == "recent")
            for (const auto& id : each.sub())
                out.record.recent.push_back(change_id{std::bit_cast<std::uint64_t>(id.number())});
    out.outbox = outbox_from(from);
    return out;
}

document new_session(const session& made, change_id change, time_point at)
{
    document out;
    out.add("_id", raw(made.id))
        .add("hall_id", raw(made.hall))
        .add("movie_title", made.movie_title)
        .add("showtime", made.showtime);
    if (made.ends_at)
        out.add("ends_at", *made.ends_at);
    array prices;
    for (const auto& each : made.prices)
    {
        document price;
        price.add("category", each.category).add("price", raw(each.price));
        if (!each.price_type.empty())
            price.add("type", each.price_type);
        prices.add(price);
    }
    out.add("currency", made.currency.text())
        .add_array("prices", prices.elements())
        .add_array("blocked", numbers_of(made.blocked))
        .add("version", std::int64_t{1})
        .add("change_id", number_of(change))
        .add("config_version", std::int64_t{1})
        .add("changed_at", at)
        .add_array("recent", array{}.add(number_of(change)).elements())
        .add("purged_version", std::int64_t{0})
        .add("purges", std::int64_t{0})
        .add("reservations", document{})
        .add("taken", document{})
        .add("keys", document{})
        .add_array("outbox", document{});
    return out.add("bytes", static_cast<std::int64_t>(out.bytes()));
}

document stamp_only()
{
    document out;
    for (const auto* const field : {"version", "change_id", "config_version", "void"})
        out.add(field, std::int32_t{1});
    return out;
}

document at_stamp(session_id session, const session_stamp& stamp)
{
    document out;
    out.add("_id", raw(session))
        .add("version", number_of(stamp.version))
        .add("change_id", number_of(stamp.change));
    return out;
}

} // namespace cinema::booking::mongo
