#pragma once

#include <cinema/booking/adapters/mongo.hpp>
#include <cinema/booking/adapters/postgres.hpp>
#include <cinema/booking/domain/uuid.hpp>
#include <cinema/booking/store/inherited_accounts.hpp>
#include <cinema/booking/store/overlay.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>

namespace cinema::booking
{

/// What `mongo_params::claim` has to be for documents of this inventory.
[[nodiscard]] inline std::function<store_result<documents_claim>(const documents_claim&)>
claim_by(std::shared_ptr<inventory_store> inventory)
{
    return [inventory =
                std::move(inventory)](const documents_claim& there) -> store_result<documents_claim>
    {
        std::random_device random;
        const auto bits = [&random] { return std::uint64_t{random()} << 32U | random(); };
        std::string name;
        uuid::version_7(host_now(), bits(), bits()).append_to(name);
        auto own = inventory->keep(detail::inventory_name, name);
        if (!own)
            return own.error();
        if (!there.inventory.empty() && there.inventory != *own)
            return documents_claim{.inventory = *std::move(own), .documents = {}};
        auto noted = inventory->keep(detail::documents_name, there.documents);
        if (!noted)
            return noted.error();
        return documents_claim{.inventory = *std::move(own), .documents = *std::move(noted)};
    };
}

/// The parameters for a PostgreSQL database whose documents are to be in that MongoDB database, for
/// `migrate_postgres` and `pending_postgres_sql`: a database whose documents they are not is then
/// refused. Changes nothing. Errors: as of `check_mongo_documents`.
[[nodiscard]] inline store_result<postgres_params>
postgres_beside_mongo(postgres_params inventory, const mongo_params& documents)
{
    const auto noted = check_mongo_documents(documents);
    if (!noted)
        return noted.error();
    inventory.queues_documents = true;
    inventory.queueing_only_for = noted->inventory;
    inventory.original_reservations = [documents]
    { return original_mongo_reservations(documents); };
    return inventory;
}

/// Opens PostgreSQL for halls, seats and sessions, with all that decides a sale, and MongoDB for
/// users and reservations. A sale notes in its own transaction which documents have to follow, in
/// `stores::outbox`; a `relay` brings them to MongoDB. While MongoDB is away sales go on; what is
/// not there yet is read from PostgreSQL.
///
/// A database of the original Node.js program is taken over with its reservations in MongoDB, which
/// say who bought what. What a PostgreSQL database of ours has sold before becomes documents;
/// accounts that are in it are found, and moved to MongoDB when they are. The two know each other
/// from then on: that another pair is named is an error, or found out at the first contact and the
/// error of all that needs MongoDB.
///
/// Needs cinema::booking_postgres and cinema::booking_mongo. `queues_documents`,
/// `queueing_only_for`, `original_reservations`, `forgets_documents` and `claim` are set whatever
/// the parameters say. Errors: as of `open_postgres_stores` and `open_mongo_documents`.
[[nodiscard]] inline store_result<stores> open_polyglot_stores(postgres_params inventory,
                                                               mongo_params documents)
{
    inventory.forgets_documents = documents.adopts_documents;
    // First whether MongoDB can be used: PostgreSQL is not the same afterwards.
    auto beside = postgres_beside_mongo(std::move(inventory), documents);
    if (!beside)
        return beside.error();
    auto near = open_postgres_stores(*std::move(beside));
    if (!near)
        return near.error();
    documents.claim = claim_by(near->inventory);
    auto far = open_mongo_documents(std::move(documents));
    if (!far)
        return far.error();
    return stores{.inventory = near->inventory,
                  .reservations = std::make_shared<overlaid_reservations>(near->reservations,
                                                                          far->reservations),
                  .accounts = std::make_shared<inherited_accounts>(far->accounts, near->accounts),
                  .name = "postgresql+mongodb",
                  .outbox = near->outbox,
                  .documents = far->reservations};
}

} // namespace cinema::booking
