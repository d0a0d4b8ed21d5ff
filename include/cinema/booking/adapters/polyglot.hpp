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
        auto own = inventory->keep("inventory name", name);
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
/// `queueing_refusal`, `forgets_documents` and `claim` are set whatever the parameters say. Errors:
/// as of `open_postgres_stores` and `open_mongo_documents`.
[[nodiscard]] inline store_result<stores> open_polyglot_stores(postgres_params inventory,
                                                               mongo_params documents)
{
    inventory.queues_documents = true;
    inventory.forgets_documents = documents.adopts_documents;
    inventory.original_reservations = [documents]
    { return original_mongo_reservations(documents); };
    // First whether MongoDB can be used: PostgreSQL is not the same afterwards.
    const auto noted = check_mongo_documents(documents);
    if (!noted)
        return noted.error();
    inventory.queueing_refusal = noted->inventory.empty() ? "" : detail::others_documents;
    auto near = open_postgres_stores(std::move(inventory));
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
