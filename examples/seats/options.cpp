#include "seats/options.hpp"

#include "programs/command_line.hpp"
#include "seats/grammar.hpp"
#include "seats/words.hpp"

#include <unistd.h>

#include <cstdlib>
#include <utility>

namespace cinema::seats
{
namespace
{

bool wants_color(const std::string& when)
{
    if (when == "auto")
        return ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
    return when == "always";
}

void understand(const raw_options& raw, options& to)
{
    to.has_color = wants_color(raw.color);
    to.session = booking::session_id{raw.session};
    to.seats.assign(raw.seats.begin(), raw.seats.end());
    to.hold = std::chrono::seconds{raw.hold_seconds};
    if (!raw.reservation.empty())
    {
        const auto id = booking::reservation_id::parse(raw.reservation);
        if (!id)
            throw usage_error{"'" + raw.reservation
                              + "' is no reservation's id; seats hold and seats reserve print it"};
        to.reservation = *id;
    }
    if (!raw.showtime.empty())
    {
        to.showtime = parse_time(raw.showtime);
        if (!to.showtime)
            throw usage_error{"--showtime: is written as 2026-12-01T20:00, not '" + raw.showtime
                              + "'"};
    }
}

} // namespace

invocation read_options(int argc, const char* const* argv)
{
    options result;
    raw_options raw;
    CLI::App app{"Shows and sells the seats of a cinema in the terminal.", "seats"};
    const grammar known{app, result, raw};
    if (auto printed = parse(app, argc, argv))
        return {.printed = *std::move(printed)};
    known.check_together();
    result.asked = known.parsed();
    understand(raw, result);
    return {.options = result};
}

} // namespace cinema::seats
