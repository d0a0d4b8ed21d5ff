#pragma once

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cinema::tests
{

/// A program that was started, and talked to by its standard input and output; killed, if it still
/// runs, at the end.
class piped_process
{
public:
    explicit piped_process(const std::vector<std::string>& command)
    {
        std::array<int, 2> in{};
        std::array<int, 2> out{};
        if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0)
            throw std::runtime_error{"cannot make pipes"};
        std::vector<char*> arguments;
        for (const auto& word : command)
            arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        pid_ = ::fork();
        if (pid_ == 0)
        {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL); // not to outlive the test
            ::dup2(in[0], STDIN_FILENO);
            ::dup2(out[1], STDOUT_FILENO);
            ::execv(arguments[0], arguments.data());
            ::_exit(127);
        }
        ::close(in[0]);
        ::close(out[1]);
        in_ = in[1];
        out_ = out[0];
        if (pid_ < 0)
            throw std::runtime_error{"cannot fork"};
    }
    ~piped_process()
    {
        ::close(in_);
        ::close(out_);
        if (pid_ > 0)
        {
            ::kill(pid_, SIGKILL);
            (void)wait();
        }
    }
    piped_process(const piped_process&) = delete;
    piped_process& operator=(const piped_process&) = delete;

    /// The next line without its end; what there is, if the output ends before.
    [[nodiscard]] std::string read_line()
    {
        while (pending_.find('\n') == std::string::npos && fill())
        {
        }
        const auto end = pending_.find('\n');
        auto line = pending_.substr(0, end);
        pending_.erase(0, end == std::string::npos ? end : end + 1);
        return line;
    }

    /// All that comes until the output ends.
    [[nodiscard]] std::string read_rest()
    {
        while (fill())
        {
        }
        return std::exchange(pending_, {});
    }

    void write(std::string_view text) const
    {
        if (::write(in_, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
            throw std::runtime_error{"the process does not listen"};
    }

    /// Waits for its end. Its exit code, or 128 + the signal that ended it.
    [[nodiscard]] int wait()
    {
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR)
        {
        }
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

private:
    bool fill()
    {
        std::array<char, 4'096> buffer{};
        ssize_t got = 0;
        do
            got = ::read(out_, buffer.data(), buffer.size());
        while (got < 0 && errno == EINTR);
        if (got > 0)
            pending_.append(buffer.data(), static_cast<std::size_t>(got));
        return got > 0;
    }

    pid_t pid_{-1};
    int in_{-1};
    int out_{-1};
    std::string pending_;
};

} // namespace cinema::tests
