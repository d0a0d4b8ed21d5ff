#pragma once

#include <cinema/booking/store/reservation_store.hpp>

#include "database.hpp"

#include <memory>

namespace cinema::booking::mongo
{

/// Where the inventory is.
enum class overlay
{
    none,     ///< Elsewhere.
    sessions, ///< In this database: what is on its way is looked for there.
};

/// A reservation as its session has it; null if that has it no more.
[[nodiscard]] reservation_ptr find_in_session(database& in, const reservation_id& id);

class reservations final : public reservation_store
{
public:
    reservations(std::shared_ptr<database> in, overlay over) : in_{std::move(in)}, over_{over} {}

    [[nodiscard]] store_result<reservation_ptr> find(const reservation_id& id) override;
    [[nodiscard]] store_result<std::vector<reservation_ptr>>
    of_session(session_id session, const std::optional<uuid>& after, std::size_t limit) override;
    [[nodiscard]] store_result<std::optional<session_id>> session_after(session_id after) override;
    [[nodiscard]] store_result<void> put(const reservation& state) override;
    [[nodiscard]] store_result<std::size_t> purge(time_point ended_before,
                                                  std::size_t limit) override;

private:
    store_result<std::vector<reservation_ptr>>
    do_list(const reservation_page_request& page) override;
    store_result<std::vector<error_code>>
    do_put_all(std::span<const reservation_ptr> states) override;

    std::shared_ptr<database> in_;
    overlay over_;
};

/// As `reservation_store::put_all`. Throws `failure`.
std::vector<error_code> put_documents(database& in, std::span<const reservation_ptr> states);

} // namespace cinema::booking::mongo
