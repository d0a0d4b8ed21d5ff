// Which slow readers are cut off when their answers take too much memory.

#include "http/slow_answers.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string>

using namespace cinema::booking;
using namespace cinema::booking::http;

namespace
{

/// Connections that are never looked into.
struct readers
{
    connection& operator[](std::size_t i) { return reinterpret_cast<connection&>(places[i]); }

    std::array<std::max_align_t, 8> places{};
};

api_response own(std::size_t bytes)
{
    api_response response;
    response.text = std::string(bytes, 'x');
    return response;
}

api_response shared(const std::shared_ptr<const std::string>& text)
{
    api_response response;
    response.shared = text;
    return response;
}

} // namespace

TEST_CASE("slow answers: while there is room, nobody has to go")
{
    readers reader;
    slow_answers slow{100};
    const auto first = slow.add(reader[0], own(60));
    (void)slow.add(reader[1], own(40));
    CHECK(slow.surplus() == nullptr);
    slow.remove(first);
    (void)slow.add(reader[2], own(60));
    CHECK(slow.surplus() == nullptr);
}

TEST_CASE("slow answers: those go first who have been reading for longest, the latest never")
{
    readers reader;
    slow_answers slow{100};
    const auto first = slow.add(reader[0], own(60));
    const auto second = slow.add(reader[1], own(40));
    const auto third = slow.add(reader[2], own(101));
    CHECK(slow.surplus() == &reader[0]);
    slow.remove(first);
    CHECK(slow.surplus() == &reader[1]);
    slow.remove(second);
    CHECK(slow.surplus() == nullptr); // more than there is room for, but alone
    slow.remove(third);
    (void)slow.add(reader[3], own(60));
    (void)slow.add(reader[4], own(40));
    CHECK(slow.surplus() == nullptr);
}

TEST_CASE("slow answers: a text that several wait for counts once, until the last one is done")
{
    readers reader;
    slow_answers slow{100};
    const auto text = std::make_shared<const std::string>(60, 'x');
    const auto first = slow.add(reader[0], shared(text));
    const auto second = slow.add(reader[1], shared(text));
    CHECK(slow.surplus() == nullptr);
    slow.remove(first);
    const auto other = slow.add(reader[2], own(60));
    CHECK(slow.surplus() == &reader[1]);
    slow.remove(other);
    slow.remove(second);
    (void)slow.add(reader[3], own(100));
    (void)slow.add(reader[4], shared(std::make_shared<const std::string>()));
    CHECK(slow.surplus() == nullptr);
}
