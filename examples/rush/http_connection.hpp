#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace cinema::rush
{

/// Where a server listens.
struct http_address
{
    std::string host;
    std::string port;

    [[nodiscard]] std::string text() const { return host + ':' + port; }
};

/// Errors: throws usage_error.
[[nodiscard]] http_address parse_url(const std::string& url);

struct http_reply
{
    unsigned status{};
    boost::json::value body; ///< Null unless it is JSON.
};

/// A text member of a JSON object; empty if there is none.
[[nodiscard]] std::string text_of(const boost::json::value& body, const char* name);

/// A whole number that is a member of a JSON object; nothing if there is none.
[[nodiscard]] std::optional<std::int64_t> number_of(const boost::json::value& body,
                                                    const char* name);

/// One kept-alive connection, opened when it is needed. It waits for each answer. Not thread-safe.
class http_connection
{
public:
    explicit http_connection(http_address to) : to_{std::move(to)} {}

    /// Errors: throws boost::system::system_error if there is no whole answer.
    [[nodiscard]] http_reply get(const std::string& target);
    [[nodiscard]] http_reply post(const std::string& target, const std::string& body,
                                  const std::string& idempotency_key);

    void close() { socket_.reset(); }

private:
    template <class Request>
    http_reply exchange(Request& request);

    http_address to_;
    boost::asio::io_context context_{1};
    std::optional<boost::asio::ip::tcp::socket> socket_;
    boost::beast::flat_buffer buffer_;
};

} // namespace cinema::rush
