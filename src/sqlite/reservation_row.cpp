#include "reservation_row.hpp"

#include "common/reservation_text.hpp"

namespace cinema::booking::sqlite
{

using namespace adapters;

reservation_ptr reservation_from(const cursor& row)
{
    auto state = std::make_shared<reservation>();
    state->id = {session_id{row.integer(0)}, {row.array<16>(1)}};
    state->user = row.text(2);
    state->account.value = row.text(3);
    auto currency = currency_code::parse(row.text(4));
    if (!currency || !read_lists(*state, row.text(5), row.text(6)))
        throw failure{errc::store_failed,
                      "reservation " + state->id.text() + " is kept in a form that is not known"};
    state->currency = *currency;
    return state;
}

reservation_values::reservation_values(const reservation& state, session_version version)
    : state_{state}, version_{version}, seats_{to_text(state.seats)}, events_{to_text(state.events)}
{
    if (state.status() == reservation_status::held)
        held_until_ = state.held_until();
    if (!state.account.empty())
        account_ = state.account.value;
}

} // namespace cinema::booking::sqlite
