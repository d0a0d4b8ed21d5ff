#include "rush/http_shop.hpp"

#include "programs/usage_error.hpp"
#include "rush/http_connection.hpp"

#include <boost/system/system_error.hpp>

#include <chrono>
#include <thread>
#include <utility>

namespace cinema::rush
{
namespace
{

using booking::attempt_outcome;

constexpr int tries_max = 10;
constexpr std::chrono::milliseconds pause{50};

std::string text_of(const boost::json::value& body, const char* name)
{
    const auto* object = body.if_object();
    const auto* text = object == nullptr ? nullptr : object->if_contains(name);
    return text != nullptr && text->is_string() ? std::string{text->as_string()} : std::string{};
}

class http_counter final : public counter
{
public:
    http_counter(http_address to, std::string target, std::string run)
        : connection_{std::move(to)}, target_{std::move(target)}, run_{std::move(run)}
    {
    }

    //! [ask again]
    /// Asks again with the same key while the server has no definite answer: if an earlier try was
    /// granted unheard, the key brings that very grant.
    answer reserve(const wish& asked) override
    {
        answer told;
        for (int i = 0; i < tries_max; ++i)
        {
            if (i > 0)
                std::this_thread::sleep_for(pause * i);
            told = ask_once(asked);
            if (told.outcome != attempt_outcome::failed)
                break;
        }
        return told;
    }
    //! [ask again]

private:
    answer ask_once(const wish& asked)
    {
        const std::string body = "{\"userId\": \"buyer " + std::to_string(asked.buyer)
                                 + "\", \"seats\": [" + std::to_string(raw(asked.seat)) + "]}";
        try
        {
            const auto reply = connection_.post(target_, body, run_ + asked.key);
            if (reply.status == 201)
                return {attempt_outcome::granted, text_of(reply.body, "id")};
            const auto why = text_of(reply.body, "detail");
            if (text_of(reply.body, "type") == "urn:cinema:seat-taken")
                return {attempt_outcome::conflict, {}, why};
            if (reply.status == 503)
                return {attempt_outcome::failed, {}, why};
            return {attempt_outcome::refused, {}, std::to_string(reply.status) + ' ' + why};
        }
        catch (const boost::system::system_error& error)
        {
            connection_.close();
            return {attempt_outcome::failed, {}, error.code().message()};
        }
    }

    http_connection connection_;
    std::string target_;
    std::string run_;
};

class http_shop final : public shop
{
public:
    explicit http_shop(const options& given)
        : address_{parse_url(given.url)},
          session_{given.session ? *given.session : emptiest_session()},
          run_{std::to_string(std::chrono::system_clock::now().time_since_epoch().count()) + '-'}
    {
    }

    std::string place() const override
    {
        return "session " + std::to_string(session_) + " of " + address_.text();
    }
    std::int64_t session() const override { return session_; }

    std::map<booking::seat_number, std::string> seats() override
    {
        std::map<booking::seat_number, std::string> out;
        const auto all = ask(seats_target());
        for (const auto& seat : all.as_array())
            if (text_of(seat, "status") == "free")
                out.emplace(booking::seat_number{seat.at("seat_number").to_number<std::int32_t>()},
                            text_of(seat, "label"));
        return out;
    }

    std::unique_ptr<counter> open_counter(unsigned) override
    {
        return std::make_unique<http_counter>(address_, seats_target() + "/reserve", run_);
    }

private:
    std::string seats_target() const { return "/sessions/" + std::to_string(session_) + "/seats"; }

    boost::json::value ask(const std::string& target)
    {
        try
        {
            auto reply = http_connection{address_}.get(target);
            if (reply.status == 200 && reply.body.is_array())
                return std::move(reply.body);
            const auto why = text_of(reply.body, "detail");
            throw usage_error{"--url: " + address_.text() + target + " answers "
                              + std::to_string(reply.status)
                              + (why.empty() ? ", which is no cinema-server's" : ": " + why)};
        }
        catch (const boost::system::system_error& error)
        {
            throw usage_error{"--url: cannot reach a server at " + address_.text() + ": "
                              + error.code().message() + "; start one with ./dev run"};
        }
    }

    std::int64_t emptiest_session()
    {
        std::pair<std::int64_t, std::int64_t> best{0, 0}; // free seats, id
        const auto all = ask("/sessions?limit=1000");
        for (const auto& each : all.as_array())
            best = std::max(best, {each.at("seats_free").to_number<std::int64_t>(),
                                   each.at("id").to_number<std::int64_t>()});
        if (best.first == 0)
            throw usage_error{"--url: " + address_.text() + " has no session with free seats"};
        return best.second;
    }

    http_address address_;
    std::int64_t session_;
    std::string run_; // tells this run's keys from those of others
};

} // namespace

std::unique_ptr<shop> open_http_shop(const options& given)
{
    return std::make_unique<http_shop>(given);
}

} // namespace cinema::rush
