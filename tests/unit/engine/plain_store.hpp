#pragma once

#include <cinema/booking/engine/session_change.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace cinema::tests
{

/// What a database keeps of one session, as plain maps: it knows no rules, applies changes one by
/// one, and throws when a change does not fit what is stored.
class plain_store
{
public:
    explicit plain_store(booking::session session, booking::session_stamp stamp = {})
        : session_{std::move(session)}, stamp_{stamp}
    {
    }

    void apply(const booking::session_change& change)
    {
        require(change.expected == stamp_, "decided on another version");
        if (change.is_check())
            return;
        require(change.next.version > stamp_.version, "the version does not grow");
        for (const auto& entry : change.reservations)
            free_seats(entry);
        for (const auto& entry : change.reservations)
            take_seats(entry, change);
        for (const auto& record : change.keys)
        {
            require(rows_.contains(record.reservation), "a key without its reservation");
            keys_[record.key] = {record, change.next.version};
        }
        if (change.blocked)
            session_.blocked = *change.blocked;
        require((change.next.config != stamp_.config) == change.blocked.has_value(),
                "the configuration's version does not fit the blocked seats");
        stamp_ = change.next;
        changed_at_ = change.at;
    }

    /// As if the session had been made with these.
    void set_prices(std::vector<booking::category_price> prices)
    {
        session_.prices = std::move(prices);
    }

    [[nodiscard]] booking::session_snapshot snapshot(bool with_ended = true) const
    {
        booking::session_snapshot out{
            .session = session_, .stamp = stamp_, .changed_at = changed_at_};
        for (const auto& [id, row] : rows_)
            if (row.state->is_live() || (with_ended && has_key(id)))
                out.reservations.push_back(row.state);
        for (const auto& [digest, key] : keys_)
            if (with_ended || rows_.at(key.record.reservation).state->is_live())
                out.keys.push_back(key.record);
            else
                out.key_prefixes.push_back(prefix_of(digest));
        return out;
    }

    [[nodiscard]] booking::stored_key find_key(const booking::key_digest& key) const
    {
        const auto found = keys_.find(key);
        if (found == keys_.end())
            return {};
        const auto& record = found->second.record;
        return booking::stored_key{record, rows_.at(record.reservation).state};
    }

    [[nodiscard]] booking::session_delta since(booking::session_version version) const
    {
        booking::session_delta out{.stamp = stamp_, .changed_at = changed_at_};
        for (const auto& [id, row] : rows_)
            if (row.changed > version)
                out.reservations.push_back(row.state);
        for (const auto& [digest, key] : keys_)
            if (key.added > version)
                out.keys.push_back(key.record);
        return out;
    }

    [[nodiscard]] const booking::session_stamp& stamp() const noexcept { return stamp_; }
    [[nodiscard]] const booking::session& session() const noexcept { return session_; }

    /// Null if it never was.
    [[nodiscard]] booking::reservation_ptr find(const booking::uuid& id) const
    {
        const auto row = rows_.find(id);
        return row == rows_.end() ? nullptr : row->second.state;
    }

    /// Who has each seat: the rows that make a double sale impossible.
    [[nodiscard]] const std::map<booking::seat_number, booking::uuid>& guard() const noexcept
    {
        return guard_;
    }

private:
    struct stored_reservation
    {
        booking::reservation_ptr state;
        booking::session_version changed{};
    };
    struct stored_key
    {
        booking::key_record record;
        booking::session_version added{};
    };

    static void require(bool holds, const char* otherwise)
    {
        if (!holds)
            throw std::logic_error{std::string{"the change does not fit the store: "} + otherwise};
    }

    [[nodiscard]] bool has_key(const booking::uuid& id) const
    {
        return std::any_of(keys_.begin(), keys_.end(),
                           [&](const auto& entry)
                           { return entry.second.record.reservation == id; });
    }

    void free_seats(const booking::reservation_change& entry)
    {
        const auto known = rows_.find(entry.now->id.id);
        require(entry.is_new == (known == rows_.end()), "new is known, or known is new");
        require(entry.was_live == (known != rows_.end() && known->second.state->is_live()),
                "it was live, or was not");
        if (!entry.frees_seats())
            return;
        for (const auto& seat : entry.now->seats)
            require(guard_.erase(seat.number) == 1, "a seat to free has no guard row");
    }

    void take_seats(const booking::reservation_change& entry, const booking::session_change& change)
    {
        if (entry.takes_seats())
            for (const auto& seat : entry.now->seats)
                require(guard_.emplace(seat.number, entry.now->id.id).second,
                        "a seat to take has a guard row: it would be sold twice");
        rows_[entry.now->id.id] = {entry.now, change.next.version};
    }

    booking::session session_;
    booking::session_stamp stamp_;
    booking::time_point changed_at_{};
    std::map<booking::uuid, stored_reservation> rows_;
    std::map<booking::key_digest, stored_key> keys_;
    std::map<booking::seat_number, booking::uuid> guard_;
};

} // namespace cinema::tests
