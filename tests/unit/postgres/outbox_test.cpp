// The table of what has to follow to the documents: nothing leaves it that is not there.

#include <cinema/booking/adapters/postgres.hpp>
#include <cinema/booking/testing/conformance/fixture.hpp>

#include "support/postgres_schema.hpp"
#include "unit/store/interrupted_documents.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace cinema::booking;
using namespace cinema::tests;

namespace
{

/// A house whose documents are elsewhere.
struct queueing_house
{
    postgres_schema schema;
    testing::house house =
        testing::seeded({.stores = open_postgres_stores({.conninfo = schema.conninfo(),
                                                         .timeout = std::chrono::minutes{1},
                                                         .queues_documents = true,
                                                         .allows_unsafe_durability = true})
                                       .value()});
    interrupted_documents documents;

    [[nodiscard]] outbox& box() const { return *house.base.stores.outbox; }
};

} // namespace

TEST_CASE("outbox: a step that is made while the one before is put waits for its own turn")
{
    queueing_house at;
    auto office = at.house.office();
    const auto sold = office.done(office.sells({1}));
    at.documents.meanwhile = [&] { office.done(office.cancels(sold->id)); };

    CHECK(at.box().deliver(at.documents, 10).value().delivered == 1);
    CHECK(at.box().status().value().waiting == 1);

    CHECK(at.box().deliver(at.documents, 10).value().delivered == 1);
    CHECK(at.documents.last().status() == reservation_status::cancelled);
    CHECK(at.box().status().value().waiting == 0);
}

TEST_CASE("outbox: what is under way with one relay is not brought by another as well")
{
    queueing_house at;
    auto office = at.house.office();
    office.done(office.sells({1}));
    interrupted_documents others;
    at.documents.meanwhile = [&] { CHECK(at.box().deliver(others, 10).value().delivered == 0); };

    CHECK(at.box().deliver(at.documents, 10).value().delivered == 1);
    CHECK(others.put_count() == 0);
}

TEST_CASE("outbox: documents that cannot be reached cost no entry a try")
{
    queueing_house at;
    auto office = at.house.office();
    office.done(office.sells({1}));
    office.done(office.sells({2}));
    at.documents.error = errc::store_unavailable;
    for (unsigned i = 0; i <= outbox_tries_max; ++i)
        CHECK(at.box().deliver(at.documents, 10).error() == errc::store_unavailable);

    CHECK(at.box().status().value().waiting == 2);
    CHECK(at.box().status().value().set_aside == 0);
    at.documents.error = {};
    CHECK(at.box().deliver(at.documents, 10).value().delivered == 2);
}
