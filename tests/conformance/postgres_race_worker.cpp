// Takes part in a race among processes on one database: postgres_race_worker CONNINFO TASK

#include <cinema/booking/adapters/postgres.hpp>

#include "support/race_workers.hpp"

int main(int argc, char** argv)
{
    return cinema::tests::race_worker_main(argc, argv,
                                           [](const std::string& conninfo)
                                           {
                                               return cinema::booking::open_postgres_stores(
                                                          {.conninfo = conninfo,
                                                           .timeout = std::chrono::minutes{1},
                                                           .allows_unsafe_durability = true})
                                                   .value();
                                           });
}
