#pragma once

#include <cinema/booking/domain/error.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace cinema::tests
{

namespace booking = cinema::booking;
using booking::errc;

/// The rules once more, written down as plainly as they are told, with integers and maps: what the
/// engine is compared with. Times are milliseconds, seats and reservations numbers.
///
/// A copy of a model is a draft: throw it away or keep it.
class naive_model
{
public:
    enum class state
    {
        held = 1,
        confirmed = 2,
        checked_in = 3,
        cancelled = 4,
        expired = 5,
    };

    struct event
    {
        state becomes{};
        std::uint64_t version{};
        std::int64_t at{};
        std::int64_t held_until{}; // 0: no hold
        std::uint64_t operation{};
        friend bool operator==(const event&, const event&) = default;
    };

    struct booked
    {
        std::set<int> seats;
        std::string account;
        std::vector<event> events;
        friend bool operator==(const booked&, const booked&) = default;
    };

    /// What is asked; which fields count depends on the operation.
    struct question
    {
        std::string operation{};
        std::uint64_t number{};      // of the operation
        std::uint64_t reservation{}; // to be made, or to be moved on
        std::vector<int> seats{};
        std::int64_t hold{};
        std::string user{};
        std::string account{};
        std::optional<std::uint64_t> expected{};
        std::string key{};
        bool blocked{};
    };

    struct answer
    {
        errc code{};
        std::uint64_t version{};
        std::set<int> seats{};       // at fault
        std::uint64_t reservation{}; // 0: none
        std::vector<event> events{};
        bool replayed{};
        friend bool operator==(const answer&, const answer&) = default;
    };

    int seat_count{};
    std::int64_t session_end{};
    std::optional<std::int64_t> sales_end;

    std::uint64_t version{1};
    std::int64_t now{};
    std::uint64_t version_before{1}; // of the draft
    std::int64_t changed_at{};       // time of the last change before it
    std::map<int, std::uint64_t> holder;
    std::set<int> blocked;
    std::map<std::uint64_t, booked> reservations;

    answer ask(const question& asked, std::int64_t time)
    {
        now = now - time > clock_step ? time : std::max(now, time);
        if (asked.operation == "reserve")
            return reserve(asked);
        if (asked.operation == "block")
            return block(asked);
        if (asked.operation == "expire")
        {
            expire_lapsed();
            return {.version = version};
        }
        return move_on(asked);
    }

    [[nodiscard]] bool is_live(std::uint64_t id) const
    {
        const auto last = reservations.at(id).events.back().becomes;
        return last != state::cancelled && last != state::expired;
    }

private:
    static constexpr std::int64_t minute = 60'000;
    static constexpr std::int64_t clock_step = 10'000;
    static constexpr std::int64_t hold_most = 60 * minute;
    static constexpr std::int64_t hold_most_in_all = 120 * minute;
    static constexpr std::int64_t keys_kept = 7 * 24 * 60 * minute;
    static constexpr std::size_t events_most = 32;

    struct used_key
    {
        std::string request;
        std::uint64_t reservation{};
        std::size_t events{}; // how many the reservation had when it was the answer
    };

    std::map<std::string, used_key> keys_;

    [[nodiscard]] answer no(errc code, std::set<int> seats = {}) const
    {
        return {.code = code,
                .version = code == errc::invalid_request ? 0 : version,
                .seats = std::move(seats)};
    }

    [[nodiscard]] answer yes(std::uint64_t id) const
    {
        return {.version = version, .reservation = id, .events = reservations.at(id).events};
    }

    [[nodiscard]] answer as_it_was(std::uint64_t id, std::size_t events, bool replayed) const
    {
        auto all = reservations.at(id).events;
        all.resize(events);
        const auto then = all.back().version;
        return {.version = then, .reservation = id, .events = std::move(all), .replayed = replayed};
    }

    [[nodiscard]] bool has_lapsed(std::uint64_t id) const
    {
        const auto& last = reservations.at(id).events.back();
        return last.becomes == state::held && now >= last.held_until;
    }

    [[nodiscard]] bool is_taken(int seat) const
    {
        return holder.contains(seat) && !has_lapsed(holder.at(seat));
    }

    void add_event(std::uint64_t id, state becomes, std::uint64_t operation,
                   std::int64_t held_until = 0)
    {
        auto& of = reservations.at(id);
        of.events.push_back({becomes, ++version, now, held_until, operation});
        for (const int seat : of.seats)
            if (is_live(id))
                holder[seat] = id;
            else
                holder.erase(seat);
    }

    void expire_if_lapsed(int seat)
    {
        if (holder.contains(seat) && has_lapsed(holder.at(seat)))
            add_event(holder.at(seat), state::expired, 0);
    }

    void expire_lapsed()
    {
        for (int seat = 1; seat <= seat_count; ++seat)
            expire_if_lapsed(seat);
    }

    /// A refusal for the time that it is, which leaves nothing to a grant under way elsewhere.
    answer no_more(errc code)
    {
        expire_lapsed();
        version += version == version_before ? 1 : 0;
        return no(code);
    }

    [[nodiscard]] std::optional<answer> earlier_attempt(const question& asked) const
    {
        const auto known = reservations.find(asked.reservation);
        if (known != reservations.end())
            for (std::size_t i = 0; i < known->second.events.size(); ++i)
                if (known->second.events[i].operation == asked.number)
                    return as_it_was(asked.reservation, i + 1, false);
        return std::nullopt;
    }

    static std::string scope(const question& asked, const std::string& account)
    {
        const bool is_new = asked.operation == "reserve";
        return asked.operation + '/' + (is_new ? "" : std::to_string(asked.reservation)) + '/'
               + account + '/' + asked.key;
    }

    static std::string request(const question& asked)
    {
        std::string text = asked.user + '/' + std::to_string(asked.hold) + '/'
                           + (asked.expected ? std::to_string(*asked.expected) : "any");
        for (const int seat : std::multiset<int>(asked.seats.begin(), asked.seats.end()))
            text += '/' + std::to_string(seat);
        return text;
    }

    [[nodiscard]] std::optional<answer> answer_by_key(const question& asked,
                                                      const std::string& account) const
    {
        const auto used = keys_.find(scope(asked, account));
        if (asked.key.empty() || used == keys_.end())
            return std::nullopt;
        const auto id = used->second.reservation;
        const auto ended = reservations.at(id).events.back().at;
        const auto from = is_live(id) ? std::max(ended, session_end) : ended;
        if (now >= from + keys_kept)
            return std::nullopt;
        if (used->second.request != request(asked))
            return no(errc::key_reused);
        return as_it_was(id, used->second.events, true);
    }

    void keep_key(const question& asked, const std::string& account)
    {
        if (!asked.key.empty())
            keys_[scope(asked, account)] = {request(asked), asked.reservation,
                                            reservations.at(asked.reservation).events.size()};
    }

    /// What is wrong with the seats named, apart from who has them.
    [[nodiscard]] std::optional<answer> wrong_seats(const question& asked) const
    {
        for (const int seat : asked.seats)
            if (seat < 1 || seat > seat_count)
                return no(errc::seat_not_found);
        if (std::set<int>(asked.seats.begin(), asked.seats.end()).size() < asked.seats.size())
            return answer{.code = errc::invalid_request, .version = version};
        return std::nullopt;
    }

    [[nodiscard]] bool is_stale(const question& asked) const
    {
        return asked.expected && *asked.expected != version;
    }

    answer reserve(const question& asked)
    {
        if (asked.seats.empty() || asked.hold < 0 || asked.hold > hold_most)
            return no(errc::invalid_request);
        if (auto earlier = earlier_attempt(asked))
            return *earlier;
        if (auto known = answer_by_key(asked, asked.account))
            return *known;
        if (is_stale(asked))
            return no(errc::stale_version);
        if (auto wrong = wrong_seats(asked))
            return *wrong;
        if (sales_end && now >= *sales_end)
            return changed_at < *sales_end ? no_more(errc::sales_closed) : no(errc::sales_closed);
        std::set<int> off_sale;
        std::set<int> taken;
        for (const int seat : asked.seats)
        {
            if (blocked.contains(seat))
                off_sale.insert(seat);
            if (is_taken(seat))
                taken.insert(seat);
        }
        if (!off_sale.empty())
            return no(errc::seat_blocked, off_sale);
        if (!taken.empty())
            return no(errc::seat_taken, taken);
        const std::set<int> seats(asked.seats.begin(), asked.seats.end());
        for (const int seat : seats)
            expire_if_lapsed(seat);
        reservations[asked.reservation] = {seats, asked.account, {}};
        add_event(asked.reservation, asked.hold > 0 ? state::held : state::confirmed, asked.number,
                  asked.hold > 0 ? now + asked.hold : 0);
        keep_key(asked, asked.account);
        return yes(asked.reservation);
    }

    answer move_on(const question& asked)
    {
        if (asked.operation == "extend" && (asked.hold <= 0 || asked.hold > hold_most))
            return no(errc::invalid_request);
        const auto known = reservations.find(asked.reservation);
        if (known == reservations.end())
            return no(errc::reservation_not_found);
        const auto account = known->second.account;
        if (auto earlier = earlier_attempt(asked))
            return *earlier;
        if (auto answered = answer_by_key(asked, account))
            return *answered;
        if (is_stale(asked))
            return no(errc::stale_version);
        const auto before = version;
        const bool was_held = is_live(asked.reservation);
        const auto refused = step(asked, known->second.events);
        if (refused == errc::hold_expired && was_held)
            return no_more(refused);
        if (refused != errc{})
            return no(refused);
        if (version != before)
            keep_key(asked, account);
        return yes(asked.reservation);
    }

    errc step(const question& asked, const std::vector<event>& events)
    {
        const auto last = events.back();
        const auto id = asked.reservation;
        const bool is_over = last.becomes == state::expired || has_lapsed(id);
        if (asked.operation == "confirm" || asked.operation == "extend")
        {
            if (is_over)
                return errc::hold_expired;
            if (last.becomes == state::cancelled)
                return errc::wrong_status;
        }
        if (asked.operation == "confirm" && last.becomes == state::held)
            add_event(id, state::confirmed, asked.number);
        if (asked.operation == "extend")
            return extend(asked, events);
        if (asked.operation == "cancel")
        {
            if (last.becomes == state::checked_in)
                return errc::wrong_status;
            if (is_live(id))
                add_event(id, state::cancelled, asked.number);
        }
        if (asked.operation == "check-in")
        {
            if (last.becomes != state::confirmed)
                return errc::wrong_status;
            add_event(id, state::checked_in, asked.number);
        }
        return {};
    }

    errc extend(const question& asked, const std::vector<event>& events)
    {
        const auto last = events.back();
        if (last.becomes != state::held)
            return errc::wrong_status;
        const auto wanted = now + asked.hold;
        if (wanted <= last.held_until)
            return {};
        const auto until = std::min(wanted, events.front().at + hold_most_in_all);
        if (until <= last.held_until || events.size() >= events_most)
            return errc::wrong_status;
        add_event(asked.reservation, state::held, asked.number, until);
        return {};
    }

    answer block(const question& asked)
    {
        if (asked.seats.empty())
            return no(errc::invalid_request);
        if (auto wrong = wrong_seats(asked))
            return *wrong;
        std::size_t so_already = 0;
        for (const int seat : asked.seats)
            so_already += blocked.contains(seat) == asked.blocked ? 1 : 0;
        if (so_already == asked.seats.size())
            return {.version = version};
        if (is_stale(asked))
            return no(errc::stale_version);
        std::set<int> taken;
        for (const int seat : asked.seats)
            if (asked.blocked && is_taken(seat))
                taken.insert(seat);
        if (!taken.empty())
            return no(errc::seat_taken, taken);
        auto after = blocked;
        for (const int seat : std::set<int>(asked.seats.begin(), asked.seats.end()))
            if (asked.blocked)
            {
                expire_if_lapsed(seat);
                after.insert(seat);
            }
            else
                after.erase(seat);
        version += after != blocked ? 1 : 0;
        blocked = after;
        return {.version = version};
    }
};

inline std::ostream& operator<<(std::ostream& out, const naive_model::event& event)
{
    return out << '{' << static_cast<int>(event.becomes) << " v" << event.version << " at "
               << event.at << " until " << event.held_until << " by " << event.operation << '}';
}

inline std::ostream& operator<<(std::ostream& out, const naive_model::answer& answer)
{
    out << (answer.code == errc{} ? "granted" : booking::message(answer.code)) << ", v"
        << answer.version << ", reservation " << answer.reservation
        << (answer.replayed ? ", replayed" : "") << ", seats at fault:";
    for (const int seat : answer.seats)
        out << ' ' << seat;
    out << ", events:";
    for (const auto& event : answer.events)
        out << ' ' << event;
    return out;
}

} // namespace cinema::tests
