#pragma once

#include <cinema/booking/store/reservation_store.hpp>

#include "database.hpp"

#include <memory>

namespace cinema::booking::postgres
{

/// The reservations of the inventory in the same database, and those put here that were sold
/// elsewhere.
class reservations final : public reservation_store
{
public:
    explicit reservations(std::shared_ptr<database> in) : in_{std::move(in)} {}

    [[nodiscard]] store_result<reservation_ptr> find(const reservation_id& id) override;
    [[nodiscard]] store_result<std::vector<reservation_ptr>>
    of_session(session_id session, const std::optional<uuid>& after, std::size_t limit) override;
    [[nodiscard]] store_result<void> put(const reservation& state) override;

private:
    store_result<std::vector<reservation_ptr>>
    do_list(const reservation_page_request& page) override;

    std::shared_ptr<database> in_;
};

} // namespace cinema::booking::postgres
