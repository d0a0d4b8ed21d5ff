// Takes part in a race among processes on one database: mongo_race_worker URI TASK

#include <cinema/booking/adapters/mongo.hpp>

#include "support/race_workers.hpp"

int main(int argc, char** argv)
{
    return cinema::tests::race_worker_main(
        argc, argv,
        [](const std::string& uri)
        {
            return cinema::booking::open_mongo_stores(
                       {.uri = uri, .timeout = std::chrono::minutes{1}})
                .value();
        });
}
