#pragma once

#include <cinema/booking/domain/log.hpp>
#include <cinema/booking/service/book_shelf.hpp>
#include <cinema/booking/service/hall_cache.hpp>
#include <cinema/booking/service/kpi.hpp>
#include <cinema/booking/service/operation.hpp>
#include <cinema/booking/service/service_options.hpp>
#include <cinema/booking/service/view_table.hpp>
#include <cinema/booking/store/stores.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <unordered_map>
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
    std::atomic<std::chrono::steady_clock::rep> last_contact{0}; ///< Steady time; 0: never.

    void contacted() noexcept
    {
        last_contact = std::chrono::steady_clock::now().time_since_epoch().count();
    }
    void log(std::string_view line) const noexcept { tell(options.log, line); }
};

/// A thread that decides for its sessions. It takes all that waits, decides each session's
/// operations in order on a draft, commits all drafts at once, adopts what was committed, then
/// answers.
class lane
{
public:
    /// Starts the thread. `context` outlives the lane.
    lane(lane_context& context, std::size_t book_bytes_max);
    /// Stops.
    ~lane();

    /// Stopped or busy (its mailbox is full) if the operation is not taken, else no error.
    [[nodiscard]] errc submit(operation_ptr operation);

    /// Refuses later submissions.
    void close();

    /// Closes, answers all that was taken, then ends the thread. Not to be called twice at once.
    void stop();

    /// Answers what is past its deadline.
    void check_deadlines(steady_time now);

private:
    struct decided
    {
        operation_ptr operation;
        decision answer;
    };

    /// The operations of a batch that concern one session.
    struct group
    {
        session_id session{};
        std::vector<operation_ptr> operations;
        bool was_in_doubt{}; ///< Contact was lost: they may be done, whatever fails now.
        session_book* book{};
        bool is_fresh{};     ///< The book was loaded after they were asked.
        bool is_contended{}; ///< A swap was lost to another server.
        bool is_settled{};
        std::vector<decided> answers;

        /// Whether others should be kept from the session while it is decided again. Not if that
        /// begins with asking for documents: it takes too long.
        [[nodiscard]] bool wants_turn() const noexcept { return is_contended && !was_in_doubt; }
    };
    using groups = std::vector<group*>;

    /// What is to be committed, and for which groups.
    struct round
    {
        groups committing;
        std::vector<session_change> changes;
        groups settled; ///< Without a commit; to be answered.
    };

    void run();
    [[nodiscard]] bool take_batch(std::vector<operation_ptr>& batch);
    void process(const std::vector<operation_ptr>& batch);
    [[nodiscard]] static std::vector<group> grouped(const std::vector<operation_ptr>& batch);

    void settle(groups open);
    void settle_apart(const groups& open, const error_code& error);
    void pause(unsigned tries, bool lost_contact);
    [[nodiscard]] error_code attempt(const groups& open);
    [[nodiscard]] error_code load_missing(const groups& open);
    void open_book(group& of, store_result<session_load>&& loaded, steady_time asked);
    void decide(const groups& open, round& into);
    [[nodiscard]] session_change decide(group& of);
    [[nodiscard]] decision decide_one(session_draft& draft, const operation& operation,
                                      bool was_in_doubt);
    [[nodiscard]] error_code recall(session_draft& draft, const reservation_id& id);
    [[nodiscard]] error_code commit(const round& all);
    [[nodiscard]] error_code load_and_commit(const groups& contended);
    [[nodiscard]] error_code concluded(const round& all, const store_result<store_reply>& reply,
                                       std::vector<commit_outcome>&& outcomes, steady_time asked);
    void note_failure(const round& all, const error_code& error);
    static void undo_commit(group& of);
    void committed(group& of, const session_change& change, steady_time asked);
    void conflicted(group& of, const session_change& change, commit_outcome&& outcome,
                    steady_time asked);
    [[nodiscard]] bool adopt(group& of, store_result<session_load>&& loaded, steady_time asked);
    [[nodiscard]] bool lost_contact(const groups& open, unsigned losses);

    void give_answers(group& of);
    void give_answers(const groups& of);
    void keep_to_house(decision& answer) const;
    void refuse_all(group& of, const refusal& why);
    void forget(session_id session);
    void forget_all();
    void heard(const store_reply& reply);
    [[nodiscard]] time_point now() const;

    lane_context& context_;
    book_shelf shelf_;
    std::uint64_t epoch_{};
    bool has_epoch_{};
    bool store_is_down_{};
    /// Of each session, from where a commit may still be under way, whoever asked for it.
    std::unordered_map<session_id, session_stamp> doubts_;
    error_code recall_error_; // in this attempt
    time_point store_time_{}; // as last heard
    steady_time heard_at_{};
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<operation_ptr> mailbox_;  // guarded by mutex_
    std::vector<operation_ptr> in_hand_; // guarded by mutex_
    bool stopping_{};                    // guarded by mutex_
    std::thread thread_;                 // last: it uses all the others
};

} // namespace cinema::booking::detail

#ifndef CINEMA_SEPARATE_COMPILATION
#include <cinema/booking/service/impl/lane.ipp>
#include <cinema/booking/service/impl/lane_round.ipp>
#endif
