#include "demo_programme.hpp"

#include <date/date.h>
#include <date/tz.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <sstream>

namespace cinema::server
{
namespace
{

using booking::category_price;
using booking::minor_units;
using booking::time_point;
using std::chrono::minutes;

constexpr const char* venue_zone = "Europe/Berlin";
constexpr int programme_days = 6;
constexpr minutes between_films{20}; // to leave, to clean, to come in

struct film
{
    const char* title;
    minutes length;
};

constexpr std::array films{
    film{"Metropolis", minutes{153}},
    film{"The General", minutes{75}},
    film{"Nosferatu", minutes{94}},
    film{"Safety Last!", minutes{73}},
    film{"The Adventures of Prince Achmed", minutes{66}},
    film{"Sunrise", minutes{94}},
    film{"The Cabinet of Dr. Caligari", minutes{77}},
    film{"The Thief of Bagdad", minutes{149}},
    film{"Häxan", minutes{105}},
    film{"Sherlock Jr.", minutes{45}},
    film{"The Phantom of the Opera", minutes{107}},
    film{"Faust", minutes{106}},
    film{"The Lost World", minutes{104}},
};

struct venue
{
    const char* name;
    std::vector<std::string> drawing;
    std::vector<minutes> showtimes; // after midnight, in order
    minor_units standard;
    minor_units premium; // 0: the hall has no such seats
};

/// What a seat costs less in the afternoon.
constexpr std::int64_t matinee_discount = 200;
/// What a child or a senior pays less.
constexpr std::int64_t concession = 300;
constexpr minutes evening{17 * 60};

std::vector<venue> venues()
{
    using std::chrono_literals::operator""h;
    using std::chrono_literals::operator""min;
    return {
        {"Great Hall",
         {"___ssssss_ssssss___", "__sssssss_sssssss__", "_ssssssss_ssssssss_",
          "_ssssssss_ssssssss_", "sssssssss_sssssssss", "___________________",
          "wcsssssss_ssssssscw", "sssssssss_sssssssss", "sssssssss_sssssssss",
          "sssssssss_sssssssss", "ppppppppp_ppppppppp", "ppppppppp_ppppppppp",
          "ppppppppp_ppppppppp", "_pppppppp_ppppppxx_"},
         {14h, 17h + 15min, 20h + 15min},
         minor_units{950},
         minor_units{1'250}},
        {"Blue Hall",
         {"_ss_ssssss_ss_", "sss_ssssss_sss", "sss_ssssss_sss", "wc__ssssss__cw", "sss_ssssss_sss",
          "sss_ssssss_sss", "sss_pppppp_sss", "sss_pppppp_sss", "sss_pppppp_sss"},
         {15h, 18h, 21h},
         minor_units{900},
         minor_units{1'150}},
        {"Garden Hall",
         {"__ssssssss", "wcssssssss", "wcssssssss", "__________", "ssssssssss", "ssssssssss",
          "ssssssssss", "xpppppppp_"},
         {15h + 15min, 18h + 15min, 21h + 15min},
         minor_units{850},
         minor_units{1'050}},
        {"The Attic",
         {"Sofa:p_p_p_p", "A:ss_sss_ss", "B:ss_sss_ss", "C:ss_sss_ss", "D:cw_sss_xx"},
         {19h, 21h + 30min},
         minor_units{750},
         minor_units{1'400}},
    };
}

/// Local time at the venue as universal time; without the zone's rules, it counts as universal.
time_point at_venue(const std::string& zone, date::local_days day, minutes after_midnight)
{
    const auto local = day + after_midnight;
    try
    {
        return date::locate_zone(zone)->to_sys(local, date::choose::earliest);
    }
    catch (const std::exception&)
    {
        return time_point{local.time_since_epoch()};
    }
}

/// The first day of a programme: today if the afternoon is still to come, else tomorrow.
date::local_days first_day(const std::string& zone, time_point now)
{
    date::local_time<std::chrono::milliseconds> local{now.time_since_epoch()};
    try
    {
        local = date::locate_zone(zone)->to_local(now);
    }
    catch (const std::exception&)
    {
    }
    const auto today = date::floor<date::days>(local);
    return local - today < std::chrono::hours{12} ? today : today + date::days{1};
}

/// Whether this host knows the rules of the zone.
bool is_known(const std::string& zone)
{
    try
    {
        return date::locate_zone(zone) != nullptr;
    }
    catch (const std::exception&)
    {
        return false;
    }
}

std::vector<category_price> prices(const venue& its, minutes showtime)
{
    const std::int64_t less = showtime < evening ? matinee_discount : 0;
    const auto standard = static_cast<std::int64_t>(its.standard) - less;
    const auto premium = static_cast<std::int64_t>(its.premium) - less;
    return {{"standard", minor_units{standard}, "adult"},
            {"standard", minor_units{standard - concession}, "child"},
            {"standard", minor_units{standard - concession}, "senior"},
            {"premium", minor_units{premium}, "adult"},
            {"premium", minor_units{premium - concession}, "child"}};
}

/// The next film, from number `index` on, that is over before the hall is needed again.
const film& next_film(std::size_t index, minutes most)
{
    while (films[index % films.size()].length + between_films > most)
        ++index;
    return films[index % films.size()];
}

demo_programme usual_programme(date::local_days first, const std::string& zone)
{
    demo_programme made;
    const auto all = venues();
    for (std::size_t v = 0; v < all.size(); ++v)
    {
        made.halls.push_back({.name = all[v].name,
                              .layout = booking::seat_layout::draw(all[v].drawing).value(),
                              .time_zone = zone});
        for (int day = 0; day < programme_days; ++day)
            for (std::size_t s = 0; s < all[v].showtimes.size(); ++s)
            {
                const minutes begin = all[v].showtimes[s];
                const minutes next = s + 1 < all[v].showtimes.size() ? all[v].showtimes[s + 1]
                                                                     : minutes{24 * 60 + 180};
                const auto& its =
                    next_film(static_cast<std::size_t>(day) * 3 + v * 4 + s * 5, next - begin);
                const auto showtime = at_venue(zone, first + date::days{day}, begin);
                made.sessions.push_back({.hall = booking::hall_id{static_cast<std::int64_t>(v + 1)},
                                         .movie_title = its.title,
                                         .showtime = showtime,
                                         .ends_at = showtime + its.length + between_films,
                                         .prices = prices(all[v], begin)});
            }
    }
    return made;
}

/// Many short sessions, one after the other, in one hall.
demo_programme plain_programme(std::size_t sessions, const hall_size& size, date::local_days first,
                               const std::string& zone)
{
    demo_programme made;
    made.halls.push_back({.name = "Test Hall",
                          .layout = booking::seat_layout::grid(size.rows, size.columns),
                          .time_zone = zone});
    const auto begin = at_venue(zone, first, minutes{24 * 60});
    for (std::size_t i = 0; i < sessions; ++i)
    {
        const auto showtime = begin + minutes{i};
        made.sessions.push_back({.hall = booking::hall_id{1},
                                 .movie_title = "Test Film " + std::to_string(i + 1),
                                 .showtime = showtime,
                                 .ends_at = showtime + minutes{1},
                                 .prices = {{"standard", minor_units{1'000}}}});
    }
    return made;
}

} // namespace

std::string describe_demo(const demo_request& asked, time_point now)
{
    const std::string zone = is_known(venue_zone) ? venue_zone : "UTC";
    std::ostringstream out;
    if (asked.sessions == 0)
        out << "programme 1";
    else
        out << "sessions " << asked.sessions << ' ' << asked.hall.rows << 'x' << asked.hall.columns;
    out << " from " << date::format("%F", first_day(zone, now)) << ' ' << zone;
    return out.str();
}

std::optional<demo_programme> make_demo(std::string_view description)
{
    std::istringstream in{std::string{description}};
    std::string kind;
    std::string word;
    std::string zone;
    std::size_t number{};
    hall_size size{};
    char x{};
    date::local_days first{};
    in >> kind >> number;
    if (kind == "sessions")
        in >> size.rows >> x >> size.columns;
    in >> word >> std::ws >> date::parse("%F", first) >> zone;
    const bool is_usual = kind == "programme" && number == 1;
    if (!in || (kind != "sessions" && !is_usual) || number == 0)
        return std::nullopt;
    return is_usual ? usual_programme(first, zone) : plain_programme(number, size, first, zone);
}

} // namespace cinema::server
