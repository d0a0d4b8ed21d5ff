#include "route.hpp"

#include <algorithm>

namespace cinema::booking::http
{

namespace
{

constexpr std::array table{
    route{verb::get, "/sessions/:id/seats", endpoint::show_seats},
    route{verb::post, "/sessions/:id/seats/reserve", endpoint::reserve},
    route{verb::get, "/sessions/:id/seats/best", endpoint::best_seats},
    route{verb::get, "/sessions", endpoint::list_sessions},
    route{verb::get, "/sessions/:id", endpoint::show_session},
    route{verb::get, "/reservations/:id", endpoint::show_reservation},
    route{verb::del, "/reservations/:id", endpoint::cancel},
    route{verb::post, "/reservations/:id/confirm", endpoint::confirm},
    route{verb::post, "/reservations/:id/extend", endpoint::extend},
    route{verb::get, "/kpi", endpoint::kpi},
    route{verb::get, "/metrics", endpoint::metrics},
    route{verb::get, "/livez", endpoint::live},
    route{verb::get, "/readyz", endpoint::ready},
};

constexpr std::array<std::string_view, 8> known_methods{"GET",    "HEAD",    "POST",  "PUT",
                                                        "DELETE", "OPTIONS", "TRACE", "PATCH"};

/// The next segment of a path, which is cut off together with the slash before it.
std::string_view take_segment(std::string_view& path) noexcept
{
    path.remove_prefix(1);
    const auto segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    return segment;
}

bool fits(std::string_view pattern, std::string_view path, std::string_view& capture) noexcept
{
    while (pattern.starts_with('/') && path.starts_with('/'))
    {
        const auto wanted = take_segment(pattern);
        const auto segment = take_segment(path);
        if (wanted.starts_with(':') && !segment.empty())
            capture = segment;
        else if (wanted != segment)
            return false;
    }
    return pattern.empty() && path.empty();
}

} // namespace

std::span<const route> routes() noexcept { return table; }

bool is_known_method(std::string_view method) noexcept
{
    return std::ranges::find(known_methods, method) != known_methods.end();
}

route_match match_route(std::string_view method, std::string_view path) noexcept
{
    route_match match{.is_head = method == "HEAD", .is_options = method == "OPTIONS"};
    for (const auto& candidate : table)
    {
        if (!fits(candidate.pattern, path, match.capture))
            continue;
        match.pattern = candidate.pattern;
        match.verbs =
            static_cast<std::uint8_t>(match.verbs | 1U << static_cast<unsigned>(candidate.verb));
        const bool is_asked = candidate.verb == verb::get    ? method == "GET" || match.is_head
                              : candidate.verb == verb::post ? method == "POST"
                                                             : method == "DELETE";
        if (is_asked)
        {
            match.found = &candidate;
            return match;
        }
    }
    return match;
}

std::string allowed_methods(std::uint8_t verbs)
{
    const auto has = [verbs](verb which)
    { return (verbs >> static_cast<unsigned>(which) & 1U) != 0; };
    std::string allow;
    if (has(verb::get))
        allow += "GET, HEAD, ";
    if (has(verb::post))
        allow += "POST, ";
    if (has(verb::del))
        allow += "DELETE, ";
    return allow + "OPTIONS";
}

} // namespace cinema::booking::http
