#include "support/http_client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>

namespace cinema::tests
{

namespace http = boost::beast::http;
using boost::asio::ip::tcp;

namespace
{

http_answer to_answer(http::response<http::string_body>&& message)
{
    http_answer answer{message.result_int(), {}, std::move(message.body())};
    for (const auto& field : message)
    {
        std::string name{field.name_string()};
        for (char& c : name)
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        answer.fields[name] = std::string{field.value()};
    }
    return answer;
}

} // namespace

boost::json::value http_answer::json() const { return boost::json::parse(body); }

std::string http_answer::field(const std::string& name) const
{
    const auto found = fields.find(name);
    return found == fields.end() ? std::string{} : found->second;
}

struct http_client::connection
{
    explicit connection(std::uint16_t port)
    {
        socket.connect({boost::asio::ip::address_v4::loopback(), port});
        socket.set_option(tcp::no_delay{true});
    }

    boost::asio::io_context context{1};
    tcp::socket socket{context};
    boost::beast::flat_buffer buffer;
};

http_client::http_client(std::uint16_t port) : port_{port} {}
http_client::~http_client() = default;

std::optional<http_answer> http_client::ask(const std::string& method, const std::string& target,
                                            const std::string& body,
                                            const std::map<std::string, std::string>& fields)
try
{
    if (!connection_)
        connection_ = std::make_unique<connection>(port_);
    http::request<http::string_body> request{http::string_to_verb(method), target, 11};
    request.set(http::field::host, "127.0.0.1");
    for (const auto& [name, value] : fields)
        request.set(name, value);
    if (!body.empty())
        request.set(http::field::content_type, "application/json");
    request.body() = body;
    request.prepare_payload();
    http::write(connection_->socket, request);
    http::response_parser<http::string_body> parser;
    parser.body_limit(64U << 20);
    if (method == "HEAD")
        parser.skip(true);
    http::read(connection_->socket, connection_->buffer, parser);
    if (!parser.get().keep_alive())
        connection_.reset();
    return to_answer(parser.release());
}
catch (const boost::system::system_error&)
{
    connection_.reset();
    return std::nullopt;
}

void http_client::disconnect() { connection_.reset(); }

} // namespace cinema::tests
