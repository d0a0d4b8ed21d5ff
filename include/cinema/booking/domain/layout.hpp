#pragma once

#include <cinema/booking/domain/error.hpp>
#include <cinema/booking/domain/limits.hpp>
#include <cinema/booking/domain/seat.hpp>
#include <cinema/booking/domain/text.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cinema::booking
{

/// What a character of a layout drawing stands for.
struct seat_symbol
{
    std::string category{"standard"};
    seat_kind kind{seat_kind::standard};
    bool blocked{};
};

inline constexpr std::uint32_t no_seat = 0xFFFF'FFFF; ///< Where an index has nothing to name.

/// What stands directly beside a seat, in the same row without an aisle between: indices into
/// `seat_layout::seats()`, or `no_seat`.
struct seat_neighbours
{
    std::uint32_t left{no_seat};
    std::uint32_t right{no_seat};
};

/// The seats of a hall on their grid. Immutable; every layout that exists is within the limits.
class seat_layout
{
public:
    /// The drawing's symbols if none are given: `s` standard, `p` premium, `w` accessible
    /// (wheelchair), `c` companion, `x` blocked.
    [[nodiscard]] static const std::map<char, seat_symbol>& default_symbols()
    {
        static const std::map<char, seat_symbol> symbols{
            {'s', {}},
            {'p', {.category = "premium"}},
            {'w', {.kind = seat_kind::accessible}},
            {'c', {.kind = seat_kind::companion}},
            {'x', {.blocked = true}},
        };
        return symbols;
    }

    /// `rows` rows "A", "B", … of `columns` standard seats each, numbered row by row from 1.
    /// The numbers must be within the limits: an argument out of them throws `booking_error`.
    [[nodiscard]] static seat_layout grid(std::size_t rows, std::size_t columns)
    {
        const std::string row(std::min(columns, hall_columns_max + 1), 's');
        return draw(std::vector<std::string>(std::min(rows, hall_rows_max + 1), row)).value();
    }

    /// Reads a drawing: one string a row from the screen backwards, one character a place. A space,
    /// `_` or `.` is a gap or an aisle whatever `symbols` there are.
    ///
    /// A row may begin with its name and a colon ("Box:ss_ss"); else rows are named A, B, … Z, AA,
    /// … counting only such rows that have seats; a row without seats is a cross aisle. Seats are
    /// numbered from 1, row by row. Errors: invalid_request, saying where and what is wrong, also
    /// if one of `symbols` is a character of gaps or the colon.
    [[nodiscard]] static result<seat_layout>
    draw(std::span<const std::string> rows,
         const std::map<char, seat_symbol>& symbols = default_symbols());

    /// A layout from seats as a store keeps them. `row_names[i]` names row i + 1.
    /// Errors: invalid_request (limits, duplicate numbers, labels or places, unknown category).
    [[nodiscard]] static result<seat_layout> from_seats(std::vector<seat> seats,
                                                        std::vector<std::string> categories,
                                                        std::vector<std::string> row_names);

    /// In ascending order of their numbers; never empty.
    [[nodiscard]] std::span<const seat> seats() const noexcept { return seats_; }
    [[nodiscard]] std::size_t size() const noexcept { return seats_.size(); }
    [[nodiscard]] std::span<const std::string> categories() const noexcept { return categories_; }
    [[nodiscard]] std::span<const std::string> row_names() const noexcept { return row_names_; }
    [[nodiscard]] std::uint16_t rows() const noexcept { return rows_; }
    [[nodiscard]] std::uint16_t columns() const noexcept { return columns_; }

    /// Index into `seats()`, or nothing. By label: exact, else with ASCII letters made capital.
    [[nodiscard]] std::optional<std::size_t> find(const seat_ref& ref) const;
    /// Index into `seats()`, or nothing.
    [[nodiscard]] std::optional<std::size_t> find(seat_number number) const noexcept;

    /// Indices into `seats()`, row by row from the screen, each row from left to right.
    [[nodiscard]] std::span<const std::uint32_t> by_place() const noexcept { return by_place_; }
    /// Pre: `index < size()`.
    [[nodiscard]] seat_neighbours beside(std::size_t index) const noexcept
    {
        return beside_[index];
    }

    friend bool operator==(const seat_layout& left, const seat_layout& right)
    {
        return left.seats_ == right.seats_ && left.categories_ == right.categories_
               && left.row_names_ == right.row_names_;
    }

private:
    seat_layout() = default;
    [[nodiscard]] std::string problem() const;
    void index();

    std::vector<seat> seats_;
    std::vector<std::string> categories_;
    std::vector<std::string> row_names_;
    std::unordered_map<std::string, std::uint32_t> by_label_;
    std::vector<std::uint32_t> by_place_;
    std::vector<seat_neighbours> beside_;
    std::uint16_t rows_{};
    std::uint16_t columns_{};
    bool consecutive_{}; // numbers are 1 … size()
};

namespace detail
{

/// What stands for a gap or an aisle in a drawing.
inline constexpr std::string_view gap_symbols{" _."};

[[nodiscard]] constexpr bool is_gap(char symbol) noexcept
{
    return gap_symbols.find(symbol) != std::string_view::npos;
}

/// A symbol for a message, which is to be UTF-8 whatever the symbol is.
[[nodiscard]] inline std::string quoted(char symbol)
{
    if (symbol > ' ' && symbol <= '~')
        return {'\'', symbol, '\''};
    return "of byte " + std::to_string(static_cast<unsigned char>(symbol));
}

} // namespace detail

/// "A" … "Z", "AA", "AB", … for 0, 1, …
[[nodiscard]] inline std::string row_name(std::size_t index)
{
    std::string name;
    for (std::size_t rest = index + 1; rest > 0; rest = (rest - 1) / 26)
        name.insert(name.begin(), static_cast<char>('A' + (rest - 1) % 26));
    return name;
}

inline result<seat_layout> seat_layout::draw(std::span<const std::string> rows,
                                             const std::map<char, seat_symbol>& symbols)
{
    std::vector<seat> seats;
    std::vector<std::string> categories;
    std::vector<std::string> names;
    std::size_t unnamed = 0;
    if (rows.size() > hall_rows_max)
        return invalid("the layout has more than " + std::to_string(hall_rows_max) + " rows");
    for (const auto& [symbol, seat] : symbols)
        if (symbol == ':' || detail::is_gap(symbol))
            return invalid("a space, '_', '.' or ':' cannot be the symbol of a seat");
    for (std::size_t r = 0; r < rows.size(); ++r)
    {
        const std::string where = "row " + std::to_string(r + 1) + " of the layout ";
        const auto colon = rows[r].find(':');
        const std::string_view cells =
            std::string_view{rows[r]}.substr(colon == std::string::npos ? 0 : colon + 1);
        if (cells.size() > hall_columns_max)
            return invalid(where + "has more than " + std::to_string(hall_columns_max) + " places");
        const bool aisle = cells.find_first_not_of(detail::gap_symbols) == std::string_view::npos;
        std::string name = colon != std::string::npos ? rows[r].substr(0, colon)
                           : aisle                    ? std::string{}
                                                      : row_name(unnamed++);
        std::size_t place = 0;
        for (std::size_t c = 0; c < cells.size(); ++c)
        {
            if (detail::is_gap(cells[c]))
                continue;
            const auto symbol = symbols.find(cells[c]);
            if (symbol == symbols.end())
                return invalid(where + "has the unknown symbol " + detail::quoted(cells[c]));
            const auto& [category, kind, blocked] = symbol->second;
            auto known = std::find(categories.begin(), categories.end(), category);
            if (known == categories.end())
                known = categories.insert(known, category);
            seats.push_back({.number = seat_number{static_cast<std::int32_t>(seats.size() + 1)},
                             .row = static_cast<std::uint16_t>(r + 1),
                             .column = static_cast<std::uint16_t>(c + 1),
                             .category = static_cast<std::uint8_t>(known - categories.begin()),
                             .kind = kind,
                             .blocked = blocked,
                             .label = name + std::to_string(++place)});
        }
        names.push_back(std::move(name));
    }
    return from_seats(std::move(seats), std::move(categories), std::move(names));
}

inline result<seat_layout> seat_layout::from_seats(std::vector<seat> seats,
                                                   std::vector<std::string> categories,
                                                   std::vector<std::string> row_names)
{
    seat_layout layout;
    layout.seats_ = std::move(seats);
    layout.categories_ = std::move(categories);
    layout.row_names_ = std::move(row_names);
    std::sort(layout.seats_.begin(), layout.seats_.end(),
              [](const seat& left, const seat& right) { return left.number < right.number; });
    if (auto what = layout.problem(); !what.empty())
        return invalid(std::move(what));
    layout.index();
    return layout;
}

inline std::string seat_layout::problem() const
{
    if (seats_.empty() || seats_.size() > hall_seats_max)
        return "a hall needs 1 to " + std::to_string(hall_seats_max) + " seats";
    if (categories_.empty() || categories_.size() > hall_categories_max)
        return "a hall needs 1 to " + std::to_string(hall_categories_max) + " seat categories";
    for (const auto& category : categories_)
        if (category.empty() || category.size() > category_bytes_max || !is_text(category))
            return "a category's name needs 1 to " + std::to_string(category_bytes_max)
                   + " bytes of UTF-8 without NUL";
    if (row_names_.size() > hall_rows_max)
        return "a hall has at most " + std::to_string(hall_rows_max) + " rows";
    for (const auto& name : row_names_)
        if (name.size() > row_name_bytes_max || !is_text(name))
            return "a row's name takes at most " + std::to_string(row_name_bytes_max)
                   + " bytes of UTF-8 without NUL";
    std::map<std::pair<std::uint16_t, std::uint16_t>, std::size_t> places;
    std::map<std::string_view, std::size_t> labels;
    for (std::size_t i = 0; i < seats_.size(); ++i)
    {
        const seat& s = seats_[i];
        const std::string who = "seat " + std::to_string(raw(s.number));
        if (raw(s.number) < 1 || (i > 0 && seats_[i - 1].number == s.number))
            return who + ": seat numbers must be positive and different";
        if (s.row < 1 || s.row > hall_rows_max || s.row > row_names_.size())
            return who + ": its row must be named and within 1 to " + std::to_string(hall_rows_max);
        if (s.column < 1 || s.column > hall_columns_max)
            return who + ": its column must be within 1 to " + std::to_string(hall_columns_max);
        if (s.category >= categories_.size())
            return who + ": its category is not in the list";
        if (s.label.size() > seat_label_bytes_max
            || s.label.find_first_not_of("0123456789") == std::string::npos || !is_text(s.label))
            return who + ": its label needs a character that is no digit, and at most "
                   + std::to_string(seat_label_bytes_max) + " bytes of UTF-8 without NUL";
        if (!places.emplace(std::pair{s.row, s.column}, i).second)
            return who + ": another seat stands at its place";
        if (!labels.emplace(s.label, i).second)
            return who + ": another seat has its label " + s.label;
    }
    return {};
}

inline void seat_layout::index()
{
    for (std::size_t i = 0; i < seats_.size(); ++i)
    {
        rows_ = std::max(rows_, seats_[i].row);
        columns_ = std::max(columns_, seats_[i].column);
        by_label_.emplace(seats_[i].label, static_cast<std::uint32_t>(i));
    }
    consecutive_ = raw(seats_.front().number) == 1
                   && static_cast<std::size_t>(raw(seats_.back().number)) == seats_.size();
    by_place_.resize(seats_.size());
    std::iota(by_place_.begin(), by_place_.end(), 0U);
    const auto place = [&](std::uint32_t i) { return std::pair{seats_[i].row, seats_[i].column}; };
    std::sort(by_place_.begin(), by_place_.end(),
              [&](auto left, auto right) { return place(left) < place(right); });
    beside_.resize(seats_.size());
    for (std::size_t i = 1; i < by_place_.size(); ++i)
    {
        const auto left = by_place_[i - 1];
        const auto right = by_place_[i];
        if (seats_[left].row != seats_[right].row
            || seats_[left].column + 1 != seats_[right].column)
            continue;
        beside_[left].right = right;
        beside_[right].left = left;
    }
}

inline std::optional<std::size_t> seat_layout::find(seat_number number) const noexcept
{
    if (consecutive_)
    {
        const auto index = static_cast<std::size_t>(raw(number)) - 1; // 0 and below wrap around
        return index < seats_.size() ? std::optional{index} : std::nullopt;
    }
    const auto at = std::lower_bound(seats_.begin(), seats_.end(), number,
                                     [](const seat& s, seat_number n) { return s.number < n; });
    if (at == seats_.end() || at->number != number)
        return std::nullopt;
    return static_cast<std::size_t>(at - seats_.begin());
}

inline std::optional<std::size_t> seat_layout::find(const seat_ref& ref) const
{
    if (ref.label().empty())
        return find(ref.number());
    auto at = by_label_.find(ref.label());
    if (at == by_label_.end())
    {
        std::string capital = ref.label();
        for (char& c : capital)
            c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        at = by_label_.find(capital);
    }
    return at == by_label_.end() ? std::nullopt : std::optional<std::size_t>{at->second};
}

} // namespace cinema::booking
