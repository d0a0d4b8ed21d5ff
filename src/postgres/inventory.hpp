#pragma once

#include <cinema/booking/store/inventory_store.hpp>

#include "database.hpp"
#include "purge.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>

namespace cinema::booking::postgres
{

/// Adds the statements that load these sessions. Pre: there are some.
void add_loads(std::vector<statement>& to, std::span<const load_request> requests,
               postgres_routing routing);

/// What `inventory_store::load` gives, from the answers to such statements; an `out` that stays as
/// it is: there is no such session. `is_final`, if given, has the size of `out`: whether no other
/// transaction was at the session's row. Returns the database's time, if any session is there.
[[nodiscard]] std::optional<time_point> read_loads(std::span<const rows> answers,
                                                   std::span<const load_request> requests,
                                                   std::span<store_result<session_load>> out,
                                                   std::vector<bool>* is_final = nullptr);

/// Both at once. Returns the database's time. Throws `failure`.
time_point load_sessions(connection& from, std::span<const load_request> requests,
                         std::span<store_result<session_load>> out, postgres_routing routing,
                         std::vector<bool>* is_final = nullptr);

/// The database's time. Throws `failure`.
[[nodiscard]] time_point time_of(connection& from);

/// The value that the database keeps under this name, if any. Throws `failure`.
[[nodiscard]] std::optional<std::string> find_property(connection& from, std::string_view name);

class inventory final : public inventory_store
{
public:
    explicit inventory(std::shared_ptr<database> in)
        : in_{std::move(in)},
          turns_left_{std::max(in_->params().connections_max, connections_apart)
                      - connections_apart}
    {
    }

    [[nodiscard]] store_result<hall_ptr> find_hall(hall_id id) override;
    [[nodiscard]] store_result<std::vector<hall_ptr>> halls() override;
    [[nodiscard]] store_result<std::vector<session_id>> lapsed(time_point now,
                                                               std::size_t limit) override;
    [[nodiscard]] store_result<std::pair<session_stamp, std::vector<guard_row>>>
    guard_rows(session_id id) override;
    [[nodiscard]] store_result<stored_key> find_key(session_id session,
                                                    const key_digest& key) override;
    [[nodiscard]] store_result<purge_report> purge(time_point ended_before,
                                                   std::size_t limit) override;
    [[nodiscard]] store_result<bool> lease(std::string_view name, std::uint64_t owner,
                                           std::chrono::milliseconds duration) override;
    [[nodiscard]] store_result<void> add_token(const access_token& token) override;
    [[nodiscard]] store_result<std::optional<access_token>>
    find_token(const std::array<std::uint8_t, 32>& digest) override;
    [[nodiscard]] store_result<void> touch_token(const std::array<std::uint8_t, 32>& digest,
                                                 time_point last_used) override;
    [[nodiscard]] store_result<void>
    remove_token(const std::array<std::uint8_t, 32>& digest) override;
    [[nodiscard]] store_result<void> remove_tokens_of(const user_id& user) override;
    [[nodiscard]] store_result<store_reply> ping() override;
    [[nodiscard]] std::optional<time_point> clock() const noexcept override { return std::nullopt; }
    [[nodiscard]] unsigned lanes_preferred() const noexcept override
    {
        return postgres_lanes_preferred();
    }

private:
    store_result<store_reply> do_load(std::span<const load_request> requests,
                                      std::span<store_result<session_load>> out) override;
    store_result<store_reply> do_commit(std::span<const session_change> batch,
                                        std::span<commit_outcome> outcome) override;
    store_result<store_reply> do_load_and_commit(std::span<const load_request> requests,
                                                 const commit_decider& decide,
                                                 std::vector<commit_outcome>& outcome) override;
    store_result<hall_ptr> do_add_hall(const hall_spec& spec) override;
    store_result<session> do_add_session(const session_spec& spec) override;
    store_result<std::vector<session>> do_sessions(const session_page_request& page) override;
    store_result<std::string> do_keep(std::string_view name, std::string_view value) override;

    /// Connections that nobody keeps while he decides: one to ask for documents, and one that the
    /// purge may have, waiting for those who decide.
    static constexpr unsigned connections_apart = 2;

    [[nodiscard]] hall_ptr known_hall(hall_id id) const;
    hall_ptr know(hall_ptr hall);

    std::shared_ptr<database> in_;
    std::atomic<unsigned> turns_left_;  // to decide while a connection waits
    mutable std::mutex mutex_;          // of the two below
    std::map<hall_id, hall_ptr> halls_; // those that were asked for: they never change
    purge_memory purged_;
};

} // namespace cinema::booking::postgres
