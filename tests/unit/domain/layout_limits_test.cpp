#include <cinema/booking/domain/layout.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace booking = cinema::booking;
using booking::errc;
using booking::seat_layout;
using booking::seat_number;

namespace
{

using rows = std::vector<std::string>;

booking::result<seat_layout> draw(const rows& drawing) { return seat_layout::draw(drawing); }

/// What is wrong with a drawing; fails if nothing is.
std::string complaint(const rows& drawing)
{
    const auto drawn = draw(drawing);
    CHECK(drawn.error() == errc::invalid_request);
    return drawn.error().what();
}

bool mentions(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

struct parts
{
    std::vector<booking::seat> seats{
        {.number = seat_number{1}, .row = 1, .column = 1, .label = "A1"},
        {.number = seat_number{2}, .row = 1, .column = 2, .label = "A2"},
    };
    std::vector<std::string> categories{"standard"};
    std::vector<std::string> row_names{"A"};
};

booking::result<seat_layout> layout_after(const std::function<void(parts&)>& change)
{
    parts made;
    change(made);
    return seat_layout::from_seats(made.seats, made.categories, made.row_names);
}

bool is_refused(const std::function<void(parts&)>& change)
{
    return layout_after(change).error() == errc::invalid_request;
}

} // namespace

TEST_CASE("a hall has 1 to its limit of seats")
{
    CHECK(draw(rows(10, std::string(200, 's')))->size() == booking::hall_seats_max);
    auto one_more = rows(10, std::string(200, 's'));
    one_more.emplace_back("s");
    CHECK(mentions(complaint(one_more), "2000 seats"));
    CHECK(mentions(complaint({}), "1 to"));
    CHECK(mentions(complaint({"", "__", ". ."}), "1 to"));
    CHECK(draw({"s"})->size() == 1);
}

TEST_CASE("a hall has at most its limit of rows, aisles included")
{
    CHECK(draw(rows(booking::hall_rows_max, "s"))->rows() == booking::hall_rows_max);
    CHECK(mentions(complaint(rows(booking::hall_rows_max + 1, "s")), "rows"));
}

TEST_CASE("seats behind the last row allowed are refused, not dropped, even behind an aisle")
{
    auto drawing = rows(booking::hall_rows_max, "s");
    drawing.emplace_back("");
    drawing.emplace_back("ssss");
    CHECK(mentions(complaint(drawing), "rows"));
}

TEST_CASE("a row has at most its limit of places, gaps included")
{
    const std::string widest(booking::hall_columns_max, 's');
    CHECK(draw({widest})->columns() == booking::hall_columns_max);
    CHECK(draw({"Box:" + widest})->columns() == booking::hall_columns_max);
    CHECK(mentions(complaint({"s", widest + "s"}), "row 2"));
}

TEST_CASE("seats beyond the last place allowed are refused, not dropped, even behind a gap")
{
    const std::string widest(booking::hall_columns_max, 's');
    CHECK(mentions(complaint({widest + "_s"}), "places"));
    CHECK(mentions(complaint({widest + "_"}), "places"));
}

TEST_CASE("a grid beyond the limits throws what drawing it would refuse")
{
    CHECK(seat_layout::grid(booking::hall_rows_max, 10).size() == booking::hall_seats_max);
    CHECK(seat_layout::grid(10, booking::hall_columns_max).size() == booking::hall_seats_max);
    CHECK_THROWS_AS((void)seat_layout::grid(0, 8), booking::booking_error);
    CHECK_THROWS_AS((void)seat_layout::grid(5, 0), booking::booking_error);
    CHECK_THROWS_AS((void)seat_layout::grid(booking::hall_rows_max + 1, 1), booking::booking_error);
    CHECK_THROWS_AS((void)seat_layout::grid(1, booking::hall_columns_max + 1),
                    booking::booking_error);
    CHECK_THROWS_AS((void)seat_layout::grid(45, 45), booking::booking_error);
    CHECK_THROWS_AS((void)seat_layout::grid(SIZE_MAX, SIZE_MAX), booking::booking_error);
}

TEST_CASE("an unknown symbol is refused with its row, printable or not")
{
    CHECK(mentions(complaint({"ss", "sqs"}), "row 2"));
    CHECK(mentions(complaint({"ss", "sqs"}), "'q'"));
    CHECK(mentions(complaint({"s\xC3"}), "195"));
    CHECK(mentions(complaint({"s\t"}), "9"));
    CHECK(mentions(complaint({"S"}), "'S'"));
}

TEST_CASE("a hall has at most its limit of categories")
{
    std::map<char, booking::seat_symbol> symbols;
    std::string row;
    for (std::size_t i = 0; i < booking::hall_categories_max; ++i)
    {
        row.push_back(static_cast<char>('a' + i));
        symbols[row.back()] = {.category = "category " + std::to_string(i)};
    }
    CHECK(seat_layout::draw(rows{row}, symbols)->categories().size()
          == booking::hall_categories_max);
    symbols['#'] = {.category = "one more"};
    CHECK(seat_layout::draw(rows{row + '#'}, symbols).error() == errc::invalid_request);
}

TEST_CASE("a category's name takes up to its limit, as text")
{
    const auto with = [](std::string name)
    { return [name](parts& made) { made.categories = {name}; }; };
    CHECK(layout_after(with(std::string(booking::category_bytes_max, 'c'))).has_value());
    CHECK(is_refused(with(std::string(booking::category_bytes_max + 1, 'c'))));
    CHECK(is_refused(with("")));
    CHECK(is_refused(with("\xFF")));
    CHECK(is_refused([](parts& made) { made.categories.clear(); }));
}

TEST_CASE("a row's name takes up to its limit, as text")
{
    const std::string longest(booking::row_name_bytes_max, 'r');
    CHECK(draw({longest + ":s"})->row_names()[0] == longest);
    CHECK(mentions(complaint({longest + "r:s"}), "row's name"));
    CHECK(mentions(complaint({"\xFF:s"}), "row's name"));
    CHECK(draw({"Ö:s"})->seats()[0].label == "Ö1");
}

TEST_CASE("a label that could be taken for a number is refused")
{
    CHECK(mentions(complaint({":s"}), "label"));
    CHECK(mentions(complaint({"1:s"}), "label"));
    CHECK(draw({"1-:s"})->seats()[0].label == "1-1");
    CHECK(is_refused([](parts& made) { made.seats[0].label = ""; }));
}

TEST_CASE("two rows of one name would give two seats one label and are refused")
{
    CHECK(mentions(complaint({"Box:s", "Box:s"}), "label Box1"));
    CHECK(mentions(complaint({"s", "A:s"}), "label A1"));
}

TEST_CASE("a seat's label takes up to its limit, as text")
{
    const auto with = [](std::string label)
    { return [label](parts& made) { made.seats[0].label = label; }; };
    CHECK(layout_after(with(std::string(booking::seat_label_bytes_max, 'l'))).has_value());
    CHECK(is_refused(with(std::string(booking::seat_label_bytes_max + 1, 'l'))));
    CHECK(is_refused(with(std::string{"a\0", 2})));
}

TEST_CASE("seats from a store have positive and different numbers, labels and places")
{
    CHECK(layout_after([](parts&) {}).has_value());
    CHECK(is_refused([](parts& made) { made.seats[1].number = seat_number{1}; }));
    CHECK(is_refused([](parts& made) { made.seats[1].number = seat_number{0}; }));
    CHECK(is_refused([](parts& made) { made.seats[1].number = seat_number{-3}; }));
    CHECK(is_refused([](parts& made) { made.seats[1].label = "A1"; }));
    CHECK(is_refused([](parts& made) { made.seats[1].column = 1; }));
    CHECK(is_refused([](parts& made) { made.seats[1].category = 1; }));
    CHECK(is_refused([](parts& made) { made.seats.clear(); }));
}

TEST_CASE("seats from a store stand within the limits, in rows that have names")
{
    const auto last_column = [](parts& made) { made.seats[1].column = booking::hall_columns_max; };
    CHECK(layout_after(last_column)->columns() == booking::hall_columns_max);
    CHECK(is_refused([](parts& made) { made.seats[1].column = booking::hall_columns_max + 1; }));
    CHECK(is_refused([](parts& made) { made.seats[1].column = 0; }));
    CHECK(is_refused([](parts& made) { made.seats[1].row = 0; }));
    CHECK(is_refused([](parts& made) { made.seats[1].row = 2; }));

    const auto last_row = [](parts& made)
    {
        made.row_names.assign(booking::hall_rows_max, "R");
        made.seats[1].row = booking::hall_rows_max;
    };
    CHECK(layout_after(last_row)->rows() == booking::hall_rows_max);
    CHECK(is_refused([](parts& made) { made.row_names.assign(booking::hall_rows_max + 1, "R"); }));
}

TEST_CASE("a hall has at most its limit of seats, also when they come from a store")
{
    const auto count = [](std::size_t seats)
    {
        return [seats](parts& made)
        {
            made.seats.clear();
            made.row_names.assign(booking::hall_rows_max, "R");
            for (std::size_t i = 0; i < seats; ++i)
                made.seats.push_back({.number = seat_number{static_cast<int>(i) + 1},
                                      .row = static_cast<std::uint16_t>(i / 20 + 1),
                                      .column = static_cast<std::uint16_t>(i % 20 + 1),
                                      .label = "L" + std::to_string(i)});
        };
    };
    CHECK(layout_after(count(booking::hall_seats_max)).has_value());
    CHECK(is_refused(count(booking::hall_seats_max + 1)));
}
