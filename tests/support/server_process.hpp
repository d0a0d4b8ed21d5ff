#pragma once

#include "support/child_process.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cinema::tests
{

/// A port of 127.0.0.1 that nobody uses now. It is below those that systems give to clients: one of
/// these could be taken by another program's connection while the server starts, or is down.
[[nodiscard]] std::uint16_t free_port();

/// Where cinema-server is, as ctest says.
[[nodiscard]] std::string server_program();

/// A real cinema-server on a file, which may be killed and started again.
class server_process
{
public:
    /// `folder`: for its output. Does not start it.
    server_process(const std::filesystem::path& folder, std::string store,
                   std::vector<std::string> options = {}, std::string documents = {});

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] const std::string& output_file() const noexcept { return output_; }

    /// Starts it and waits until it is ready.
    void start();

    /// kill -9, and waits until it is gone.
    void kill();

    /// SIGTERM. Its exit code.
    [[nodiscard]] int terminate();

    /// Runs `cinema-server check` on the store, or another verb. Its exit code.
    [[nodiscard]] int check() const { return run({"check"}); }
    [[nodiscard]] int run(std::vector<std::string> verb) const;

private:
    [[nodiscard]] std::vector<std::string> with_stores(std::vector<std::string> arguments) const;

    std::string program_;
    std::vector<std::string> stores_;
    std::vector<std::string> options_;
    std::uint16_t port_;
    std::string output_;
    std::optional<child_process> process_;
};

} // namespace cinema::tests
