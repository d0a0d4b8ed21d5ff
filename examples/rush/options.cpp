#include "rush/options.hpp"

#include "programs/command_line.hpp"

namespace cinema::rush
{
namespace
{

constexpr unsigned buyers_max = 1'000;
constexpr unsigned services_max = 16;

constexpr const char* examples = R"(Examples:
  rush                                    64 buyers, 500 seats, two services on one memory store
  rush --store sqlite:                    the same on a new SQLite file, which is removed again
  rush --url http://127.0.0.1:3000        a running cinema-server; its sales are real
  rush --broken-swap                      what happens without the locks: seats are sold twice

Ends with 0 when no seat was sold twice, with 1 when one was, as with --broken-swap nearly always,
or when what the store kept contradicts what buyers were told, with 2 when there is no verdict:
something is wrong with the options, the store or the server is away, or nothing was sold.)";

void add_storm_options(CLI::App& app, options& to)
{
    const char* const group = "The storm";
    app.add_option("--buyers", to.buyers, "So many buyers at the same time, a thread each")
        ->type_name("N")
        ->check(whole_number(1, buyers_max))
        ->group(group);
    app.add_option("--requests", to.requests, "Of all buyers together; 0 for ten for each seat")
        ->type_name("N")
        ->check(whole_number(0, 10'000'000))
        ->group(group);
    app.add_option("--seed", to.seed, "In which order seats are asked for")
        ->type_name("N")
        ->check(whole_number(0, 1'000'000'000))
        ->group(group);
    app.add_flag("--json", to.as_json, "Print one JSON object instead of a table")->group(group);
}

void add_library_options(CLI::App& app, options& to, std::string& hall)
{
    const char* const group = "Through the library";
    app.add_option("--store", to.store,
                   "memory:, sqlite:FILE, sqlite: for a file for this run, postgresql://… or "
                   "mongodb://…")
        ->type_name("STORE")
        ->check(not_empty())
        ->group(group);
    app.add_option("--hall", hall, "The size of the hall that is sold")
        ->type_name("ROWSxCOLUMNS")
        ->check(hall_size_text())
        ->group(group);
    app.add_option("--services", to.services, "Booking services on the one store, as if servers")
        ->type_name("N")
        ->check(whole_number(1, services_max))
        ->group(group);
    app.add_flag(
           "--broken-swap", to.broken_swap,
           "Commit without comparing versions and without the guard, to see what they prevent")
        ->group(group);
}

void add_http_options(CLI::App& app, options& to)
{
    const char* const group = "Over HTTP";
    app.add_option("--url", to.url, "A running server, as http://127.0.0.1:3000")
        ->type_name("URL")
        ->option_text("URL")
        ->group(group);
    app.add_option("--session", to.session, "What to buy; else the session with most free seats")
        ->type_name("ID")
        ->check(whole_number(1, INT64_MAX))
        ->option_text("ID")
        ->group(group);
}

void check_together(const CLI::App& app, const options& given)
{
    const bool is_http = !given.url.empty();
    for (const char* const name : {"--store", "--hall", "--services", "--broken-swap"})
        if (is_http && app.count(name) > 0)
            throw usage_error{std::string{name} + " cannot go with --url: the server has its own"};
    if (!is_http && given.session)
        throw usage_error{"--session goes with --url; without it, rush makes a session"};
    if (given.broken_swap && given.store != "memory:" && given.store != "memory")
        throw usage_error{"--broken-swap breaks the memory store only; leave --store out"};
    if (given.broken_swap && given.services < 2)
        throw usage_error{"--broken-swap needs --services 2 or more: one service alone, which "
                          "decides in order, does without the locks"};
    if (given.broken_swap && given.buyers < 2)
        throw usage_error{"--broken-swap needs --buyers 2 or more: nobody comes between one buyer "
                          "alone and the store"};
}

} // namespace

invocation read_options(int argc, const char* const* argv)
{
    options result;
    std::string hall = "20x25";
    CLI::App app{"Many buyers storm one session at once; then each seat's buyers are counted.",
                 "rush"};
    app.option_defaults()->always_capture_default();
    app.get_formatter()->column_width(34);
    app.footer(examples);
    add_storm_options(app, result);
    add_library_options(app, result, hall);
    add_http_options(app, result);
    if (auto printed = parse(app, argc, argv))
        return {.printed = *std::move(printed)};
    check_together(app, result);
    result.hall = parse_hall_size(hall).value();
    return {.options = result};
}

} // namespace cinema::rush
