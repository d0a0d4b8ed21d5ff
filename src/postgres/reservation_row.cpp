#include "reservation_row.hpp"

#include "common/reservation_text.hpp"

namespace cinema::booking::postgres
{

reservation_summary summary_of(const reservation& state)
{
    reservation_summary summary{.status = to_string(state.status()),
                                .held_until = std::nullopt,
                                .updated_at = state.updated_at(),
                                .account = std::nullopt};
    if (state.status() == reservation_status::held)
        summary.held_until = state.held_until();
    if (!state.account.empty())
        summary.account = state.account.value;
    return summary;
}

reservation_ptr reservation_from(const reservation_id& id, const reservation_texts& texts)
{
    auto state = std::make_shared<reservation>();
    state->id = id;
    state->user = texts.label;
    state->account.value = texts.account;
    const auto currency = currency_code::parse(texts.currency);
    if (!currency || !adapters::read_lists(*state, texts.seats, texts.events))
        throw failure{errc::store_failed,
                      "reservation " + id.text() + " is kept in a form that is not known"};
    state->currency = *currency;
    return state;
}

reservation_ptr reservation_from(const row& from)
{
    const reservation_id id{from.as<session_id>(0), from.id(1)};
    return reservation_from(id, {.label = from.text(2),
                                 .account = from.text(3),
                                 .currency = from.text(4),
                                 .seats = from.json(5),
                                 .events = from.json(6)});
}

} // namespace cinema::booking::postgres
