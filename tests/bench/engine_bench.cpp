// Decisions per second on one core, with all rules: what a lane spends on a batch of one session
// beside the store. Each figure includes making the draft, deciding, taking the change and adopting
// it; requests are made beforehand, and books are filled without being measured.
//
// Usage: engine_bench [seconds for each figure [part of a workload's name]]

#include <cinema/booking/engine/session_draft.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace booking = cinema::booking;
using namespace std::chrono_literals;

namespace
{

constexpr booking::session_id show_id{12};
constexpr auto showtime = booking::from_unix_ms(1'782'936'000'000);
constexpr auto opening = showtime - 48h;

using request =
    std::variant<booking::reserve_request, booking::confirm_request, booking::cancel_request>;

struct operation
{
    request what;
    booking::operation_ticket ticket;
};

/// Tickets as a service makes them: a UUIDv7 and random bits.
booking::operation_ticket next_ticket()
{
    static std::mt19937_64 random{1};
    return {booking::operation_id{random()}, booking::uuid::version_7(opening, random(), random())};
}

/// What is measured: operations decided from a book in drafts of `draft_size`.
struct workload
{
    booking::session_book book;
    std::vector<operation> operations;
    booking::time_point now{opening};
};

booking::session_book empty_book(const booking::hall_ptr& hall)
{
    booking::session_snapshot snapshot{
        .session = {.id = show_id,
                    .hall = hall->id,
                    .movie_title = "Metropolis",
                    .showtime = showtime,
                    .ends_at = showtime + 2h,
                    .prices = {{"standard", booking::minor_units{900}}},
                    .currency = {},
                    .blocked = {}},
        .stamp = {booking::session_version{1}, booking::change_id{1}, booking::config_version{1}},
        .changed_at = opening};
    return booking::session_book::open(hall, std::move(snapshot)).value();
}

std::string random_key()
{
    std::string key;
    next_ticket().reservation.append_to(key);
    return key;
}

booking::reserve_request seat(std::size_t number, std::chrono::seconds hold, bool keyed)
{
    return {.session = show_id,
            .user = "user-" + std::to_string(number),
            .seats = {number},
            .hold = hold,
            .account = {},
            .expected = {},
            .idempotency_key = keyed ? random_key() : std::string{}};
}

/// One request for each seat, in random order.
std::vector<operation> one_each(std::size_t seats, std::chrono::seconds hold, bool keyed)
{
    std::vector<operation> operations;
    for (std::size_t number = 1; number <= seats; ++number)
        operations.push_back({seat(number, hold, keyed), next_ticket()});
    std::shuffle(operations.begin(), operations.end(), std::mt19937_64{7});
    return operations;
}

template <class Keep>
void decide_all(booking::session_draft& draft, const operation* from, const operation* to,
                booking::time_point now, Keep keep)
{
    for (; from != to; ++from)
        std::visit([&](const auto& what) { keep(draft.decide(what, from->ticket, now)); },
                   from->what);
}

/// Does the workload's operations, unmeasured.
void fill(workload& work)
{
    booking::session_draft draft{work.book};
    const auto* first = work.operations.data();
    decide_all(draft, first, first + work.operations.size(), work.now,
               [](const booking::decision& made) { (void)made.value(); });
    work.book.adopt(std::move(draft).take(booking::change_id{2}));
}

workload fresh_seats(const booking::hall_ptr& hall, std::chrono::seconds hold, bool keyed)
{
    return {empty_book(hall), one_each(hall->layout.size(), hold, keyed)};
}

workload taken_seats(const booking::hall_ptr& hall, bool keyed)
{
    auto work = fresh_seats(hall, 0s, false);
    fill(work);
    work.operations.clear();
    for (std::size_t round = 0; work.operations.size() < 2'000; ++round)
        for (auto& each : one_each(hall->layout.size(), 0s, keyed))
            work.operations.push_back(std::move(each));
    return work;
}

workload lapsed_seats(const booking::hall_ptr& hall)
{
    auto work = fresh_seats(hall, 60s, false);
    fill(work);
    work.operations = one_each(hall->layout.size(), 60s, false);
    work.now += 60s;
    return work;
}

/// Ends or confirms everything that was reserved.
template <class Request>
workload next_step(const booking::hall_ptr& hall, std::chrono::seconds hold, bool keyed)
{
    auto work = fresh_seats(hall, hold, false);
    fill(work);
    for (auto& each : work.operations)
    {
        Request step{.reservation = {show_id, each.ticket.reservation}};
        if (keyed)
            step.idempotency_key = random_key();
        each = {std::move(step), next_ticket()};
    }
    return work;
}

/// Parties take the best seats that are left until the hall is full.
workload best_seats(const booking::hall_ptr& hall, std::size_t count)
{
    workload work{empty_book(hall), {}};
    for (std::size_t i = 0; i < hall->layout.size() / count; ++i)
    {
        auto party = seat(1, 0s, false);
        party.seats.clear();
        party.best = booking::best_seats{.count = count, .split = true};
        work.operations.push_back({std::move(party), next_ticket()});
    }
    return work;
}

/// Ten who may be split, in a hall where every third seat is taken: the search goes all the way.
workload split_party(const booking::hall_ptr& hall)
{
    auto work = fresh_seats(hall, 0s, false);
    std::erase_if(work.operations,
                  [](const operation& one)
                  {
                      const auto& asked = std::get<booking::reserve_request>(one.what);
                      return raw(asked.seats.front().number()) % 3 != 0;
                  });
    fill(work);
    work.operations = best_seats(hall, 10).operations;
    work.operations.resize(1);
    return work;
}

/// A rush: ten buyers for each seat, all with keys, in random order.
workload rush(const booking::hall_ptr& hall)
{
    auto work = fresh_seats(hall, 600s, true);
    for (int buyer = 1; buyer < 10; ++buyer)
        for (auto& each : one_each(hall->layout.size(), 600s, true))
            work.operations.push_back(std::move(each));
    std::shuffle(work.operations.begin(), work.operations.end(), std::mt19937_64{8});
    return work;
}

void run(const workload& work, booking::session_book& book, std::size_t draft_size,
         std::vector<booking::decision>& decisions)
{
    const auto* at = work.operations.data();
    const auto* const end = at + work.operations.size();
    while (at != end)
    {
        const auto* const stop =
            at + std::min<std::ptrdiff_t>(end - at, static_cast<std::ptrdiff_t>(draft_size));
        booking::session_draft draft{book};
        decide_all(draft, at, stop, work.now,
                   [&](booking::decision&& made) { decisions.push_back(std::move(made)); });
        const auto change = std::move(draft).take(booking::change_id{3});
        if (!change.is_check())
            book.adopt(change);
        decisions.clear();
        at = stop;
    }
}

/// Runs the workload on fresh copies of its book until that has taken long enough. Counts the
/// processor's time, so that a busy machine disturbs less.
void measure(const char* name, const workload& work, std::size_t draft_size, double at_least)
{
    std::vector<booking::decision> decisions;
    decisions.reserve(draft_size);
    const std::size_t copies = 1 + 10'000 / work.operations.size();
    std::clock_t spent = 0;
    std::size_t count = 0;
    while (static_cast<double>(spent) < at_least * CLOCKS_PER_SEC)
    {
        std::vector<booking::session_book> books(copies, work.book);
        const auto begin = std::clock();
        for (auto& book : books)
            run(work, book, draft_size, decisions);
        spent += std::clock() - begin;
        count += copies * work.operations.size();
    }
    const double seconds = static_cast<double>(spent) / CLOCKS_PER_SEC;
    const auto total = static_cast<double>(count);
    std::printf("%-34s %6zu %6zu %10.0f %8.0f\n", name, work.book.layout().size(), draft_size,
                total / seconds, seconds / total * 1e9);
    std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv)
{
    const double each = argc > 1 ? std::atof(argv[1]) : 0.3;
    const std::string only = argc > 2 ? argv[2] : "";
    using maker = std::function<workload(const booking::hall_ptr&)>;
    const std::vector<std::pair<const char*, maker>> workloads{
        {"sell fresh seats", [](const auto& hall) { return fresh_seats(hall, 0s, false); }},
        {"sell fresh seats, with keys",
         [](const auto& hall) { return fresh_seats(hall, 0s, true); }},
        {"hold fresh seats", [](const auto& hall) { return fresh_seats(hall, 60s, false); }},
        {"hold over lapsed holds", [](const auto& hall) { return lapsed_seats(hall); }},
        {"sell the best two seats", [](const auto& hall) { return best_seats(hall, 2); }},
        {"sell the best ten, split", [](const auto& hall) { return split_party(hall); }},
        {"refuse taken seats", [](const auto& hall) { return taken_seats(hall, false); }},
        {"refuse taken seats, with keys", [](const auto& hall) { return taken_seats(hall, true); }},
        {"confirm holds",
         [](const auto& hall) { return next_step<booking::confirm_request>(hall, 60s, false); }},
        {"cancel",
         [](const auto& hall) { return next_step<booking::cancel_request>(hall, 0s, false); }},
        {"cancel, with keys",
         [](const auto& hall) { return next_step<booking::cancel_request>(hall, 0s, true); }},
        {"rush: 10 buyers a seat, with keys", [](const auto& hall) { return rush(hall); }},
    };
    std::printf("%-34s %6s %6s %10s %8s\n", "workload", "seats", "draft", "per second", "ns each");
    for (const auto& [name, make] : workloads)
        if (std::string{name}.find(only) != std::string::npos)
            for (const auto& [rows, columns] : {std::pair{5, 8}, {10, 25}, {40, 50}})
            {
                const auto hall = std::make_shared<const booking::hall>(
                    booking::hall{booking::hall_id{1}, "Hall", "UTC",
                                  booking::seat_layout::grid(static_cast<std::size_t>(rows),
                                                             static_cast<std::size_t>(columns))});
                const auto work = make(hall);
                for (const std::size_t draft_size : {64, 256})
                    measure(name, work, draft_size, each);
            }
}
