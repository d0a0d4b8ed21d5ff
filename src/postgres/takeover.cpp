#include "takeover.hpp"

#include <cinema/booking/domain/layout.hpp>

#include "original_sales.hpp"
#include "takeover_sql.hpp"

#include <algorithm>
#include <charconv>

namespace cinema::booking::postgres
{
namespace
{

constexpr std::size_t lines_max = 100;  ///< Contradictions told; more are only counted.
constexpr std::size_t rows_max = 1'000; ///< Written with one statement.

std::string quoted(std::string_view text) { return "'" + std::string{text} + "'"; }

/// As an array of PostgreSQL's, whose first element is the first row's name.
std::string row_names()
{
    std::string list;
    for (std::size_t i = 0; i < hall_rows_max; ++i)
        list += (i > 0 ? "," : "") + row_name(i);
    return "'{" + list + "}'::text[]";
}

template <class Number>
Number number_in(const row& from, int column)
{
    const auto digits = from.text(column);
    Number number{};
    (void)std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

sold_seat sold_seat_from(const row& from)
{
    return {session_id{number_in<std::int64_t>(from, 0)},
            session_version{number_in<std::uint64_t>(from, 1)},
            seat_number{number_in<std::int32_t>(from, 2)},
            from_unix_ms(number_in<std::int64_t>(from, 3))};
}

} // namespace

bool is_zone_name(std::string_view text) noexcept
{
    constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                         "0123456789_+-/";
    return !text.empty() && text.size() <= time_zone_bytes_max
           && text.find_first_not_of(allowed) == text.npos;
}

takeover::takeover(connection& in, const takeover_options& how, std::string place)
    : in_{in},
      how_{how},
      place_{std::move(place)},
      words_{{"zone", quoted(how.time_zone)},
             {"row_names", row_names()},
             {"currency", std::string{currency_code{}.text()}},
             {"lines_max", std::to_string(lines_max)},
             {"rows_max", std::to_string(hall_rows_max)},
             {"columns_max", std::to_string(hall_columns_max)},
             {"seats_max", std::to_string(hall_seats_max)},
             {"hall_name_bytes_max", std::to_string(hall_name_bytes_max)},
             {"title_bytes_max", std::to_string(movie_title_bytes_max)}}
{
}

void takeover::clear_way()
{
    const auto names = run(takeover_sql::names);
    words_["schema"] = names[0].text(0);
    words_["kept"] = names[0].text(1);
    kept_ = names[0].text(2);
    if (names[0].text(3) == "t")
        refuse(errc::schema_mismatch, "the schema " + kept_
                                          + ", where they would be kept, is there "
                                            "already; rename it with ALTER SCHEMA");
    require_zone();
    run(takeover_sql::lock);
    require_no_contradiction();
    if (how_.reservations)
        known_ = how_.reservations();
    move_away();
}

void takeover::fill()
{
    run(takeover_sql::fill_halls);
    run(takeover_sql::fill_sessions);
    sell_taken();
    note_counts();
}

void takeover::report() const
{
    if (!how_.say)
        return;
    for (std::size_t i = 0; i < std::min(complaints_.size(), lines_max); ++i)
        how_.say(place_ + ": " + complaints_[i]);
    if (complaints_.size() > lines_max)
        how_.say(place_ + ": " + std::to_string(complaints_.size()) + " such in all");
    how_.say(place_ + ": the original program's tables were taken over: " + counts_
             + ", showtimes as they are in the time zone " + how_.time_zone
             + "; the tables are kept in the schema " + kept_);
}

void takeover::refuse(errc code, const std::string& why) const
{
    throw failure{code, place_
                            + ": the original program's tables were not taken over, and nothing "
                              "was changed: "
                            + why};
}

void takeover::require_zone()
{
    if (run(takeover_sql::is_zone_known)[0].text(0) != "t")
        refuse(errc::invalid_request, "the server knows no time zone " + how_.time_zone
                                          + "; name one as in Europe/Berlin");
}

void takeover::require_no_contradiction()
{
    const auto found = run(takeover_sql::contradictions);
    if (found.empty())
        return;
    for (const auto each : found)
        if (how_.say)
            how_.say(place_ + ": " + std::string{each.text(0)});
    const auto all = number_in<std::size_t>(found[0], 1);
    refuse(
        errc::schema_mismatch,
        std::to_string(all) + (all == 1 ? " contradiction" : " contradictions")
            + " in them must be put right first"
            + (all > lines_max ? "; the first " + std::to_string(lines_max) + " were told" : ""));
}

void takeover::move_away()
try
{
    run(takeover_sql::move_away);
    words_["schema"] = words_["kept"];
}
catch (const sql_failure& failed)
{
    refuse(failed.code(), "they cannot be moved to a new schema " + kept_
                              + ", for which one must own them and have the right to CREATE in the "
                                "database: "
                              + failed.what());
}

void takeover::sell_taken()
{
    original_sales sales{known_};
    run(takeover_sql::open_sales);
    for (auto sold = run(takeover_sql::next_sales); !sold.empty();
         sold = run(takeover_sql::next_sales))
    {
        std::vector<reservation> all;
        for (const auto each : sold)
            if (auto made = sales.add(sold_seat_from(each)))
                all.push_back(*std::move(made));
        write(all);
    }
    write(sales.of_buyers());
    run(takeover_sql::guard_sales);
    complaints_ = sales.complaints();
}

void takeover::write(const std::vector<reservation>& all)
{
    for (std::size_t begin = 0; begin < all.size(); begin += rows_max)
    {
        const auto end = std::min(begin + rows_max, all.size());
        in_.execute(insertion_of({all.begin() + static_cast<std::ptrdiff_t>(begin),
                                  all.begin() + static_cast<std::ptrdiff_t>(end)})
                        .c_str());
    }
}

void takeover::note_counts()
{
    const auto found = run(takeover_sql::count);
    const auto count = [&](int column) { return std::string{found[0].text(column)}; };
    counts_ = count(0) + " halls, " + count(1) + " seats, " + count(2) + " sessions, " + count(3)
              + " sold seats";
}

rows takeover::run(const char* sql)
{
    std::string filled;
    std::string_view rest{sql};
    for (auto open = rest.find('{'); open != rest.npos; open = rest.find('{'))
    {
        const auto close = rest.find('}', open);
        const auto word = words_.find(rest.substr(open + 1, close - open - 1));
        filled += rest.substr(0, word == words_.end() ? open + 1 : open);
        if (word != words_.end())
            filled += word->second;
        rest.remove_prefix((word == words_.end() ? open : close) + 1);
    }
    return in_.execute(filled.append(rest).c_str());
}

} // namespace cinema::booking::postgres
