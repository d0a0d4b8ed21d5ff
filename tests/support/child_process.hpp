#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace cinema::tests
{

/// A program that was started; killed, if it still runs, at the end. Its output goes to a file.
class child_process
{
public:
    child_process(const std::vector<std::string>& command, const std::string& output_file)
    {
        std::vector<char*> arguments;
        for (const auto& word : command)
            arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        pid_ = ::fork();
        if (pid_ < 0)
            throw std::runtime_error{"cannot fork"};
        if (pid_ == 0)
        {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL); // not to outlive the test
            const int out = ::open(output_file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
            ::dup2(out, STDOUT_FILENO);
            ::dup2(out, STDERR_FILENO);
            ::execv(arguments[0], arguments.data());
            ::_exit(127);
        }
    }
    ~child_process()
    {
        if (pid_ > 0)
        {
            signal(SIGKILL);
            (void)wait();
        }
    }
    child_process(child_process&& other) noexcept : pid_{other.pid_} { other.pid_ = -1; }
    child_process& operator=(child_process&& other) noexcept
    {
        std::swap(pid_, other.pid_);
        return *this;
    }

    void signal(int number) const { ::kill(pid_, number); }

    /// Whether it has not ended yet. What it ended with is still there to wait() for.
    [[nodiscard]] bool is_running() const
    {
        siginfo_t ended{};
        return ::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0
               && ended.si_pid == 0;
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

    /// Starts a program and waits for its end.
    [[nodiscard]] static int run(const std::vector<std::string>& command,
                                 const std::string& output_file)
    {
        return child_process{command, output_file}.wait();
    }

private:
    pid_t pid_{-1};
};

} // namespace cinema::tests
