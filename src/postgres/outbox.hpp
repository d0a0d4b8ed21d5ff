#pragma once

#include <cinema/booking/store/outbox.hpp>

#include "database.hpp"

#include <memory>

namespace cinema::booking::postgres
{

class table_outbox final : public outbox
{
public:
    explicit table_outbox(std::shared_ptr<database> in) : in_{std::move(in)} {}

    [[nodiscard]] store_result<delivery_report> deliver(reservation_store& to,
                                                        std::size_t limit) override;
    [[nodiscard]] store_result<outbox_status> status() override;
    [[nodiscard]] store_result<std::vector<set_aside_entry>> set_aside(std::size_t limit) override;
    [[nodiscard]] store_result<std::size_t>
    retry(const std::optional<reservation_id>& which) override;
    [[nodiscard]] store_result<std::size_t> drop(const reservation_id& which) override;

private:
    std::shared_ptr<database> in_;
};

} // namespace cinema::booking::postgres
