#pragma once

#include <cinema/booking/engine/seat_map.hpp>

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace cinema::booking::http
{

using shared_text = std::shared_ptr<const std::string>;

/// Seat maps and sessions as text, made once for each version. What is longest unused leaves first.
/// Thread safety: safe from any thread.
class rendered_cache
{
public:
    explicit rendered_cache(std::size_t bytes_max) : bytes_max_{bytes_max} {}

    /// `append_seats` of the map.
    [[nodiscard]] shared_text seats(const seat_map& map);
    /// `append_session` of the map.
    [[nodiscard]] shared_text session(const seat_map& map);

    /// The hall of a session of which something is kept, else null.
    [[nodiscard]] hall_ptr hall_of(session_id session) const;

    [[nodiscard]] std::size_t bytes() const;

private:
    struct entry
    {
        session_id session{};
        session_stamp stamp{};
        hall_ptr hall;
        shared_text seats;
        shared_text item;

        [[nodiscard]] std::size_t bytes() const noexcept;
    };
    using part = shared_text entry::*;

    [[nodiscard]] shared_text text(const seat_map& map, part which,
                                   void (*append)(std::string&, const seat_map&));
    void keep(const seat_map& map, part which, const shared_text& made);
    void trim();

    const std::size_t bytes_max_;
    mutable std::mutex mutex_;
    std::list<entry> entries_; // the latest used first
    std::unordered_map<session_id, std::list<entry>::iterator> index_;
    std::size_t bytes_{};
};

} // namespace cinema::booking::http
