#include <cinema/booking/domain/layout.hpp>

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

namespace booking = cinema::booking;
using booking::seat_kind;
using booking::seat_layout;
using booking::seat_number;

namespace
{

std::vector<std::string> labels(const seat_layout& layout)
{
    std::vector<std::string> names;
    for (const auto& seat : layout.seats())
        names.push_back(seat.label);
    return names;
}

seat_layout drawn(std::vector<std::string> rows) { return seat_layout::draw(rows).value(); }

/// A hall whose numbering has gaps, given in no order.
seat_layout scattered()
{
    std::vector<booking::seat> seats;
    for (const int number : {30, 4, 2'000'000'000, 7})
        seats.push_back({.number = seat_number{number},
                         .row = 1,
                         .column = static_cast<std::uint16_t>(seats.size() + 1),
                         .label = "S" + std::to_string(number)});
    return seat_layout::from_seats(std::move(seats), {"standard"}, {"S"}).value();
}

} // namespace

TEST_CASE("a grid has its rows named by letters and its seats numbered row by row from 1")
{
    const auto layout = seat_layout::grid(5, 8);
    CHECK(layout.size() == 40);
    CHECK(layout.rows() == 5);
    CHECK(layout.columns() == 8);
    CHECK(std::vector<std::string>(layout.row_names().begin(), layout.row_names().end())
          == std::vector<std::string>{"A", "B", "C", "D", "E"});
    CHECK(std::vector<std::string>(layout.categories().begin(), layout.categories().end())
          == std::vector<std::string>{"standard"});
    for (std::size_t i = 0; i < layout.size(); ++i)
    {
        const auto& seat = layout.seats()[i];
        CHECK(seat.number == seat_number{static_cast<int>(i) + 1});
        CHECK(seat.row == i / 8 + 1);
        CHECK(seat.column == i % 8 + 1);
        CHECK(seat.kind == seat_kind::standard);
        CHECK_FALSE(seat.blocked);
    }
    CHECK(layout.seats()[22].label == "C7");
}

TEST_CASE("rows are named A to Z, then AA, AB and so on")
{
    const auto name = [](std::size_t i) { return booking::row_name(i); };
    CHECK(name(0) == "A");
    CHECK(name(25) == "Z");
    CHECK(name(26) == "AA");
    CHECK(name(27) == "AB");
    CHECK(name(51) == "AZ");
    CHECK(name(52) == "BA");
    CHECK(name(701) == "ZZ");
    CHECK(name(702) == "AAA");
    CHECK(seat_layout::grid(booking::hall_rows_max, 1).seats().back().label == "GR1");
}

TEST_CASE("a row may bring its own name; the others are lettered without counting it")
{
    const auto layout = drawn({"ss", "Box:ss_ss", "s"});
    CHECK(labels(layout)
          == std::vector<std::string>{"A1", "A2", "Box1", "Box2", "Box3", "Box4", "B1"});
    CHECK(layout.seats()[5].column == 5); // Box4 stands right of the gap
}

TEST_CASE("space, underscore and point are gaps: they take a place but no number")
{
    const auto layout = drawn({"s.s", " s_", "s s"});
    CHECK(labels(layout) == std::vector<std::string>{"A1", "A2", "B1", "C1", "C2"});
    CHECK(layout.seats()[1].column == 3);
    CHECK(layout.seats()[2].column == 2);
    CHECK(layout.columns() == 3);
}

TEST_CASE("a row without seats is a cross aisle: it takes a row but no letter")
{
    const auto layout = drawn({"ss", "", "__", "ss", "Gang:.."});
    CHECK(labels(layout) == std::vector<std::string>{"A1", "A2", "B1", "B2"});
    CHECK(layout.seats()[2].row == 4);
    CHECK(layout.rows() == 4);
    CHECK(std::vector<std::string>(layout.row_names().begin(), layout.row_names().end())
          == std::vector<std::string>{"A", "", "", "B", "Gang"});
}

TEST_CASE("the usual symbols stand for categories, kinds and blocked seats")
{
    const auto layout = drawn({"spwcx"});
    const auto seats = layout.seats();
    CHECK(std::vector<std::string>(layout.categories().begin(), layout.categories().end())
          == std::vector<std::string>{"standard", "premium"});
    CHECK(seats[0].category == 0);
    CHECK(seats[1].category == 1);
    CHECK(seats[2].kind == seat_kind::accessible);
    CHECK(seats[3].kind == seat_kind::companion);
    CHECK(seats[3].category == 0);
    for (std::size_t i = 0; i < 5; ++i)
        CHECK(seats[i].blocked == (i == 4));
}

TEST_CASE("a drawing may bring symbols of its own")
{
    const std::map<char, booking::seat_symbol> symbols{
        {'L', {.category = "loge", .kind = seat_kind::companion, .blocked = true}},
        {'#', {.category = "bench"}},
    };
    const std::vector<std::string> rows{"#L"};
    const auto layout = seat_layout::draw(rows, symbols).value();
    CHECK(layout.categories()[0] == "bench");
    CHECK(layout.categories()[layout.seats()[1].category] == "loge");
    CHECK(layout.seats()[1].kind == seat_kind::companion);
    CHECK(layout.seats()[1].blocked);

    const std::vector<std::string> usual{"s"};
    CHECK(seat_layout::draw(usual, symbols).error() == booking::errc::invalid_request);
}

TEST_CASE("what stands for a gap, or ends a row's name, cannot stand for a seat")
{
    const std::vector<std::string> rows{"s"};
    for (const char symbol : {' ', '_', '.', ':'})
    {
        const std::map<char, booking::seat_symbol> symbols{{'s', {}}, {symbol, {}}};
        CHECK(seat_layout::draw(rows, symbols).error() == booking::errc::invalid_request);
    }
}

TEST_CASE("a seat is found by its label, exactly or else in capitals")
{
    const auto layout = drawn({"ss", "a:ss", "Box:ss"});
    CHECK(layout.find("A2") == 1);
    CHECK(layout.find("a2") == 3);   // exactly that row
    CHECK(layout.find("Box1") == 4); // not all capitals: only exactly
    CHECK(layout.find("b1") == std::nullopt);
    CHECK(layout.find("box1") == std::nullopt);
    CHECK(layout.find("A3") == std::nullopt);
    CHECK(layout.find("A 2") == std::nullopt);
    CHECK(layout.find("") == std::nullopt);
    CHECK(drawn({"ss"}).find("a2") == 1);
}

TEST_CASE("a seat is found by its number where numbers run from 1")
{
    const auto layout = seat_layout::grid(5, 8);
    CHECK(layout.find(seat_number{1}) == 0);
    CHECK(layout.find(seat_number{40}) == 39);
    CHECK(layout.find("23") == 22);
    for (const auto number : {INT32_MIN, -1, 0, 41, INT32_MAX})
    {
        CAPTURE(number);
        CHECK(layout.find(seat_number{number}) == std::nullopt);
        CHECK(layout.find(booking::seat_ref{number}) == std::nullopt);
    }
    CHECK(layout.find("0") == std::nullopt);
}

TEST_CASE("a seat is found by its number where numbers have gaps")
{
    const auto layout = scattered();
    CHECK(labels(layout) == std::vector<std::string>{"S4", "S7", "S30", "S2000000000"});
    CHECK(layout.find(seat_number{4}) == 0);
    CHECK(layout.find(seat_number{30}) == 2);
    CHECK(layout.find(seat_number{2'000'000'000}) == 3);
    CHECK(layout.find("S7") == 1);
    for (const auto number : {INT32_MIN, 0, 1, 3, 5, 29, 31, INT32_MAX})
    {
        CAPTURE(number);
        CHECK(layout.find(seat_number{number}) == std::nullopt);
    }
}

TEST_CASE("every seat of a large hall is found by number and by label")
{
    const auto layout = seat_layout::grid(50, 40);
    for (std::size_t i = 0; i < layout.size(); ++i)
    {
        CHECK(layout.find(layout.seats()[i].number) == i);
        CHECK(layout.find(layout.seats()[i].label) == i);
    }
}

TEST_CASE("a layout survives being taken apart into seats, categories and row names")
{
    const auto layout = drawn({"sp_w", "", "Box:cxs"});
    const auto again =
        seat_layout::from_seats({layout.seats().begin(), layout.seats().end()},
                                {layout.categories().begin(), layout.categories().end()},
                                {layout.row_names().begin(), layout.row_names().end()});
    CHECK(again.value() == layout);
    CHECK_FALSE(layout == seat_layout::grid(1, 6));
}
