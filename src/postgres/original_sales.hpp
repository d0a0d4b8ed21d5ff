#pragma once

#include <cinema/booking/adapters/original_reservation.hpp>
#include <cinema/booking/domain/reservation.hpp>

#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

/// Makes reservations of the seats that the original program sold.
namespace cinema::booking::postgres
{

/// A seat that the original sold.
struct sold_seat
{
    session_id session{};
    session_version version{}; ///< The session's.
    seat_number seat{};
    time_point now{}; ///< The database's time.
};

/// Reservations of sold seats: those that the original's own reservations name together with their
/// buyer, any other for itself, of a guest "original". Those are complete once all seats are known.
class original_sales
{
public:
    explicit original_sales(const std::vector<original_reservation>& known);

    /// The reservation of a seat that nobody is known to have bought; nothing if somebody has.
    [[nodiscard]] std::optional<reservation> add(const sold_seat& sold);

    /// Those of known buyers. To be called when all seats were added.
    [[nodiscard]] std::vector<reservation> of_buyers();

    /// What is wrong with the original's reservations, as lines for people.
    [[nodiscard]] std::vector<std::string> complaints() const;

private:
    [[nodiscard]] reservation made(const sold_seat& first, time_point at);

    const std::vector<original_reservation>& known_;
    std::map<std::pair<session_id, seat_number>, std::size_t> buyer_of_; // places in known_
    std::vector<std::vector<sold_seat>> sold_;                           // to each of known_
    std::vector<std::string> doubly_; // seats that are in several of them
    std::random_device random_;
};

/// The SQL that inserts these reservations. Pre: there are some.
[[nodiscard]] std::string insertion_of(const std::vector<reservation>& all);

} // namespace cinema::booking::postgres
