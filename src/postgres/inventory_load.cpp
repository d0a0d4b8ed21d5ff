#include "inventory.hpp"
#include "reservation_row.hpp"
#include "session_row.hpp"

#include <algorithm>

namespace cinema::booking::postgres
{
namespace
{

// The columns of load_sessions.
enum column : int
{
    place,
    mode,
    version,
    change,
    config,
    changed_at,
    session_begin,
    blocked = session_begin + session_columns,
    reservation_begin,
    key_begin = reservation_begin + 6,
    key_prefixes = key_begin + 4,
    now,
    untouched ///< No other transaction is, or was, at the row to write the next version.
};

constexpr int mode_unchanged = 0;
constexpr int mode_delta = 1;

std::string_view next_text(array_reader& values) { return values.next().value_or(""); }

std::vector<reservation_ptr> reservations_from(const row& from, session_id session)
{
    auto ids = from.array(reservation_begin);
    auto labels = from.array(reservation_begin + 1);
    auto accounts = from.array(reservation_begin + 2);
    auto currencies = from.array(reservation_begin + 3);
    auto seats = from.array(reservation_begin + 4);
    auto events = from.array(reservation_begin + 5);
    std::vector<reservation_ptr> all;
    all.reserve(ids.size());
    for (std::uint32_t i = 0; i < ids.size(); ++i)
    {
        const reservation_id id{session, uuid_from(next_text(ids))};
        all.push_back(reservation_from(id, {.label = next_text(labels),
                                            .account = next_text(accounts),
                                            .currency = next_text(currencies),
                                            .seats = json_from(next_text(seats)),
                                            .events = json_from(next_text(events))}));
    }
    return all;
}

std::vector<key_record> keys_from(const row& from)
{
    auto digests = from.array(key_begin);
    auto requests = from.array(key_begin + 1);
    auto reservations = from.array(key_begin + 2);
    auto events = from.array(key_begin + 3);
    std::vector<key_record> all;
    all.reserve(digests.size());
    for (std::uint32_t i = 0; i < digests.size(); ++i)
        all.push_back({.key = {bytes_from<16>(next_text(digests))},
                       .request = bytes_from<32>(next_text(requests)),
                       .reservation = uuid_from(next_text(reservations)),
                       .event = static_cast<std::uint16_t>(integer_from(next_text(events)))});
    return all;
}

session_stamp stamp_from(const row& from, int first_column)
{
    return {from.as<session_version>(first_column), from.as<change_id>(first_column + 1),
            from.as<config_version>(first_column + 2)};
}

session_load load_from(const row& from, session_id id)
{
    const auto how = from.integer(mode);
    if (how == mode_unchanged)
        return session_unchanged{};
    const auto stamp = stamp_from(from, version);
    if (how == mode_delta)
        return session_delta{.stamp = stamp,
                             .changed_at = from.time(changed_at),
                             .reservations = reservations_from(from, id),
                             .keys = keys_from(from)};
    session_snapshot whole{.session = session_from(from, session_begin),
                           .stamp = stamp,
                           .changed_at = from.time(changed_at),
                           .reservations = reservations_from(from, id),
                           .keys = keys_from(from)};
    auto seats = from.array(blocked);
    for (std::uint32_t i = 0; i < seats.size(); ++i)
        whole.session.blocked.push_back(
            seat_number{static_cast<std::int32_t>(integer_from(next_text(seats)))});
    const auto prefixes = from.raw_value(key_prefixes);
    whole.key_prefixes.resize(prefixes.size() / sizeof(std::uint64_t));
    std::copy_n(prefixes.data(), whole.key_prefixes.size() * sizeof(std::uint64_t),
                reinterpret_cast<char*>(whole.key_prefixes.data()));
    return whole;
}

parameters values_of(std::span<const load_request> requests)
{
    array<session_id> sessions;
    array<session_version> versions;
    array<change_id> changes;
    array<config_version> configs;
    array<bool> with_ended;
    for (const auto& request : requests)
    {
        const auto known = request.known.value_or(session_stamp{});
        sessions.add(request.session);
        versions.add(known.version);
        changes.add(known.change);
        configs.add(known.config);
        with_ended.add(request.with_ended);
    }
    return parameters::of(sessions, versions, changes, configs, with_ended);
}

} // namespace

time_point time_of(connection& from) { return from.run(query::now)[0].time(0); }

void add_loads(std::vector<statement>& to, std::span<const load_request> requests,
               postgres_routing routing)
{
    const std::size_t together = routing == postgres_routing::batch ? requests.size() : 1;
    for (std::size_t begin = 0; begin < requests.size(); begin += together)
        to.push_back({query::load_sessions, values_of(requests.subspan(begin, together))});
}

std::optional<time_point> read_loads(std::span<const rows> answers,
                                     std::span<const load_request> requests,
                                     std::span<store_result<session_load>> out,
                                     std::vector<bool>* is_final)
{
    std::optional<time_point> time;
    const std::size_t together = requests.size() / answers.size();
    std::size_t begin = 0;
    for (const auto& found : answers)
    {
        for (const auto each : found)
        {
            const auto index = begin + static_cast<std::size_t>(each.integer(place)) - 1;
            out[index] = load_from(each, requests[index].session);
            time = each.time(now);
            if (is_final != nullptr)
                (*is_final)[index] = each.boolean(untouched);
        }
        begin += together;
    }
    return time;
}

time_point load_sessions(connection& from, std::span<const load_request> requests,
                         std::span<store_result<session_load>> out, postgres_routing routing,
                         std::vector<bool>* is_final)
{
    std::vector<statement> all;
    add_loads(all, requests, routing);
    const auto time = read_loads(from.run_all(all), requests, out, is_final);
    return time ? *time : time_of(from);
}

store_result<store_reply> inventory::do_load(std::span<const load_request> requests,
                                             std::span<store_result<session_load>> out)
{
    if (requests.empty())
        return ping();
    for (auto& each : out)
        each = make_error_code(errc::session_not_found);
    return in_->read(
        [&](connection& from) -> store_result<store_reply>
        { return store_reply{.now = load_sessions(from, requests, out, in_->params().routing)}; });
}

store_result<std::pair<session_stamp, std::vector<guard_row>>> inventory::guard_rows(session_id id)
{
    using answer = std::pair<session_stamp, std::vector<guard_row>>;
    return in_->read(
        [&](connection& from) -> store_result<answer>
        {
            const auto found = from.run(query::guard_rows, parameters::of(id));
            if (found.empty())
                return make_error_code(errc::session_not_found);
            answer guard{stamp_from(found[0], 0), {}};
            auto seats = found[0].array(3);
            auto reservations = found[0].array(4);
            for (std::uint32_t i = 0; i < seats.size(); ++i)
            {
                const auto seat = static_cast<std::int32_t>(integer_from(next_text(seats)));
                guard.second.push_back({seat_number{seat}, uuid_from(next_text(reservations))});
            }
            return guard;
        });
}

store_result<stored_key> inventory::find_key(session_id session, const key_digest& key)
{
    return in_->read(
        [&](connection& from) -> store_result<stored_key>
        {
            const auto found = from.run(query::find_key, parameters::of(session, bytes{key.bytes}));
            if (found.empty())
                return stored_key{};
            auto of = reservation_from(found[0]);
            const key_record record{.key = key,
                                    .request = bytes_from<32>(found[0].raw_value(7)),
                                    .reservation = of->id.id,
                                    .event = static_cast<std::uint16_t>(found[0].integer(8))};
            return stored_key{record, std::move(of)};
        });
}

store_result<store_reply> inventory::ping()
{
    return in_->read([](connection& from) -> store_result<store_reply>
                     { return store_reply{.now = time_of(from)}; });
}

} // namespace cinema::booking::postgres
