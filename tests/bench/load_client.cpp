#include "bench/load_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <memory>
#include <string_view>
#include <system_error>
#include <vector>

namespace cinema::bench
{

namespace
{

using clock = std::chrono::steady_clock;

[[noreturn]] void fail(const char* what)
{
    throw std::system_error{errno, std::generic_category(), what};
}

/// A connection that asks one request at a time.
struct client
{
    int socket{-1};
    std::string request;
    std::string head; // of the answer, until it is whole
    std::size_t body_left{};
    unsigned status{};
    bool is_busy{};
    clock::time_point asked{};
};

int connect_to(std::uint16_t port)
{
    const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (made < 0)
        fail("socket");
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(made, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0)
        fail("connect");
    const int on = 1;
    ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return made;
}

/// The value of a field, which has to be a number; 0 if there is none.
std::size_t number_of(std::string_view head, std::string_view name)
{
    const auto at = head.find(name);
    if (at == head.npos)
        return 0;
    std::size_t number = 0;
    std::from_chars(head.data() + at + name.size(), head.data() + head.size(), number);
    return number;
}

class loader
{
public:
    loader(const load_options& options, request_source& source)
        : options_{options}, source_{source}, clients_(options.connections)
    {
        rlimit limit{};
        if (::getrlimit(RLIMIT_NOFILE, &limit) == 0)
        {
            limit.rlim_cur = limit.rlim_max;
            ::setrlimit(RLIMIT_NOFILE, &limit);
        }
        epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
        if (epoll_ < 0)
            fail("epoll_create1");
        for (auto& one : clients_)
            open(one);
    }

    ~loader()
    {
        for (const auto& one : clients_)
            if (one.socket >= 0)
                ::close(one.socket);
        ::close(epoll_);
    }

    loader(const loader&) = delete;
    loader& operator=(const loader&) = delete;

    load_result run()
    {
        const auto after = [](clock::time_point from, double seconds)
        {
            return from
                   + std::chrono::duration_cast<clock::duration>(
                       std::chrono::duration<double>{seconds});
        };
        begun_ = after(clock::now(), options_.warm_up_seconds);
        const auto end = after(begun_, options_.seconds);
        for (auto& one : clients_)
            ask(one);
        auto now = clock::now();
        while (busy_ > 0 && now < end)
        {
            wait();
            now = clock::now();
        }
        result_.seconds = std::chrono::duration<double>(now - begun_).count();
        return std::move(result_);
    }

private:
    void open(client& one)
    {
        one.socket = connect_to(options_.port);
        epoll_event event{.events = EPOLLIN, .data = {.ptr = &one}};
        if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, one.socket, &event) != 0)
            fail("epoll_ctl");
    }

    void ask(client& one)
    {
        one.is_busy = source_.next(one.request);
        if (!one.is_busy)
            return;
        ++busy_;
        one.head.clear();
        one.body_left = 0;
        one.asked = clock::now();
        const auto sent = ::send(one.socket, one.request.data(), one.request.size(), MSG_NOSIGNAL);
        if (sent != static_cast<ssize_t>(one.request.size()))
            broken(one);
    }

    void wait()
    {
        std::array<epoll_event, 256> events{};
        const int count = ::epoll_wait(epoll_, events.data(), events.size(), 100);
        for (int i = 0; i < count; ++i)
            read(*static_cast<client*>(events[static_cast<std::size_t>(i)].data.ptr));
    }

    void read(client& one)
    {
        const auto got = ::recv(one.socket, scratch_.data(), scratch_.size(), MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (got <= 0)
            return broken(one);
        take(one, {scratch_.data(), static_cast<std::size_t>(got)});
    }

    void take(client& one, std::string_view part)
    {
        if (one.body_left > 0)
            one.body_left -= std::min(one.body_left, part.size());
        else
        {
            one.head += part.substr(0, 16U << 10);
            const auto end = one.head.find("\r\n\r\n");
            if (end == std::string::npos)
                return;
            const auto body = one.head.size() - end - 4
                              + (part.size() - std::min<std::size_t>(part.size(), 16U << 10));
            const auto length = number_of({one.head.data(), end}, "Content-Length: ");
            one.status = static_cast<unsigned>(number_of(one.head, "HTTP/1.1 "));
            one.body_left = length - std::min(length, body);
        }
        if (one.body_left > 0)
            return;
        --busy_;
        const auto now = clock::now();
        if (now >= begun_)
        {
            ++result_.answers;
            ++result_.statuses[one.status];
            result_.times.add(now - one.asked);
        }
        ask(one);
    }

    void broken(client& one)
    {
        ++result_.errors;
        busy_ -= one.is_busy ? 1 : 0;
        ::close(one.socket);
        one.socket = -1;
        open(one);
        ask(one);
    }

    const load_options& options_;
    request_source& source_;
    std::vector<client> clients_;
    int epoll_{-1};
    std::size_t busy_{};
    clock::time_point begun_{};
    std::vector<char> scratch_ = std::vector<char>(256U << 10);
    load_result result_;
};

} // namespace

load_result run_load(const load_options& options, request_source& source)
{
    return loader{options, source}.run();
}

} // namespace cinema::bench
