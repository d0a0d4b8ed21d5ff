// What a session's document still has to bring to the documents: nothing leaves it that is not
// there.

#include <cinema/booking/adapters/mongo.hpp>
#include <cinema/booking/testing/conformance/fixture.hpp>

#include "support/mongo_server.hpp"
#include "unit/store/interrupted_documents.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace cinema::booking;
using namespace cinema::tests;

namespace
{

struct document_house
{
    testing::house house = testing::seeded(
        {.stores =
             open_mongo_stores({.uri = new_mongo_database(), .timeout = std::chrono::seconds{20}})
                 .value()});
    interrupted_documents documents;

    [[nodiscard]] outbox& box() const { return *house.base.stores.outbox; }
};

} // namespace

TEST_CASE("outbox: a step that is made while the one before is put stays in the session")
{
    document_house at;
    auto office = at.house.office();
    const auto sold = office.done(office.sells({1}));
    at.documents.meanwhile = [&] { office.done(office.cancels(sold->id)); };

    CHECK(at.box().deliver(at.documents, 10).value().delivered == 1);
    CHECK(at.box().status().value().waiting == 1);

    CHECK(at.box().deliver(at.documents, 10).value().delivered == 1);
    CHECK(at.documents.last().status() == reservation_status::cancelled);
    CHECK(at.box().status().value().waiting == 0);
}

TEST_CASE("outbox: what the documents refuse stays in the session, and the rest leaves it")
{
    document_house at;
    auto office = at.house.office();
    const auto first = office.done(office.sells({1}));
    office.done(office.sells({2}));
    at.documents.refused = first->id;

    const auto report = at.box().deliver(at.documents, 10).value();
    CHECK(report.delivered == 1);
    CHECK(report.refused == 1);
    CHECK(at.box().status().value().waiting == 1);
    CHECK(at.documents.put_count() == 1);
}
