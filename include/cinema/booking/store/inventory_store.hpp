#pragma once

#include <cinema/booking/domain/hall.hpp>
#include <cinema/booking/domain/user.hpp>
#include <cinema/booking/engine/session_change.hpp>
#include <cinema/booking/store/store_reply.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cinema::booking
{

/// Asks for a session; with `known`, only for what changed since.
struct load_request
{
    session_id session{};
    std::optional<session_stamp> known{};
    /// A snapshot also has the ended reservations that a kept key refers to, with these keys.
    bool with_ended{};
};

/// What became of one change of a batch.
struct commit_outcome
{
    error_code error{};                ///< Success, or as `inventory_store::commit` says.
    std::optional<session_load> now{}; ///< With version_conflict: what is stored instead.
    /// Whether no commit that began before `now` was read can still succeed on it: then a refusal
    /// that rests on it needs no check.
    bool is_final{};
};

/// Decides what to commit to sessions that were just loaded, which `loaded` shows in the order they
/// were asked for, with what the store said. May ask the store for documents, but for nothing else.
using commit_decider = std::function<std::vector<session_change>(
    const store_reply& reply, std::span<store_result<session_load>> loaded)>;

/// Which sessions to list: all conditions must hold.
struct session_filter
{
    std::optional<hall_id> hall{};
    std::optional<time_point> from{};   ///< showtime >= from
    std::optional<time_point> before{}; ///< showtime < before
    std::string movie{};                ///< The title contains this, ASCII case aside.
};

/// Where a page of sessions ended; the next begins behind it.
struct session_cursor
{
    time_point showtime{};
    session_id session{};

    friend bool operator==(const session_cursor&, const session_cursor&) = default;
    friend auto operator<=>(const session_cursor&, const session_cursor&) = default;
};

/// Asks for a page of the list of sessions.
struct session_page_request
{
    session_filter filter{};
    std::optional<session_cursor> after{};
    std::size_t limit{page_size_default}; ///< 1 to `page_size_max`.
};

/// A row of the guard: who has a seat, by the database's own uniqueness rule.
struct guard_row
{
    seat_number seat{};
    uuid reservation;

    friend bool operator==(const guard_row&, const guard_row&) = default;
    friend auto operator<=>(const guard_row&, const guard_row&) = default;
};

/// What a purge removed.
struct purge_report
{
    std::size_t reservations{};
    std::size_t keys{};
    std::size_t access_tokens{};
};

/// Keeps halls, seats, sessions, live reservations, idempotency keys and access tokens. It knows
/// nothing of seats being free or holds running out: it loads, and it swaps versions.
///
/// Errors of every call, beside those named: store_unavailable (not reached; nothing changed),
/// busy (others keep what is needed for too long; nothing changed), store_failed (refused in an
/// unforeseen way, or what is kept or shall be kept contradicts itself; nothing changed),
/// storage_full (nothing changed); of every call that writes: outcome_unknown
/// (contact lost: done, not done, or still to be done).
///
/// Thread safety: safe from any thread. Calls block, no longer than the store's timeout.
class inventory_store
{
public:
    virtual ~inventory_store() = default;
    inventory_store(const inventory_store&) = delete;
    inventory_store& operator=(const inventory_store&) = delete;

    /// Loads each session whole or, where `known` allows it, only what changed.
    ///
    /// Pre:   `out.size() == requests.size()`.
    /// Post:  out[i] shows session i at one version. It is unchanged only if the stored stamp is
    ///        `known`; a delta only if the stored session went through `known` (its version and its
    ///        change id), the config version is the same, and nothing that the delta would have to
    ///        tell has been purged; else the whole snapshot: after a restore or a failover, too,
    ///        where versions may have gone back and risen again. Nothing acknowledged before the
    ///        call is missing. The snapshot has every live reservation with its keys. Of the other
    ///        keys, which are of ended reservations, it has the prefixes; or, with `with_ended`,
    ///        these keys and reservations themselves. `changed_at` is the `at` of the last change,
    ///        or when the session was made.
    /// Errors of out[i]: session_not_found.
    [[nodiscard]] store_result<store_reply> load(std::span<const load_request> requests,
                                                 std::span<store_result<session_load>> out);

    /// What a key was used for, with the reservation as it is; without one if the session does not
    /// have the key. Shows the session no earlier than any load that returned before the call.
    [[nodiscard]] virtual store_result<stored_key> find_key(session_id session,
                                                            const key_digest& key) = 0;

    /// Writes each change whose session is still at `change.expected`, whole or not at all.
    ///
    /// Pre:   the sessions in `batch` are different; `outcome.size() == batch.size()`; a change
    ///        that is no check raises the version, and moves its reservations, which are of its
    ///        session, to versions in (expected, next]; what is held says until when. Else
    ///        invalid_request, and nothing is written.
    /// Post:  outcome[i] is success and batch[i] is durable (a check: the stored stamp was
    ///        `expected` at some moment during the call, and no commit that began earlier can still
    ///        succeed on `expected`), or it is an error and nothing of it is visible. Changes of
    ///        different sessions are independent, except that an error of the whole call but
    ///        outcome_unknown means that nothing of the batch is visible; the caller may try again
    ///        with a part of it.
    /// Errors of outcome[i], the first that applies: session_not_found, version_conflict (version
    ///        or change id differ, or of a check: another commit may still succeed on `expected`),
    ///        then with what is stored, as load() would give it for `expected`.
    /// Errors of the call, or of outcome[i] where a store writes each session for itself:
    ///        store_failed if a change whose session stands at `expected` would give a seat to two
    ///        reservations (the guard), or says `is_new` or `was_live` of a reservation where what
    ///        is kept says otherwise; session_full.
    [[nodiscard]] store_result<store_reply> commit(std::span<const session_change> batch,
                                                   std::span<commit_outcome> outcome);

    /// Loads sessions, has `decide` decide on them, and commits what it returns, if anything. A
    /// store that can, keeps all others from writing these sessions in between: where many writers
    /// want one session, a swap that was lost is then not lost again. Else it may be.
    ///
    /// Pre:   as of `load` and `commit`.
    /// Post:  as of `load` when `decide` is called, at most once, by this thread; as of `commit`
    ///        when this returns, with an outcome for each change, in their order. If `decide` was
    ///        not called or returned nothing, nothing is written, and there is no outcome. What it
    ///        throws is passed on, and nothing is written.
    /// Errors of the call: as of both; outcome_unknown only behind a call of `decide`.
    [[nodiscard]] store_result<store_reply> load_and_commit(std::span<const load_request> requests,
                                                            const commit_decider& decide,
                                                            std::vector<commit_outcome>& outcome);

    /// Makes a hall: gives it and each of its seats an id that was never given before.
    /// Errors: invalid_request, already_exists (the name).
    [[nodiscard]] store_result<hall_ptr> add_hall(const hall_spec& spec);

    /// A hall as it was made.
    /// Errors: hall_not_found.
    [[nodiscard]] virtual store_result<hall_ptr> find_hall(hall_id id) = 0;

    /// In ascending order of their ids.
    [[nodiscard]] virtual store_result<std::vector<hall_ptr>> halls() = 0;

    /// The session begins at version 1 and config version 1, with a random change id and the
    /// hall's blocked seats. Two sessions of one hall whose times [showtime, ends_at) overlap
    /// cannot both be; without an end a session is not guarded.
    /// Errors, the first that applies: invalid_request, hall_not_found, invalid_request (a price
    /// for a category that the hall does not have), hall_busy.
    [[nodiscard]] store_result<session> add_session(const session_spec& spec);

    /// In ascending order of showtime, then id; at most `limit`; without their blocked seats.
    /// Errors: invalid_request (limit).
    [[nodiscard]] store_result<std::vector<session>> sessions(const session_page_request& page);

    /// Sessions, at most `limit`, with a hold that has run out by `now` and is not ended.
    [[nodiscard]] virtual store_result<std::vector<session_id>> lapsed(time_point now,
                                                                       std::size_t limit) = 0;

    /// The guard rows of a session, ascending, and its stamp, read at one moment.
    /// Errors: session_not_found.
    [[nodiscard]] virtual store_result<std::pair<session_stamp, std::vector<guard_row>>>
    guard_rows(session_id id) = 0;

    /// Removes, at most about `limit` of each: reservations that ended (cancelled, expired) before
    /// `ended_before` with their keys; keys of live reservations whose last change and whose
    /// session's end (if none, its showtime) both lie before it; access tokens that have expired
    /// by the store's time. Stamps stay, so that equal stamps mean equal content but for what was
    /// purged. Where a reservation store shares the database, documents of accounts stay in it;
    /// those of guests go. What still waits in an outbox stays.
    [[nodiscard]] virtual store_result<purge_report> purge(time_point ended_before,
                                                           std::size_t limit) = 0;

    /// Keeps a small value under a name unless there is one, and returns the one that is kept:
    /// among several callers, all get the same. For the installation's key and the like.
    /// The value may be any bytes. Errors: invalid_request (the name is no text, or one of them is
    /// longer than `kept_name_bytes_max` or `kept_value_bytes_max`).
    [[nodiscard]] store_result<std::string> keep(std::string_view name, std::string_view value);

    /// Gives `owner` the lease of this name for `duration` from the store's time on, or prolongs
    /// it, unless another owner's has not run out. Returns whether `owner` has it. Servers that
    /// share a store share its chores so. Pre: as of `keep` for the name; `duration` > 0.
    /// Unless overridden: true for everybody.
    [[nodiscard]] virtual store_result<bool> lease(std::string_view name, std::uint64_t owner,
                                                   std::chrono::milliseconds duration)
    {
        (void)name;
        (void)owner;
        (void)duration;
        return true;
    }

    /// Keeps a token, whether or not it has expired.
    /// Errors: already_exists (the digest).
    [[nodiscard]] virtual store_result<void> add_token(const access_token& token) = 0;

    /// Nothing if there is none; expiry is for the caller to judge.
    [[nodiscard]] virtual store_result<std::optional<access_token>>
    find_token(const std::array<std::uint8_t, 32>& digest) = 0;

    /// Sets `last_used`; does nothing if the token is gone or was used later.
    [[nodiscard]] virtual store_result<void> touch_token(const std::array<std::uint8_t, 32>& digest,
                                                         time_point last_used) = 0;

    /// Does nothing if there is none.
    [[nodiscard]] virtual store_result<void>
    remove_token(const std::array<std::uint8_t, 32>& digest) = 0;

    /// Signs a user out everywhere.
    [[nodiscard]] virtual store_result<void> remove_tokens_of(const user_id& user) = 0;

    /// Whether the store answers, and its time.
    [[nodiscard]] virtual store_result<store_reply> ping() = 0;

    /// The store's time, if it is the host's and can be had without asking; else nothing.
    [[nodiscard]] virtual std::optional<time_point> clock() const noexcept = 0;

    /// How many threads may usefully commit at once; 1 where there is one writer at a time.
    [[nodiscard]] virtual unsigned lanes_preferred() const noexcept = 0;

protected:
    inventory_store() = default;

    /// As `load_and_commit`, whose `outcome` is empty when it is called; what `decide` returns is
    /// as `commit` wants it, and it throws nothing. Unless overridden: by `load` and `commit`.
    virtual store_result<store_reply> do_load_and_commit(std::span<const load_request> requests,
                                                         const commit_decider& decide,
                                                         std::vector<commit_outcome>& outcome);

private:
    /// As `load`. Pre: `out.size() == requests.size()`.
    virtual store_result<store_reply> do_load(std::span<const load_request> requests,
                                              std::span<store_result<session_load>> out) = 0;
    /// As `commit`, whose preconditions hold. Every outcome is success when it is called.
    virtual store_result<store_reply> do_commit(std::span<const session_change> batch,
                                                std::span<commit_outcome> outcome) = 0;
    /// As `add_hall`. Pre: `check(spec)`. Errors: already_exists.
    virtual store_result<hall_ptr> do_add_hall(const hall_spec& spec) = 0;
    /// As `add_session`. Pre: `check(spec)`; the hall was there and has the categories.
    /// Errors: hall_busy; hall_not_found where halls can go.
    virtual store_result<session> do_add_session(const session_spec& spec) = 0;
    /// As `sessions`. Pre: the limit is within its bounds.
    virtual store_result<std::vector<session>> do_sessions(const session_page_request& page) = 0;
    /// As `keep`. Pre: name and value are within their bounds.
    virtual store_result<std::string> do_keep(std::string_view name, std::string_view value) = 0;
};

namespace detail
{

[[nodiscard]] inline bool is_well_formed(const session_change& change)
{
    if (change.is_check())
        return change.reservations.empty() && change.keys.empty() && !change.blocked;
    if (change.next.version <= change.expected.version)
        return false;
    const auto fits = [&](const reservation& state)
    {
        return state.id.session == change.session && state.version() > change.expected.version
               && state.version() <= change.next.version
               && (state.status() != reservation_status::held || state.held_until());
    };
    return std::all_of(change.reservations.begin(), change.reservations.end(),
                       [&](const reservation_change& entry)
                       { return entry.now && !entry.now->events.empty() && fits(*entry.now); });
}

/// Whether a batch keeps to the precondition of `inventory_store::commit`.
[[nodiscard]] inline bool is_well_formed(std::span<const session_change> batch)
{
    std::vector<session_id> sessions;
    sessions.reserve(batch.size());
    for (const auto& change : batch)
    {
        if (!is_well_formed(change))
            return false;
        sessions.push_back(change.session);
    }
    std::sort(sessions.begin(), sessions.end());
    return std::adjacent_find(sessions.begin(), sessions.end()) == sessions.end();
}

} // namespace detail

inline store_result<store_reply> inventory_store::load(std::span<const load_request> requests,
                                                       std::span<store_result<session_load>> out)
{
    if (out.size() != requests.size())
        return make_error_code(errc::invalid_request);
    return do_load(requests, out);
}

inline store_result<store_reply> inventory_store::commit(std::span<const session_change> batch,
                                                         std::span<commit_outcome> outcome)
{
    if (outcome.size() != batch.size() || !detail::is_well_formed(batch))
        return make_error_code(errc::invalid_request);
    std::fill(outcome.begin(), outcome.end(), commit_outcome{});
    return do_commit(batch, outcome);
}

inline store_result<store_reply>
inventory_store::load_and_commit(std::span<const load_request> requests,
                                 const commit_decider& decide, std::vector<commit_outcome>& outcome)
{
    bool is_malformed = false;
    std::exception_ptr thrown;
    outcome.clear();
    const auto done = do_load_and_commit(
        requests,
        [&](const store_reply& reply, std::span<store_result<session_load>> loaded)
        {
            std::vector<session_change> batch;
            try
            {
                batch = decide(reply, loaded);
                is_malformed = !detail::is_well_formed(batch);
            }
            catch (...)
            {
                thrown = std::current_exception();
            }
            return thrown || is_malformed ? std::vector<session_change>{} : std::move(batch);
        },
        outcome);
    if (thrown)
        std::rethrow_exception(thrown);
    if (done && is_malformed)
        return make_error_code(errc::invalid_request);
    return done;
}

inline store_result<store_reply>
inventory_store::do_load_and_commit(std::span<const load_request> requests,
                                    const commit_decider& decide,
                                    std::vector<commit_outcome>& outcome)
{
    std::vector<store_result<session_load>> loaded(requests.size(),
                                                   store_result<session_load>{session_unchanged{}});
    const auto asked = load(requests, loaded);
    if (!asked)
        return asked;
    const auto batch = decide(*asked, loaded);
    if (batch.empty())
        return asked;
    outcome.resize(batch.size());
    return commit(batch, outcome);
}

inline store_result<hall_ptr> inventory_store::add_hall(const hall_spec& spec)
{
    if (!check(spec))
        return make_error_code(errc::invalid_request);
    return do_add_hall(spec);
}

inline store_result<session> inventory_store::add_session(const session_spec& spec)
{
    if (!check(spec))
        return make_error_code(errc::invalid_request);
    const auto hall = find_hall(spec.hall);
    if (!hall)
        return hall.error();
    const auto categories = (*hall)->layout.categories();
    for (const auto& entry : spec.prices)
        if (std::find(categories.begin(), categories.end(), entry.category) == categories.end())
            return make_error_code(errc::invalid_request);
    return do_add_session(spec);
}

inline store_result<std::vector<session>>
inventory_store::sessions(const session_page_request& page)
{
    if (page.limit < 1 || page.limit > page_size_max)
        return make_error_code(errc::invalid_request);
    return do_sessions(page);
}

inline store_result<std::string> inventory_store::keep(std::string_view name,
                                                       std::string_view value)
{
    if (name.size() > kept_name_bytes_max || !is_text(name) || value.size() > kept_value_bytes_max)
        return make_error_code(errc::invalid_request);
    return do_keep(name, value);
}

} // namespace cinema::booking
