// One list and one view out of what the inventory and the documents know of a reservation.

#include <cinema/booking/store/overlay.hpp>

#include "unit/store/plain_documents.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <vector>

using namespace cinema::booking;
using namespace cinema::tests;

namespace
{

struct two_places
{
    std::shared_ptr<plain_documents> near = std::make_shared<plain_documents>();
    std::shared_ptr<plain_documents> far = std::make_shared<plain_documents>();
    overlaid_reservations both{near, far};
};

} // namespace

TEST_CASE("overlay: of two states of a reservation the newer is listed, wherever it is")
{
    const auto older = state_of(1, {reservation_status::confirmed});
    const auto newer = state_of(1, {reservation_status::confirmed, reservation_status::cancelled});

    CHECK(merged_page({older, newer}, page_of_anna()) == std::vector{newer});
    CHECK(merged_page({newer, older}, page_of_anna()) == std::vector{newer});
}

TEST_CASE("overlay: a page takes up where the one before ended")
{
    const auto first = state_of(3, {reservation_status::confirmed});
    const auto second = state_of(2, {reservation_status::confirmed});
    const auto third = state_of(1, {reservation_status::confirmed});
    auto page = page_of_anna();
    page.limit = 2;

    CHECK(merged_page({third, first, second}, page) == std::vector{first, second});
    page.after = second->id;
    CHECK(merged_page({third, first, second}, page) == std::vector{third});
}

TEST_CASE("overlay: a reservation is what the inventory says, as long as it has it")
{
    two_places at;
    const auto older = state_of(1, {reservation_status::confirmed});
    const auto newer = state_of(1, {reservation_status::confirmed, reservation_status::cancelled});
    at.far->kept = {older};
    at.near->kept = {newer};
    CHECK(at.both.find(newer->id).value() == newer);

    at.near->kept.clear();
    CHECK(at.both.find(newer->id).value() == older);
}

TEST_CASE("overlay: what the inventory cannot say is not answered from the documents")
{
    two_places at;
    const auto older = state_of(1, {reservation_status::confirmed});
    at.far->kept = {older};
    at.near->error = errc::store_unavailable;

    CHECK(at.both.find(older->id).error() == errc::store_unavailable);
    CHECK(at.both.list(page_of_anna()).error() == errc::store_unavailable);
}

TEST_CASE("overlay: without the documents a list shows what the inventory has, unless they refuse")
{
    two_places at;
    const auto live = state_of(1, {reservation_status::confirmed});
    at.near->kept = {live};
    at.far->error = errc::store_unavailable;
    CHECK(at.both.list(page_of_anna()).value() == std::vector{live});

    at.far->error = errc::store_failed;
    CHECK(at.both.list(page_of_anna()).error() == errc::store_failed);
}
