#pragma once

#include <cinema/booking/testing/history/operation_record.hpp>

#include <span>
#include <string>

/// Words for the sentences of a verdict.
namespace cinema::booking::testing::history_detail
{

[[nodiscard]] inline std::string describe(session_version version)
{
    return 'v' + std::to_string(raw(version));
}

[[nodiscard]] inline std::string describe(std::span<const seat_number> seats)
{
    std::string out{seats.size() == 1 ? "seat " : "seats "};
    for (std::size_t i = 0; i < seats.size(); ++i)
        out += (i > 0 ? ", " : "") + std::to_string(raw(seats[i]));
    return out;
}

[[nodiscard]] inline std::string describe(seat_number seat)
{
    return describe(std::span{&seat, 1});
}

[[nodiscard]] inline std::string describe(const uuid& id)
{
    std::string out{"reservation "};
    id.append_to(out);
    return out;
}

/// As in: client 3's reserve of seats 7, 8 (session 1, key 'k9', granted v12).
[[nodiscard]] inline std::string describe(const operation_record& one)
{
    std::string out = "client " + std::to_string(one.client) + "'s " + to_string(one.what);
    if (!one.seats.empty())
        out += " of " + describe(one.seats);
    else if (one.best != 0)
        out += " of the best " + std::to_string(one.best);
    else if (one.reservation)
        out += " of " + describe(*one.reservation);
    out += " (session " + std::to_string(raw(one.session));
    if (one.number != 0)
        out += ", number " + std::to_string(one.number);
    if (!one.key.empty())
        out += ", key '" + one.key + '\'';
    out += std::string{", "} + to_string(one.result);
    if (one.result == outcome::refused)
        out += std::string{" because "} + message(one.code);
    if (raw(one.version) != 0)
        out += ' ' + describe(one.version);
    return out + ')';
}

} // namespace cinema::booking::testing::history_detail
