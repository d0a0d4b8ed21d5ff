#pragma once

#include <cinema/booking/engine/detail/heap_bytes.hpp>
#include <cinema/booking/engine/seat_map.hpp>
#include <cinema/booking/engine/session_change.hpp>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace cinema::booking
{

/// So long an ended reservation stays in memory, for those who ask again.
inline constexpr std::chrono::minutes ended_in_memory{10};

/// One session's state in memory: seats, live reservations, idempotency keys, version. It knows
/// what is; a `session_draft` decides what shall be. Not thread-safe.
class session_book
{
public:
    /// Pre: `hall` is the session's hall. Errors: store_failed, when the snapshot contradicts
    /// itself (a seat with two holders, a reservation of a seat that the hall does not have, one of
    /// another session, without events or of a later version, a key whose event does not exist).
    [[nodiscard]] static result<session_book> open(hall_ptr hall, session_snapshot snapshot);

    /// Takes over a change of its own that has been committed. Pre: `change.expected == stamp()`.
    void adopt(const session_change& change);

    /// Takes over what others committed. Errors: store_failed, when it contradicts what is known;
    /// the book is then of no use and must be loaded anew.
    [[nodiscard]] result<void> adopt(const session_delta& delta);

    [[nodiscard]] const session_stamp& stamp() const noexcept { return stamp_; }
    [[nodiscard]] const booking::session& session() const noexcept { return *session_; }
    [[nodiscard]] const hall_ptr& hall() const noexcept { return hall_; }
    [[nodiscard]] const seat_layout& layout() const noexcept { return hall_->layout; }
    /// The time of the last change, as it is stored.
    [[nodiscard]] time_point changed_at() const noexcept { return changed_at_; }

    /// Null if it has ended and no key in memory refers to it.
    [[nodiscard]] const reservation_ptr* find(const uuid& id) const;
    /// Null if the key is not kept in memory.
    [[nodiscard]] const key_record* find(const key_digest& key) const;
    /// Whether the store may have a key that `find` does not, since its reservation has ended.
    [[nodiscard]] bool may_be_stored(const key_digest& key) const;
    /// Whether `may_be_stored` is true of any key.
    [[nodiscard]] bool has_stored_keys() const noexcept { return !stored_keys_.empty(); }
    /// When keys last left the memory. What the store was asked under another stamp is outdated:
    /// ask again.
    [[nodiscard]] const session_stamp& look_up_stamp() const noexcept { return look_up_stamp_; }
    /// All keys of the session that were kept when it was loaded, and those since.
    [[nodiscard]] std::size_t key_count() const noexcept
    {
        return keys_.size() + stored_keys_.size();
    }

    /// Who has each seat, by index in the layout; null if nobody.
    [[nodiscard]] std::span<const reservation* const> holders() const noexcept { return holders_; }
    [[nodiscard]] const std::vector<bool>& blocked() const noexcept { return blocked_; }

    /// What visitors see: a hold that has lapsed is held until its expiry is adopted.
    [[nodiscard]] seat_map map() const;

    /// Until when the keys of `reservation` are honoured.
    [[nodiscard]] time_point keys_kept_until(const reservation& reservation) const noexcept;

    /// Forgets reservations that ended longer than `ended_in_memory` before `now`. Of their keys it
    /// keeps the prefixes for as long as they are honoured.
    void forget_ended(time_point now);

    /// The memory that it takes, in bytes: within a factor of two.
    [[nodiscard]] std::size_t bytes() const noexcept;

private:
    struct slot
    {
        reservation_ptr reservation;
        std::uint32_t keys{};  // records that refer to it
        std::uint32_t bytes{}; // of the reservation, on the heap
    };

    /// Of a key that only the store has.
    struct stored_prefix
    {
        std::uint64_t key{};
        time_point kept_until{};

        friend auto operator<=>(const stored_prefix&, const stored_prefix&) = default;
    };

    session_book() = default;
    void add_stored_keys(std::vector<stored_prefix> added);
    void set_blocked(std::span<const seat_number> blocked);
    [[nodiscard]] result<void> contradiction(const uuid& id) const;
    [[nodiscard]] bool is_sound(const reservation&, const session_stamp&) const;
    void vacate(const uuid& id);
    [[nodiscard]] bool occupy(const reservation_ptr& reservation);
    void remember(std::span<const key_record> keys);
    void drop_if_idle(const uuid& id);
    void erase(std::unordered_map<uuid, slot>::iterator at);

    hall_ptr hall_;
    std::shared_ptr<const booking::session> session_;
    session_stamp stamp_{};
    time_point changed_at_{};
    std::vector<const reservation*> holders_;
    std::vector<bool> blocked_;
    std::unordered_map<uuid, slot> reservations_;
    std::unordered_map<key_digest, key_record> keys_;
    std::vector<stored_prefix> stored_keys_; // ascending
    session_stamp look_up_stamp_{};
    std::size_t reservation_bytes_{};
};

inline result<session_book> session_book::open(hall_ptr hall, session_snapshot snapshot)
{
    session_book book;
    book.hall_ = std::move(hall);
    book.holders_.resize(book.layout().size());
    book.session_ = std::make_shared<const booking::session>(std::move(snapshot.session));
    book.set_blocked(book.session_->blocked);
    if (auto ok =
            book.adopt(session_delta{snapshot.stamp, snapshot.changed_at,
                                     std::move(snapshot.reservations), std::move(snapshot.keys)});
        !ok)
        return ok.error();
    book.look_up_stamp_ = snapshot.stamp;
    std::unordered_set<std::uint64_t> known;
    for (const auto& [key, record] : book.keys_)
        known.insert(prefix_of(key));
    std::vector<stored_prefix> stored;
    for (const auto key : snapshot.key_prefixes)
        if (!known.contains(key))
            stored.push_back({key, time_max}); // the snapshot does not say when it ended
    book.add_stored_keys(std::move(stored));
    return book;
}

inline void session_book::adopt(const session_change& change)
{
    for (const auto& entry : change.reservations)
        vacate(entry.now->id.id);
    for (const auto& entry : change.reservations)
        (void)occupy(entry.now); // decided on this very book: cannot collide
    remember(change.keys);
    for (const auto& entry : change.reservations)
        drop_if_idle(entry.now->id.id);
    if (change.blocked)
    {
        auto session = *session_;
        session.blocked = *change.blocked;
        session_ = std::make_shared<const booking::session>(std::move(session));
        set_blocked(*change.blocked);
    }
    stamp_ = change.next;
    changed_at_ = change.at;
}

inline result<void> session_book::adopt(const session_delta& delta)
{
    for (const auto& reservation : delta.reservations)
        vacate(reservation->id.id);
    for (const auto& reservation : delta.reservations)
        if (!is_sound(*reservation, delta.stamp) || !occupy(reservation))
            return contradiction(reservation->id.id);
    for (const auto& record : delta.keys)
        if (const auto* of = find(record.reservation); of && record.event >= (*of)->events.size())
            return contradiction(record.reservation);
    remember(delta.keys);
    for (const auto& reservation : delta.reservations)
        drop_if_idle(reservation->id.id);
    stamp_ = delta.stamp;
    changed_at_ = delta.changed_at;
    return {};
}

inline result<void> session_book::contradiction(const uuid& id) const
{
    return refusal{.code = errc::store_failed,
                   .detail = "the stored session contradicts itself at reservation "
                             + reservation_id{session_->id, id}.text()};
}

inline bool session_book::is_sound(const reservation& reservation, const session_stamp& stamp) const
{
    if (reservation.id.session != session_->id || reservation.events.empty())
        return false;
    return reservation.version() <= stamp.version
           && reservation.held_until().has_value()
                  == (reservation.status() == reservation_status::held);
}

inline void session_book::set_blocked(std::span<const seat_number> blocked)
{
    blocked_.assign(layout().size(), false);
    for (const auto number : blocked)
        if (const auto index = layout().find(number))
            blocked_[*index] = true;
}

inline void session_book::vacate(const uuid& id)
{
    const auto known = reservations_.find(id);
    if (known == reservations_.end() || !known->second.reservation->is_live())
        return;
    for (const auto& seat : known->second.reservation->seats)
        holders_[*layout().find(seat.number)] = nullptr;
}

inline bool session_book::occupy(const reservation_ptr& reservation)
{
    if (reservation->is_live())
        for (const auto& seat : reservation->seats)
        {
            const auto index = layout().find(seat.number);
            if (!index || holders_[*index] != nullptr)
                return false;
            holders_[*index] = reservation.get();
        }
    auto& kept = reservations_[reservation->id.id];
    reservation_bytes_ -= kept.bytes;
    kept.bytes = static_cast<std::uint32_t>(detail::heap_bytes(reservation));
    reservation_bytes_ += kept.bytes;
    kept.reservation = reservation;
    return true;
}

inline void session_book::remember(std::span<const key_record> keys)
{
    std::vector<uuid> superseded; // reservations that lost a key to another one
    for (const auto& record : keys)
    {
        const auto now = reservations_.find(record.reservation);
        if (now == reservations_.end())
            continue; // without its answer a key is of no use
        const auto [kept, is_first] = keys_.try_emplace(record.key, record);
        if (!is_first && kept->second.reservation == record.reservation)
        {
            kept->second = record;
            continue;
        }
        if (!is_first)
        {
            if (const auto old = reservations_.find(kept->second.reservation);
                old != reservations_.end())
                --old->second.keys;
            superseded.push_back(kept->second.reservation);
            kept->second = record;
        }
        ++now->second.keys;
    }
    for (const auto& id : superseded)
        drop_if_idle(id);
}

inline void session_book::drop_if_idle(const uuid& id)
{
    const auto known = reservations_.find(id);
    if (known != reservations_.end() && known->second.keys == 0
        && !known->second.reservation->is_live())
        erase(known);
}

inline void session_book::erase(std::unordered_map<uuid, slot>::iterator at)
{
    reservation_bytes_ -= at->second.bytes;
    reservations_.erase(at);
}

inline const reservation_ptr* session_book::find(const uuid& id) const
{
    const auto known = reservations_.find(id);
    return known == reservations_.end() ? nullptr : &known->second.reservation;
}

inline const key_record* session_book::find(const key_digest& key) const
{
    const auto known = keys_.find(key);
    return known == keys_.end() ? nullptr : &known->second;
}

inline bool session_book::may_be_stored(const key_digest& key) const
{
    const auto wanted = prefix_of(key);
    const auto found = std::lower_bound(stored_keys_.begin(), stored_keys_.end(), wanted,
                                        [](const stored_prefix& each, std::uint64_t than)
                                        { return each.key < than; });
    return found != stored_keys_.end() && found->key == wanted;
}

inline void session_book::add_stored_keys(std::vector<stored_prefix> added)
{
    std::sort(added.begin(), added.end());
    const auto before = static_cast<std::ptrdiff_t>(stored_keys_.size());
    stored_keys_.insert(stored_keys_.end(), added.begin(), added.end());
    std::inplace_merge(stored_keys_.begin(), stored_keys_.begin() + before, stored_keys_.end());
}

inline seat_map session_book::map() const
{
    seat_map map{session_, hall_, stamp_, std::vector<seat_status>(holders_.size())};
    for (std::size_t i = 0; i < holders_.size(); ++i)
        map.status[i] = holders_[i] == nullptr
                            ? (blocked_[i] ? seat_status::blocked : seat_status::free)
                        : holders_[i]->status() == reservation_status::held ? seat_status::held
                                                                            : seat_status::sold;
    return map;
}

inline time_point session_book::keys_kept_until(const reservation& reservation) const noexcept
{
    const auto session_end = session_->ends_at.value_or(session_->showtime);
    const auto end = reservation.is_live() ? std::max(reservation.updated_at(), session_end)
                                           : reservation.updated_at();
    return end + key_kept_after_end;
}

inline void session_book::forget_ended(time_point now)
{
    const auto has_left = [&](const reservation& reservation)
    { return !reservation.is_live() && reservation.updated_at() + ended_in_memory <= now; };
    std::vector<stored_prefix> ended;
    std::erase_if(keys_,
                  [&](const auto& entry)
                  {
                      const auto* of = find(entry.second.reservation);
                      if (of != nullptr && !has_left(**of))
                          return false;
                      if (of != nullptr)
                          ended.push_back({prefix_of(entry.first), keys_kept_until(**of)});
                      return true;
                  });
    if (!ended.empty())
        look_up_stamp_ = stamp_;
    add_stored_keys(std::move(ended));
    std::erase_if(stored_keys_, [&](const stored_prefix& each) { return each.kept_until <= now; });
    for (auto at = reservations_.begin(); at != reservations_.end();)
    {
        const auto next = std::next(at);
        if (has_left(*at->second.reservation))
            erase(at);
        at = next;
    }
}

inline std::size_t session_book::bytes() const noexcept
{
    constexpr std::size_t node_bytes = 2 * sizeof(void*) + detail::allocation_bytes;
    return sizeof *this + sizeof(booking::session) + detail::heap_bytes(*session_)
           + holders_.size() * (sizeof(void*) + 2) + reservation_bytes_ // 2: blocked, and its map
           + reservations_.size() * (sizeof(uuid) + sizeof(slot) + node_bytes)
           + keys_.size() * (sizeof(key_digest) + sizeof(key_record) + node_bytes)
           + stored_keys_.capacity() * sizeof(stored_prefix)
           + (reservations_.bucket_count() + keys_.bucket_count()) * sizeof(void*);
}

} // namespace cinema::booking
