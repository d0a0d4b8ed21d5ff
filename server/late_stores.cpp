#include "late_stores.hpp"

#include <atomic>
#include <utility>

namespace cinema::server
{

using namespace booking;

/// Where the real stores will be.
struct late_stores::slot
{
    booking::stores kept;
    std::atomic<const booking::stores*> real{}; // null, then `kept`

    /// `call` on the real stores, or store_unavailable.
    template <class Call>
    auto pass(Call call) const -> decltype(call(std::declval<const booking::stores&>()))
    {
        const auto* const now = real.load(std::memory_order_acquire);
        if (now == nullptr)
            return {boost::system::in_place_error, make_error_code(errc::store_unavailable)};
        return call(*now);
    }
};

namespace
{

using slot_ptr = std::shared_ptr<late_stores::slot>;

class late_inventory final : public inventory_store
{
public:
    late_inventory(slot_ptr slot, unsigned lanes) : slot_{std::move(slot)}, lanes_{lanes} {}

    store_result<hall_ptr> find_hall(hall_id id) override
    {
        return slot_->pass([&](auto& real) { return real.inventory->find_hall(id); });
    }
    store_result<std::vector<hall_ptr>> halls() override
    {
        return slot_->pass([&](auto& real) { return real.inventory->halls(); });
    }
    store_result<std::vector<session_id>> lapsed(time_point now, std::size_t limit) override
    {
        return slot_->pass([&](auto& real) { return real.inventory->lapsed(now, limit); });
    }
    store_result<std::pair<session_stamp, std::vector<guard_row>>>
    guard_rows(session_id id) override
    {
        return slot_->pass([&](auto& real) { return real.inventory->guard_rows(id); });
    }
    store_result<stored_key> find_key(session_id session, const key_digest& key) override
    {
        return slot_->pass([&](auto& real) { return real.inventory->find_key(session, key); });
    }
    store_result<purge_report> purge(time_point ended_before, std::size_t limit) override
    {
        return slot_->pass([&](auto& real) { return real.inventory->purge(ended_before, limit); });
    }
    store_result<bool> lease(std::string_view name, std::uint64_t owner,
                             std::chrono::milliseconds duration) override
    {
        return slot_->pass([&](auto& real)
                           { return real.inventory->lease(name, owner, duration); });
    }
    store_result<void> add_token(const access_token& token) override
    {
        return slot_->pass([&](auto& real) { return real.inventory->add_token(token); });
    }
    store_result<std::optional<access_token>>
    find_token(const std::array<std::uint8_t, 32>& digest) override
    {
        return slot_->pass([&](auto& real) { return real.inventory->find_token(digest); });
    }
    store_result<void> touch_token(const std::array<std::uint8_t, 32>& digest,
                                   time_point last_used) override
    {
        return slot_->pass([&](auto& real)
                           { return real.inventory->touch_token(digest, last_used); });
    }
    store_result<void> remove_token(const std::array<std::uint8_t, 32>& digest) override
    {
        return slot_->pass([&](auto& real) { return real.inventory->remove_token(digest); });
    }
    store_result<void> remove_tokens_of(const user_id& user) override
    {
        return slot_->pass([&](auto& real) { return real.inventory->remove_tokens_of(user); });
    }
    store_result<store_reply> ping() override
    {
        return slot_->pass([&](auto& real) { return real.inventory->ping(); });
    }
    std::optional<time_point> clock() const noexcept override
    {
        const auto* const now = slot_->real.load(std::memory_order_acquire);
        return now == nullptr ? std::nullopt : now->inventory->clock();
    }
    unsigned lanes_preferred() const noexcept override { return lanes_; }

private:
    store_result<store_reply> do_load(std::span<const load_request> requests,
                                      std::span<store_result<session_load>> out) override
    {
        return slot_->pass([&](auto& real) { return real.inventory->load(requests, out); });
    }
    store_result<store_reply> do_commit(std::span<const session_change> batch,
                                        std::span<commit_outcome> outcome) override
    {
        return slot_->pass([&](auto& real) { return real.inventory->commit(batch, outcome); });
    }
    store_result<store_reply> do_load_and_commit(std::span<const load_request> requests,
                                                 const commit_decider& decide,
                                                 std::vector<commit_outcome>& outcome) override
    {
        return slot_->pass([&](auto& real)
                           { return real.inventory->load_and_commit(requests, decide, outcome); });
    }
    store_result<hall_ptr> do_add_hall(const hall_spec& spec) override
    {
        return slot_->pass([&](auto& real) { return real.inventory->add_hall(spec); });
    }
    store_result<session> do_add_session(const session_spec& spec) override
    {
        return slot_->pass([&](auto& real) { return real.inventory->add_session(spec); });
    }
    store_result<std::vector<session>> do_sessions(const session_page_request& page) override
    {
        return slot_->pass([&](auto& real) { return real.inventory->sessions(page); });
    }
    store_result<std::string> do_keep(std::string_view name, std::string_view value) override
    {
        return slot_->pass([&](auto& real) { return real.inventory->keep(name, value); });
    }

    slot_ptr slot_;
    unsigned lanes_;
};

class late_reservations final : public reservation_store
{
public:
    using role = std::shared_ptr<reservation_store> booking::stores::*;

    late_reservations(slot_ptr slot, role which) : slot_{std::move(slot)}, which_{which} {}

    store_result<reservation_ptr> find(const reservation_id& id) override
    {
        return slot_->pass([&](auto& real) { return (real.*which_)->find(id); });
    }
    store_result<void> put(const reservation& state) override
    {
        return slot_->pass([&](auto& real) { return (real.*which_)->put(state); });
    }
    store_result<std::size_t> purge(time_point ended_before, std::size_t limit) override
    {
        return slot_->pass([&](auto& real) { return (real.*which_)->purge(ended_before, limit); });
    }

private:
    store_result<std::vector<reservation_ptr>>
    do_list(const reservation_page_request& page) override
    {
        return slot_->pass([&](auto& real) { return (real.*which_)->list(page); });
    }
    store_result<std::vector<error_code>>
    do_put_all(std::span<const reservation_ptr> states) override
    {
        return slot_->pass([&](auto& real) { return (real.*which_)->put_all(states); });
    }

    slot_ptr slot_;
    role which_;
};

class late_accounts final : public account_store
{
public:
    explicit late_accounts(slot_ptr slot) : slot_{std::move(slot)} {}

    store_result<user> find(const user_id& id) override
    {
        return slot_->pass([&](auto& real) { return real.accounts->find(id); });
    }
    store_result<user> find_by_email(std::string_view email) override
    {
        return slot_->pass([&](auto& real) { return real.accounts->find_by_email(email); });
    }

private:
    store_result<void> do_add(const user& account) override
    {
        return slot_->pass([&](auto& real) { return real.accounts->add(account); });
    }
    store_result<void> do_update(const user& account) override
    {
        return slot_->pass([&](auto& real) { return real.accounts->update(account); });
    }

    slot_ptr slot_;
};

class late_outbox final : public outbox
{
public:
    explicit late_outbox(slot_ptr slot) : slot_{std::move(slot)} {}

    store_result<delivery_report> deliver(reservation_store& to, std::size_t limit) override
    {
        return slot_->pass([&](auto& real) { return real.outbox->deliver(to, limit); });
    }
    store_result<outbox_status> status() override
    {
        return slot_->pass([&](auto& real) { return real.outbox->status(); });
    }
    store_result<std::vector<set_aside_entry>> set_aside(std::size_t limit) override
    {
        return slot_->pass([&](auto& real) { return real.outbox->set_aside(limit); });
    }
    store_result<std::size_t> retry(const std::optional<reservation_id>& which) override
    {
        return slot_->pass([&](auto& real) { return real.outbox->retry(which); });
    }
    store_result<std::size_t> drop(const reservation_id& which) override
    {
        return slot_->pass([&](auto& real) { return real.outbox->drop(which); });
    }

private:
    slot_ptr slot_;
};

} // namespace

late_stores::late_stores(std::string name, unsigned lanes, bool has_outbox)
    : slot_{std::make_shared<slot>()},
      stores_{.inventory = std::make_shared<late_inventory>(slot_, lanes),
              .reservations =
                  std::make_shared<late_reservations>(slot_, &booking::stores::reservations),
              .accounts = std::make_shared<late_accounts>(slot_),
              .name = std::move(name),
              .outbox = has_outbox ? std::make_shared<late_outbox>(slot_) : nullptr,
              .documents = has_outbox ? std::make_shared<late_reservations>(
                               slot_, &booking::stores::documents)
                                      : nullptr}
{
}

void late_stores::arrive(booking::stores real)
{
    slot_->kept = std::move(real);
    slot_->real.store(&slot_->kept, std::memory_order_release);
}

} // namespace cinema::server
