#pragma once

#include <cinema/booking/config.hpp>
#include <cinema/booking/engine/session_draft.hpp>

/// Operations that were done before, and how they are known again.
namespace cinema::booking
{

CINEMA_DECL const key_record* session_draft::find_key(const key_digest& key) const
{
    const auto added = key_of_.find(key);
    if (added != key_of_.end())
        return &keys_[added->second];
    if (const auto* known = book_.find(key))
        return known;
    const auto recalled = recalled_keys_.find(key);
    return recalled == recalled_keys_.end() ? nullptr : &recalled->second;
}

CINEMA_DECL bool session_draft::must_look_up(const key_digest& key) const
{
    return book_.may_be_stored(key) && find_key(key) == nullptr;
}

CINEMA_DECL void session_draft::recall(const key_digest& key, const stored_key& kept)
{
    const bool is_known = kept.reservation && !kept.reservation->is_live()
                          && kept.reservation->version() <= book_.stamp().version;
    if (recalled_keys_.emplace(key, is_known ? kept.record : key_record{}).second && is_known)
        recall(kept.reservation);
}

CINEMA_DECL std::optional<key_digest> session_draft::key_of(const reserve_request& request) const
{
    if (request.idempotency_key.empty())
        return std::nullopt;
    return digest_of({keyed_operation::reserve, nullptr, request.account.value},
                     request.idempotency_key);
}

template <class Print>
std::optional<decision> session_draft::replay(const std::optional<key_digest>& key, time_point now,
                                              Print print) const
{
    const auto* record = key ? find_key(*key) : nullptr;
    const auto* known = record ? find(record->reservation) : nullptr;
    if (known == nullptr || record->event >= (*known)->events.size()
        || book_.keys_kept_until(**known) <= now)
        return std::nullopt;
    if (record->request != print())
        return refuse(errc::key_reused);
    const auto& reservation = **known;
    const bool latest = record->event + std::size_t{1} == reservation.events.size();
    auto answer =
        latest ? *known
               : std::make_shared<const booking::reservation>(reservation.as_of(record->event));
    const auto version = answer->version();
    return grant{std::move(answer), version, true};
}

CINEMA_DECL result<void> session_draft::room_for_key(const std::optional<key_digest>& key) const
{
    if (key && book_.key_count() + keys_.size() >= session_keys_max)
        return refuse(errc::session_full);
    return {};
}

CINEMA_DECL void session_draft::keep_key(const key_digest& key, const fingerprint& request,
                                         const reservation& answer)
{
    const auto [slot, is_first] = key_of_.try_emplace(key, keys_.size());
    if (is_first)
        keys_.emplace_back();
    keys_[slot->second] = {key, request, answer.id.id,
                           static_cast<std::uint16_t>(answer.events.size() - 1)};
}

CINEMA_DECL std::optional<decision> session_draft::done_before(const reservation_ptr& reservation,
                                                               operation_id operation)
{
    const auto& events = reservation->events;
    for (std::size_t i = 0; i < events.size(); ++i)
        if (events[i].operation == operation)
            return grant{std::make_shared<const booking::reservation>(reservation->as_of(i)),
                         events[i].version, false};
    return std::nullopt;
}

} // namespace cinema::booking
