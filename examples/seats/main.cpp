// Shows and sells the seats of a store's sessions in the terminal.

#include <cinema/booking/service/relay.hpp>

#include "programs/command_line.hpp"
#include "programs/store_location.hpp"
#include "seats/box_office.hpp"

#include <filesystem>
#include <iostream>

namespace
{

using namespace cinema::seats;
using cinema::usage_error;

void complain(std::string_view line) { std::cerr << "seats: " << line << '\n'; }

/// A store that lasts longer than the program; only the demo makes one.
cinema::booking::stores open_stores(const options& asked)
{
    const auto where = cinema::parse_store(asked.store);
    const bool is_demo = asked.asked == verb::demo;
    if (where.is_memory())
        throw usage_error{"--store: a store in memory is soon forgotten; name sqlite:FILE"};
    if (!is_demo && where.is_file() && !std::filesystem::exists(where.file))
        throw usage_error{"--store: there is no file " + where.file + "; seats demo makes one"};
    cinema::check_place(where, !is_demo);
    auto opened = cinema::open_stores(where, {.migrate = is_demo, .log = complain});
    if (!opened)
        throw usage_error{"--store: cannot use " + where.text + ": " + opened.error().message()};
    return *std::move(opened);
}

bool act(box_office& office, const options& asked)
{
    switch (asked.asked)
    {
    case verb::demo: return office.demo();
    case verb::list: return office.list();
    case verb::map: return office.map();
    case verb::reserve:
        return office.reserve({.session = asked.session, .user = asked.user, .seats = asked.seats});
    case verb::hold:
        return office.reserve({.session = asked.session,
                               .user = asked.user,
                               .seats = asked.seats,
                               .hold = asked.hold});
    case verb::confirm: return office.confirm();
    case verb::cancel: return office.cancel();
    case verb::best: return office.best();
    }
    return false;
}

/// Whether it is asked for a change of reservations.
bool sells(const options& asked)
{
    switch (asked.asked)
    {
    case verb::list:
    case verb::map: return false;
    case verb::best: return asked.reserves_best || asked.holds_best;
    case verb::demo:
    case verb::reserve:
    case verb::hold:
    case verb::confirm:
    case verb::cancel: break;
    }
    return true;
}

/// Where reservations become documents later than they are made, sees to it. They are sold all the
/// same if it fails: what waits is brought by whatever sells there next.
void bring_documents(const cinema::booking::stores& on)
{
    constexpr std::chrono::seconds time_max{2};
    if (!cinema::booking::relay{on}.flush(time_max))
        complain("reservations wait to become documents; the next sale or a server sees to it");
}

bool run(const options& asked)
{
    cinema::booking::booking_service service{open_stores(asked)};
    box_office office{service, asked, std::cout};
    const bool is_done = act(office, asked);
    std::cout.flush();
    if (is_done && sells(asked))
        bring_documents(service.stores());
    return is_done;
}

} // namespace

int main(int argc, char** argv)
{
    return cinema::run_program("seats",
                               [&]
                               {
                                   const auto asked = read_options(argc, argv);
                                   if (asked.options)
                                       return run(*asked.options) ? 0 : 1;
                                   std::cout << asked.printed;
                                   return 0;
                               });
}
