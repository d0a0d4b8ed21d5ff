#pragma once

#include <cinema/booking/adapters/postgres.hpp>

#include "faults/sales_check.hpp"
#include "faults/shop_checks.hpp"
#include "support/postgres_schema.hpp"
#include "support/server_process.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <utility>

namespace cinema::tests
{

/// A server on databases of its own, with a crowd of buyers.
class besieged_shop
{
public:
    /// `documents`: a URI of MongoDB, if that has the documents.
    explicit besieged_shop(std::string documents = {})
        : server{folder.path(),
                 database.url(),
                 {"--demo-sessions", std::to_string(sessions_count), "--demo-hall", "20x50",
                  "--access-log", "off"},
                 std::move(documents)}
    {
        server.start();
    }

    /// Lets a crowd buy while `suffer` is called again and again, then checks all: behind `settle`,
    /// what is left when the server has ended; at last what `open` opens.
    void endure(std::size_t times, const std::function<void()>& suffer,
                const std::function<void()>& settle,
                const std::function<booking::store_result<booking::stores>()>& open)
    {
        const auto sessions = session_ids(server.port());
        const auto before = reserved_seats(server.port(), sessions);
        crowd buyers{{.ports = {server.port()}, .sessions = sessions, .seats = hall_seats}};
        for (std::size_t i = 0; i < times; ++i)
        {
            wait_for_answers(buyers, 100);
            suffer();
        }
        wait_for_answers(buyers, 100);
        const auto all = buyers.finish();
        std::size_t repeated = 0;
        for (const auto& one : all)
            repeated += one.tries > 1;
        MESSAGE(all.size() << " requests, " << buyers.granted() << " granted, " << repeated
                           << " asked again");
        check_sales(all, server.port(), sessions, before);
        check_replays(all, server.port());
        check_reservations(all, server.port());
        settle();
        CHECK(server.terminate() == 0);
        CHECK(server.check() == 0);
        check_history(all, open());
    }

    temporary_folder folder;
    postgres_server database;
    server_process server;

private:
    static constexpr int sessions_count = 8;
    static constexpr std::int64_t hall_seats = 1'000;
};

} // namespace cinema::tests
