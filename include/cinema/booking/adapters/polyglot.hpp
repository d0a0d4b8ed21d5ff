#pragma once

#include <cinema/booking/adapters/mongo.hpp>
#include <cinema/booking/adapters/postgres.hpp>
#include <cinema/booking/store/inherited_accounts.hpp>
#include <cinema/booking/store/overlay.hpp>

#include <memory>
#include <utility>

namespace cinema::booking
{

/// Opens PostgreSQL for halls, seats and sessions, with all that decides a sale, and MongoDB for
/// users and reservations. A sale notes in its own transaction which documents have to follow, in
/// `stores::outbox`; a `relay` brings them to MongoDB. While MongoDB is away sales go on; what is
/// not there yet is read from PostgreSQL.
///
/// A database of the original Node.js program is taken over with its reservations in MongoDB, which
/// say who bought what. What a PostgreSQL database of ours has sold before becomes documents;
/// accounts that are in it are found, and moved to MongoDB when they are.
///
/// Needs cinema::booking_postgres and cinema::booking_mongo. `queues_documents` is set whatever the
/// parameters say. Errors: as of `open_postgres_stores` and `open_mongo_documents`.
[[nodiscard]] inline store_result<stores> open_polyglot_stores(postgres_params inventory,
                                                               mongo_params documents)
{
    inventory.queues_documents = true;
    inventory.original_reservations = [documents]
    { return original_mongo_reservations(documents); };
    // First MongoDB: PostgreSQL is not the same afterwards.
    auto far = open_mongo_documents(std::move(documents));
    if (!far)
        return far.error();
    auto near = open_postgres_stores(std::move(inventory));
    if (!near)
        return near.error();
    return stores{.inventory = near->inventory,
                  .reservations = std::make_shared<overlaid_reservations>(near->reservations,
                                                                          far->reservations),
                  .accounts = std::make_shared<inherited_accounts>(far->accounts, near->accounts),
                  .name = "postgresql+mongodb",
                  .outbox = near->outbox,
                  .documents = far->reservations};
}

} // namespace cinema::booking
