#pragma once

#include <cinema/booking/store/forwarding.hpp>
#include <cinema/booking/testing/box_office.hpp>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

namespace cinema::booking::testing
{

/// What becomes of a commit whose reply is lost.
enum class lost_commit
{
    not_done,    ///< It never reached the store.
    done,        ///< It was carried out.
    late,        ///< It is still on its way, and carried out when the test says so.
    next_call,   ///< The same, but it is carried out just before the next load or commit.
    next_commit, ///< The same, but not before a load.
};

/// Answers commits with outcome_unknown, as when contact is lost under way.
class reply_losing_inventory final : public forwarding_inventory
{
public:
    using forwarding_inventory::forwarding_inventory;

    /// Loses the replies of the next `times` commits.
    void lose(lost_commit fate, std::size_t times = 1)
    {
        const std::scoped_lock lock{mutex_};
        fates_.insert(fates_.end(), times, fate);
    }

    /// Carries out the commits that are late, the first first. Returns what became of each change:
    /// success, or why it was not done.
    std::vector<error_code> deliver()
    {
        std::vector<std::vector<session_change>> batches;
        {
            const std::scoped_lock lock{mutex_};
            batches.swap(late_);
            due_ = due::when_told;
        }
        std::vector<error_code> out;
        for (const auto& batch : batches)
        {
            std::vector<commit_outcome> outcomes(batch.size());
            const auto reply = next().commit(batch, outcomes);
            for (const auto& outcome : outcomes)
                out.push_back(reply ? outcome.error : reply.error());
        }
        return out;
    }

    /// How many commits are late.
    [[nodiscard]] std::size_t late() const
    {
        const std::scoped_lock lock{mutex_};
        return late_.size();
    }

private:
    store_result<store_reply> do_load(std::span<const load_request> requests,
                                      std::span<store_result<session_load>> out) override
    {
        deliver_if(due::at_call);
        return forwarding_inventory::do_load(requests, out);
    }

    store_result<store_reply> do_commit(std::span<const session_change> batch,
                                        std::span<commit_outcome> outcome) override
    {
        deliver_if(due::at_commit);
        std::unique_lock lock{mutex_};
        if (fates_.empty())
        {
            lock.unlock();
            return forwarding_inventory::do_commit(batch, outcome);
        }
        const auto fate = fates_.front();
        fates_.erase(fates_.begin());
        if (fate != lost_commit::done && fate != lost_commit::not_done)
            late_.emplace_back(batch.begin(), batch.end());
        if (fate == lost_commit::next_call)
            due_ = due::at_call;
        if (fate == lost_commit::next_commit)
            due_ = due::at_commit;
        lock.unlock();
        if (fate == lost_commit::done)
            if (const auto reply = next().commit(batch, outcome); !reply)
                return reply.error();
        std::fill(outcome.begin(), outcome.end(), commit_outcome{});
        return make_error_code(errc::outcome_unknown);
    }

    /// When late commits are carried out; a later one takes place at an earlier's time, too.
    enum class due
    {
        when_told,
        at_commit,
        at_call,
    };

    void deliver_if(due least)
    {
        std::unique_lock lock{mutex_};
        const bool is_due = due_ == due::at_call || (due_ == least && least == due::at_commit);
        lock.unlock();
        if (is_due)
            (void)deliver();
    }

    mutable std::mutex mutex_;
    std::vector<lost_commit> fates_;
    std::vector<std::vector<session_change>> late_;
    due due_{};
};

/// Lets another writer come first: just before a commit that names a session, it commits something
/// there itself, so that ours meets a version_conflict.
class rival_inventory final : public forwarding_inventory
{
public:
    using forwarding_inventory::forwarding_inventory;

    /// What the rival does, through the engine's rules. A refusal is no concern of ours.
    using deed =
        std::function<void(session_draft& draft, const operation_ticket& ticket, time_point now)>;

    /// Only raises the version.
    static void raise_version(session_draft& draft, const operation_ticket&, time_point)
    {
        draft.fence();
    }

    /// Sells these seats.
    [[nodiscard]] static deed sell(session_id session, std::vector<seat_ref> seats)
    {
        return [=](session_draft& draft, const operation_ticket& ticket, time_point now)
        { (void)draft.decide(reserve_request{.session = session, .seats = seats}, ticket, now); };
    }

    /// Comes first before the next `times` commits that name `session`.
    void come_first(session_id session, deed what = raise_version, std::size_t times = 1)
    {
        const std::scoped_lock lock{mutex_};
        plans_[session] = {std::move(what), times};
    }

    /// How often it changed something.
    [[nodiscard]] std::size_t changes() const noexcept { return changes_; }

private:
    struct plan
    {
        deed what;
        std::size_t left{};
    };

    store_result<store_reply> do_commit(std::span<const session_change> batch,
                                        std::span<commit_outcome> outcome) override
    {
        for (const auto& change : batch)
            if (const auto what = due(change.session))
                act(change.session, what);
        return forwarding_inventory::do_commit(batch, outcome);
    }

    [[nodiscard]] deed due(session_id session)
    {
        const std::scoped_lock lock{mutex_};
        const auto found = plans_.find(session);
        if (found == plans_.end() || found->second.left == 0)
            return {};
        --found->second.left;
        return found->second.what;
    }

    void act(session_id session, const deed& what)
    {
        box_office office{next(), session};
        session_draft draft{office.book()};
        what(draft, office.ticket(), office.book().changed_at());
        if (draft.is_changed() && !office.commit(office.take(std::move(draft))))
            ++changes_;
    }

    std::mutex mutex_;
    std::map<session_id, plan> plans_;
    std::atomic<std::size_t> changes_{0};
};

/// Fails each batch that names a spoilt session, whole: nothing of it is written.
class bad_session_inventory final : public forwarding_inventory
{
public:
    using forwarding_inventory::forwarding_inventory;

    /// From now on, batches that name `session` fail with `error`.
    void spoil(session_id session, error_code error = errc::store_failed)
    {
        const std::scoped_lock lock{mutex_};
        spoilt_[session] = error;
    }

    /// Batches that name `session` pass again.
    void mend(session_id session)
    {
        const std::scoped_lock lock{mutex_};
        spoilt_.erase(session);
    }

private:
    store_result<store_reply> do_commit(std::span<const session_change> batch,
                                        std::span<commit_outcome> outcome) override
    {
        {
            const std::scoped_lock lock{mutex_};
            for (const auto& change : batch)
                if (const auto found = spoilt_.find(change.session); found != spoilt_.end())
                    return found->second;
        }
        return forwarding_inventory::do_commit(batch, outcome);
    }

    std::mutex mutex_;
    std::map<session_id, error_code> spoilt_;
};

} // namespace cinema::booking::testing
