// What a relay makes of an outbox that is slow, away or full.

#include <cinema/booking/service/relay.hpp>

#include "unit/store/plain_documents.hpp"

#include <doctest/doctest.h>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

using namespace cinema::booking;
using namespace cinema::tests;

namespace
{

/// An outbox whose deliveries end as it was told, and after that deliver nothing.
class told_outbox final : public outbox
{
public:
    void tell(std::deque<store_result<delivery_report>> answers)
    {
        const std::lock_guard lock{mutex_};
        answers_ = std::move(answers);
    }

    /// The sizes of the first `count` rounds, once there were so many.
    std::vector<std::size_t> await_rounds(std::size_t count)
    {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return limits_.size() >= count; });
        return limits_;
    }

    store_result<delivery_report> deliver(reservation_store&, std::size_t limit) override
    {
        const std::lock_guard lock{mutex_};
        limits_.push_back(limit);
        changed_.notify_all();
        if (answers_.empty())
            return delivery_report{};
        const auto answer = answers_.front();
        answers_.pop_front();
        return answer;
    }
    store_result<outbox_status> status() override
    {
        const std::lock_guard lock{mutex_};
        return outbox_status{.waiting = answers_.size()};
    }
    store_result<std::vector<set_aside_entry>> set_aside(std::size_t) override
    {
        return std::vector<set_aside_entry>{};
    }
    store_result<std::size_t> retry(const std::optional<reservation_id>&) override
    {
        return std::size_t{0};
    }
    store_result<std::size_t> drop(const reservation_id&) override { return std::size_t{0}; }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<store_result<delivery_report>> answers_;
    std::vector<std::size_t> limits_;
};

struct told_stores
{
    std::shared_ptr<told_outbox> outbox = std::make_shared<told_outbox>();
    stores all{.inventory = {},
               .reservations = {},
               .accounts = {},
               .name = "told",
               .outbox = outbox,
               .documents = std::make_shared<plain_documents>()};
    relay_options options{.interval = std::chrono::milliseconds{1},
                          .pause_max = std::chrono::milliseconds{2}};
};

} // namespace

TEST_CASE("relay: deliveries that fail are tried again, and counted")
{
    told_stores at;
    at.outbox->tell({make_error_code(errc::store_unavailable),
                     make_error_code(errc::outcome_unknown), delivery_report{.delivered = 1}});
    relay by{at.all, at.options};
    (void)at.outbox->await_rounds(5);

    const auto report = by.report();
    CHECK(report.failures == 2);
    CHECK(report.delivered == 1);
    CHECK(report.is_working);
}

TEST_CASE("relay: after a failure fewer are tried at once, down to one")
{
    told_stores at;
    at.outbox->tell({6, store_result<delivery_report>{make_error_code(errc::busy)}});
    relay by{at.all, at.options};

    auto rounds = at.outbox->await_rounds(7);
    rounds.resize(7);
    CHECK(rounds == std::vector<std::size_t>{16, 8, 4, 2, 1, 1, 1});
}

TEST_CASE("relay: an outbox is flushed once nothing waits in it, and not before")
{
    told_stores at;
    at.outbox->tell({3, store_result<delivery_report>{delivery_report{.delivered = 1}}});
    relay by{at.all, at.options};

    CHECK(by.flush(std::chrono::minutes{1}));
    CHECK(at.outbox->status().value().waiting == 0);
}

TEST_CASE("relay: what is set aside is told of")
{
    told_stores at;
    std::mutex mutex;
    std::string said;
    at.options.log = [&](std::string_view line)
    {
        const std::lock_guard lock{mutex};
        said.append(line);
    };
    at.outbox->tell({delivery_report{.refused = 2, .set_aside = 2}});
    {
        relay by{at.all, at.options};
        (void)at.outbox->await_rounds(2);
    }
    CHECK(said.find("2 reservations were set aside") != std::string::npos);
}
