#pragma once

#include <cinema/booking/service/booking_service.hpp>
#include <cinema/booking/testing/history/history_recorder.hpp>

#include <string>
#include <utility>

namespace cinema::booking::testing
{

/// How a `recording_client` asks.
struct recording_params
{
    std::uint32_t client{};  ///< Different for each client of a history.
    std::uint32_t server{};  ///< Tells services on one store apart.
    unsigned tries_max{100}; ///< Of one operation; then its outcome remains unknown. Must be > 0.
    /// Gives operations without an idempotency key one, so that they can be asked again.
    bool makes_keys{true};
};

/// A client of a service that records what it asks and is answered. It asks again with the same key
/// until it knows the outcome. Not thread-safe: a client does one thing after the other. Service
/// and recorder outlive it.
class recording_client
{
public:
    /// Pre: no other client of the recorder has the same `params.client`.
    recording_client(booking_service& service, history_recorder& to, recording_params params = {})
        : service_{service}, recorder_{to}, params_{params}
    {
    }

    /// Asked until the outcome is known, or `tries_max` times.
    decision reserve(reserve_request request)
    {
        auto record = begin(action::reserve, request.session, request.idempotency_key);
        record.user = request.user;
        record.hold = request.hold;
        record.expected = request.expected;
        record.seats = numbers(request.session, request.seats);
        record.best = request.best ? request.best->count : 0;
        return keyed(std::move(record), std::move(request),
                     [this](const auto& asked) { return service_.reserve(asked); });
    }

    /// Asked until the outcome is known, or `tries_max` times.
    decision confirm(confirm_request request)
    {
        return move_on(action::confirm, std::move(request),
                       [this](const auto& asked) { return service_.confirm(asked); });
    }

    /// Asked until the outcome is known, or `tries_max` times.
    decision extend(extend_request request)
    {
        return move_on(action::extend, std::move(request),
                       [this](const auto& asked) { return service_.extend(asked); });
    }

    /// Asked until the outcome is known, or `tries_max` times.
    decision cancel(cancel_request request)
    {
        return move_on(action::cancel, std::move(request),
                       [this](const auto& asked) { return service_.cancel(asked); });
    }

    /// Asked until the outcome is known, or `tries_max` times.
    decision check_in(check_in_request request)
    {
        return move_on(action::check_in, std::move(request),
                       [this](const auto& asked) { return service_.check_in(asked); });
    }

    /// Asked once: it has no key.
    decision block(block_request request)
    {
        auto record = begin(request.blocked ? action::block : action::unblock, request.session);
        record.seats = numbers(request.session, request.seats);
        record.expected = request.expected;
        return once(std::move(record), [&] { return service_.block(request); });
    }

    /// Asked once.
    decision find(const reservation_id& id)
    {
        auto record = begin(action::find, id.session);
        record.reservation = id.id;
        return once(std::move(record), [&] { return service_.find(id); });
    }

    /// Asked once.
    result<seat_map_ptr> seats(session_id session)
    {
        auto record = begin(action::read_map, session);
        record.earliest = clock();
        auto map = service_.seats(session);
        if (map)
            note_map(record, **map);
        end(record, map);
        return map;
    }

private:
    [[nodiscard]] operation_record begin(action what, session_id session, std::string key = {})
    {
        return {.client = params_.client,
                .number = ++made_,
                .server = params_.server,
                .what = what,
                .session = session,
                .key = std::move(key),
                .called = std::chrono::steady_clock::now()};
    }

    template <class Request, class Ask>
    decision move_on(action what, Request request, Ask ask)
    {
        auto record = begin(what, request.reservation.session, request.idempotency_key);
        record.reservation = request.reservation.id;
        record.expected = request.expected;
        if constexpr (requires { request.hold; })
            record.hold = request.hold;
        return keyed(std::move(record), std::move(request), ask);
    }

    /// Asks until the outcome is known.
    template <class Request, class Ask>
    decision keyed(operation_record record, Request request, Ask ask)
    {
        if (request.idempotency_key.empty() && params_.makes_keys)
            request.idempotency_key =
                'c' + std::to_string(params_.client) + '-' + std::to_string(record.number);
        record.key = request.idempotency_key;
        record.earliest = clock();
        decision answer{ask(request)};
        bool is_known = is_definite(answer);
        for (unsigned tries = 1; !is_known && !record.key.empty() && tries < params_.tries_max;
             ++tries)
        {
            answer = ask(request);
            is_known = is_definite(answer) && !says_only_not_now(answer);
        }
        note(record, answer, is_known);
        return answer;
    }

    template <class Ask>
    decision once(operation_record record, Ask ask)
    {
        record.earliest = clock();
        decision answer{ask()};
        note(record, answer, is_definite(answer));
        return answer;
    }

    [[nodiscard]] static bool is_definite(const decision& answer)
    {
        return answer.has_value() || answer.error().code != errc::outcome_unknown;
    }

    /// Whether a refusal speaks of this attempt alone, so that an earlier one remains in doubt.
    [[nodiscard]] static bool says_only_not_now(const decision& answer)
    {
        if (answer)
            return false;
        switch (answer.error().code)
        {
        case errc::busy:
        case errc::store_unavailable:
        case errc::storage_full:
        case errc::store_failed:
        case errc::pricing_failed:
        case errc::stopped:
        case errc::canceled: return true;
        default: return false;
        }
    }

    void note(operation_record& record, const decision& answer, bool is_known)
    {
        if (!is_known)
        {
            record.earliest.reset();
            return recorder_.add(std::move(record));
        }
        if (answer)
            note_grant(record, *answer);
        end(record, answer);
    }

    void note_grant(operation_record& record, const grant& got)
    {
        record.version = got.version;
        record.replayed = got.replayed;
        if (!got.reservation)
            return;
        const auto& made = *got.reservation;
        record.reservation = made.id.id;
        record.since = made.version();
        record.status = made.status();
        record.held_until = made.held_until();
        for (const auto& seat : made.seats)
            record.answered.push_back(seat.number);
        if (record.best != 0)
            record.seats = record.answered;
        if (record.what != action::find && record.since == record.version)
            record.earliest = record.latest = made.updated_at();
    }

    static void note_map(operation_record& record, const seat_map& map)
    {
        record.version = map.stamp.version;
        const auto seats = map.hall->layout.seats();
        const bool is_plain = raw(seats.back().number) == static_cast<std::int64_t>(seats.size());
        for (std::size_t i = 0; i < seats.size(); ++i)
        {
            if (!is_plain)
                record.answered.push_back(seats[i].number);
            record.map.push_back(static_cast<char>(symbol_of(map.status[i])));
        }
    }

    [[nodiscard]] static map_symbol symbol_of(seat_status status) noexcept
    {
        switch (status)
        {
        case seat_status::free: return map_symbol::free;
        case seat_status::held: return map_symbol::held;
        case seat_status::sold: return map_symbol::sold;
        case seat_status::blocked: return map_symbol::blocked;
        }
        return map_symbol::free;
    }

    template <class Value>
    void end(operation_record& record, const result<Value>& answer)
    {
        record.returned = std::chrono::steady_clock::now();
        record.result = answer ? outcome::granted : outcome::refused;
        if (!record.latest)
            record.latest = clock();
        if (!answer)
        {
            const refusal why = answer.error();
            record.code = why.code;
            record.version = why.version;
            record.answered = why.seats;
        }
        recorder_.add(std::move(record));
    }

    /// The store's time, if it can be had without asking.
    [[nodiscard]] std::optional<time_point> clock() const
    {
        return service_.stores().inventory->clock();
    }

    /// Those that the hall has.
    [[nodiscard]] std::vector<seat_number> numbers(session_id session,
                                                   const std::vector<seat_ref>& refs)
    {
        std::vector<seat_number> out;
        for (const auto& ref : refs)
        {
            if (ref.label().empty())
                out.push_back(ref.number());
            else if (const auto map = service_.seats(session))
                if (const auto index = (*map)->hall->layout.find(ref))
                    out.push_back((*map)->hall->layout.seats()[*index].number);
        }
        return out;
    }

    booking_service& service_;
    history_recorder& recorder_;
    recording_params params_;
    std::uint32_t made_{};
};

} // namespace cinema::booking::testing
