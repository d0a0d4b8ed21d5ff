#pragma once

#include <cinema/booking/service/booking_service.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <memory>
#include <utility>

namespace cinema::booking
{

namespace detail
{

/// Carries a completion handler to its associated executor, keeping that in work meanwhile.
template <class Handler>
struct handler_courier
{
    using executor = boost::asio::associated_executor_t<Handler>;

    explicit handler_courier(Handler&& h)
        : handler{std::move(h)}, work{boost::asio::get_associated_executor(handler)}
    {
    }

    Handler handler;
    boost::asio::executor_work_guard<executor> work;

    template <class Result>
    static void deliver(std::shared_ptr<handler_courier> self, Result result)
    {
        const auto still_posting =
            self->work; // or run() could return, and its context go, too early
        boost::asio::post(still_posting.get_executor(),
                          [self = std::move(self), result = std::move(result)]() mutable
                          {
                              auto slot =
                                  boost::asio::get_associated_cancellation_slot(self->handler);
                              if (slot.is_connected())
                                  slot.clear();
                              Handler handler = std::move(self->handler);
                              self->work.reset();
                              self.reset();
                              std::move(handler)(std::move(result));
                          });
    }
};

/// Submits a request whose decision, made ready by `convert`, completes `handler`.
template <class Handler, class Convert>
void submit_async(booking_service& service, lane_request request, Handler&& handler,
                  Convert convert)
{
    using courier_type = handler_courier<std::decay_t<Handler>>;
    auto courier = std::make_shared<courier_type>(std::forward<Handler>(handler));
    auto slot = boost::asio::get_associated_cancellation_slot(courier->handler);
    // The slot is filled before the operation can complete, which clears it.
    auto target = std::make_shared<std::weak_ptr<operation>>();
    if (slot.is_connected())
        slot.assign(
            [target](boost::asio::cancellation_type)
            {
                if (const auto running = target->lock())
                    running->cancel();
            });
    *target = service.submit(
        std::move(request), [courier, convert](decision&& what, seat_map_ptr&& map) mutable
        { courier_type::deliver(std::move(courier), convert(std::move(what), std::move(map))); });
}

/// Completes `handler` with what `convert` makes of the session's map, at once if that is fresh.
template <class Value, class Handler, class Convert>
void map_async(booking_service& service, session_id session, Handler&& handler, Convert convert)
{
    if (auto map = service.recent_seats(session))
    {
        using courier = handler_courier<std::decay_t<Handler>>;
        courier::deliver(std::make_shared<courier>(std::forward<Handler>(handler)),
                         convert(std::move(map)));
        return;
    }
    submit_async(
        service, map_request{session}, std::forward<Handler>(handler),
        [convert = std::move(convert)](decision&& what, seat_map_ptr&& map) mutable -> result<Value>
        {
            if (!what)
                return std::move(what).error();
            return convert(std::move(map));
        });
}

} // namespace detail

template <class Request, class Token>
auto booking_service::async_submit(Request request, Token&& token)
{
    return boost::asio::async_initiate<Token, void(decision)>(
        [this](auto handler, Request asked)
        {
            detail::submit_async(*this, std::move(asked), std::move(handler),
                                 [](decision&& what, seat_map_ptr&&) { return std::move(what); });
        },
        token, std::move(request));
}

template <class Token>
auto booking_service::async_reserve(reserve_request request, Token&& token)
{
    return async_submit(std::move(request), std::forward<Token>(token));
}

template <class Token>
auto booking_service::async_confirm(confirm_request request, Token&& token)
{
    return async_submit(std::move(request), std::forward<Token>(token));
}

template <class Token>
auto booking_service::async_extend(extend_request request, Token&& token)
{
    return async_submit(std::move(request), std::forward<Token>(token));
}

template <class Token>
auto booking_service::async_cancel(cancel_request request, Token&& token)
{
    return async_submit(std::move(request), std::forward<Token>(token));
}

template <class Token>
auto booking_service::async_check_in(check_in_request request, Token&& token)
{
    return async_submit(std::move(request), std::forward<Token>(token));
}

template <class Token>
auto booking_service::async_block(block_request request, Token&& token)
{
    return async_submit(std::move(request), std::forward<Token>(token));
}

template <class Token>
auto booking_service::async_find(reservation_id id, Token&& token)
{
    return async_submit(find_request{id}, std::forward<Token>(token));
}

template <class Token>
auto booking_service::async_seats(session_id session, Token&& token)
{
    return boost::asio::async_initiate<Token, void(result<seat_map_ptr>)>(
        [this](auto handler, session_id asked)
        {
            detail::map_async<seat_map_ptr>(*this, asked, std::move(handler),
                                            [](seat_map_ptr&& map) -> result<seat_map_ptr>
                                            { return std::move(map); });
        },
        token, session);
}

template <class Token>
auto booking_service::async_pick_seats(session_id session, best_seats wish, Token&& token)
{
    return boost::asio::async_initiate<Token, void(result<seat_pick>)>(
        [this](auto handler, session_id asked, best_seats wished)
        {
            detail::map_async<seat_pick>(*this, asked, std::move(handler),
                                         [wished = std::move(wished)](seat_map_ptr&& map)
                                         { return booking::pick_seats(*map, wished); });
        },
        token, session, std::move(wish));
}

} // namespace cinema::booking
