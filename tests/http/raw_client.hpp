#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace cinema::tests
{

/// An answer as its bytes came.
struct raw_answer
{
    unsigned status{};
    std::map<std::string, std::string> fields; ///< Names in small letters.
    std::string body;

    [[nodiscard]] std::string field(const std::string& name) const
    {
        const auto found = fields.find(name);
        return found == fields.end() ? std::string{} : found->second;
    }
};

/// A connection on which anything can be sent. What does not come within 20 seconds never does.
class raw_client
{
public:
    explicit raw_client(std::uint16_t port, int receive_buffer = 0)
        : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)}
    {
        if (receive_buffer > 0)
            ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        const timeval patience{.tv_sec = 20, .tv_usec = 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_port = htons(port);
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket_, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0)
            throw std::runtime_error{"cannot connect"};
    }
    ~raw_client() { ::close(socket_); }
    raw_client(const raw_client&) = delete;
    raw_client& operator=(const raw_client&) = delete;

    /// False if the connection broke before all was sent.
    bool send(std::string_view bytes)
    {
        while (!bytes.empty())
        {
            const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0)
                return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    /// The next answer; nothing if the connection ends before it is whole.
    std::optional<raw_answer> answer(bool is_to_head = false)
    {
        std::size_t end = 0;
        while ((end = in_.find("\r\n\r\n")) == std::string::npos)
            if (!receive())
                return std::nullopt;
        raw_answer read;
        std::string_view head{in_.data(), end};
        read.status = static_cast<unsigned>(std::stoul(std::string{head.substr(9, 3)}));
        head.remove_prefix(std::min(head.find("\r\n") + 2, head.size()));
        while (!head.empty())
        {
            const auto line = head.substr(0, head.find("\r\n"));
            head.remove_prefix(std::min(line.size() + 2, head.size()));
            std::string name{line.substr(0, line.find(':'))};
            std::transform(name.begin(), name.end(), name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
            read.fields[name] = line.substr(line.find(": ") + 2);
        }
        const auto length = read.field("content-length");
        const auto bytes = length.empty() || is_to_head ? 0 : std::stoul(length);
        while (in_.size() < end + 4 + bytes)
            if (!receive())
                return std::nullopt;
        read.body = in_.substr(end + 4, bytes);
        in_.erase(0, end + 4 + bytes);
        return read;
    }

    std::optional<raw_answer> ask(std::string_view bytes)
    {
        send(bytes);
        return answer();
    }

    /// Whether the server closes, having sent nothing more. Waits for it.
    bool is_closed() { return in_.empty() && !receive() && in_.empty() && !timed_out_; }

    /// Says that nothing more will be sent.
    void finish_sending() { ::shutdown(socket_, SHUT_WR); }

    /// What came and is no answer yet.
    [[nodiscard]] const std::string& unread() const noexcept { return in_; }

    /// Whether something has come that was not received yet, be it the end. Does not wait.
    [[nodiscard]] bool has_bytes() const
    {
        char byte{};
        return ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0;
    }

    /// Waits for more bytes; false at the end.
    bool receive()
    {
        char part[16'384];
        const auto got = ::recv(socket_, part, sizeof part, 0);
        timed_out_ = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
        if (got <= 0)
            return false;
        in_.append(part, static_cast<std::size_t>(got));
        return true;
    }

private:
    int socket_;
    std::string in_;
    bool timed_out_{};
};

} // namespace cinema::tests
