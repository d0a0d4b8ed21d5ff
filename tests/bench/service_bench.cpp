// Reservations per second through booking_service without HTTP: 64 buyers, each of whom asks again
// as soon as it is answered. Prints a line for each store and spread of sessions.
//
//     service_bench [seconds a measurement, default 2]

#include <cinema/booking.hpp>
#include <cinema/booking/adapters/sqlite.hpp>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

namespace booking = cinema::booking;
using steady = std::chrono::steady_clock;

namespace
{

constexpr std::size_t buyers = 64;
constexpr std::size_t seats_a_session = 2'000;

/// Buys seat after seat, each buyer the next free one, until time or seats run out.
class crowd
{
public:
    crowd(booking::booking_service& service, std::vector<booking::session_id> sessions,
          bool taken_seats)
        : service_{service}, sessions_{std::move(sessions)}, taken_seats_{taken_seats}
    {
    }

    void run(std::chrono::duration<double> time)
    {
        const auto begun = steady::now();
        end_ = begun + std::chrono::duration_cast<steady::duration>(time);
        for (std::size_t i = 0; i < buyers; ++i)
            ask();
        finished_.wait(false);
        seconds_ = std::chrono::duration<double>(steady::now() - begun).count();
    }

    void print(const std::string& what)
    {
        std::sort(latencies_.begin(), latencies_.end());
        const auto at = [this](double q)
        {
            if (latencies_.empty())
                return 0.0;
            const auto index = static_cast<std::size_t>(q * static_cast<double>(latencies_.size()));
            return std::chrono::duration<double, std::milli>(latencies_[index]).count();
        };
        std::printf("%-28s %9.0f granted/s %9.0f refused/s   p50 %.2f ms  p99 %.2f ms\n",
                    what.c_str(), static_cast<double>(granted_) / seconds_,
                    static_cast<double>(refused_) / seconds_, at(0.5), at(0.99));
        std::fflush(stdout);
    }

private:
    void ask()
    {
        const auto now = steady::now();
        const auto turn = next_.fetch_add(1);
        const auto number = taken_seats_ ? 0 : turn / sessions_.size();
        if (now >= end_ || number >= seats_a_session)
        {
            if (done_.fetch_add(1) + 1 == buyers)
            {
                finished_ = true;
                finished_.notify_all();
            }
            return;
        }
        booking::reserve_request request{
            .session = sessions_[turn % sessions_.size()], .user = "buyer", .seats = {number + 1}};
        service_.submit(std::move(request),
                        [this, now](booking::decision&& answer, booking::seat_map_ptr&&)
                        {
                            (answer ? granted_ : refused_).fetch_add(1);
                            {
                                const std::lock_guard lock{mutex_};
                                latencies_.push_back(steady::now() - now);
                            }
                            ask();
                        });
    }

    booking::booking_service& service_;
    std::vector<booking::session_id> sessions_;
    bool taken_seats_;
    steady::time_point end_{};
    double seconds_{};
    std::atomic<std::size_t> next_{0};
    std::atomic<std::size_t> granted_{0};
    std::atomic<std::size_t> refused_{0};
    std::atomic<std::size_t> done_{0};
    std::atomic<bool> finished_{false};
    std::mutex mutex_;
    std::vector<steady::duration> latencies_;
};

std::vector<booking::session_id> make_sessions(booking::booking_service& service, std::size_t count)
{
    static int halls = 0;
    const auto hall = service
                          .create_hall({.name = "Hall " + std::to_string(++halls),
                                        .layout = booking::seat_layout::grid(20, 100)})
                          .value();
    std::vector<booking::session_id> made;
    for (std::size_t i = 0; i < count; ++i)
        made.push_back(
            service
                .create_session(
                    {.hall = hall.id, .movie_title = "Metropolis", .showtime = booking::host_now()})
                .value()
                .id);
    return made;
}

void measure(const std::string& store, booking::stores stores, double seconds)
{
    booking::booking_service service{std::move(stores)};
    for (const std::size_t sessions : {10, 200}) // 10: the 20,000 seats of a hot film
    {
        crowd buying{service, make_sessions(service, sessions), false};
        buying.run(std::chrono::duration<double>{seconds});
        buying.print(store + ", " + std::to_string(sessions) + " sessions");
    }
    crowd losing{service, make_sessions(service, 1), true};
    losing.run(std::chrono::duration<double>{seconds});
    losing.print(store + ", one taken seat");
}

} // namespace

int main(int argc, char** argv)
{
    const double seconds = argc > 1 ? std::atof(argv[1]) : 2.0;
    measure("memory", booking::make_memory_stores(), seconds);

    const auto folder = std::filesystem::temp_directory_path()
                        / ("cinema-service-bench-" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    auto opened = booking::open_sqlite_stores({.file = (folder / "bench.db").string()});
    if (!opened)
        std::fprintf(stderr, "cannot open the SQLite store: %s\n",
                     opened.error().message().c_str());
    else
        measure("sqlite", *std::move(opened), seconds);
    std::filesystem::remove_all(folder);
}
