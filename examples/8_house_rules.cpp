// What a house decides: which seats are the best, that nobody leaves a single seat, what they cost.
// Needs no database. ctest compares what it prints with 8_house_rules.expected.

#include <cinema/booking.hpp>

#include <cstdint>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace booking = cinema::booking;
using namespace std::chrono_literals;

namespace
{

//! [price]
// Asked for each seat when it is reserved. Before five in the afternoon everybody pays two thirds.
booking::result<booking::seat_price> matinee(const booking::price_question& question)
{
    auto answer = booking::list_price(question);
    const auto day = std::chrono::floor<std::chrono::days>(question.session.showtime);
    if (answer && question.session.showtime < day + 17h)
        answer->amount = booking::minor_units{static_cast<std::int64_t>(answer->amount) * 2 / 3};
    return answer;
}
//! [price]

/// Amounts are whole cents until they are shown.
std::string euros(booking::minor_units amount)
{
    const auto cents = static_cast<std::int64_t>(amount);
    const auto rest = std::to_string(cents % 100);
    return std::to_string(cents / 100) + (rest.size() < 2 ? ".0" : ".") + rest + " EUR";
}

void tell(const std::string& who, const booking::seat_layout& layout, const booking::decision& came)
{
    std::cout << who << ": ";
    if (!came)
    {
        std::cout << "no, " << came.error().what() << '\n';
        return;
    }
    const auto& made = *came->reservation;
    for (const auto& seat : made.seats)
        std::cout << layout.seats()[*layout.find(seat.number)].label << ", ";
    std::cout << euros(made.total()) << '\n';
}

} // namespace

int main()
{
    //! [layout]
    // From the screen backwards: s standard, p premium, w for a wheelchair, c for who comes along.
    const std::vector<std::string> drawing{
        "sssss_sssss",
        "sssss_sssss",
        "ppppp_ppppp",
        "wcsss_ssscw",
    };
    const auto layout = booking::seat_layout::draw(drawing).value();
    //! [layout]

    //! [rules]
    booking::booking_service service{
        booking::make_memory_stores(),
        {.rules = {.gaps = booking::gap_rule::enforce, .price = matinee}}};
    const auto hall = service.create_hall({.name = "Hall A", .layout = layout}).value().id;
    const auto make_session = [&](std::chrono::hours time)
    {
        return service
            .create_session({.hall = hall,
                             .movie_title = "Metropolis",
                             .showtime = std::chrono::sys_days{2027y / 1 / 10} + time,
                             .prices = {{"standard", booking::minor_units{900}},
                                        {"standard", booking::minor_units{600}, "child"},
                                        {"premium", booking::minor_units{1'200}}}})
            .value()
            .id;
    };
    const auto afternoon = make_session(15h);
    const auto evening = make_session(20h);
    //! [rules]

    //! [best]
    // Picked where they are sold: nobody comes between.
    const auto best = [&](const booking::best_seats& wish)
    { return service.reserve({.session = evening, .best = wish}); };
    tell("three together", layout, best({.count = 3}));
    tell("one in a wheelchair, and two", layout, best({.count = 3, .accessible = 1}));
    tell("six in premium", layout, best({.count = 6, .category = "premium"}));
    tell("six, not all together", layout, best({.count = 6, .split = true}));
    //! [best]

    //! [gaps]
    const auto reserve = [&](std::vector<booking::seat_ref> seats)
    { return service.reserve({.session = evening, .seats = std::move(seats)}); };
    tell("A2 to A4", layout, reserve({"A2", "A3", "A4"}));
    tell("A1 to A3", layout, reserve({"A1", "A2", "A3"}));
    //! [gaps]

    //! [price types]
    // One for all seats, or one for each; an empty one is what the seat costs otherwise.
    booking::reserve_request family{
        .session = afternoon, .seats = {"B1", "B2", "B3"}, .price_types = {"", "child", "child"}};
    tell("a family in the afternoon", layout, service.reserve(family));
    family.seats = {"C1", "C2", "C3"};
    tell("in premium", layout, service.reserve(family));
    //! [price types]
}
