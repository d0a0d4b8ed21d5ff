#include "support/server_process.hpp"

#include "support/http_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdlib>
#include <random>
#include <stdexcept>
#include <thread>

namespace cinema::tests
{

std::uint16_t free_port()
{
    using boost::asio::ip::tcp;
    std::random_device random;
    std::uniform_int_distribution<std::uint16_t> ports{10000, 29999};
    boost::asio::io_context context;
    for (;;)
    {
        const tcp::endpoint here{boost::asio::ip::address_v4::loopback(), ports(random)};
        tcp::acceptor probe{context, here.protocol()};
        boost::system::error_code error;
        if (!probe.bind(here, error))
            return here.port();
        if (error != boost::asio::error::address_in_use)
            throw boost::system::system_error{error};
    }
}

std::string server_program()
{
    if (const char* const program = std::getenv("CINEMA_SERVER"))
        return program;
    throw std::runtime_error{"CINEMA_SERVER does not name the program; run this by ctest"};
}

server_process::server_process(const std::filesystem::path& folder, std::string store,
                               std::vector<std::string> options, std::string documents)
    : program_{server_program()},
      stores_{"--store", std::move(store)},
      options_{std::move(options)},
      port_{free_port()},
      output_{(folder / ("server-" + std::to_string(port_) + ".log")).string()}
{
    if (!documents.empty())
        stores_.insert(stores_.end(), {"--documents", std::move(documents)});
}

void server_process::start()
{
    auto command = with_stores({"serve", "--port", std::to_string(port_)});
    command.insert(command.end(), options_.begin(), options_.end());
    process_.emplace(command, output_);
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    for (http_client client{port_}; std::chrono::steady_clock::now() < give_up;)
    {
        const auto answer = client.ask("GET", "/readyz");
        if (answer && answer->status == 200)
            return;
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    throw std::runtime_error{"the server did not become ready; see " + output_};
}

void server_process::kill()
{
    process_->signal(SIGKILL);
    (void)process_->wait();
    process_.reset();
}

int server_process::terminate()
{
    process_->signal(SIGTERM);
    const int code = process_->wait();
    process_.reset();
    return code;
}

int server_process::run(std::vector<std::string> verb) const
{
    return child_process::run(with_stores(std::move(verb)), output_);
}

std::vector<std::string> server_process::with_stores(std::vector<std::string> arguments) const
{
    arguments.insert(arguments.begin(), program_);
    arguments.insert(arguments.end(), stores_.begin(), stores_.end());
    return arguments;
}

} // namespace cinema::tests
