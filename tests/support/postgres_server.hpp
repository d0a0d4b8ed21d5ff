#pragma once

#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace cinema::tests
{

/// A PostgreSQL server of the test's own, ended and thrown away at the end. The program's
/// environment has the folder of the sources as CINEMA_SOURCE_DIR.
class postgres_server
{
public:
    explicit postgres_server(std::vector<std::string> settings = {})
        : settings_{std::move(settings)}
    {
        start();
    }
    /// A standby that follows `primary`, which runs.
    postgres_server(const postgres_server& primary, std::vector<std::string> settings)
        : settings_{std::move(settings)}, primary_{primary.folder()}
    {
        start();
    }
    ~postgres_server()
    {
        if (process_)
            stop();
    }
    postgres_server(const postgres_server&) = delete;
    postgres_server& operator=(const postgres_server&) = delete;

    /// Where it is, as libpq is told; `more` is added, as in " dbname=other".
    [[nodiscard]] std::string conninfo(std::string_view more = {}) const
    {
        return "host=" + folder() + " user=postgres dbname=postgres" + std::string{more};
    }
    /// The same as a server's --store takes it.
    [[nodiscard]] std::string url() const
    {
        return "postgresql://postgres@/postgres?host=" + folder();
    }
    [[nodiscard]] std::string folder() const { return folder_.path().string(); }

    [[nodiscard]] std::string log_file() const { return folder() + "/server.log"; }

    /// Starts it and waits until it answers.
    void start()
    {
        std::vector<std::string> command{"/usr/bin/env", "bash", script()};
        if (!primary_.empty())
            command.insert(command.end(), {"--standby-of", primary_});
        command.push_back(folder());
        command.insert(command.end(), settings_.begin(), settings_.end());
        process_ = std::make_unique<child_process>(command, log_file());
        const auto until = std::chrono::steady_clock::now() + std::chrono::minutes{1};
        while (!is_ready())
        {
            if (std::chrono::steady_clock::now() > until)
                throw std::runtime_error{"PostgreSQL does not start: " + read(log_file())};
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
        std::ifstream{folder() + "/data/PG_VERSION"} >> version();
    }

    /// The main version of the servers that were started, as in "15".
    [[nodiscard]] static std::string& version()
    {
        static std::string main_version;
        return main_version;
    }

    /// Ends it as an administrator would who does not wait for clients.
    void stop() { end_by(SIGINT); }

    /// Ends all of its processes by SIGKILL.
    void kill()
    {
        const auto pid = std::to_string(main_process());
        process_->signal(SIGSTOP); // no child is born meanwhile
        for (const auto child : children_of(pid))
            ::kill(child, SIGKILL);
        end_by(SIGKILL);
    }

    /// Sends a signal to all of its processes, as SIGSTOP and SIGCONT.
    void signal_all(int number) const
    {
        const auto children = children_of(std::to_string(main_process()));
        process_->signal(number);
        for (const auto child : children)
            ::kill(child, number);
    }

    [[nodiscard]] static std::string read(const std::string& file)
    {
        std::ifstream in{file, std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }

private:
    [[nodiscard]] static std::string script()
    {
        const char* const sources = std::getenv("CINEMA_SOURCE_DIR");
        if (sources == nullptr)
            throw std::runtime_error{"CINEMA_SOURCE_DIR is not set: start this by ctest"};
        return std::string{sources} + "/tests/services/postgres.sh";
    }
    [[nodiscard]] std::string pid_file() const { return folder() + "/data/postmaster.pid"; }

    [[nodiscard]] bool is_ready() const
    {
        const auto state = read(pid_file());
        return state.find("\nready") != state.npos
               || (!primary_.empty() && state.find("\nstandby") != state.npos);
    }
    [[nodiscard]] int main_process() const { return std::stoi(read(pid_file())); }

    [[nodiscard]] static std::vector<int> children_of(const std::string& pid)
    {
        std::ifstream in{"/proc/" + pid + "/task/" + pid + "/children"};
        return {std::istream_iterator<int>{in}, {}};
    }

    void end_by(int number)
    {
        process_->signal(number);
        (void)process_->wait();
        process_.reset();
        std::error_code ignored;
        std::filesystem::remove(pid_file(), ignored);
    }

    std::vector<std::string> settings_;
    std::string primary_; // its folder, if this is a standby
    temporary_folder folder_;
    std::unique_ptr<child_process> process_;
};

} // namespace cinema::tests
