// How much memory a session takes, and what happens when there is none left. This program counts
// what it allocates, and refuses to where a test wants it.

#include "service/service_fixture.hpp"

#include <doctest/doctest.h>
#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace
{

std::atomic<std::int64_t> bytes_in_use{0};
thread_local int allocations_left = -1; // -1: as many as are wanted

} // namespace

// GCC cannot see that these belong together.
void* operator new(std::size_t size)
{
    if (allocations_left >= 0 && allocations_left-- == 0)
        throw std::bad_alloc{}; // once
    void* const memory = std::malloc(size);
    if (memory == nullptr)
        throw std::bad_alloc{};
    bytes_in_use += static_cast<std::int64_t>(malloc_usable_size(memory));
    return memory;
}

void operator delete(void* memory) noexcept
{
    if (memory != nullptr)
        bytes_in_use -= static_cast<std::int64_t>(malloc_usable_size(memory));
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }

namespace cinema::tests
{

namespace
{

/// A snapshot of a session in a hall of 2,000 seats, with `count` sold reservations.
booking::session_snapshot snapshot_of(std::size_t count, std::size_t events, std::string user)
{
    booking::session_snapshot out{.session = {.id = booking::session_id{1},
                                              .hall = booking::hall_id{1},
                                              .movie_title = "Metropolis",
                                              .prices = {{"standard", booking::minor_units{900}}},
                                              .blocked = {}},
                                  .stamp = {booking::session_version{100'000},
                                            booking::change_id{1}, booking::config_version{1}}};
    for (std::size_t i = 0; i < count; ++i)
    {
        booking::reservation made{.id = {out.session.id, booking::uuid::version_7({}, i, i)},
                                  .user = user};
        made.seats.push_back({booking::seat_number{static_cast<std::int32_t>(i + 1)}});
        for (std::size_t event = 0; event < events; ++event)
            made.events.push_back({.status = booking::reservation_status::confirmed,
                                   .version = booking::session_version{event + 2}});
        out.keys.push_back(
            {.key = {{static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i >> 8)}},
             .reservation = made.id.id});
        out.reservations.push_back(std::make_shared<const booking::reservation>(std::move(made)));
    }
    return out;
}

} // namespace

TEST_CASE("the memory that a session takes is told within a factor of two")
{
    const auto layout = booking::seat_layout::grid(40, 50);
    const auto hall = std::make_shared<const booking::hall>(
        booking::hall{booking::hall_id{1}, "Hall A", "UTC", layout});
    for (const auto& [count, events, user] :
         {std::tuple{0, 1, ""},
          {100, 1, "anna"},
          {2'000, 1, "anna"},
          {2'000, 32, "anna"},
          {2'000, 1, "somebody with a name of more than sixteen bytes"}})
    {
        CAPTURE(count);
        CAPTURE(events);
        const auto before = bytes_in_use.load();
        auto book =
            booking::session_book::open(hall, snapshot_of(static_cast<std::size_t>(count),
                                                          static_cast<std::size_t>(events), user))
                .value();
        const auto map = std::make_shared<const booking::seat_map>(book.map());
        const auto used = static_cast<double>(bytes_in_use - before) + sizeof book;
        CHECK(static_cast<double>(book.bytes()) > used / 2);
        CHECK(static_cast<double>(book.bytes()) < used * 2);
    }
}

/// Has an allocation of the calling thread fail before or after a commit, but not during it.
class scarce_memory final : public booking::forwarding_inventory
{
public:
    using forwarding_inventory::forwarding_inventory;

    std::atomic<int> fails_after{-1}; ///< How many allocations go well behind the next commit.

protected:
    booking::store_result<booking::store_reply>
    do_commit(std::span<const booking::session_change> batch,
              std::span<booking::commit_outcome> outcome) override
    {
        allocations_left = -1;
        auto done = forwarding_inventory::do_commit(batch, outcome);
        allocations_left = fails_after.exchange(-1);
        return done;
    }
};

TEST_CASE("without memory a lane answers what it has in hand and goes on")
{
    std::atomic<int> fails_before{-1};
    auto options = service_fixture::quiet();
    options.random = [&, home = std::this_thread::get_id()]
    {
        if (std::this_thread::get_id() != home && fails_before >= 0)
            allocations_left = fails_before.exchange(-1);
        return booking::random_bits();
    };
    std::shared_ptr<scarce_memory> memory;
    service_fixture f{[&](auto next)
                      { return memory = std::make_shared<scarce_memory>(std::move(next)); },
                      options};
    CHECK(f.reserve({"A1"}).has_value());
    std::size_t failed = 0;
    for (int place = 0; place < 16; ++place)
        for (auto* when : {&fails_before, &memory->fails_after})
        {
            *when = place;
            const auto answer = f.reserve({"B1"});
            failed += !answer && answer.error() == errc::outcome_unknown ? 1 : 0;
            *when = -1;
            auto taken = f.reserve({"A1"});
            if (taken.error() == errc::outcome_unknown) // the failure came only now
                taken = f.reserve({"A1"});
            CHECK(taken.error() == errc::seat_taken);
        }
    CHECK(failed > 0);
    CHECK(f.reserve({"E8"}).has_value());
    CHECK(f.guard_rows() == 3);
}

} // namespace cinema::tests
