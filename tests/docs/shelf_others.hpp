// The other two roles that docs/custom_store.md is about: documents and accounts.

#pragma once

#include <cinema/booking/store/stores.hpp>

#include <functional>
#include <map>
#include <mutex>

namespace shelf
{

using namespace cinema::booking;

//! [reservations]
class reservations final : public reservation_store
{
public:
    store_result<reservation_ptr> find(const reservation_id& id) override
    {
        const std::scoped_lock lock{mutex_};
        const auto found = documents_.find({id.id, id.session});
        return found == documents_.end() ? nullptr : found->second;
    }
    store_result<void> put(const reservation& state) override
    {
        const std::scoped_lock lock{mutex_};
        auto& kept = documents_[{state.id.id, state.id.session}];
        if (!kept || kept->version() < state.version())
            kept = std::make_shared<const reservation>(state);
        return {};
    }

    store_result<std::size_t> purge(time_point ended_before, std::size_t limit) override
    {
        const std::scoped_lock lock{mutex_};
        std::size_t gone = 0;
        const auto is_over = [&](const reservation& state)
        { return !state.is_live() && state.updated_at() < ended_before; };
        std::erase_if(documents_,
                      [&](const auto& entry) {
                          return entry.second->account.empty() && is_over(*entry.second)
                                 && gone < limit && ++gone > 0;
                      });
        return gone;
    }

private:
    store_result<std::vector<reservation_ptr>>
    do_list(const reservation_page_request& page) override
    {
        const std::scoped_lock lock{mutex_};
        std::vector<reservation_ptr> out;
        for (const auto& [id, state] : documents_)
            if (state->account == page.account && out.size() < page.limit
                && (!page.after || id < std::pair{page.after->id, page.after->session}))
                out.push_back(state);
        return out;
    }

    std::mutex mutex_;
    std::map<std::pair<uuid, session_id>, reservation_ptr, std::greater<>>
        documents_; // newest first
};
//! [reservations]

//! [accounts]
class accounts final : public account_store
{
public:
    store_result<user> find(const user_id& id) override
    {
        const std::scoped_lock lock{mutex_};
        const auto found = users_.find(id);
        if (found == users_.end())
            return make_error_code(errc::user_not_found);
        return found->second;
    }
    store_result<user> find_by_email(std::string_view email) override
    {
        const std::scoped_lock lock{mutex_};
        for (const auto& [id, kept] : users_)
            if (email_key(kept.email) == email_key(email))
                return kept;
        return make_error_code(errc::user_not_found);
    }

private:
    store_result<void> do_add(const user& account) override
    {
        const std::scoped_lock lock{mutex_};
        if (users_.contains(account.id) || is_taken(account))
            return make_error_code(errc::already_exists);
        users_.emplace(account.id, account);
        return {};
    }
    store_result<void> do_update(const user& account) override
    {
        const std::scoped_lock lock{mutex_};
        const auto kept = users_.find(account.id);
        if (kept == users_.end())
            return make_error_code(errc::user_not_found);
        if (is_taken(account))
            return make_error_code(errc::already_exists);
        const auto created_at = kept->second.created_at;
        kept->second = account;
        kept->second.created_at = created_at;
        return {};
    }

    /// Whether another account has the e-mail address.
    bool is_taken(const user& account) const
    {
        for (const auto& [id, other] : users_)
            if (id != account.id && email_key(other.email) == email_key(account.email))
                return true;
        return false;
    }

    std::mutex mutex_;
    std::map<user_id, user> users_;
};
//! [accounts]

} // namespace shelf
