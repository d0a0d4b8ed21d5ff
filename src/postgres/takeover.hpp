#pragma once

#include <cinema/booking/adapters/original_reservation.hpp>
#include <cinema/booking/domain/reservation.hpp>

#include "connection.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cinema::booking::postgres
{

/// How the original program's tables are taken over.
struct takeover_options
{
    std::string time_zone{"UTC"}; ///< Of its halls and showtimes. `is_zone_name` says yes.
    std::function<void(std::string_view)> say{}; ///< Gets lines for people; may be empty.
    /// Tells who bought what, as far as that is known; may be empty. Throws `failure`.
    std::function<std::vector<original_reservation>()> reservations{};
};

/// Whether it may be the IANA name of a time zone: "Europe/Berlin". Whether there is such a zone,
/// the database knows.
[[nodiscard]] bool is_zone_name(std::string_view text) noexcept;

/// Takes over what the original Node.js program stored, in these steps of one transaction:
/// `clear_way`, our first schema step, `fill`. Each throws `failure`.
class takeover
{
public:
    /// Pre: the first schema has the original's tables. `place`: where that is, for people.
    takeover(connection& in, const takeover_options& how, std::string place);

    /// Locks the tables, checks that nothing in them contradicts, and moves them to a schema of
    /// their own. Errors: invalid_request (no such time zone), schema_mismatch (contradictions,
    /// which are told one by one; there is such a schema already).
    void clear_way();

    /// Writes the original's rows into our tables.
    void fill();

    /// Says what was taken over. It is, once the transaction is.
    void report() const;

private:
    [[noreturn]] void refuse(errc code, const std::string& why) const;
    void require_zone();
    void require_no_contradiction();
    void move_away();
    void sell_taken();
    void write(const std::vector<reservation>& all);
    void note_counts();
    rows run(const char* sql);

    connection& in_;
    const takeover_options& how_;
    std::string place_;
    std::string kept_; // the schema that the tables go to, as people write it
    std::string counts_;
    std::vector<original_reservation> known_;
    std::vector<std::string> complaints_; // about these
    std::map<std::string, std::string, std::less<>> words_;
};

} // namespace cinema::booking::postgres
