// Durable reservations per second of the SQLite store alone: how long commit() takes for batches of
// changes that were decided before. Prints a line for each shape of batch, then the cost of loads.
//
//     sqlite_commit_bench [seconds a measurement, default 2] [folder, default the temporary one]

#include <cinema/booking/adapters/sqlite.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace booking = cinema::booking;
using steady = std::chrono::steady_clock;

namespace
{

/// What a measurement commits.
struct shape
{
    const char* name;
    std::size_t sessions;     ///< That there are.
    std::size_t changes;      ///< In a batch, each of another session.
    std::size_t reservations; ///< In a change.
    bool is_signed_in;        ///< With an account and an idempotency key.
};

/// Sells seat after seat of many sessions.
class seller
{
public:
    seller(booking::inventory_store& store, const shape& what) : store_{store}, what_{what}
    {
        hall_ = store
                    .add_hall({.name = what.name + std::string{" "} + std::to_string(::getpid()),
                               .layout = booking::seat_layout::grid(20, 100)})
                    .value();
        for (std::size_t i = 0; i < what.sessions; ++i)
            add_session();
    }

    /// The next batch.
    std::vector<booking::session_change> decide()
    {
        std::vector<booking::session_change> batch;
        for (std::size_t i = 0; i < what_.changes; ++i)
        {
            auto& at = places_[next_++ % places_.size()];
            if (at.sold + what_.reservations > hall_->layout.size())
                at = fresh();
            booking::session_change change{
                .session = at.session, .expected = at.stamp, .next = at.stamp, .at = now()};
            for (std::size_t j = 0; j < what_.reservations; ++j)
                sell(at, change);
            change.next.change = booking::change_id{random_()};
            at.stamp = change.next;
            batch.push_back(std::move(change));
        }
        return batch;
    }

private:
    struct place
    {
        booking::session_id session{};
        booking::session_stamp stamp{};
        std::size_t sold{};
    };

    static booking::time_point now() { return booking::host_now(); }

    place fresh()
    {
        const auto made =
            store_.add_session({.hall = hall_->id, .movie_title = "Metropolis", .showtime = now()})
                .value();
        const booking::load_request request{.session = made.id};
        booking::store_result<booking::session_load> loaded;
        (void)store_.load({&request, 1}, {&loaded, 1}).value();
        return {made.id, std::get<booking::session_snapshot>(*loaded).stamp, 0};
    }

    void add_session() { places_.push_back(fresh()); }

    void sell(place& at, booking::session_change& change)
    {
        change.next.version = booking::later(change.next.version);
        booking::reservation made{
            .id = {at.session, booking::uuid::version_7(now(), random_(), random_())},
            .user = "buyer",
            .seats = {{hall_->layout.seats()[at.sold++].number, booking::minor_units{1'200}}}};
        made.events.push_back({.status = booking::reservation_status::held,
                               .version = change.next.version,
                               .at = now(),
                               .held_until = now() + booking::hold_default,
                               .operation = booking::operation_id{random_()}});
        if (what_.is_signed_in)
        {
            made.account = {"user-" + std::to_string(random_() % 10'000)};
            const auto text = std::to_string(random_());
            booking::key_record key;
            key.reservation = made.id.id;
            key.key = booking::digest_of({.operation = "reserve"}, text);
            key.request = booking::sha256(text);
            change.keys.push_back(key);
        }
        change.reservations.push_back(
            {.now = std::make_shared<const booking::reservation>(std::move(made)), .is_new = true});
    }

    booking::inventory_store& store_;
    const shape& what_;
    booking::hall_ptr hall_;
    std::vector<place> places_;
    std::size_t next_{};
    std::mt19937_64 random_{42};
};

double milliseconds(steady::duration time)
{
    return std::chrono::duration<double, std::milli>(time).count();
}

void print_commits(const shape& what, std::vector<steady::duration> times)
{
    std::sort(times.begin(), times.end());
    steady::duration sum{};
    for (const auto time : times)
        sum += time;
    const auto count = static_cast<double>(times.size() * what.changes * what.reservations);
    std::printf("%-40s %8.0f/s   a commit: median %6.2f ms, p99 %6.2f ms, longest %6.2f ms\n",
                what.name, count / (milliseconds(sum) / 1'000),
                milliseconds(times[times.size() / 2]), milliseconds(times[times.size() * 99 / 100]),
                milliseconds(times.back()));
    std::fflush(stdout);
}

void measure(booking::inventory_store& store, const shape& what, double seconds)
{
    seller selling{store, what};
    std::vector<booking::commit_outcome> outcome(what.changes);
    std::vector<steady::duration> times;
    const auto end = steady::now() + std::chrono::duration<double>{seconds};
    while (steady::now() < end)
    {
        const auto batch = selling.decide();
        const auto begun = steady::now();
        const auto done = store.commit(batch, outcome);
        times.push_back(steady::now() - begun);
        if (!done
            || std::any_of(outcome.begin(), outcome.end(),
                           [](const auto& each) { return each.error.failed(); }))
        {
            std::fprintf(stderr, "a commit failed\n");
            std::exit(1);
        }
    }
    print_commits(what, std::move(times));
}

/// What loading a session of 2,000 reservations costs.
void measure_loads(booking::inventory_store& store)
{
    const shape full{"loads", 1, 1, 1, true};
    seller selling{store, full};
    std::vector<booking::commit_outcome> outcome(1);
    booking::session_change last;
    for (std::size_t i = 0; i < 2'000; ++i)
    {
        auto batch = selling.decide();
        (void)store.commit(batch, outcome).value();
        last = std::move(batch.front());
    }
    const auto time_of = [&](const char* name, const std::function<void()>& call)
    {
        const int times = 200;
        const auto begun = steady::now();
        for (int i = 0; i < times; ++i)
            call();
        std::printf("%-40s %8.3f ms\n", name, milliseconds(steady::now() - begun) / times);
    };
    const auto load = [&](std::optional<booking::session_stamp> known)
    {
        const booking::load_request request{last.session, known};
        booking::store_result<booking::session_load> loaded;
        (void)store.load({&request, 1}, {&loaded, 1}).value();
    };
    time_of("load of 2,000 reservations: whole", [&] { load({}); });
    time_of("load of 2,000 reservations: one changed", [&] { load(last.expected); });
    time_of("load: unchanged", [&] { load(last.next); });
    const booking::session_change check{
        .session = last.session, .expected = last.next, .next = last.next};
    time_of("check", [&] { (void)store.commit({&check, 1}, outcome).value(); });
}

booking::sqlite_params params_for(const std::filesystem::path& folder)
{
    return {.file = (folder / "bench.db").string(),
            .timeout = std::chrono::seconds{10}, // SQLite's writers do not queue
            .log = [](std::string_view line)
            { std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data()); }};
}

constexpr shape shapes[] = {
    {"64 sessions of 200, guests", 200, 64, 1, false},
    {"64 sessions of 200, accounts and keys", 200, 64, 1, true},
    {"64 of one session, guests", 1, 1, 64, false},
    {"64 of one session, accounts and keys", 1, 1, 64, true},
    {"16 sessions of 200, accounts and keys", 200, 16, 1, true},
    {"256 sessions of 400, accounts and keys", 400, 256, 1, true},
    {"one at a time, accounts and keys", 200, 1, 1, true},
};

void measure_alone(const std::filesystem::path& folder, double seconds)
{
    const auto stores = booking::open_sqlite_stores(params_for(folder)).value();
    for (const auto& what : shapes)
        measure(*stores.inventory, what, seconds);
    measure_loads(*stores.inventory);
}

/// Each process sells other sessions in the same file: they share its one writer.
void measure_two_processes(const std::filesystem::path& folder, double seconds)
{
    std::printf("two processes at once:\n");
    std::fflush(stdout);
    pid_t children[2];
    for (auto& child : children)
        if (child = ::fork(); child == 0)
        {
            const auto stores = booking::open_sqlite_stores(params_for(folder)).value();
            measure(*stores.inventory, shapes[1], seconds);
            std::_Exit(0);
        }
    for (const auto child : children)
        (void)::waitpid(child, nullptr, 0);
}

} // namespace

int main(int argc, char** argv)
{
    namespace fs = std::filesystem;
    const double seconds = argc > 1 ? std::atof(argv[1]) : 2.0;
    const auto folder = (argc > 2 ? fs::path{argv[2]} : fs::temp_directory_path())
                        / ("cinema-sqlite-bench-" + std::to_string(::getpid()));
    fs::create_directory(folder);
    measure_two_processes(folder, seconds);
    measure_alone(folder, seconds);
    fs::remove_all(folder);
}
