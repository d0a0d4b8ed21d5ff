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

} // namespace cinema::booking::postgres
