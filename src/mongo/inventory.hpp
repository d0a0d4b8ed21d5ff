#pragma once

#include <cinema/booking/store/inventory_store.hpp>

#include "database.hpp"
#include "session_document.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <vector>

namespace cinema::booking::mongo
{

/// Errors: store_failed, at the first that cannot be read. Sessions that never came are left out.
[[nodiscard]] std::map<session_id, session_document>
load_documents(database& from, const std::vector<session_id>& sessions);

/// Sessions whose `field` meets the condition, in its ascending order, at most `limit`.
[[nodiscard]] std::vector<session_id> find_sessions(database& in, const char* field,
                                                    const document& condition, std::size_t limit);

/// Calls `visit` with a session's document, if it is there. What is wrong with it alone
/// (store_failed) is told, and does not keep others from their turn. Returns false if `visit` does.
bool visit_session(database& in, session_id id,
                   const std::function<bool(const session_document&)>& visit);

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
    [[nodiscard]] std::optional<time_point> clock() const noexcept override { return {}; }
    [[nodiscard]] unsigned lanes_preferred() const noexcept override
    {
        return mongo_lanes_preferred();
    }

private:
    store_result<store_reply> do_load(std::span<const load_request> requests,
                                      std::span<store_result<session_load>> out) override;
    store_result<store_reply> do_commit(std::span<const session_change> batch,
                                        std::span<commit_outcome> outcome) override;
    store_result<hall_ptr> do_add_hall(const hall_spec& spec) override;
    store_result<session> do_add_session(const session_spec& spec) override;
    store_result<std::vector<session>> do_sessions(const session_page_request& page) override;
    store_result<std::string> do_keep(std::string_view name, std::string_view value) override;

    void load_all(std::span<const load_request> requests,
                  std::span<store_result<session_load>> out);
    void write(std::span<const session_change> batch, std::span<commit_outcome> outcome);
    void judge_all(std::span<const session_change> batch, std::span<commit_outcome> outcome);
    void check(std::span<const session_change> batch, std::span<commit_outcome> outcome);
    void check_some(std::span<const session_change> batch, std::span<commit_outcome> outcome);

    std::shared_ptr<database> in_;
    std::mutex mutex_;
    std::map<hall_id, hall_ptr> halls_; // those that were asked for: they never change
};

} // namespace cinema::booking::mongo
