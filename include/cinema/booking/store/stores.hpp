#pragma once

#include <cinema/booking/store/account_store.hpp>
#include <cinema/booking/store/inventory_store.hpp>
#include <cinema/booking/store/outbox.hpp>
#include <cinema/booking/store/reservation_store.hpp>

#include <memory>
#include <string>

namespace cinema::booking
{

/// The three roles of persistence, each of which may be kept by another database.
struct stores
{
    std::shared_ptr<inventory_store> inventory;
    std::shared_ptr<reservation_store> reservations;
    std::shared_ptr<account_store> accounts;
    std::string name; ///< For people and metrics, as in "sqlite".
    /// Where the inventory does not write the documents itself; a `relay` empties it. Else null.
    std::shared_ptr<booking::outbox> outbox{};
    /// The documents alone, to which the outbox is delivered; `reservations` shows also what is on
    /// its way there. Null without an outbox.
    std::shared_ptr<reservation_store> documents{};
};

} // namespace cinema::booking
