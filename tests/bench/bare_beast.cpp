// The yardstick: an asynchronous Beast server as Beast's examples write it, which answers every
// request with the same body. What cinema-server does beyond that is seen by comparing the two.

#include <CLI/CLI.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace
{

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

struct options
{
    std::uint16_t port{3'001};
    unsigned threads{1};
    unsigned status{200};
    std::size_t bytes{100};
};

class session : public std::enable_shared_from_this<session>
{
public:
    session(tcp::socket socket, const options& given) : stream_{std::move(socket)}, given_{given}
    {
        stream_.socket().set_option(tcp::no_delay{true});
    }

    void run()
    {
        asio::dispatch(stream_.get_executor(),
                       beast::bind_front_handler(&session::read, shared_from_this()));
    }

private:
    void read()
    {
        request_ = {};
        stream_.expires_after(std::chrono::seconds{30});
        http::async_read(stream_, buffer_, request_,
                         beast::bind_front_handler(&session::on_read, shared_from_this()));
    }

    void on_read(beast::error_code error, std::size_t)
    {
        if (error)
            return close();
        http::response<http::string_body> response{static_cast<http::status>(given_.status),
                                                   request_.version()};
        response.set(http::field::content_type, "application/json");
        response.keep_alive(request_.keep_alive());
        response.body().assign(given_.bytes, 'x');
        response.prepare_payload();
        const bool keeps_alive = response.keep_alive();
        beast::async_write(
            stream_, http::message_generator{std::move(response)},
            beast::bind_front_handler(&session::on_write, shared_from_this(), keeps_alive));
    }

    void on_write(bool keeps_alive, beast::error_code error, std::size_t)
    {
        if (error || !keeps_alive)
            return close();
        read();
    }

    void close()
    {
        beast::error_code ignored;
        stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    }

    beast::tcp_stream stream_;
    beast::flat_buffer buffer_;
    http::request<http::string_body> request_;
    const options& given_;
};

class listener : public std::enable_shared_from_this<listener>
{
public:
    listener(asio::io_context& io, const options& given)
        : io_{io}, acceptor_{asio::make_strand(io)}, given_{given}
    {
        const tcp::endpoint at{asio::ip::address_v4::loopback(), given.port};
        acceptor_.open(at.protocol());
        acceptor_.set_option(asio::socket_base::reuse_address{true});
        acceptor_.bind(at);
        acceptor_.listen();
    }

    [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

    void accept()
    {
        acceptor_.async_accept(asio::make_strand(io_),
                               beast::bind_front_handler(&listener::on_accept, shared_from_this()));
    }

private:
    void on_accept(beast::error_code error, tcp::socket socket)
    {
        if (!error)
            std::make_shared<session>(std::move(socket), given_)->run();
        accept();
    }

    asio::io_context& io_;
    tcp::acceptor acceptor_;
    const options& given_;
};

} // namespace

int main(int argc, char** argv)
{
    options given;
    CLI::App app{"Answers every HTTP request with the same body"};
    app.add_option("--port", given.port, "Port of 127.0.0.1; 0: any")->capture_default_str();
    app.add_option("--threads", given.threads, "I/O threads")->capture_default_str();
    app.add_option("--status", given.status, "Status of the answers")->capture_default_str();
    app.add_option("--bytes", given.bytes, "Size of the body")->capture_default_str();
    CLI11_PARSE(app, argc, argv);

    asio::io_context io{static_cast<int>(given.threads)};
    const auto door = std::make_shared<listener>(io, given);
    door->accept();
    std::cerr << "bare_beast listens on http://127.0.0.1:" << door->port() << std::endl;
    std::vector<std::thread> threads;
    for (unsigned i = 1; i < given.threads; ++i)
        threads.emplace_back([&io] { io.run(); });
    io.run();
    for (auto& thread : threads)
        thread.join();
}
