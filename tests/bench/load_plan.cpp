#include "bench/load_plan.hpp"

#include "support/http_client.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

namespace cinema::bench
{

namespace
{

constexpr std::size_t taken_seats = 10;

struct known_session
{
    std::int64_t id{};
    std::vector<std::int64_t> free;
};

std::vector<known_session> sessions_of(std::uint16_t port, std::size_t count)
{
    constexpr std::size_t page_max = 1'000;
    tests::http_client client{port};
    std::vector<known_session> found;
    for (std::string target = "/sessions?limit=" + std::to_string(std::min(count, page_max));
         !target.empty() && found.size() < count;)
    {
        const auto answer = client.ask("GET", target);
        if (!answer || answer->status != 200)
            throw std::runtime_error{"the server does not list its sessions"};
        const auto list = answer->json();
        for (const auto& item : list.as_array())
        {
            auto& one = found.emplace_back();
            one.id = item.at("id").as_int64();
            for (const auto& number : item.at("seats").as_array())
                one.free.push_back(number.as_int64());
        }
        const auto link = answer->field("link");
        target = link.empty() ? "" : link.substr(1, link.find('>') - 1);
    }
    return found;
}

/// Asks the same requests in turn, for ever.
class repeated final : public request_source
{
public:
    explicit repeated(std::vector<std::string> requests) : requests_{std::move(requests)} {}

    bool next(std::string& out) override
    {
        out = requests_[at_];
        at_ = (at_ + 1) % requests_.size();
        return true;
    }

private:
    std::vector<std::string> requests_;
    std::size_t at_{};
};

std::string get(const std::string& target)
{
    return "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
}

std::string reserve(std::int64_t session, std::int64_t seat, unsigned hold)
{
    std::string body = R"({"userId":"load","seats":[)" + std::to_string(seat) + ']';
    if (hold != 0)
        body += ",\"hold\":" + std::to_string(hold);
    body += '}';
    return "POST /sessions/" + std::to_string(session)
           + "/seats/reserve HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
             "Content-Length: "
           + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// Reserves each free seat once: `spread` sessions in turn until they are full, then the next.
class each_seat_once final : public request_source
{
public:
    each_seat_once(std::vector<known_session> sessions, const plan_options& options)
        : sessions_{std::move(sessions)}, hold_{options.hold_seconds}
    {
        for (std::size_t first = 0; first < sessions_.size(); first += options.spread)
        {
            const auto end = std::min(first + options.spread, sessions_.size());
            for (bool is_left = true; std::exchange(is_left, false);)
                for (auto i = first; i < end; ++i)
                    if (!sessions_[i].free.empty())
                    {
                        order_.emplace_back(sessions_[i].id, sessions_[i].free.back());
                        sessions_[i].free.pop_back();
                        is_left = true;
                    }
        }
    }

    bool next(std::string& out) override
    {
        if (at_ == order_.size())
            return false;
        const auto [session, seat] = order_[at_++];
        out = reserve(session, seat, hold_);
        return true;
    }

private:
    std::vector<known_session> sessions_;
    unsigned hold_;
    std::vector<std::pair<std::int64_t, std::int64_t>> order_;
    std::size_t at_{};
};

/// The first sessions, as many as are in use at the same time.
std::vector<known_session> in_use(std::uint16_t port, const plan_options& options)
{
    auto sessions = sessions_of(port, options.sessions);
    if (sessions.size() < options.spread)
        throw std::runtime_error{"the server has only " + std::to_string(sessions.size())
                                 + " sessions; see --spread"};
    sessions.resize(options.spread);
    return sessions;
}

std::vector<std::string> taken(std::uint16_t port, const plan_options& options)
{
    std::vector<std::string> requests;
    tests::http_client client{port};
    const auto sessions = in_use(port, options);
    for (std::size_t i = 0; i < taken_seats; ++i)
        for (const auto& one : sessions)
        {
            const auto seat = static_cast<std::int64_t>(i) + 1;
            const auto path = "/sessions/" + std::to_string(one.id) + "/seats/reserve";
            (void)client.ask("POST", path, "{\"seats\":[" + std::to_string(seat) + "]}");
            requests.push_back(reserve(one.id, seat, options.hold_seconds));
        }
    return requests;
}

} // namespace

std::unique_ptr<request_source> make_plan(const std::string& mode, std::uint16_t port,
                                          const plan_options& options)
{
    if (mode == "get")
        return std::make_unique<repeated>(std::vector{get(options.target)});
    if (options.is_blind)
        return std::make_unique<repeated>(std::vector{reserve(1, 1, options.hold_seconds)});
    if (mode == "reserve")
        return std::make_unique<each_seat_once>(sessions_of(port, options.sessions), options);
    if (mode == "taken")
        return std::make_unique<repeated>(taken(port, options));
    std::vector<std::string> maps;
    for (const auto& one : in_use(port, options))
        maps.push_back(get("/sessions/" + std::to_string(one.id) + "/seats"));
    return std::make_unique<repeated>(std::move(maps));
}

} // namespace cinema::bench
