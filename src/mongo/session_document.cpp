#include "session_document.hpp"

#include "hex.hpp"
#include "reservation_document.hpp"

#include <algorithm>
#include <bit>
#include <random>

namespace cinema::booking::mongo
{
namespace
{

/// So many changes are told from changes that were not made. A commit asks right after it.
constexpr std::int32_t recent_max = 32;

std::span<const std::uint8_t> bytes_of(const uuid& id) { return id.bytes; }

std::int64_t number_of(session_version version) { return static_cast<std::int64_t>(raw(version)); }
std::int64_t number_of(config_version version) { return static_cast<std::int64_t>(raw(version)); }
std::int64_t number_of(change_id id) { return std::bit_cast<std::int64_t>(raw(id)); }

document numbers_of(const std::vector<seat_number>& seats)
{
    array out;
    for (const auto seat : seats)
        out.add(raw(seat));
    return out.elements();
}

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
        const key_record key{.key = {*digest},
                             .request = kept.at("request").bytes_of<32>(),
                             .reservation = {kept.at("reservation").bytes_of<16>()},
                             .event = static_cast<std::uint16_t>(kept.at("event").number())};
        const session_version version{static_cast<std::uint64_t>(kept.at("version").number())};
        to.record.keys.emplace(key.key, std::pair{key, version});
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

/// What a change does to the guard.
struct guard_changes
{
    std::map<seat_number, uuid> freed;
    std::map<seat_number, uuid> taken;
};

guard_changes guard_changes_of(const session_change& change)
{
    guard_changes all;
    for (const auto& entry : change.reservations)
        for (const auto& seat : entry.now->seats)
        {
            if (entry.frees_seats())
                all.freed.emplace(seat.number, entry.now->id.id);
            if (entry.takes_seats() && !all.taken.emplace(seat.number, entry.now->id.id).second)
                throw failure{errc::store_failed, "a change gives seat "
                                                      + std::to_string(raw(seat.number))
                                                      + " to two reservations"};
        }
    return all;
}

std::string path_of(seat_number seat) { return "taken." + std::to_string(raw(seat)); }
std::string path_of(const key_digest& key) { return "keys." + to_hex(key.bytes); }

document exists(bool truth)
{
    document out;
    out.add("$exists", truth);
    return out;
}

/// The conditions under which a change agrees with what is kept, and no seat has two holders.
void add_guard(document& to, const session_change& change, const guard_changes& guard)
{
    for (const auto& [now, is_new, was_live] : change.reservations)
    {
        to.add(mongo::path_of(now->id.id), exists(!is_new));
        if (is_new || guard.freed.contains(now->seats.front().number))
            continue;
        document other;
        if (was_live)
            to.add(path_of(now->seats.front().number), bytes_of(now->id.id));
        else if (!now->is_live())
            to.add(path_of(now->seats.front().number), other.add("$ne", bytes_of(now->id.id)));
    }
    for (const auto& [seat, holder] : guard.freed)
        to.add(path_of(seat), bytes_of(holder));
    for (const auto& [seat, holder] : guard.taken)
        if (!guard.freed.contains(seat))
            to.add(path_of(seat), exists(false));
}

document key_document(const key_record& key, session_version version)
{
    document out;
    out.add("request", std::span<const std::uint8_t>{key.request})
        .add("reservation", bytes_of(key.reservation))
        .add("event", std::int32_t{key.event})
        .add("version", number_of(version));
    return out;
}

document entry_document(const outbox_entry& entry)
{
    document out;
    out.add("entry", entry.entry)
        .add("reservation", bytes_of(entry.reservation))
        .add("version", number_of(entry.version));
    if (!entry.account.empty())
        out.add("account", entry.account.value);
    return out;
}

document entry_of(const reservation& state)
{
    return entry_document(
        {state.id.id, state.version(), state.account, std::bit_cast<std::int64_t>(random_bits())});
}

/// The earliest end of a hold that the change makes.
std::optional<time_point> first_hold_of(const session_change& change)
{
    std::optional<time_point> first;
    for (const auto& entry : change.reservations)
        if (const auto until = entry.now->held_until(); until && (!first || *until < *first))
            first = until;
    return first;
}

bool brings_what_will_be_purged(const session_change& change)
{
    return !change.keys.empty()
           || std::ranges::any_of(change.reservations,
                                  [](const auto& entry) { return !entry.now->is_live(); });
}

/// What the change sets, with the seats, reservations and keys.
document set_by(const session_change& change, const guard_changes& guard)
{
    document set;
    set.add("version", number_of(change.next.version))
        .add("change_id", number_of(change.next.change))
        .add("config_version", number_of(change.next.config))
        .add("changed_at", change.at);
    if (change.blocked)
        set.add_array("blocked", numbers_of(*change.blocked));
    for (const auto& entry : change.reservations)
        set.add(mongo::path_of(entry.now->id.id), state_of(*entry.now));
    for (const auto& [seat, holder] : guard.taken)
        set.add(path_of(seat), bytes_of(holder));
    for (const auto& key : change.keys)
        set.add(path_of(key.key), key_document(key, change.next.version));
    return set;
}

/// The dates that tell who looks for work that there is some.
document earliest_by(const session_change& change)
{
    document dates;
    if (!change.reservations.empty())
        dates.add("outbox_since", change.at);
    if (const auto until = first_hold_of(change))
        dates.add("hold_ends", *until);
    if (brings_what_will_be_purged(change))
        dates.add("purge_from", change.at);
    return dates;
}

/// What `$push` adds to an array, of which no more than the last so many are kept, unless 0.
document pushed(const array& added, std::int32_t kept)
{
    document out;
    out.add_array("$each", added.elements());
    return kept == 0 ? out : out.add("$slice", -kept);
}

document update_by(const session_change& change, const guard_changes& guard)
{
    const auto set = set_by(change, guard);
    document update;
    update.add("$set", set);
    document unset;
    for (const auto& [seat, holder] : guard.freed)
        if (!guard.taken.contains(seat))
            unset.add(path_of(seat), "");
    if (!unset.empty())
        update.add("$unset", unset);
    array entries;
    for (const auto& entry : change.reservations)
        entries.add(entry_of(*entry.now));
    document push;
    push.add("recent", pushed(array{}.add(number_of(change.next.change)), recent_max));
    if (!entries.empty())
        push.add("outbox", pushed(entries, 0));
    update.add("$push", push);
    if (const auto dates = earliest_by(change); !dates.empty())
        update.add("$min", dates);
    const auto growth = static_cast<std::int64_t>(set.bytes() + entries.elements().bytes());
    update.add("$inc", document{}.add("bytes", growth));
    return update;
}

document entries_of(const std::vector<outbox_entry>& entries)
{
    array all;
    for (const auto& entry : entries)
        all.add(entry_document(entry));
    return all.elements();
}

/// Neither is empty in an update, which some servers refuse. `condition`: what else must be so.
document statement_at(const session_document& seen, const document& set, const document& unset,
                      const document& condition = {})
{
    document update;
    update.add("$set", set);
    if (!unset.empty())
        update.add("$unset", unset);
    document statement;
    auto which = at_stamp(seen.record.session.id, seen.record.stamp);
    return statement.add("q", which.add_all(condition)).add("u", update);
}

} // namespace

std::uint64_t random_bits()
{
    thread_local std::random_device source;
    const std::uint64_t high = source();
    return high << 32U | source();
}

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
    const auto has = [&](change_id id) { return std::ranges::find(recent, id) != recent.end(); };
    if (has(change.next.change))
        return true;
    const bool is_whole = recent.size() < static_cast<std::size_t>(recent_max);
    return is_whole || has(change.expected.change) ? std::optional{false} : std::nullopt;
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
                out.recent.push_back(change_id{std::bit_cast<std::uint64_t>(id.number())});
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
        .add_array("recent", document{})
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

document swap_statement(const session_change& change)
{
    auto which = at_stamp(change.session, change.expected);
    document statement;
    if (change.is_check())
        return statement.add("q", which)
            .add("u", document{}.add(
                          "$set", document{}.add("version", number_of(change.expected.version))));
    const auto guard = guard_changes_of(change);
    add_guard(which, change, guard);
    const auto update = update_by(change, guard);
    const auto room = session_bytes_max - static_cast<std::int64_t>(update.bytes());
    which.add("bytes", document{}.add("$lte", room));
    return statement.add("q", which).add("u", update);
}

document purge_statement(const session_document& left, const purged_parts& gone)
{
    document set;
    document unset;
    for (const auto& id : gone.reservations)
        unset.add(path_of(id), "");
    for (const auto& key : gone.keys)
        unset.add(path_of(key), "");
    set.add("purged_version", number_of(left.record.purged))
        .add("purges", left.purges + 1)
        .add("bytes", static_cast<std::int64_t>(left.bytes));
    if (const auto from = left.purge_from())
        set.add("purge_from", *from);
    else
        unset.add("purge_from", "");
    // Others may have purged since, or have put something into the outbox again.
    document condition;
    document empty;
    condition.add("purges", left.purges).add("outbox", empty.add("$size", std::int32_t{0}));
    return statement_at(left, set, unset, condition);
}

document emptying_statement(const session_document& seen)
{
    document set;
    document unset;
    document as_seen;
    as_seen.add_array("outbox", entries_of(seen.outbox));
    return statement_at(seen, set.add_array("outbox", document{}), unset.add("outbox_since", ""),
                        as_seen);
}

document pulling_statement(session_id session, const std::vector<outbox_entry>& entries,
                           const std::optional<time_point>& since)
{
    document pull;
    document update;
    document date;
    update.add("$pullAll", pull.add_array("outbox", entries_of(entries)));
    if (since)
        update.add("$set", date.add("outbox_since", *since));
    document which;
    document statement;
    return statement.add("q", which.add("_id", raw(session))).add("u", update);
}

document queueing_statement(const reservation& state)
{
    document push;
    document since;
    document update;
    update.add("$push", push.add("outbox", entry_of(state)))
        .add("$min", since.add("outbox_since", state.updated_at()));
    document which;
    document statement;
    return statement.add("q", which.add("_id", raw(state.id.session))).add("u", update);
}

document correction_statement(const session_document& seen)
{
    document set;
    document unset;
    set.add("bytes", static_cast<std::int64_t>(seen.bytes));
    if (const auto until = seen.hold_ends())
        set.add("hold_ends", *until);
    else
        unset.add("hold_ends", "");
    return statement_at(seen, set, unset);
}

} // namespace cinema::booking::mongo
