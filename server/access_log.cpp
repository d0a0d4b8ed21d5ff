#include "access_log.hpp"

#include "options.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace cinema::server
{
namespace
{

constexpr int patience_ms = 200;

/// A file descriptor to which whole lines are written or dropped.
class line_writer
{
public:
    line_writer(int descriptor, bool is_owner) : descriptor_{descriptor}, is_owner_{is_owner} {}
    ~line_writer()
    {
        if (is_owner_)
            ::close(descriptor_);
    }
    line_writer(const line_writer&) = delete;
    line_writer& operator=(const line_writer&) = delete;

    void write(std::string_view lines)
    {
        while (!lines.empty())
        {
            // Up to PIPE_BUF, poll() says whether a pipe takes it without waiting.
            const auto part = lines.substr(0, PIPE_BUF);
            const auto written =
                is_writable() ? ::write(descriptor_, part.data(), part.size()) : -1;
            if (written < 0 && errno == EINTR)
                continue;
            if (written <= 0)
            {
                lost(lines);
                return;
            }
            is_torn_ = lines[static_cast<std::size_t>(written) - 1] != '\n';
            lines.remove_prefix(static_cast<std::size_t>(written));
        }
    }

private:
    [[nodiscard]] bool is_writable() const
    {
        pollfd waiting{.fd = descriptor_, .events = POLLOUT, .revents = 0};
        errno = ETIMEDOUT;
        return ::poll(&waiting, 1, patience_ms) == 1;
    }

    void lost(std::string_view lines)
    {
        const auto count = std::count(lines.begin(), lines.end(), '\n');
        spdlog::warn("access log: {} lines lost: {}", count, std::strerror(errno));
        if (is_torn_ && is_writable())
            is_torn_ = ::write(descriptor_, "\n", 1) != 1;
    }

    int descriptor_;
    bool is_owner_;
    bool is_torn_{}; // the last line has no end yet
};

} // namespace

std::function<void(std::string_view)> open_access_log(const std::string& where)
{
    if (where == "off")
        return {};
    int descriptor = STDOUT_FILENO;
    if (where != "-")
        descriptor = ::open(where.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (descriptor < 0)
        throw usage_error{"--access-log: cannot write to " + where + ": " + std::strerror(errno)};
    auto writer = std::make_shared<line_writer>(descriptor, where != "-");
    return [writer](std::string_view lines) { writer->write(lines); };
}

} // namespace cinema::server
