#pragma once

#include <cinema/booking/domain/reservation.hpp>

#include "connection.hpp"

namespace cinema::booking::sqlite
{

/// The reservation in a row of find_reservation and its like. Throws `failure` (store_failed) if it
/// is in another form than `reservation_values` writes.
[[nodiscard]] reservation_ptr reservation_from(const cursor& row);

/// A reservation as it is bound to the parameters ?1 to ?11 of add_reservation and its like.
class reservation_values
{
public:
    /// `version`: the session's that the commit makes. `state` must outlive this.
    reservation_values(const reservation& state, session_version version);

    /// Runs `how` with them and what comes behind. Returns how many rows changed.
    template <class... More>
    std::int64_t write(connection& to, query how, const More&... more) const
    {
        return to.run(how, state_.id.session, blob{state_.id.id.bytes}, version_,
                      std::string_view{to_string(state_.status())}, held_until_,
                      state_.updated_at(), account_, std::string_view{state_.user},
                      state_.currency.text(), std::string_view{seats_}, std::string_view{events_},
                      more...);
    }

private:
    const reservation& state_;
    session_version version_;
    std::optional<time_point> held_until_; // only while held, for the index
    std::optional<std::string_view> account_;
    std::string seats_;
    std::string events_;
};

} // namespace cinema::booking::sqlite
