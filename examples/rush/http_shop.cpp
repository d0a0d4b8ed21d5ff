#include "rush/http_shop.hpp"

#include "programs/usage_error.hpp"
#include "rush/http_counter.hpp"

#include <boost/system/system_error.hpp>

#include <chrono>
#include <utility>

namespace cinema::rush
{
namespace
{

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
                out.emplace(booking::seat_number{required<std::int32_t>(seat, "seat_number",
                                                                        seats_target())},
                            text_of(seat, "label"));
        return out;
    }

    std::unique_ptr<counter> open_counter(unsigned) override
    {
        return open_http_counter(address_, seats_target() + "/reserve", run_);
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
            throw usage_error{"--url: http://" + address_.text() + target + " answers "
                              + std::to_string(reply.status)
                              + (why.empty() ? ", which is no cinema-server's" : ": " + why)};
        }
        catch (const boost::system::system_error& error)
        {
            throw usage_error{"--url: cannot reach a server at " + address_.text() + ": "
                              + error.code().message() + "; start one with ./dev run"};
        }
    }

    /// A number of one of the items that `target` answered with.
    template <class Number = std::int64_t>
    Number required(const boost::json::value& item, const char* name,
                    const std::string& target) const
    {
        if (const auto number = number_of(item, name); number && std::in_range<Number>(*number))
            return static_cast<Number>(*number);
        throw usage_error{"--url: http://" + address_.text() + target
                          + " answers with an item without a whole number \"" + name
                          + "\", which is no cinema-server's"};
    }

    std::int64_t emptiest_session()
    {
        const std::string target = "/sessions?limit=1000";
        std::pair<std::int64_t, std::int64_t> best{0, 0}; // free seats, id
        const auto all = ask(target);
        for (const auto& each : all.as_array())
            best = std::max(best,
                            {required(each, "seats_free", target), required(each, "id", target)});
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
