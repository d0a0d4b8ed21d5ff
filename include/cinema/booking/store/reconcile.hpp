#pragma once

#include <cinema/booking/store/stores.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace cinema::booking
{

/// What comparing reservations with their documents found.
struct reconcile_report
{
    std::size_t sessions{};
    std::size_t reservations{}; ///< In the inventory.
    std::size_t missing{};      ///< Had no document.
    std::size_t different{};    ///< Their document was an older state, or another one.
    std::size_t mended{};       ///< Of these, whose document is right now.
    /// What cannot be mended: documents that are newer than the inventory, or live and not known to
    /// it. At most `reconcile_findings_max`.
    std::vector<std::string> findings{};
    std::size_t findings_left_off{};
    error_code error{}; ///< What ended it early.

    /// Whether both agree now.
    [[nodiscard]] bool is_clean() const noexcept
    {
        return !error && missing + different == mended && findings.empty();
    }
};

inline constexpr std::size_t reconcile_findings_max = 100;

namespace detail
{

/// One comparison: see `reconcile`.
class reconciler
{
public:
    reconciler(const stores& of, bool mends) : of_{of}, mends_{mends} {}

    [[nodiscard]] reconcile_report run() &&
    {
        session_page_request page{.limit = page_size_max};
        for (;;)
        {
            const auto sessions = of_.inventory->sessions(page);
            if (failed(sessions.error()))
                return std::move(report_);
            if (sessions->empty())
                break;
            for (const auto& each : *sessions)
            {
                ++report_.sessions;
                known_.insert(each.id);
                if (!compare_session(each.id))
                    return std::move(report_);
            }
            page.after = session_cursor{sessions->back().showtime, sessions->back().id};
        }
        compare_others();
        return std::move(report_);
    }

private:
    /// A session's reservations in one of the stores, in pages, ascending.
    class reader
    {
    public:
        reader(reservation_store& from, session_id session) : from_{from}, session_{session} {}

        /// Null at the end.
        [[nodiscard]] store_result<reservation_ptr> peek()
        {
            if (at_ == page_.size() && !is_last_)
            {
                auto next = from_.of_session(session_, after_, page_size_max);
                if (!next)
                    return next.error();
                page_ = *std::move(next);
                at_ = 0;
                is_last_ = page_.empty();
            }
            return at_ < page_.size() ? page_[at_] : nullptr;
        }
        void skip() { after_ = page_[at_++]->id.id; }

    private:
        reservation_store& from_;
        session_id session_;
        std::optional<uuid> after_;
        std::vector<reservation_ptr> page_;
        std::size_t at_{};
        bool is_last_{};
    };

    [[nodiscard]] bool failed(const error_code& error)
    {
        if (error)
            report_.error = error;
        return bool{error};
    }

    void find(const reservation& state, const char* what)
    {
        if (report_.findings.size() < reconcile_findings_max)
            report_.findings.push_back("reservation " + state.id.text() + what);
        else
            ++report_.findings_left_off;
    }

    /// Documents of sessions that the inventory did not have.
    void compare_others()
    {
        session_id last{};
        for (;;)
        {
            const auto next = of_.documents->session_after(last);
            if (failed(next.error()) || !*next)
                return;
            last = **next;
            if (!known_.contains(last) && !compare_session(last))
                return;
        }
    }

    [[nodiscard]] bool compare_session(session_id session)
    {
        reader kept{*of_.reservations, session};
        reader documents{*of_.documents, session};
        for (;;)
        {
            const auto state = kept.peek();
            const auto document = documents.peek();
            if (failed(state.error()) || failed(document.error()))
                return false;
            if (*state == nullptr && *document == nullptr)
                return true;
            const bool has_state = *state && (!*document || (*state)->id <= (*document)->id);
            const bool has_document = *document && (!*state || (*document)->id <= (*state)->id);
            if (!compare(has_state ? *state : nullptr, has_document ? *document : nullptr))
                return false;
            if (has_state)
                kept.skip();
            if (has_document)
                documents.skip();
        }
    }

    /// The greatest one that is less. Pre: it is not the least.
    [[nodiscard]] static uuid uuid_before(uuid id)
    {
        for (auto byte = id.bytes.rbegin(); byte != id.bytes.rend() && (*byte)-- == 0; ++byte)
        {
        }
        return id;
    }

    /// One of them may be null. Returns false if the store failed.
    [[nodiscard]] bool compare(const reservation_ptr& state, const reservation_ptr& document)
    {
        if (!state)
        {
            // What has ended was purged from the inventory; what is new may have come meanwhile.
            if (!document->is_live())
                return true;
            const auto now =
                of_.reservations->of_session(document->id.session, uuid_before(document->id.id), 1);
            if (failed(now.error()))
                return false;
            if (now->empty() || now->front()->id != document->id)
                find(*document, ": its document says that it lives, but the inventory has none");
            return true;
        }
        ++report_.reservations;
        if (document && *document == *state)
            return true;
        if (document && document->version() > state->version())
            return look_again(*state);
        ++(document ? report_.different : report_.missing);
        if (!mends_)
            return true;
        const auto errors = of_.documents->put_all({&state, 1});
        if (failed(errors.error()))
            return false;
        if (!errors->front())
            ++report_.mended;
        return true;
    }

    /// The document is newer than what was read of the inventory before.
    [[nodiscard]] bool look_again(const reservation& state)
    {
        const auto now = of_.reservations->find(state.id);
        const auto document = of_.documents->find(state.id);
        if (failed(now.error()) || failed(document.error()))
            return false;
        if (*now && *document && (*document)->version() > (*now)->version())
            find(state, ": its document is newer than the inventory, which has lost something");
        return true;
    }

    const stores& of_;
    bool mends_;
    std::unordered_set<session_id> known_;
    reconcile_report report_;
};

} // namespace detail

/// Compares each reservation of the inventory with its document, field by field, and unless `mends`
/// is false puts right the documents that are missing, older or otherwise different. Documents that
/// say that they live and are not in the inventory are found, also those of sessions that are not
/// there. May run while bookings go on: what is on its way meanwhile is brought by this, too, which
/// does no harm.
///
/// Pre: the stores have an outbox. Errors end it: `report.error`, store_failed also where one of
/// the stores has no list by session, or the documents no list of sessions.
[[nodiscard]] inline reconcile_report reconcile(const stores& of, bool mends = true)
{
    return detail::reconciler{of, mends}.run();
}

} // namespace cinema::booking
