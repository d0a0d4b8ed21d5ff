#pragma once

#include <cinema/booking/store/reservation_store.hpp>

#include "database.hpp"

namespace cinema::booking::sqlite
{

/// The reservations of the inventory in the same file, and those put here that were sold elsewhere.
class reservations final : public reservation_store
{
public:
    explicit reservations(std::shared_ptr<database> in) : in_{std::move(in)} {}

    [[nodiscard]] store_result<reservation_ptr> find(const reservation_id& id) override;
    [[nodiscard]] store_result<void> put(const reservation& state) override;
    [[nodiscard]] store_result<std::size_t> purge(time_point ended_before,
                                                  std::size_t limit) override;

private:
    store_result<std::vector<reservation_ptr>>
    do_list(const reservation_page_request& page) override;

    std::shared_ptr<database> in_;
};

} // namespace cinema::booking::sqlite
