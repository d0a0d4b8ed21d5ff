#include "reservations.hpp"

#include "reservation_row.hpp"

#include <limits>

namespace cinema::booking::sqlite
{

store_result<reservation_ptr> reservations::find(const reservation_id& id)
{
    return in_->read(
        [&](connection& from) -> store_result<reservation_ptr>
        {
            auto row = from.rows(query::find_reservation, id.session, blob{id.id.bytes});
            return row.next() ? reservation_from(row) : nullptr;
        });
}

store_result<std::vector<reservation_ptr>>
reservations::do_list(const reservation_page_request& page)
{
    return in_->read(
        [&](connection& from) -> store_result<std::vector<reservation_ptr>>
        {
            // One byte longer than any UUID, and behind them all.
            std::array<std::uint8_t, 17> end{};
            end.fill(0xFF);
            const blob before = page.after ? blob{page.after->id.bytes} : blob{end};
            const auto session = page.after ? page.after->session
                                            : session_id{std::numeric_limits<std::int64_t>::max()};
            auto rows = from.rows(query::list_reservations, std::string_view{page.account.value},
                                  before, session, page.limit);
            std::vector<reservation_ptr> found;
            while (rows.next())
                found.push_back(reservation_from(rows));
            return found;
        });
}

store_result<void> reservations::put(const reservation& state)
{
    return in_->write(
        [&](connection& to) -> store_result<void>
        {
            reservation_values{state, state.version()}.write(to, query::put_document);
            return {};
        });
}

store_result<std::size_t> reservations::purge(time_point ended_before, std::size_t limit)
{
    return in_->write(
        [&](connection& in) -> store_result<std::size_t> {
            return static_cast<std::size_t>(
                in.run(query::drop_documents_of_guests, ended_before, limit));
        });
}

} // namespace cinema::booking::sqlite
