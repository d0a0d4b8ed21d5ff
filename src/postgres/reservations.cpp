#include "reservations.hpp"

#include "common/reservation_text.hpp"
#include "reservation_row.hpp"

#include <limits>

namespace cinema::booking::postgres
{
store_result<reservation_ptr> reservations::find(const reservation_id& id)
{
    return in_->read(
        [&](connection& from) -> store_result<reservation_ptr>
        {
            const auto found = from.run(query::find_reservation, parameters::of(id.session, id.id));
            return found.empty() ? nullptr : reservation_from(found[0]);
        });
}

store_result<std::vector<reservation_ptr>>
reservations::do_list(const reservation_page_request& page)
{
    reservation_id before{session_id{std::numeric_limits<std::int64_t>::max()}, {}};
    before.id.bytes.fill(0xFF);
    if (page.after)
        before = *page.after;
    return in_->read(
        [&](connection& from) -> store_result<std::vector<reservation_ptr>>
        {
            const auto found =
                from.run(query::list_reservations,
                         parameters::of(page.account.value, before.id, before.session,
                                        static_cast<std::int64_t>(page.limit)));
            std::vector<reservation_ptr> all;
            for (const auto each : found)
                all.push_back(reservation_from(each));
            return all;
        });
}

store_result<std::vector<reservation_ptr>>
reservations::of_session(session_id session, const std::optional<uuid>& after, std::size_t limit)
{
    return in_->read(
        [&](connection& from) -> store_result<std::vector<reservation_ptr>>
        {
            const auto found = from.run(
                query::reservations_of_session,
                parameters::of(session, after.value_or(uuid{}), static_cast<std::int64_t>(limit)));
            std::vector<reservation_ptr> all;
            for (const auto each : found)
                all.push_back(reservation_from(each));
            return all;
        });
}

store_result<void> reservations::put(const reservation& state)
{
    const auto summary = summary_of(state);
    const auto seats = adapters::to_text(state.seats);
    const auto events = adapters::to_text(state.events);
    const auto values =
        parameters::of(state.id.session, state.id.id, state.version(), summary.status,
                       summary.held_until, summary.updated_at, summary.account, state.user,
                       state.currency.text(), json{seats}, json{events});
    return in_->write_at_once(
        [&](connection& to) -> store_result<void>
        {
            to.run(query::put_document, values);
            return {};
        });
}

} // namespace cinema::booking::postgres
