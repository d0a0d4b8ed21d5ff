#pragma once

#include <cinema/booking/testing/history/box_partition.hpp>
#include <cinema/booking/testing/history/box_search.hpp>
#include <cinema/booking/testing/history/describe.hpp>
#include <cinema/booking/testing/history/resolve.hpp>
#include <cinema/booking/testing/history/verdict.hpp>

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cinema::booking::testing
{

/// What is looked at on its own.
enum class box_split : std::uint8_t
{
    automatic, ///< Each seat, where all operations on its session concern one seat; else sessions.
    by_seat,   ///< Each seat. Weaker: it cannot see whether a group booking was taken apart.
    by_session,
};

/// How far `check_black_box` looks.
struct black_box_options
{
    box_split split{box_split::automatic};
    /// Whether maps of a session are looked at that only one server was asked about. Those that
    /// several servers answer are not linearizable and never looked at.
    bool maps{true};
    std::size_t steps_max{20'000'000}; ///< Of one partition's search; then it is given up.
};

namespace history_detail
{

/// The black-box check of one session.
class box_session
{
public:
    box_session(const black_box_options& options, verdict& out) : options_{options}, verdict_{out}
    {
    }

    /// What is resolved; outlives the session, and is changed by `check`.
    void add(operation_record& one) { operations_.push_back(&one); }

    /// Call once, after every `add`. Null: there is none.
    void check(const session_state* begin, const session_state* end);

private:
    void join_copies();
    void learn_seats(const session_state* begin, const session_state* end);
    void check_groups(const session_state* end);
    [[nodiscard]] std::vector<seat_number> seats_of_record(const operation_record& one) const;
    [[nodiscard]] bool looks_at_maps() const;
    [[nodiscard]] bool goes_by_seat(bool has_maps) const;
    void check_seats(bool has_maps, const session_state* begin, const session_state* end);
    void check_partition(box_partition& part, const session_state* begin, const session_state* end);
    [[nodiscard]] std::string explain(const box_partition& part, const box_search& search) const;

    const black_box_options& options_;
    verdict& verdict_;
    std::vector<operation_record*> operations_;
    box_partition::seats_of_reservations seats_;
};

/// Several answers to one key tell of one effect, which came between the first call and the first
/// answer.
inline void box_session::join_copies()
{
    std::map<std::tuple<action, std::string, uuid>, operation_record*> first;
    std::erase_if(operations_,
                  [&](operation_record* one)
                  {
                      if (one->result != outcome::granted || one->key.empty() || !one->reservation)
                          return false;
                      const auto [place, is_first] =
                          first.try_emplace({one->what, one->key, *one->reservation}, one);
                      auto& kept = *place->second;
                      kept.called = std::min(kept.called, one->called);
                      kept.returned = std::min(kept.returned, one->returned);
                      return !is_first;
                  });
}

inline void box_session::learn_seats(const session_state* begin, const session_state* end)
{
    for (const auto* one : operations_)
        if (one->what == action::reserve && one->result == outcome::granted && one->reservation)
            seats_.emplace(*one->reservation, sorted(one->seats));
    for (const auto* state : {begin, end})
        if (state != nullptr)
            for (const auto& one : state->reservations)
                seats_.emplace(one.id.id, seats_of(one));
    for (const auto* one : operations_)
        if (one->result == outcome::granted && one->reservation && !one->answered.empty())
            seats_.emplace(*one->reservation, sorted(one->answered));
}

/// The seats that it touches; none if the check has nothing to say of it. Maps aside.
inline std::vector<seat_number> box_session::seats_of_record(const operation_record& one) const
{
    const auto what = box_partition::meaning(one);
    if (!what || *what == box_action::seat_map)
        return {};
    if (*what == box_action::taken || *what == box_action::off_sale)
        return one.answered.empty() ? one.seats : one.answered;
    if (*what == box_action::reserve || *what == box_action::block || *what == box_action::unblock)
        return one.seats;
    if (!one.reservation)
        return {};
    const auto found = seats_.find(*one.reservation);
    return found == seats_.end() ? std::vector<seat_number>{} : found->second;
}

inline bool box_session::looks_at_maps() const
{
    std::set<std::uint32_t> servers;
    bool has_maps = false;
    for (const auto* one : operations_)
    {
        servers.insert(one->server);
        has_maps = has_maps || one->what == action::read_map;
    }
    return options_.maps && has_maps && servers.size() == 1;
}

inline bool box_session::goes_by_seat(bool has_maps) const
{
    switch (options_.split)
    {
    case box_split::by_seat: return true;
    case box_split::by_session: return false;
    case box_split::automatic: break;
    }
    return !has_maps
           && std::all_of(operations_.begin(), operations_.end(),
                          [this](const auto* one) { return seats_of_record(*one).size() <= 1; });
}

inline void box_session::check(const session_state* begin, const session_state* end)
{
    ++verdict_.counts.sessions;
    learn_seats(begin, end);
    if (options_.split != box_split::by_seat)
        check_groups(end);
    if (std::any_of(operations_.begin(), operations_.end(),
                    [](const auto* one) { return may_have_any_seats(*one); }))
    {
        verdict_.counts.unjudged += operations_.size(); // any seat may be taken, or not
        return;
    }
    join_copies();
    const bool has_maps = looks_at_maps();
    if (goes_by_seat(has_maps))
        return check_seats(has_maps, begin, end);
    box_partition whole{seats_, std::nullopt};
    for (const auto* one : operations_)
    {
        const bool is_map = one->what == action::read_map;
        if (is_map ? has_maps : !seats_of_record(*one).empty())
            whole.add(*one);
    }
    check_partition(whole, begin, end);
}

/// A reservation has the seats that were asked for, whoever tells of it.
inline void box_session::check_groups(const session_state* end)
{
    const auto is_torn = [this](const uuid& id, const std::vector<seat_number>& told)
    {
        const auto asked = seats_.find(id);
        return asked != seats_.end() && !told.empty() && sorted(told) != asked->second;
    };
    for (const auto* one : operations_)
        if (one->result == outcome::granted && one->reservation
            && is_torn(*one->reservation, one->answered))
            verdict_.add(flaw::torn_group,
                         describe(*one) + " was told of " + describe(one->answered) + ", but "
                             + describe(seats_.at(*one->reservation)) + " had been asked for.");
    if (end == nullptr)
        return;
    for (const auto& one : end->reservations)
        if (is_torn(one.id.id, seats_of(one)))
            verdict_.add(flaw::torn_group, describe(one.id.id) + " has " + describe(seats_of(one))
                                               + " in the end, but "
                                               + describe(seats_.at(one.id.id))
                                               + " had been asked for.");
}

inline void box_session::check_seats(bool has_maps, const session_state* begin,
                                     const session_state* end)
{
    std::map<seat_number, box_partition> parts;
    const auto part_of = [&](seat_number seat) -> box_partition&
    { return parts.try_emplace(seat, seats_, seat).first->second; };
    for (const auto* one : operations_)
    {
        const auto seats = seats_of_record(*one);
        const bool is_of_any = one->result == outcome::refused && one->answered.empty();
        if (is_of_any && seats.size() > 1)
            ++verdict_.counts.unjudged; // which of them it was is not known
        else
            for (const auto seat : seats)
                part_of(seat).add(*one);
    }
    if (end != nullptr)
        for (const auto& one : end->reservations)
            for (const auto& seat : one.seats)
                (void)part_of(seat.number);
    for (auto& [seat, part] : parts)
    {
        for (const auto* one : operations_)
            if (has_maps && one->what == action::read_map && one->result == outcome::granted)
                part.add(*one);
        check_partition(part, begin, end);
    }
}

inline void box_session::check_partition(box_partition& part, const session_state* begin,
                                         const session_state* end)
{
    if (begin != nullptr)
        part.begin_with(*begin);
    if (end != nullptr)
        part.end_with(*end);
    part.close();
    box_search search{part, options_.steps_max};
    const auto answer = search.run();
    ++verdict_.counts.partitions;
    verdict_.counts.steps += search.steps();
    if (answer == box_search::answer::contradiction)
        verdict_.add(flaw::not_linearizable, explain(part, search));
    if (answer == box_search::answer::given_up)
        verdict_.add(flaw::undecided, "The search for an order was given up after "
                                          + std::to_string(search.steps()) + " steps, among which "
                                          + explain(part, search));
}

inline std::string box_session::explain(const box_partition& part, const box_search& search) const
{
    const auto& stuck = search.stuck_at();
    std::string out =
        "no order of the operations on session "
        + std::to_string(raw(operations_.empty() ? session_id{} : operations_.front()->session));
    if (part.only())
        out += ", " + describe(*part.only()) + ',';
    out += " explains ";
    out += stuck.by != nullptr ? describe(*stuck.by) : std::string{"what is there in the end"};
    out += "; it goes as far as " + std::to_string(search.explained()) + " of "
           + std::to_string(part.operations().size());
    std::set<std::string> holders;
    for (std::size_t i = 0; i < stuck.seats.size() && i < search.holders().size(); ++i)
    {
        const auto holder = search.holders()[i];
        const auto maker = std::find_if(part.operations().begin(), part.operations().end(),
                                        [&](const box_operation& op) {
                                            return op.what == box_action::reserve
                                                   && op.reservation == holder && op.by != nullptr;
                                        });
        if (stuck.what == box_action::seat_map && holders.size() > 2)
            break;
        holders.insert(describe(part.number(stuck.seats[i])) + " was "
                       + (holder == box_nobody               ? "free"
                          : maker != part.operations().end() ? "with " + describe(*maker->by)
                                                             : "with somebody"));
    }
    for (const auto& holder : holders)
        out += (holder == *holders.begin() ? ", when " : ", ") + holder;
    return out + '.';
}

} // namespace history_detail

/// Looks for an order of the operations that explains every answer and lies within real time; uses
/// no versions. It is the stronger check where versions lie, and where outcomes are unknown: it
/// tries both. It sees whether answers about seats and reservations fit together, not which version
/// they tell: a refused or ignored `expected` says nothing to it.
/// Time: about linear where few operations on the same seats overlap.
[[nodiscard]] inline verdict check_black_box(const history& what,
                                             const black_box_options& options = {})
{
    verdict out;
    out.counts = history_detail::count(what.operations);
    auto operations = history_detail::resolve(what);
    std::map<session_id, history_detail::box_session> sessions;
    const auto session_of = [&](session_id id) -> history_detail::box_session&
    { return sessions.try_emplace(id, options, out).first->second; };
    for (auto& one : operations)
        session_of(one.session).add(one);
    for (const auto& end : what.ends)
        (void)session_of(end.session);
    for (auto& [id, session] : sessions)
        session.check(history_detail::find_state(what.begins, id),
                      history_detail::find_state(what.ends, id));
    return out;
}

} // namespace cinema::booking::testing
