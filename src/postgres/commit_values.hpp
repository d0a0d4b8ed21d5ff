#pragma once

#include <cinema/booking/engine/session_change.hpp>

#include "parameters.hpp"

namespace cinema::booking::postgres
{

/// Changes as they are bound to the parameters of the database's function commit_changes.
class commit_values
{
public:
    /// Pre: `change` comes behind all that were added before, by the order of the sessions' ids.
    void add(const session_change& change);

    [[nodiscard]] parameters bound() const;

private:
    void add(const reservation_change& change, session_version version);
    void add_seats(const reservation_change& change);

    struct session_columns
    {
        array<session_id> session;
        array<session_version> version;
        array<change_id> change;
    };
    struct reservation_columns
    {
        void add(const reservation& state, session_version its_version);
        void append_to(parameters& to) const;

        array<session_id> session;
        array<uuid> id;
        array<session_version> version;
        array<std::string_view> status;
        array<time_point> held_until;
        array<time_point> updated_at;
        array<std::string_view> account;
        array<std::string_view> label;
        array<std::string_view> currency;
        array<json> seats;
        array<json> events;
    };
    struct seat_columns
    {
        void add(const reservation& of);

        array<session_id> session;
        array<seat_number> seat;
        array<uuid> reservation;
    };
    struct key_columns
    {
        array<session_id> session;
        array<bytes> digest;
        array<session_version> version;
        array<std::int16_t> event;
        array<uuid> reservation;
        array<bytes> request;
    };

    session_columns swaps_;
    array<session_version> next_version_;
    array<change_id> next_change_;
    array<config_version> next_config_;
    array<time_point> at_;
    session_columns checks_;
    reservation_columns made_;
    reservation_columns moved_;
    array<bool> was_live_;
    seat_columns freed_;
    seat_columns taken_;
    key_columns keys_;
    array<session_id> block_session_;
    array<seat_number> block_seat_;
    array<session_id> reblocked_;
};

} // namespace cinema::booking::postgres
