#pragma once

#include <cinema/booking/domain/hall.hpp>
#include <cinema/booking/domain/log.hpp>
#include <cinema/booking/domain/session.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace cinema::booking
{

/// Asks what one seat costs one visitor. Refers to what lives while the seat is being priced.
struct price_question
{
    const booking::session& session;
    const booking::hall& hall;
    const booking::seat& seat;
    std::string_view price_type; ///< As asked for; empty: what the seat costs otherwise.
    time_point now;              ///< When it is reserved.

    /// The name of the seat's category.
    [[nodiscard]] const std::string& category() const
    {
        return hall.layout.categories()[seat.category];
    }
};

/// An answer to it, in the session's currency.
struct seat_price
{
    minor_units amount{}; ///< 0 to `price_minor_units_max`.
    std::string type{};   ///< At most `price_type_bytes_max` bytes.
};

/// One's own way to price seats: by the day, by demand, … It is asked when a seat is reserved, on a
/// thread of the service, once for each attempt to commit; the price is then fixed. It must answer
/// at once, the same for the same question, and be safe from any thread. Refusing with
/// `errc::price_type_not_found` says that there is no such price, and its detail is told to whoever
/// asked. Any other refusal, an exception or an amount beyond the limits refuses the reservation
/// with `errc::pricing_failed`. What went wrong is the refusal's detail; a service writes it to
/// `service_options::log` and answers without it.
///
/// Sessions and seat maps do not ask it: `session::prices`, `session::price_of` and the prices that
/// are shown of them over HTTP remain list prices. The total of `/seats/best` over HTTP does, on a
/// thread of the server.
using pricing_function = std::function<result<seat_price>(const price_question&)>;

/// The prices of the session itself: what is done if there is no pricing of one's own, and what
/// one's own may start from. A category without prices costs 0, and knows no price types.
/// Errors: price_type_not_found, naming those there are.
[[nodiscard]] inline result<seat_price> list_price(const price_question& question)
{
    const auto& category = question.category();
    if (const auto* found = question.session.find_price(category, question.price_type))
        return seat_price{found->price, found->price_type};
    if (question.price_type.empty())
        return seat_price{};
    std::string known;
    for (const auto& entry : question.session.prices)
        if (entry.category == category && !entry.price_type.empty())
            known.append(known.empty() ? "; it has " : ", ").append(entry.price_type);
    return refusal{.code = errc::price_type_not_found,
                   .seats = {question.seat.number},
                   .detail = "category " + category + " has no price type "
                             + std::string{question.price_type} + known};
}

/// Asks `own`, or `list_price` if it is empty, and checks the answer.
/// Errors: price_type_not_found, pricing_failed.
[[nodiscard]] inline result<seat_price> price(const pricing_function& own,
                                              const price_question& question)
{
    if (!own)
        return list_price(question);
    const auto failed = [](std::string why)
    { return refusal{.code = errc::pricing_failed, .detail = "the pricing failed: " + why}; };
    try
    {
        auto answer = own(question);
        if (!answer)
            return answer.error() == errc::price_type_not_found ? answer
                                                                : failed(answer.error().what());
        if (!is_price(answer->amount))
            return failed("an amount beyond the limits");
        if (answer->type.size() > price_type_bytes_max || !is_text(answer->type))
            return failed("a price type that is too long or no text");
        return answer;
    }
    catch (...)
    {
        return failed(detail::current_exception_text());
    }
}

} // namespace cinema::booking
