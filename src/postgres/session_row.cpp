#include "session_row.hpp"

namespace cinema::booking::postgres
{

session session_from(const row& from, int first_column)
{
    const auto at = [&](int column) { return first_column + column; };
    session found{.id = from.as<session_id>(at(0)),
                  .hall = from.as<hall_id>(at(1)),
                  .movie_title = std::string{from.text(at(2))},
                  .showtime = from.time(at(3)),
                  .ends_at = from.optional_time(at(4)),
                  .prices = {},
                  .blocked = {}};
    const auto currency = currency_code::parse(from.text(at(5)));
    if (!currency)
        throw failure{errc::store_failed, "session " + std::to_string(raw(found.id))
                                              + " is kept in a form that is not known"};
    found.currency = *currency;
    auto categories = from.array(at(6));
    auto prices = from.array(at(7));
    auto types = from.array(at(8));
    for (std::uint32_t i = 0; i < categories.size(); ++i)
        found.prices.push_back({std::string{categories.next().value_or("")},
                                minor_units{integer_from(prices.next().value_or(""))},
                                std::string{types.next().value_or("")}});
    return found;
}

} // namespace cinema::booking::postgres
