#pragma once

#include <pthread.h>
#include <unistd.h>

#include <csignal>

namespace cinema::server
{

/// Keeps SIGINT and SIGTERM until they are asked for. To be made before any other thread, which
/// inherits that. Also makes a closed pipe an error instead of the program's end.
class stop_signals
{
public:
    stop_signals()
    {
        sigemptyset(&both_);
        sigaddset(&both_, SIGINT);
        sigaddset(&both_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &both_, nullptr);
        std::signal(SIGPIPE, SIG_IGN);
    }

    /// Waits for one. From then on a further one ends the program at once.
    int wait()
    {
        int signal = 0;
        sigwait(&both_, &signal);
        pthread_sigmask(SIG_UNBLOCK, &both_, nullptr);
        return signal;
    }

    /// Makes `wait` return.
    static void raise() { ::kill(::getpid(), SIGTERM); }

private:
    sigset_t both_{};
};

} // namespace cinema::server
