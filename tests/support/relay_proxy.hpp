#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace cinema::tests
{

/// Stands between a client and a server on a Unix socket, and does them wrong on demand. It listens
/// on a port of 127.0.0.1.
class relay_proxy
{
public:
    explicit relay_proxy(std::string server_socket) : server_socket_{std::move(server_socket)}
    {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), length) != 0
            || ::listen(listener_, 64) != 0
            || ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) != 0)
            throw std::runtime_error{"cannot listen"};
        port_ = ntohs(address.sin_port);
        accepting_ = std::thread{[this] { accept_all(); }};
    }
    ~relay_proxy()
    {
        is_over_ = true;
        accepting_.join();
        ::close(listener_);
        const std::lock_guard lock{mutex_};
        for (auto& each : relays_)
            each.join();
    }
    relay_proxy(const relay_proxy&) = delete;
    relay_proxy& operator=(const relay_proxy&) = delete;

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    /// The next thing that a client says reaches the server, but its answer is lost, and with it
    /// the connection.
    void lose_next_answer() noexcept { loses_next_ = true; }

    /// Nothing passes in either direction, and nobody is told.
    void swallow(bool all) noexcept { swallows_ = all; }

    [[nodiscard]] bool has_lost_it() const noexcept { return !loses_next_; }

private:
    using buffer = std::array<char, 65'536>;

    void accept_all()
    {
        while (!is_over_)
        {
            pollfd ready{listener_, POLLIN, 0};
            if (::poll(&ready, 1, 20) <= 0)
                continue;
            const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            const std::lock_guard lock{mutex_};
            relays_.emplace_back([this, client] { relay(client); });
        }
    }

    [[nodiscard]] int connect_server() const
    {
        const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, server_socket_.c_str(), sizeof address.sun_path - 1);
        (void)::connect(server, reinterpret_cast<sockaddr*>(&address), sizeof address);
        return server;
    }

    void relay(int client)
    {
        const int server = connect_server();
        bool is_losing = false;
        std::array<pollfd, 2> ready{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
        bool is_open = true;
        while (is_open && !is_over_)
        {
            if (swallows_ || ::poll(ready.data(), ready.size(), 20) <= 0)
            {
                if (swallows_)
                    ::usleep(5'000);
                continue;
            }
            if (ready[0].revents != 0)
            {
                is_losing = is_losing || loses_next_;
                is_open = pass(client, server);
            }
            if (is_open && ready[1].revents != 0)
            {
                is_open = !is_losing && pass(server, client);
                loses_next_ = loses_next_ && !is_losing;
            }
        }
        ::close(client);
        ::close(server);
    }

    static bool pass(int from, int to)
    {
        buffer bytes;
        const auto got = ::recv(from, bytes.data(), bytes.size(), 0);
        return got > 0
               && ::send(to, bytes.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
    }

    std::string server_socket_;
    int listener_{-1};
    std::uint16_t port_{};
    std::atomic<bool> is_over_{false};
    std::atomic<bool> loses_next_{false};
    std::atomic<bool> swallows_{false};
    std::thread accepting_;
    std::mutex mutex_;
    std::vector<std::thread> relays_;
};

} // namespace cinema::tests
