#pragma once

#include <cinema/booking/store/reservation_store.hpp>

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

namespace cinema::booking
{

/// The page of an account's list out of what several places know of it: of the states of one
/// reservation the newest, in the list's order, behind `page.after`, no more than asked for.
[[nodiscard]] inline std::vector<reservation_ptr> merged_page(std::vector<reservation_ptr> all,
                                                              const reservation_page_request& page)
{
    const auto place = [](const reservation_id& of) { return std::tie(of.id, of.session); };
    if (page.after)
        std::erase_if(all, [&](const reservation_ptr& each)
                      { return place(each->id) >= place(*page.after); });
    std::ranges::sort(all,
                      [&](const reservation_ptr& left, const reservation_ptr& right)
                      {
                          return left->id != right->id ? place(left->id) > place(right->id)
                                                       : left->version() > right->version();
                      });
    const auto rest = std::ranges::unique(all, {}, [](const auto& each) { return each->id; });
    all.erase(rest.begin(), rest.end());
    all.resize(std::min(all.size(), page.limit));
    return all;
}

/// Reservations of which the latest states are at `near`, where the inventory is, and all of them,
/// later, at `far`. Who asks sees both as one; who writes, writes to `far`. While `far` cannot be
/// reached, lists show what is at `near`: live reservations and those that ended lately.
class overlaid_reservations final : public reservation_store
{
public:
    /// Pre: neither is null.
    overlaid_reservations(std::shared_ptr<reservation_store> near,
                          std::shared_ptr<reservation_store> far)
        : near_{std::move(near)}, far_{std::move(far)}
    {
    }

    [[nodiscard]] store_result<reservation_ptr> find(const reservation_id& id) override
    {
        auto found = near_->find(id);
        return !found || *found != nullptr ? found : far_->find(id);
    }
    [[nodiscard]] store_result<std::vector<reservation_ptr>>
    of_session(session_id session, const std::optional<uuid>& after, std::size_t limit) override
    {
        return near_->of_session(session, after, limit);
    }
    [[nodiscard]] store_result<void> put(const reservation& state) override
    {
        return far_->put(state);
    }
    /// At `far`: what is at `near` goes with the inventory's own purge.
    [[nodiscard]] store_result<std::size_t> purge(time_point ended_before,
                                                  std::size_t limit) override
    {
        return far_->purge(ended_before, limit);
    }

private:
    store_result<std::vector<reservation_ptr>>
    do_list(const reservation_page_request& page) override
    {
        auto all = near_->list(page); // first: what leaves it meanwhile is in the other
        if (!all)
            return all;
        const auto far = far_->list(page);
        if (!far && far.error() != errc::store_unavailable)
            return far.error();
        if (far)
            all->insert(all->end(), far->begin(), far->end());
        return merged_page(*std::move(all), page);
    }
    store_result<std::vector<error_code>>
    do_put_all(std::span<const reservation_ptr> states) override
    {
        return far_->put_all(states);
    }

    std::shared_ptr<reservation_store> near_;
    std::shared_ptr<reservation_store> far_;
};

} // namespace cinema::booking
