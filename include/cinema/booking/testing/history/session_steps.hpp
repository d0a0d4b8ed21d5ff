#pragma once

#include <cinema/booking/testing/history/describe.hpp>
#include <cinema/booking/testing/history/history_recorder.hpp>
#include <cinema/booking/testing/history/resolve.hpp>
#include <cinema/booking/testing/history/verdict.hpp>

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace cinema::booking::testing::history_detail
{

/// A change of a reservation, which made one version of its session.
struct session_step
{
    action what{}; ///< `expire`: the system's own.
    uuid reservation;
    std::string user;
    std::vector<seat_number> seats; ///< Ascending.
    reservation_status status{};
    std::optional<time_point> until{};
    std::optional<time_point> at{};
    monotonic_time called{monotonic_time::min()}; ///< The earliest call that may have caused it.
    const operation_record* by{};                 ///< Null if nobody's record tells of it.
    bool is_in_end{};
};

[[nodiscard]] inline std::string describe(const session_step& step, session_version version)
{
    if (step.by != nullptr)
        return describe(*step.by);
    return std::string{to_string(step.what)} + " of " + describe(step.reservation) + " ("
           + describe(step.seats) + ", " + describe(version) + ')';
}

/// Puts together what is known of the versions of one session: from the answers, and from the
/// events of the reservations in the end.
class step_collector
{
public:
    explicit step_collector(verdict& out) : verdict_{out} {}

    /// Every granted operation that claims to have made a version.
    void add(const operation_record& one)
    {
        if (one.result == outcome::granted && raw(one.version) == 0 && one.what == action::reserve)
            verdict_.add(flaw::broken_record,
                         describe(one) + " was granted without telling a version.");
        const auto version = made_version(one);
        if (raw(version) == 0)
            return;
        if (!one.reservation)
            return verdict_.add(flaw::broken_record,
                                describe(one) + " was granted without telling a reservation.");
        session_step step{.what = one.what,
                          .reservation = *one.reservation,
                          .user = one.user,
                          .seats = sorted(one.answered.empty() ? one.seats : one.answered),
                          .status = one.status.value_or(status_of(one)),
                          .until = one.held_until,
                          .at = one.earliest == one.latest ? one.earliest : std::nullopt,
                          .called = one.called,
                          .by = &one};
        if (one.what == action::reserve && step.seats != sorted(one.seats))
            verdict_.add(flaw::torn_group,
                         describe(one) + " was given " + describe(step.seats) + " instead.");
        if (auto* known = find_or_add(version, step))
            merge(*known, version, step);
    }

    /// Call after every `add`.
    void add(const session_state& end, session_version begun)
    {
        for (const auto& one : end.reservations)
            for (std::size_t i = 0; i < one.events.size(); ++i)
                if (one.events[i].version > begun)
                    add_event(one, i);
        for (const auto& [version, step] : steps_)
            if (!step.is_in_end)
                verdict_.add(flaw::lost_effect, "The effect of " + describe(step, version)
                                                    + " is missing in the end.");
    }

    /// By version. Several of one version are a finding already.
    [[nodiscard]] const std::multimap<session_version, session_step>& steps() const noexcept
    {
        return steps_;
    }

private:
    [[nodiscard]] static reservation_status status_of(const operation_record& one)
    {
        return status_after(one.what).value_or(
            one.hold.count() != 0 ? reservation_status::held : reservation_status::confirmed);
    }

    /// The same step if it is known; else null, and it is now.
    [[nodiscard]] session_step* find_or_add(session_version version, const session_step& step)
    {
        const auto [first, last] = steps_.equal_range(version);
        const auto same = std::find_if(first, last,
                                       [&](const auto& entry) {
                                           return entry.second.reservation == step.reservation
                                                  && entry.second.status == step.status;
                                       });
        if (same != last)
            return &same->second;
        if (first != last)
            verdict_.add(flaw::version_twice,
                         describe(first->second, version) + " and " + describe(step, version)
                             + " made the same version, " + describe(version) + '.');
        steps_.emplace(version, step);
        return nullptr;
    }

    void merge(session_step& known, session_version version, const session_step& other)
    {
        const bool differs =
            known.until != other.until
            || (!known.seats.empty() && !other.seats.empty() && known.seats != other.seats);
        if (differs)
            verdict_.add(flaw::answers_differ, describe(known, version) + " and "
                                                   + describe(other, version)
                                                   + " were told different things of one effect.");
        known.called = std::min(known.called, other.called);
        if (known.seats.empty())
            known.seats = other.seats;
        if (other.what == action::reserve) // the others found what it made
        {
            known.what = other.what;
            known.by = other.by;
        }
    }

    void add_event(const reservation& of, std::size_t index)
    {
        const auto& event = of.events[index];
        session_step told{.what = action_of(of, index),
                          .reservation = of.id.id,
                          .user = of.user,
                          .seats = seats_of(of),
                          .status = event.status,
                          .until = event.held_until,
                          .at = event.at,
                          .is_in_end = true};
        auto* known = find_or_add(event.version, told);
        if (known == nullptr)
        {
            if (told.what != action::expire)
                verdict_.add(flaw::unasked_effect,
                             "Nobody asked for the " + describe(told, event.version) + '.');
            return;
        }
        auto& step = *known;
        compare(step, told, event.version);
        step.is_in_end = true;
        step.what = told.what;
        step.seats = told.seats;
        step.at = told.at;
        step.until = told.until;
    }

    /// What was answered against what is there in the end.
    void compare(const session_step& step, const session_step& told, session_version version)
    {
        if (!step.seats.empty() && step.seats != told.seats)
            verdict_.add(flaw::torn_group,
                         describe(step, version) + " has " + describe(told.seats) + " in the end.");
        if (step.until != told.until || (step.at && step.at != told.at)
            || (!step.user.empty() && step.user != told.user))
            verdict_.add(flaw::answers_differ,
                         describe(step, version)
                             + " was told another user or time than is there in the end.");
    }

    verdict& verdict_;
    std::multimap<session_version, session_step> steps_;
};

} // namespace cinema::booking::testing::history_detail
