#pragma once

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace cinema::tests
{

struct http_answer
{
    unsigned status{};
    std::map<std::string, std::string> fields{}; ///< Names in small letters.
    std::string body{};

    [[nodiscard]] boost::json::value json() const { return boost::json::parse(body); }
    [[nodiscard]] std::string field(const std::string& name) const
    {
        const auto found = fields.find(name);
        return found == fields.end() ? std::string{} : found->second;
    }
};

/// A blocking HTTP client on one kept-alive connection to 127.0.0.1, which is opened when needed.
class http_client
{
public:
    explicit http_client(std::uint16_t port) : port_{port} {}

    /// Nothing if the connection failed before the whole answer was there.
    [[nodiscard]] std::optional<http_answer>
    ask(const std::string& method, const std::string& target, const std::string& body = {},
        const std::map<std::string, std::string>& fields = {})
    {
        try
        {
            return exchange(method, target, body, fields);
        }
        catch (const boost::system::system_error&)
        {
            socket_.reset();
            buffer_.clear();
            return std::nullopt;
        }
    }

    void disconnect() { socket_.reset(); }

private:
    [[nodiscard]] http_answer exchange(const std::string& method, const std::string& target,
                                       const std::string& body,
                                       const std::map<std::string, std::string>& fields)
    {
        namespace http = boost::beast::http;
        using boost::asio::ip::tcp;
        if (!socket_)
        {
            socket_.emplace(context_);
            socket_->connect({boost::asio::ip::address_v4::loopback(), port_});
            socket_->set_option(tcp::no_delay{true});
        }
        http::request<http::string_body> request{http::string_to_verb(method), target, 11};
        request.set(http::field::host, "127.0.0.1");
        for (const auto& [name, value] : fields)
            request.set(name, value);
        if (!body.empty())
            request.set(http::field::content_type, "application/json");
        request.body() = body;
        request.prepare_payload();
        http::write(*socket_, request);
        http::response_parser<http::string_body> parser;
        parser.body_limit(64U << 20);
        if (method == "HEAD")
            parser.skip(true);
        http::read(*socket_, buffer_, parser);
        http_answer answer{parser.get().result_int(), {}, std::move(parser.get().body())};
        for (const auto& field : parser.get())
        {
            std::string name{field.name_string()};
            for (char& c : name)
                c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            answer.fields[name] = std::string{field.value()};
        }
        if (!parser.get().keep_alive())
            socket_.reset();
        return answer;
    }

    std::uint16_t port_;
    boost::asio::io_context context_{1};
    std::optional<boost::asio::ip::tcp::socket> socket_;
    boost::beast::flat_buffer buffer_;
};

} // namespace cinema::tests
