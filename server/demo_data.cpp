#include "demo_data.hpp"

#include "demo_programme.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace cinema::server
{
namespace
{

using booking::errc;
using booking::hall_id;
using booking::hall_ptr;
using booking::inventory_store;
using booking::store_result;
using booking::time_point;

constexpr std::string_view kept_name = "demo-data";
constexpr std::string_view none = "none"; // the halls are somebody's own

using showing = std::pair<hall_id, time_point>;

store_result<hall_ptr> add_or_find_hall(inventory_store& inventory, const booking::hall_spec& spec)
{
    auto made = inventory.add_hall(spec);
    if (made || made.error() != booking::make_error_code(errc::already_exists))
        return made;
    const auto halls = inventory.halls();
    if (!halls)
        return halls.error();
    const auto found =
        std::ranges::find_if(*halls, [&](const hall_ptr& hall) { return hall->name == spec.name; });
    return found == halls->end() ? made : store_result<hall_ptr>{*found};
}

/// All sessions that there are from `from` on.
store_result<std::set<showing>> find_showings(inventory_store& inventory, time_point from)
{
    std::set<showing> found;
    booking::session_page_request page{.filter = {.from = from}, .limit = booking::page_size_max};
    for (;;)
    {
        const auto sessions = inventory.sessions(page);
        if (!sessions)
            return sessions.error();
        for (const auto& session : *sessions)
            found.emplace(session.hall, session.showtime);
        if (sessions->size() < page.limit)
            return found;
        page.after = {sessions->back().showtime, sessions->back().id};
    }
}

/// Adds what is missing of the programme.
store_result<demo_report> complete(inventory_store& inventory, demo_programme programme,
                                   const std::stop_token& stop)
{
    demo_report report{
        .is_wanted = true, .halls = programme.halls.size(), .sessions = programme.sessions.size()};
    std::vector<hall_id> ids;
    for (const auto& spec : programme.halls)
    {
        const auto hall = add_or_find_hall(inventory, spec);
        if (!hall)
            return hall.error();
        ids.push_back((*hall)->id);
    }
    const auto first = std::ranges::min(programme.sessions, {}, &booking::session_spec::showtime);
    const auto there = find_showings(inventory, first.showtime);
    if (!there)
        return there.error();
    for (auto& session : programme.sessions)
    {
        if (stop.stop_requested())
            return booking::make_error_code(errc::stopped);
        const auto index = static_cast<std::size_t>(raw(session.hall)) - 1;
        session.hall = ids[index];
        report.seats += programme.halls[index].layout.size();
        if (there->contains({session.hall, session.showtime}))
            continue;
        const auto made = inventory.add_session(session);
        // Occupied: somebody else is completing the same and was faster.
        if (!made && made.error() != booking::make_error_code(errc::hall_busy))
            return made.error();
        report.sessions_added += made ? 1 : 0;
    }
    return report;
}

} // namespace

store_result<demo_report> add_demo_data(inventory_store& inventory, const demo_request& asked,
                                        time_point now, const std::stop_token& stop)
{
    const auto halls = inventory.halls();
    if (!halls)
        return halls.error();
    const std::string wish = describe_demo(asked, now);
    const auto kept = inventory.keep(kept_name, halls->empty() ? wish : none);
    if (!kept)
        return kept.error();
    auto programme = make_demo(*kept);
    if (!programme)
        return demo_report{};
    auto report = complete(inventory, std::move(*programme), stop);
    if (report)
    {
        const auto kind = [](const std::string& text)
        { return text.substr(0, text.find(" from ")); };
        report->is_as_asked = kind(*kept) == kind(wish);
    }
    return report;
}

} // namespace cinema::server
