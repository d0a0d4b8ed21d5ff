#pragma once

#include <cinema/booking/domain/hall.hpp>
#include <cinema/booking/domain/session.hpp>
#include <cinema/booking/store/account_store.hpp>
#include <cinema/booking/store/inventory_store.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// What every store does alike when it makes halls and sessions and lists them.
namespace cinema::booking
{

/// The hall that `inventory_store::add_hall` returns: its seats have the ids from `first_seat` on,
/// `spec.layout.size()` of them. Pre: `check(spec)`.
[[nodiscard]] inline hall_ptr make_hall(hall_id id, const hall_spec& spec, seat_id first_seat)
{
    const auto& layout = spec.layout;
    std::vector<seat> seats{layout.seats().begin(), layout.seats().end()};
    for (std::size_t i = 0; i < seats.size(); ++i)
        seats[i].id = seat_id{raw(first_seat) + static_cast<std::int64_t>(i)};
    auto with_ids = seat_layout::from_seats(
        std::move(seats), {layout.categories().begin(), layout.categories().end()},
        {layout.row_names().begin(), layout.row_names().end()});
    return std::make_shared<const hall>(
        hall{id, spec.name, spec.time_zone, std::move(with_ids).value()});
}

/// The session that `inventory_store::add_session` returns, with the hall's blocked seats.
/// Pre: `check(spec)`; `in` is its hall.
[[nodiscard]] inline session make_session(session_id id, const session_spec& spec, const hall& in)
{
    session made{id,           spec.hall,   spec.movie_title, spec.showtime,
                 spec.ends_at, spec.prices, spec.currency,    {}};
    for (const auto& seat : in.layout.seats())
        if (seat.blocked)
            made.blocked.push_back(seat.number);
    return made;
}

/// Whether the times [showtime, ends_at) of the two overlap in one hall: `errc::hall_busy`.
/// One without an end overlaps with none.
[[nodiscard]] inline bool overlap(const session& one, const session_spec& other) noexcept
{
    return one.hall == other.hall && one.ends_at && other.ends_at && one.showtime < *other.ends_at
           && other.showtime < *one.ends_at;
}

/// What `inventory_store::sessions` returns for a page, out of all sessions there are.
[[nodiscard]] inline std::vector<session> page_of(std::vector<session> all,
                                                  const session_page_request& page)
{
    const auto& filter = page.filter;
    const auto movie = email_key(filter.movie);
    const auto place = [](const session& one) { return session_cursor{one.showtime, one.id}; };
    std::erase_if(all,
                  [&](const session& one)
                  {
                      return (page.after && place(one) <= *page.after)
                             || (filter.hall && one.hall != *filter.hall)
                             || (filter.from && one.showtime < *filter.from)
                             || (filter.before && one.showtime >= *filter.before)
                             || email_key(one.movie_title).find(movie) == std::string::npos;
                  });
    std::ranges::sort(all, {}, place);
    all.resize(std::min(all.size(), page.limit));
    for (auto& one : all)
        one.blocked.clear();
    return all;
}

} // namespace cinema::booking
