#include "rush/http_connection.hpp"

#include "programs/usage_error.hpp"

#include <boost/asio/connect.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>

#include <string_view>

namespace cinema::rush
{

namespace http = boost::beast::http;
using boost::asio::ip::tcp;

http_address parse_url(const std::string& url)
{
    constexpr std::string_view scheme = "http://";
    std::string_view rest{url};
    if (!rest.starts_with(scheme))
        throw usage_error{"--url: begins with http://, as in http://127.0.0.1:3000"};
    rest.remove_prefix(scheme.size());
    if (rest.ends_with('/'))
        rest.remove_suffix(1);
    const auto colon = rest.rfind(':');
    const auto port = colon == rest.npos ? "80" : rest.substr(colon + 1);
    const auto host = rest.substr(0, colon);
    if (host.empty() || port.empty() || port.find_first_not_of("0123456789") != port.npos
        || rest.find_first_of("/?#@[") != rest.npos)
        throw usage_error{"--url: is http://HOST:PORT and no more, not '" + url + "'"};
    return {std::string{host}, std::string{port}};
}

std::string text_of(const boost::json::value& body, const char* name)
{
    const auto* object = body.if_object();
    const auto* text = object == nullptr ? nullptr : object->if_contains(name);
    return text != nullptr && text->is_string() ? std::string{text->as_string()} : std::string{};
}

std::optional<std::int64_t> number_of(const boost::json::value& body, const char* name)
{
    const auto* object = body.if_object();
    const auto* number = object == nullptr ? nullptr : object->if_contains(name);
    if (number == nullptr || !number->is_number())
        return std::nullopt;
    boost::system::error_code is_none;
    const auto whole = number->to_number<std::int64_t>(is_none);
    return is_none ? std::nullopt : std::optional{whole};
}

template <class Request>
http_reply http_connection::exchange(Request& request)
{
    if (!socket_)
    {
        buffer_.clear();
        tcp::socket made{context_};
        boost::asio::connect(made, tcp::resolver{context_}.resolve(to_.host, to_.port));
        made.set_option(tcp::no_delay{true});
        socket_ = std::move(made);
    }
    request.set(http::field::host, to_.text());
    request.prepare_payload();
    http::write(*socket_, request);
    http::response_parser<http::string_body> parser;
    parser.body_limit(64U << 20); // of a list of sessions
    http::read(*socket_, buffer_, parser);
    const auto& reply = parser.get();
    boost::system::error_code no_json;
    http_reply out{reply.result_int(), boost::json::parse(reply.body(), no_json)};
    if (!reply.keep_alive())
        close();
    return out;
}

http_reply http_connection::get(const std::string& target)
{
    http::request<http::empty_body> request{http::verb::get, target, 11};
    return exchange(request);
}

http_reply http_connection::post(const std::string& target, const std::string& body,
                                 const std::string& idempotency_key)
{
    http::request<http::string_body> request{http::verb::post, target, 11, body};
    request.set(http::field::content_type, "application/json");
    request.set("Idempotency-Key", idempotency_key);
    return exchange(request);
}

} // namespace cinema::rush
