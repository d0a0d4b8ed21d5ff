// Two shops on one database sell the same seats: who comes second learns it, whatever he had seen.
// Needs no database. ctest compares what it prints with 2_lost_race.expected.

#include <cinema/booking.hpp>

#include <atomic>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

namespace booking = cinema::booking;

int main()
{
    //! [two services]
    // As two servers would have it: each decides on its own, both commit to one database.
    const auto database = std::make_shared<booking::memory_database>();
    booking::booking_service north{booking::make_memory_stores_on(database)};
    booking::booking_service south{booking::make_memory_stores_on(database)};
    //! [two services]

    const auto layout = booking::seat_layout::grid(5, 8);
    const auto hall = north.create_hall({.name = "Hall A", .layout = layout}).value();
    const auto show =
        north.create_session({.hall = hall.id, .movie_title = "Metropolis"}).value().id;

    const auto seen = north.seats(show).value()->stamp.version; // what the page shows to Eva

    //! [lost swap]
    // South has seen C7 free. North sells it. South still believes it is free, decides for Ben, and
    // loses the swap of the session's version: it takes over what changed and decides again.
    (void)south.reserve({.session = show, .user = "zoe", .seats = {"A1"}}).value();
    (void)north.reserve({.session = show, .user = "anna", .seats = {"C7"}}).value();
    const auto ben = south.reserve({.session = show, .user = "ben", .seats = {"C7"}});
    std::cout << "ben:   " << ben.error().what() << '\n';

    const auto retried = south.kpi().commits_at(booking::kpi_span::since_start).retried;
    std::cout << "south: " << retried << " commit lost against north and decided again\n";
    //! [lost swap]

    //! [storm]
    // Sixteen buyers want D4 at the same moment, half of them at each shop.
    std::atomic<int> winners{0};
    std::atomic<int> losers{0};
    std::vector<std::jthread> buyers;
    for (int i = 0; i < 16; ++i)
        buyers.emplace_back(
            [&, i]
            {
                auto& shop = i % 2 == 0 ? north : south;
                const auto answer = shop.reserve(
                    {.session = show, .user = "buyer " + std::to_string(i), .seats = {"D4"}});
                if (answer)
                    ++winners;
                else if (answer.error() == booking::errc::seat_taken)
                    ++losers;
            });
    buyers.clear(); // waits for all of them
    std::cout << "D4:    " << winners << " buyer has it, " << losers << " were refused\n";
    //! [storm]

    //! [expected version]
    // Who must not act on an outdated picture says which version he has seen: then any sale since
    // then refuses him, also of other seats.
    const auto eva =
        north.reserve({.session = show, .user = "eva", .seats = {"E1"}, .expected = seen});
    if (eva.error() == booking::errc::stale_version)
        std::cout << "eva:   " << eva.error().what() << "; it is at version "
                  << raw(eva.error().version) << " now\n";
    //! [expected version]
}
