#pragma once

#include <rapidcheck.h>

#include <ostream>

namespace cinema::tests
{

/// What a step does.
enum class kind
{
    reserve,
    confirm,
    extend,
    cancel,
    check_in,
    block,
    unblock,
    expire,
    retry,    // an earlier operation, with its ticket
    replay,   // an earlier request, as a new operation
    advance,  // the clock
    set_back, // the clock
    fence,
    commit,
    drop,
    reload,
    follow, // a second book adopts what changed
    forget, // the book forgets what has ended long ago
};

inline constexpr const char* step_names[] = {
    "reserve", "confirm", "extend",   "cancel", "check in", "block", "unblock", "expire", "retry",
    "replay",  "advance", "set back", "fence",  "commit",   "drop",  "reload",  "follow", "forget"};

/// One step; the numbers mean what the kind makes of them.
struct step
{
    kind what{};
    unsigned which{};    // seat, reservation or earlier operation
    unsigned more{};     // further seats
    unsigned length{};   // of a hold or of time
    unsigned expected{}; // version
    unsigned key{};
};

inline std::ostream& operator<<(std::ostream& out, const step& step)
{
    return out << step_names[static_cast<int>(step.what)] << '(' << step.which << ' ' << step.more
               << ' ' << step.length << ' ' << step.expected << ' ' << step.key << ")\n";
}

inline rc::Gen<step> any_step()
{
    const auto below = [](unsigned bound) { return rc::gen::inRange(0U, bound); };
    return rc::gen::build<step>(
        rc::gen::set(&step::what, rc::gen::weightedElement<kind>({{24, kind::reserve},
                                                                  {8, kind::confirm},
                                                                  {6, kind::extend},
                                                                  {9, kind::cancel},
                                                                  {3, kind::check_in},
                                                                  {2, kind::block},
                                                                  {2, kind::unblock},
                                                                  {3, kind::expire},
                                                                  {5, kind::retry},
                                                                  {9, kind::replay},
                                                                  {12, kind::advance},
                                                                  {1, kind::set_back},
                                                                  {1, kind::fence},
                                                                  {10, kind::commit},
                                                                  {3, kind::drop},
                                                                  {2, kind::reload},
                                                                  {2, kind::follow},
                                                                  {1, kind::forget}})),
        rc::gen::set(&step::which, below(1'000)), rc::gen::set(&step::more, below(64)),
        rc::gen::set(&step::length, below(12)), rc::gen::set(&step::expected, below(8)),
        rc::gen::set(&step::key, below(8)));
}

} // namespace cinema::tests
