#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace cinema::tests
{

struct http_answer
{
    unsigned status{};
    std::map<std::string, std::string> fields{}; ///< Names in small letters.
    std::string body{};

    [[nodiscard]] boost::json::value json() const;
    [[nodiscard]] std::string field(const std::string& name) const;
};

/// A blocking HTTP client on one kept-alive connection to 127.0.0.1, which is opened when needed.
class http_client
{
public:
    explicit http_client(std::uint16_t port);
    ~http_client();
    http_client(const http_client&) = delete;
    http_client& operator=(const http_client&) = delete;

    /// Nothing if the connection failed before the whole answer was there.
    [[nodiscard]] std::optional<http_answer>
    ask(const std::string& method, const std::string& target, const std::string& body = {},
        const std::map<std::string, std::string>& fields = {});

    void disconnect();

private:
    struct connection;

    std::uint16_t port_;
    std::unique_ptr<connection> connection_; ///< Null until it is opened.
};

} // namespace cinema::tests
