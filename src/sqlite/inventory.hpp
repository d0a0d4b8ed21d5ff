#pragma once

#include <cinema/booking/store/inventory_store.hpp>

#include "database.hpp"

#include <array>
#include <map>
#include <mutex>

namespace cinema::booking::sqlite
{

/// What `inventory_store::load` gives for a session. Throws `failure`. Errors: session_not_found.
[[nodiscard]] store_result<session_load> load_session(connection& from,
                                                      const load_request& request);

/// Where a session stands.
struct session_state
{
    session_stamp stamp{};
    time_point changed_at{};
    session_version complete_since{}; ///< A delta to an older version may lack what was purged.
};

/// How a change id is kept among the recent ones of a session.
[[nodiscard]] constexpr std::array<std::uint8_t, 8> bytes_of(change_id change)
{
    std::array<std::uint8_t, 8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(raw(change) >> (8 * (bytes.size() - 1 - i)));
    return bytes;
}

/// Nothing if there is no such session.
[[nodiscard]] std::optional<session_state> find_state(connection& from, session_id id);

/// The session in a row of find_session and its like, with its prices, without its blocked seats.
[[nodiscard]] session session_from(connection& from, const cursor& row);

class inventory final : public inventory_store
{
public:
    explicit inventory(std::shared_ptr<database> in) : in_{std::move(in)} {}

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
    [[nodiscard]] std::optional<time_point> clock() const noexcept override { return in_->now(); }
    [[nodiscard]] unsigned lanes_preferred() const noexcept override { return 1; }

private:
    store_result<store_reply> do_load(std::span<const load_request> requests,
                                      std::span<store_result<session_load>> out) override;
    store_result<store_reply> do_commit(std::span<const session_change> batch,
                                        std::span<commit_outcome> outcome) override;
    store_result<hall_ptr> do_add_hall(const hall_spec& spec) override;
    store_result<session> do_add_session(const session_spec& spec) override;
    store_result<std::vector<session>> do_sessions(const session_page_request& page) override;
    store_result<std::string> do_keep(std::string_view name, std::string_view value) override;

    [[nodiscard]] hall_ptr known_hall(hall_id id) const;
    [[nodiscard]] store_result<hall_ptr> load_hall(connection& from, hall_id id);

    std::shared_ptr<database> in_;
    mutable std::mutex mutex_;
    std::map<hall_id, hall_ptr> halls_; // those that were asked for: they never change
};

} // namespace cinema::booking::sqlite
