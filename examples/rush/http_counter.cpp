#include "rush/http_counter.hpp"

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

} // namespace

std::unique_ptr<counter> open_http_counter(http_address to, std::string target, std::string run)
{
    return std::make_unique<http_counter>(std::move(to), std::move(target), std::move(run));
}

} // namespace cinema::rush
