#include <cinema/booking/store/making.hpp>

#include "inventory.hpp"

#include <algorithm>
#include <limits>

namespace cinema::booking::sqlite
{
namespace
{

constexpr auto earliest = time_point::min();

/// Whether `text` contains `part`, the case of ASCII letters aside.
bool contains(std::string_view text, std::string_view part)
{
    const auto small = [](char c)
    { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::search(text.begin(), text.end(), part.begin(), part.end(),
                       [&](char left, char right) { return small(left) == small(right); })
               != text.end()
           || part.empty();
}

/// Takes the sessions of a page from rows in the page's order.
class page_filler
{
public:
    page_filler(connection& from, const session_page_request& page) : from_{from}, page_{page} {}

    void take(cursor rows)
    {
        const auto& filter = page_.filter;
        while (found_.size() < page_.limit && rows.next())
        {
            if (filter.before && rows.time(2) >= *filter.before)
                return;
            if (contains(rows.text(5), filter.movie))
                found_.push_back(session_from(from_, rows));
        }
    }

    [[nodiscard]] bool is_full() const noexcept { return found_.size() == page_.limit; }
    [[nodiscard]] std::vector<session> found() && { return std::move(found_); }

private:
    connection& from_;
    const session_page_request& page_;
    std::vector<session> found_;
};

std::vector<session> page_of(connection& from, const session_page_request& page)
{
    const auto& hall = page.filter.hall;
    page_filler filler{from, page};
    auto begin = page.filter.from.value_or(earliest);
    if (page.after && page.after->showtime >= begin)
    {
        const auto& [showtime, id] = *page.after;
        filler.take(hall ? from.rows(query::sessions_of_hall_at, showtime, id, *hall)
                         : from.rows(query::sessions_at, showtime, id));
        if (filler.is_full() || showtime == time_point::max())
            return std::move(filler).found();
        begin = showtime + std::chrono::milliseconds{1};
    }
    filler.take(hall ? from.rows(query::sessions_of_hall_from, begin, *hall)
                     : from.rows(query::sessions_from, begin));
    return std::move(filler).found();
}

bool is_hall_busy(connection& from, const session_spec& spec)
{
    if (!spec.ends_at)
        return false;
    auto last = from.rows(query::last_guarded_before, spec.hall, *spec.ends_at);
    return last.next() && last.time(0) > spec.showtime;
}

change_id random_change_id()
{
    std::uint64_t id = 0;
    sqlite3_randomness(sizeof id, &id);
    return change_id{id};
}

} // namespace

session session_from(connection& from, const cursor& row)
{
    session found{.id = session_id{row.integer(0)},
                  .hall = hall_id{row.integer(1)},
                  .movie_title = std::string{row.text(5)},
                  .showtime = row.time(2),
                  .ends_at = row.optional_time(3),
                  .prices = {},
                  .blocked = {}};
    const auto currency = currency_code::parse(row.text(4));
    if (!currency)
        throw failure{errc::store_failed, "session " + std::to_string(raw(found.id))
                                              + " is kept in a form that is not known"};
    found.currency = *currency;
    auto prices = from.rows(query::prices_of_session, found.id);
    while (prices.next())
        found.prices.push_back({std::string{prices.text(0)}, minor_units{prices.integer(1)},
                                std::string{prices.text(2)}});
    return found;
}

store_result<std::vector<session>> inventory::do_sessions(const session_page_request& page)
{
    return in_->read([&](connection& from) -> store_result<std::vector<session>>
                     { return page_of(from, page); });
}

store_result<session> inventory::do_add_session(const session_spec& spec)
{
    const auto hall = find_hall(spec.hall);
    if (!hall)
        return hall.error();
    return in_->write(
        [&](connection& to) -> store_result<session>
        {
            if (is_hall_busy(to, spec))
                return make_error_code(errc::hall_busy);
            to.run(query::add_session, spec.hall, random_change_id(), in_->now(), spec.showtime,
                   spec.ends_at, spec.currency.text(), std::string_view{spec.movie_title});
            auto made = make_session(session_id{to.last_id()}, spec, **hall);
            for (std::size_t i = 0; i < spec.prices.size(); ++i)
            {
                const auto& [category, price, type] = spec.prices[i];
                to.run(query::add_price, made.id, i, std::string_view{category}, price,
                       std::string_view{type});
            }
            for (const auto seat : made.blocked)
                to.run(query::add_block, made.id, seat);
            return made;
        });
}

} // namespace cinema::booking::sqlite
