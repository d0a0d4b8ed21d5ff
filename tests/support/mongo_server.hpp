#pragma once

#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace cinema::tests
{

/// A server of the test's own that speaks MongoDB's protocol, ended and thrown away at the end:
/// what tests/services/mongodb.sh starts. What it acknowledged survives kill(). The program's
/// environment has the folder of the sources as CINEMA_SOURCE_DIR.
class mongo_server
{
public:
    mongo_server() { start(); }
    ~mongo_server()
    {
        if (process_)
            kill();
    }
    mongo_server(const mongo_server&) = delete;
    mongo_server& operator=(const mongo_server&) = delete;

    /// Where it is, without a database: mongodb://127.0.0.1:port.
    [[nodiscard]] const std::string& uri() const noexcept { return uri_; }

    [[nodiscard]] std::uint16_t port() const
    {
        return static_cast<std::uint16_t>(std::stoul(uri_.substr(uri_.rfind(':') + 1)));
    }

    /// Starts it and waits until it listens. Once it was stopped or killed: with the same data, on
    /// the same port.
    void start()
    {
        std::filesystem::remove(address_file());
        std::vector<std::string> command{"/usr/bin/env", "bash", script(), folder()};
        if (!uri_.empty())
            command.push_back(std::to_string(port()));
        process_ = std::make_unique<child_process>(command, log_file());
        // The first start of all builds it, from what may have to be fetched.
        const auto until = std::chrono::steady_clock::now() + std::chrono::minutes{5};
        while (!is_ready())
        {
            if (std::chrono::steady_clock::now() > until || !process_->is_running())
                throw std::runtime_error{"mongodb.sh does not start: " + read(log_file())};
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
        uri_ = read(address_file());
        uri_.pop_back();
    }

    /// Ends it in good order.
    void stop() { end_by(SIGTERM); }

    /// Ends it by SIGKILL.
    void kill() { end_by(SIGKILL); }

    /// Sends it a signal, as SIGSTOP and SIGCONT.
    void signal(int number) const { process_->signal(number); }

private:
    [[nodiscard]] static std::string script()
    {
        const char* const sources = std::getenv("CINEMA_SOURCE_DIR");
        if (sources == nullptr)
            throw std::runtime_error{"CINEMA_SOURCE_DIR is not set: start this by ctest"};
        return std::string{sources} + "/tests/services/mongodb.sh";
    }
    [[nodiscard]] std::string folder() const { return folder_.path().string(); }
    [[nodiscard]] std::string address_file() const { return folder() + "/address"; }
    [[nodiscard]] std::string log_file() const { return folder() + "/server.log"; }

    [[nodiscard]] bool is_ready() const { return read(address_file()).ends_with('\n'); }

    [[nodiscard]] static std::string read(const std::string& file)
    {
        std::ostringstream text;
        text << std::ifstream{file}.rdbuf();
        return text.str();
    }

    void end_by(int number)
    {
        process_->signal(number);
        (void)process_->wait();
        process_.reset();
    }

    temporary_folder folder_;
    std::string uri_;
    std::unique_ptr<child_process> process_;
};

/// The server that this program's tests share, without a database: the one that
/// CINEMA_TEST_MONGODB_URI names, or else one that is started for them.
inline const std::string& shared_mongo()
{
    static const std::string uri = []() -> std::string
    {
        if (const char* const given = std::getenv("CINEMA_TEST_MONGODB_URI"))
            return given;
        static const mongo_server server;
        return server.uri();
    }();
    return uri;
}

/// What that is.
inline std::string name_of_shared_mongo()
{
    if (std::getenv("CINEMA_TEST_MONGODB_URI") == nullptr)
        return "mongo-java-server, started for it";
    const char* const name = std::getenv("CINEMA_TEST_MONGODB_NAME");
    return name != nullptr ? name : "MongoDB at CINEMA_TEST_MONGODB_URI";
}

/// The URI of a database on the server of another URI; that one's options are kept.
inline std::string mongo_database(std::string_view server, std::string_view database)
{
    const auto hosts = server.substr(0, server.find_first_of("/?", server.find("://") + 3));
    const auto options = server.find('?');
    return std::string{hosts} + '/' + std::string{database}
           + std::string{options == server.npos ? "" : server.substr(options)};
}

/// The URI of a database that no other test uses, on a server that they may share.
inline std::string new_mongo_database(std::string_view server = shared_mongo())
{
    static std::atomic<int> count{0};
    return mongo_database(server, "cinema_test_" + std::to_string(::getpid()) + '_'
                                      + std::to_string(++count));
}

} // namespace cinema::tests
