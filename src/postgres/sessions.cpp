#include <cinema/booking/store/making.hpp>

#include "inventory.hpp"
#include "session_row.hpp"

#include <limits>
#include <random>

namespace cinema::booking::postgres
{
namespace
{

constexpr auto exclusion_violation = "23P01";

change_id random_change_id()
{
    std::random_device device;
    return change_id{(std::uint64_t{device()} << 32U) | device()};
}

/// Behind which a page begins.
session_cursor begin_of(const session_page_request& page)
{
    const session_cursor first{page.filter.from.value_or(time_point::min()),
                               session_id{std::numeric_limits<std::int64_t>::min()}};
    return page.after ? std::max(first, *page.after) : first;
}

void add_prices(connection& to, const session& of)
{
    if (of.prices.empty())
        return;
    array<std::string_view> categories;
    array<minor_units> prices;
    array<std::string_view> types;
    for (const auto& entry : of.prices)
    {
        categories.add(std::string_view{entry.category});
        prices.add(entry.price);
        types.add(std::string_view{entry.price_type});
    }
    to.run(query::add_prices, parameters::of(of.id, categories, prices, types));
}

void add_blocks(connection& to, const session& of)
{
    if (of.blocked.empty())
        return;
    array<seat_number> seats;
    for (const auto seat : of.blocked)
        seats.add(seat);
    to.run(query::add_blocks, parameters::of(of.id, seats));
}

/// False if another session occupies the hall.
bool add_times(connection& to, const session& of)
try
{
    if (of.ends_at)
        to.run(query::add_times, parameters::of(of.id, of.hall, of.showtime, *of.ends_at));
    return true;
}
catch (const sql_failure& failed)
{
    if (failed.sqlstate() != exclusion_violation)
        throw;
    return false;
}

} // namespace

store_result<std::vector<session>> inventory::do_sessions(const session_page_request& page)
{
    const auto& filter = page.filter;
    const auto begin = begin_of(page);
    auto values =
        parameters::of(begin.showtime, begin.session, filter.before.value_or(time_point::max()),
                       static_cast<std::int64_t>(page.limit), email_key(filter.movie));
    if (filter.hall)
        values.add(*filter.hall);
    return in_->read(
        [&](connection& from) -> store_result<std::vector<session>>
        {
            const auto found =
                from.run(filter.hall ? query::sessions_of_hall : query::sessions, values);
            std::vector<session> all;
            for (const auto each : found)
                all.push_back(session_from(each, 0));
            return all;
        });
}

store_result<session> inventory::do_add_session(const session_spec& spec)
{
    const auto hall = find_hall(spec.hall);
    if (!hall)
        return hall.error();
    return in_->write(
        [&](connection& to) -> store_result<session>
        {
            // One at a time in a hall: who waits for another's calendar entry could wait in a ring.
            if (to.run(query::lock_hall, parameters::of(spec.hall)).empty())
                return make_error_code(errc::hall_not_found);
            const auto added =
                to.run(query::add_session,
                       parameters::of(spec.hall, spec.movie_title, spec.showtime, spec.ends_at,
                                      spec.currency.text(), random_change_id()));
            auto made = make_session(added[0].as<session_id>(0), spec, **hall);
            if (!add_times(to, made))
                return make_error_code(errc::hall_busy);
            add_prices(to, made);
            add_blocks(to, made);
            return made;
        });
}

} // namespace cinema::booking::postgres
