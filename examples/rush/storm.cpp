#include "rush/storm.hpp"

#include <cinema/booking/service/kpi.hpp>

#include "rush/progress.hpp"

#include <algorithm>
#include <atomic>
#include <barrier>
#include <optional>
#include <random>
#include <thread>

namespace cinema::rush
{
namespace
{

using std::chrono::steady_clock;

constexpr std::size_t requests_a_seat = 10;

/// Every seat as often as any other, in random order, but so that those who want the same seat come
/// close together.
std::vector<deal> make_wishes(const storm_plan& plan, std::vector<booking::seat_number> seats)
{
    std::mt19937_64 random{plan.seed};
    std::shuffle(seats.begin(), seats.end(), random);
    const auto count = plan.requests == 0 ? seats.size() * requests_a_seat : plan.requests;
    const auto close = std::max<std::size_t>(2 * plan.buyers, 2);
    std::vector<deal> out(count);
    for (std::size_t i = 0; i < count; ++i)
        out[i].asked.seat = seats[i * seats.size() / count];
    for (std::size_t from = 0; from < count; from += close)
        std::shuffle(out.begin() + static_cast<std::ptrdiff_t>(from),
                     out.begin() + static_cast<std::ptrdiff_t>(std::min(from + close, count)),
                     random);
    for (std::size_t i = 0; i < count; ++i)
        out[i].asked.key = std::to_string(i);
    return out;
}

class storm
{
public:
    storm(shop& at, const storm_plan& plan, const std::vector<booking::seat_number>& seats)
        : shop_{at}, plan_{plan}, deals_{make_wishes(plan, seats)}
    {
    }

    storm_result run()
    {
        let_in(); // returns when all have left
        return {std::move(deals_),
                kpi_->report(last_answer_.load()).total.at(booking::kpi_span::since_start)};
    }

private:
    /// All buyers begin at once. If there is no thread for one of them, none begins.
    void let_in()
    {
        std::barrier doors{static_cast<std::ptrdiff_t>(plan_.buyers),
                           [this]() noexcept { kpi_.emplace(steady_clock::now()); }};
        const progress shown{plan_.shows_progress, tally_, deals_.size()};
        std::vector<std::jthread> buyers;
        try
        {
            for (unsigned i = 0; i < plan_.buyers; ++i)
                buyers.emplace_back(
                    [&, i]
                    {
                        doors.arrive_and_wait();
                        if (!called_off_)
                            buy(i);
                    });
        }
        catch (...)
        {
            called_off_ = true; // seen by those who wait: they pass the doors after this
            for (auto missing = buyers.size(); missing < plan_.buyers; ++missing)
                doors.arrive_and_drop();
            throw;
        }
    }

    void buy(unsigned buyer)
    {
        const auto counter = shop_.open_counter(buyer);
        for (auto turn = next_++; turn < deals_.size(); turn = next_++)
        {
            auto& [asked, told] = deals_[turn];
            asked.buyer = buyer;
            const auto attempt = kpi_->attempt_begun(shop_.session(), steady_clock::now());
            told = counter->reserve(asked);
            const auto now = steady_clock::now();
            kpi_->attempt_ended(attempt, told.outcome, now);
            last_answer_ = now; // of those that end together, any
            tally_.add(told.outcome);
        }
    }

    shop& shop_;
    const storm_plan& plan_;
    std::vector<deal> deals_;
    tally tally_;
    bool called_off_{};
    std::atomic<std::size_t> next_{0};
    std::atomic<steady_clock::time_point> last_answer_{steady_clock::now()};
    std::optional<booking::kpi_recorder> kpi_; // from when the doors open
};

} // namespace

storm_result run_storm(shop& at, const storm_plan& plan,
                       const std::vector<booking::seat_number>& seats)
{
    return storm{at, plan, seats}.run();
}

} // namespace cinema::rush
