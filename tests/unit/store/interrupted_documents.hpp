#pragma once

#include <cinema/booking/store/reservation_store.hpp>

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace cinema::tests
{

/// Documents that remember what was put into them. Something else may happen while they are put.
/// Not thread-safe.
class interrupted_documents final : public booking::reservation_store
{
public:
    std::function<void()> meanwhile{}; ///< Called once, before anything is put.
    booking::error_code error{};       ///< What putting ends with, unless success.
    booking::reservation_id refused{}; ///< Is refused for its own sake.

    [[nodiscard]] std::size_t put_count() const noexcept { return put_.size(); }
    /// The last that was put. Pre: there is one.
    [[nodiscard]] const booking::reservation& last() const noexcept { return *put_.back(); }

    [[nodiscard]] booking::store_result<booking::reservation_ptr>
    find(const booking::reservation_id&) override
    {
        return booking::reservation_ptr{};
    }
    [[nodiscard]] booking::store_result<void> put(const booking::reservation& state) override
    {
        put_.push_back(std::make_shared<const booking::reservation>(state));
        return {};
    }

private:
    booking::store_result<std::vector<booking::reservation_ptr>>
    do_list(const booking::reservation_page_request&) override
    {
        return std::vector<booking::reservation_ptr>{};
    }
    booking::store_result<std::vector<booking::error_code>>
    do_put_all(std::span<const booking::reservation_ptr> states) override
    {
        if (const auto interruption = std::exchange(meanwhile, {}))
            interruption();
        if (error.failed())
            return error;
        std::vector<booking::error_code> errors;
        for (const auto& state : states)
        {
            const bool is_refused = state->id == refused;
            errors.push_back(is_refused ? make_error_code(booking::errc::store_failed)
                                        : booking::error_code{});
            if (!is_refused)
                put_.push_back(state);
        }
        return errors;
    }

    std::vector<booking::reservation_ptr> put_;
};

} // namespace cinema::tests
