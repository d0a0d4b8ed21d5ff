#include <cinema/booking/store/making.hpp>

#include "calendar.hpp"
#include "inventory.hpp"

namespace cinema::booking::mongo
{
namespace
{

/// Conditions on one field.
document between(const std::optional<time_point>& from, const std::optional<time_point>& before)
{
    document range;
    if (from)
        range.add("$gte", *from);
    if (before)
        range.add("$lt", *before);
    return range;
}

document behind(const session_cursor& place)
{
    document later;
    document first;
    document greater;
    document second;
    document out;
    first.add("showtime", later.add("$gt", place.showtime));
    second.add("showtime", place.showtime).add("_id", greater.add("$gt", raw(place.session)));
    return out.add_array("$or", array{}.add(first).add(second).elements());
}

document filter_of(const session_page_request& page)
{
    document made; // what marks an id has no version
    document which;
    which.add("version", made.add("$gte", std::int64_t{1}));
    if (page.filter.hall)
        which.add("hall_id", raw(*page.filter.hall));
    if (page.filter.from || page.filter.before)
        which.add("showtime", between(page.filter.from, page.filter.before));
    if (page.after)
        which.add_all(behind(*page.after));
    return which;
}

document listed_fields()
{
    document out;
    for (const auto* const field :
         {"hall_id", "movie_title", "showtime", "ends_at", "currency", "prices"})
        out.add(field, std::int32_t{1});
    return out;
}

} // namespace

store_result<std::vector<session>> inventory::do_sessions(const session_page_request& page)
{
    return in_->edge(
        [&]() -> store_result<std::vector<session>>
        {
            const auto title = email_key(page.filter.movie);
            document order;
            order.add("showtime", std::int32_t{1}).add("_id", std::int32_t{1});
            std::vector<session> found;
            in_->find({.collection = "sessions",
                       .filter = filter_of(page),
                       .fields = listed_fields(),
                       .sort = order,
                       .limit = title.empty() ? static_cast<std::int64_t>(page.limit) : 0,
                       .how = freshness::latest},
                      [&](const view& each)
                      {
                          auto one = session_from(fields{each});
                          if (email_key(one.movie_title).find(title) != std::string::npos)
                              found.push_back(std::move(one));
                          return found.size() < page.limit;
                      });
            return found;
        });
}

store_result<session> inventory::do_add_session(const session_spec& spec)
{
    const auto hall = find_hall(spec.hall);
    if (!hall)
        return hall.error();
    return in_->edge(
        [&]() -> store_result<session>
        {
            const auto now = in_->begin().reply().now;
            const session_id id{in_->take_numbers("sessions", 1)};
            if (spec.ends_at && !enter(*in_, spec.hall, {id, spec.showtime, *spec.ends_at, now}))
                return make_error_code(errc::hall_busy);
            auto made = make_session(id, spec, **hall);
            if (!in_->insert("sessions", new_session(made, change_id{random_bits()}, now)))
                throw failure{errc::busy, "session " + std::to_string(raw(id))
                                              + " took so long to make that its time was given up"};
            return made;
        });
}

} // namespace cinema::booking::mongo
