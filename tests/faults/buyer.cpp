#include "faults/buyer.hpp"

#include <cinema/booking/domain/error.hpp>

#include <algorithm>
#include <thread>
#include <utility>

namespace cinema::tests
{

namespace
{

constexpr std::chrono::seconds short_hold{2};
constexpr std::chrono::seconds long_hold{600};

} // namespace

buyer::buyer(const load_params& params, unsigned number, std::atomic<std::size_t>& answered)
    : params_{params}, number_{number}, answered_{answered}, random_{params.seed * 1'000 + number}
{
}

void buyer::act()
{
    if (below(8) == 0 && !report_.granted.empty())
        return repeat();
    const auto session = params_.sessions[random_() % params_.sessions.size()];
    const auto seat = 1 + static_cast<std::int64_t>(below(static_cast<int>(params_.seats)));
    std::vector<std::int64_t> seats{seat};
    if (below(4) == 0 && seat < params_.seats)
        seats.push_back(seat + 1);
    const auto die = below(100);
    if (die < 35)
        reserve(session, seats, {});
    else if (die < 60 && params_.has_short_holds)
        reserve(session, seats, short_hold);
    else
        reserve(session, seats, long_hold);
    if (!is_granted_)
        return;
    if (has(booking::reservation_status::held))
        go_on();
    if (has(booking::reservation_status::confirmed) && below(4) == 0)
        step(booking::testing::action::cancel);
}

void buyer::buy(std::int64_t session, std::int64_t seat)
{
    const bool is_held = below(2) == 0;
    reserve(session, {seat}, is_held ? long_hold : std::chrono::seconds{0});
    if (is_granted_ && is_held)
        step(booking::testing::action::confirm);
    if (is_granted_ && below(8) == 0)
        repeat();
}

int buyer::below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }

bool buyer::has(booking::reservation_status status) const
{
    return report_.bought.back().status == status;
}

void buyer::go_on()
{
    const auto die = below(100);
    if (die < 20)
        step(action::extend);
    if (die < 65 && has(booking::reservation_status::held))
        step(action::confirm);
    else if (die < 80)
        step(action::cancel);
}

void buyer::reserve(std::int64_t session, std::vector<std::int64_t> seats,
                    std::chrono::seconds hold)
{
    auto operation = reserve_operation(next_key(), session, std::to_string(number_), seats, hold);
    ask(operation);
    if (!is_granted_)
        return;
    report_.bought.push_back({.id = {booking::session_id{session}, *operation.record.reservation},
                              .secret = secret_in(operation.answer),
                              .seats = std::move(seats),
                              .status = *operation.record.status,
                              .is_short = hold == short_hold});
    report_.granted.push_back(std::move(operation));
}

void buyer::step(action what)
{
    auto& of = report_.bought.back();
    auto operation = step_operation(next_key(), what, of.id, of.secret);
    ask(operation);
    if (is_granted_)
    {
        of.status = *operation.record.status;
        of.is_short = of.is_short && what != action::extend;
    }
    else if (operation.record.code == booking::errc::hold_expired)
        of.status = booking::reservation_status::expired;
    if (is_granted_ && raw(operation.record.since) != 0) // else no key was kept
        report_.granted.push_back(std::move(operation));
}

void buyer::repeat()
{
    const auto recent = std::min<std::size_t>(report_.granted.size(), 16);
    auto operation = report_.granted[report_.granted.size() - 1 - random_() % recent];
    ask(operation);
}

std::uint16_t buyer::port_for(action what)
{
    const auto at = what == action::reserve ? number_ : random_();
    return params_.ports[at % params_.ports.size()];
}

std::string buyer::next_key()
{
    return std::to_string(params_.seed) + '-' + std::to_string(number_) + '-'
           + std::to_string(++keys_);
}

void buyer::ask(http_operation& operation)
{
    auto& record = operation.record;
    record.client = number_;
    record.number = ++asked_;
    record.called = std::chrono::steady_clock::now();
    const auto give_up = record.called + std::chrono::minutes{1};
    operation.answer = {};
    for (unsigned tries = 1; std::chrono::steady_clock::now() < give_up; ++tries)
    {
        const auto port = port_for(record.what);
        auto& client = clients_.try_emplace(port, port).first->second;
        const auto sent = std::chrono::steady_clock::now();
        auto answer =
            client.ask(operation.method, operation.target, operation.body, operation.fields);
        report_.repeated += tries == 2;
        if (answer && answer->status != 503)
        {
            record.server = port;
            operation.answer = std::move(*answer);
            break;
        }
        if (answer && std::chrono::steady_clock::now() - sent < std::chrono::seconds{2})
            ++report_.early[problem_of(*answer)];
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    note_answer(operation);
    is_granted_ = record.result == booking::testing::outcome::granted;
    answered_ += record.result != booking::testing::outcome::unknown;
    report_.operations.operations.push_back(record);
}

} // namespace cinema::tests
