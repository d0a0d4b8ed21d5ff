#include "original_sales.hpp"

#include "common/reservation_text.hpp"

#include <algorithm>
#include <optional>

namespace cinema::booking::postgres
{
namespace
{

constexpr const char* nobody = "original"; ///< The label of whoever is not known.

std::string name_of(const original_reservation& of)
{
    return "the original's reservation " + of.name + " in session "
           + std::to_string(raw(of.session));
}

/// A text as SQL that holds for any settings of quotes and backslashes.
std::string sql_text(std::string_view text)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const char c : text)
    {
        const auto byte = static_cast<unsigned char>(c);
        hex.push_back(digits[byte >> 4U]);
        hex.push_back(digits[byte & 0xFU]);
    }
    return "convert_from(decode('" + hex + "', 'hex'), 'UTF8')";
}

/// As a row of VALUES, behind others perhaps.
void append_to(std::string& sql, const reservation& state)
{
    sql += sql.ends_with(')') ? ",(" : "(";
    sql += std::to_string(raw(state.id.session)) + ",'";
    state.id.id.append_to(sql);
    sql += "'::uuid," + std::to_string(raw(state.version())) + ','
           + std::to_string(to_unix_ms(state.updated_at())) + ',' + sql_text(state.user) + ",'"
           + adapters::to_text(state.seats) + "'::jsonb,'" + adapters::to_text(state.events)
           + "'::jsonb)";
}

} // namespace

original_sales::original_sales(const std::vector<original_reservation>& known)
    : known_{known}, sold_(known.size())
{
    for (std::size_t i = 0; i < known_.size(); ++i)
        for (const auto seat : known_[i].seats)
            if (!buyer_of_.emplace(std::pair{known_[i].session, seat}, i).second)
                doubly_.push_back(name_of(known_[i]) + ": its seat " + std::to_string(raw(seat))
                                  + " is another one's, too, or twice in it");
}

reservation original_sales::made(const sold_seat& first, time_point at)
{
    const auto half = [&] { return (std::uint64_t{random_()} << 32U) | random_(); };
    reservation state{.id = {first.session, uuid::version_7(at, half(), half())}, .user = nobody};
    state.events.push_back(
        {.status = reservation_status::confirmed, .version = first.version, .at = at});
    return state;
}

std::optional<reservation> original_sales::add(const sold_seat& sold)
{
    const auto buyer = buyer_of_.find({sold.session, sold.seat});
    if (buyer != buyer_of_.end())
    {
        sold_[buyer->second].push_back(sold);
        return std::nullopt;
    }
    auto state = made(sold, sold.now);
    state.seats.push_back({sold.seat, minor_units{0}, {}});
    return state;
}

std::vector<reservation> original_sales::of_buyers()
{
    std::vector<reservation> all;
    for (std::size_t i = 0; i < known_.size(); ++i)
    {
        if (sold_[i].empty())
            continue;
        const auto& first = sold_[i].front();
        auto state = made(first, std::min(known_[i].at, first.now));
        if (!known_[i].user.empty())
            state.user = known_[i].user;
        for (const auto& each : sold_[i])
            state.seats.push_back({each.seat, minor_units{0}, {}});
        std::ranges::sort(state.seats, {}, &reserved_seat::number);
        all.push_back(std::move(state));
    }
    return all;
}

std::vector<std::string> original_sales::complaints() const
{
    auto lines = doubly_;
    for (std::size_t i = 0; i < known_.size(); ++i)
    {
        std::string lacking;
        for (const auto seat : known_[i].seats)
            if (const auto buyer = buyer_of_.find({known_[i].session, seat});
                buyer->second == i
                && std::ranges::find(sold_[i], seat, &sold_seat::seat) == sold_[i].end())
                lacking += (lacking.empty() ? "" : ", ") + std::to_string(raw(seat));
        if (!lacking.empty())
            lines.push_back(name_of(known_[i]) + ": not sold there: seats " + lacking);
    }
    return lines;
}

std::string insertion_of(const std::vector<reservation>& all)
{
    std::string values;
    for (const auto& each : all)
        append_to(values, each);
    return "INSERT INTO reservations (session_id, id, version, status, updated_at, user_label,"
           " currency, seats, events) SELECT session, id, version, '"
           + std::string{to_string(reservation_status::confirmed)}
           + "', timestamptz 'epoch' + at * interval '1 millisecond', label, '"
           + std::string{currency_code{}.text()} + "', seats, events FROM (VALUES " + values
           + ") AS sold (session, id, version, at, label, seats, events)";
}

} // namespace cinema::booking::postgres
