#pragma once

#include <cinema/booking/domain/log.hpp>
#include <cinema/booking/service/book_shelf.hpp>
#include <cinema/booking/service/detail/call_pool.hpp>
#include <cinema/booking/service/detail/lane_group.hpp>
#include <cinema/booking/service/detail/store_clock.hpp>
#include <cinema/booking/service/hall_cache.hpp>
#include <cinema/booking/service/kpi.hpp>
#include <cinema/booking/service/operation.hpp>
#include <cinema/booking/service/service_options.hpp>
#include <cinema/booking/service/view_table.hpp>
#include <cinema/booking/store/stores.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace cinema::booking::detail
{

/// What the lanes of a service share.
struct lane_context
{
    booking::stores stores;
    service_options options;
    kpi_recorder* kpi{};
    view_table views{};
    hall_cache halls{};
    call_pool loads{mailbox_operations_max};    ///< Sessions that are not in memory.
    call_pool look_ups{mailbox_operations_max}; ///< Reservations and keys that left their session.
    std::atomic<std::chrono::steady_clock::rep> last_contact{0}; ///< Steady time; 0: never.

    void contacted() noexcept
    {
        last_contact = std::chrono::steady_clock::now().time_since_epoch().count();
    }
    void log(std::string_view line) const noexcept { tell(options.log, line); }
};

/// A thread that decides for its sessions, in rounds. A round takes what waits, decides each
/// session's operations in order on a draft, commits all drafts at once, adopts what was committed,
/// then answers. A session that cannot be decided yet (it is being loaded, its swap was lost, the
/// store is busy) keeps its operations for a later round, and the others go on.
class lane
{
public:
    /// Starts the thread. `context` outlives the lane, and its pools are stopped after it.
    lane(lane_context& context, std::size_t book_bytes_max);
    /// Stops.
    ~lane();

    /// Stopped or busy (its mailbox is full) if the operation is not taken, else no error.
    [[nodiscard]] errc submit(operation_ptr operation);

    /// Refuses later submissions.
    void close();

    /// Closes, answers all that was taken, then ends the thread. Not to be called twice at once.
    void stop();

    /// Answers the operations whose deadline has passed.
    void check_deadlines(steady_time now);

private:
    using groups = std::vector<lane_group*>;

    /// The changes of a round, and the groups that they are of.
    struct round
    {
        groups committing;
        std::vector<session_change> changes;
        bool asks_for_maps{};
        std::deque<lane_group> watched{}; ///< Sessions without operations, to be verified only.
    };

    // in lane.ipp: a round from its beginning to its end
    void run();
    [[nodiscard]] bool receive();
    void wait(std::unique_lock<std::mutex>& lock);
    void work();
    void recover() noexcept;
    [[nodiscard]] groups ready_groups();
    void commit_each(const groups& open, error_code (lane::*call)(const groups&));
    void failed(lane_group& of, const error_code& error);
    void lost_contact(const groups& open);
    void defer(lane_group& of, errc why, std::chrono::microseconds pause_max);
    void refuse_all(lane_group& of, const refusal& why);
    void give_answers(lane_group& of);
    void keep_to_house(decision& answer) const;
    void forget(session_id session);
    void heard(const store_reply& reply, std::chrono::milliseconds uptime = host_uptime());
    void note_time(time_point store, std::chrono::milliseconds uptime);
    [[nodiscard]] time_point now();

    // in lane_reads.ipp: what other threads read for the lane
    void start_loads(const groups& missing);
    void start_load(std::span<lane_group* const> of);
    void run_load(session_reading& reading) const;
    template <class Found, class Read>
    [[nodiscard]] bool start_look_up(lane_operation& asked, const session_stamp& at, Read read);
    void deliver(std::list<arrival>& what);
    void arrived(session_reading& reading);
    template <class Found>
    void arrived(look_up_reading<Found>& reading);
    void load_failed(const session_reading& reading, const error_code& error);

    // in lane_round.ipp: decide, commit, adopt
    [[nodiscard]] error_code swap(const groups& open);
    [[nodiscard]] error_code commit(const round& of);
    [[nodiscard]] error_code lock_and_swap(const groups& open);
    void decide(const groups& open, round& into);
    void add_watched(round& into);
    [[nodiscard]] session_change decide(lane_group& of);
    [[nodiscard]] std::optional<decision> decide_one(session_draft& draft, lane_group& of,
                                                     lane_operation& asked);
    [[nodiscard]] std::optional<refusal> without(lane_group& of, const lane_operation& asked,
                                                 const error_code& error);
    [[nodiscard]] bool recall_reservation(session_draft& draft, lane_group& of,
                                          lane_operation& asked, std::optional<refusal>& why_not);
    [[nodiscard]] bool recall_key(session_draft& draft, lane_group& of, lane_operation& asked,
                                  std::optional<refusal>& why_not);
    void guard_doubt(const lane_group& of, session_draft& draft);
    [[nodiscard]] error_code apply_outcomes(const round& of, const store_result<store_reply>& reply,
                                            std::vector<commit_outcome>&& outcomes,
                                            steady_time asked);
    void note_failure(const round& of, const error_code& error);
    void forget_ended(session_book& book, session_version before);
    void committed(lane_group& of, const session_change& change, steady_time asked);
    void conflicted(lane_group& of, const session_change& change, commit_outcome&& outcome,
                    steady_time asked);
    [[nodiscard]] bool adopt(lane_group& of, store_result<session_load>&& loaded,
                             steady_time asked);
    void open_book(lane_group& of, store_result<session_load>&& loaded, steady_time asked);

    lane_context& context_;
    book_shelf shelf_;
    std::unordered_map<session_id, lane_group> groups_; // with operations to be answered
    std::unordered_set<session_id> apart_; // a commit failed for them: they go without others
    /// Of each session, from where a commit may still be under way, whoever asked for it.
    std::unordered_map<session_id, session_stamp> doubts_;
    std::size_t load_size_; // sessions in one load: fewer after a timeout
    bool store_is_down_{};
    store_clock clock_;
    bool is_clock_wrong_{};
    steady_time heard_at_{};
    std::vector<operation_ptr> batch_; // taken from the mailbox, not yet in a group
    std::list<arrival> received_;      // of arrivals_, not yet looked at
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<operation_ptr> mailbox_;  // guarded by mutex_
    std::vector<operation_ptr> in_hand_; // guarded by mutex_; taken and not known to be answered
    std::list<arrival> arrivals_;        // guarded by mutex_
    bool stopping_{};                    // guarded by mutex_
    std::thread thread_;                 // last: it uses all the others
};

} // namespace cinema::booking::detail

#ifndef CINEMA_SEPARATE_COMPILATION
#include <cinema/booking/service/impl/lane.ipp>
#include <cinema/booking/service/impl/lane_reads.ipp>
#include <cinema/booking/service/impl/lane_round.ipp>
#endif
