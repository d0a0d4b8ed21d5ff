#pragma once

#include <cinema/booking/domain/reservation.hpp>
#include <cinema/booking/engine/seat_map.hpp>
#include <cinema/booking/engine/seat_picker.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// The bodies of answers, appended by hand: building a document of 250 seats takes 20 times longer.
namespace cinema::booking::http
{

/// `GET /sessions/:id/seats`: an array of seats.
void append_seats(std::string& out, const seat_map& map);

/// A session as `GET /sessions` lists it.
void append_session(std::string& out, const seat_map& map);

/// `GET /sessions/:id/seats/best`: what was picked in this map. A total that is not known is left
/// out.
void append_best_seats(std::string& out, const seat_map& map, const seat_pick& pick,
                       std::optional<minor_units> total);

/// What an answer about a reservation shows.
struct reservation_view
{
    const reservation& what;
    session_version version;   ///< The session's, as the operation left or found it.
    const seat_layout* layout; ///< For the labels; null: they are left out.
    std::string_view secret;   ///< Empty: it is left out.
    std::span<const seat_number> left_alone{}; ///< Empty: it is left out.
};

void append_reservation(std::string& out, const reservation_view& view);

/// The entity tag, with quotes, of a page of sessions: the same for the same answer.
class page_tag
{
public:
    void add(std::uint64_t number) noexcept;
    void add(std::string_view text) noexcept;
    void add(const seat_map& map) noexcept;
    [[nodiscard]] std::string text() const;

private:
    std::uint64_t high_{0xCBF29CE484222325U};
    std::uint64_t low_{0x84222325CBF29CE4U};
};

} // namespace cinema::booking::http
