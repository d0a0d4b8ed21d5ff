#pragma once

#include <cinema/booking/service/booking_service.hpp>

#include <new>

namespace cinema::booking
{

namespace detail
{

/// Answers by calling a function.
template <class Handler>
class callback_operation final : public operation
{
public:
    callback_operation(lane_request asked, operation_ticket named, steady_time until,
                       Handler handler)
        : operation{std::move(asked), named, until}, handler_{std::move(handler)}
    {
    }

private:
    void finish(decision&& what, seat_map_ptr&& map) noexcept override
    {
        auto handler = std::move(handler_);
        handler(std::move(what), std::move(map));
    }

    Handler handler_;
};

/// How KPIs count an answer to a reserve request.
[[nodiscard]] inline attempt_outcome outcome_of(const decision& answer) noexcept
try
{
    if (answer)
        return answer->replayed ? attempt_outcome::replayed : attempt_outcome::granted;
    return booking::outcome_of(answer.error().code);
}
catch (const std::bad_alloc&) // error() gives a copy
{
    return attempt_outcome::failed;
}

} // namespace detail

template <class Handler>
std::shared_ptr<detail::operation> booking_service::submit(lane_request request, Handler handler)
{
    const auto begun = std::chrono::steady_clock::now();
    const auto deadline = begun + context_.options.deadline;
    const auto* reserve = std::get_if<reserve_request>(&request);
    if (reserve == nullptr || !check(*reserve))
    {
        auto plain = std::make_shared<detail::callback_operation<Handler>>(
            std::move(request), new_ticket(), deadline, std::move(handler));
        launch(plain);
        return plain;
    }
    auto counted = [this, attempt = kpi_.attempt_begun(raw(reserve->session), begun),
                    handler = std::move(handler)](decision&& what, seat_map_ptr&& map) mutable
    {
        kpi_.attempt_ended(attempt, detail::outcome_of(what), std::chrono::steady_clock::now());
        handler(std::move(what), std::move(map));
    };
    auto operation = std::make_shared<detail::callback_operation<decltype(counted)>>(
        std::move(request), new_ticket(), deadline, std::move(counted));
    launch(operation);
    return operation;
}

} // namespace cinema::booking
