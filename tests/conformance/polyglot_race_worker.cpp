// Takes part in a race among processes on two databases: polyglot_race_worker "CONNINFO|URI" TASK

#include "support/polyglot_stores.hpp"
#include "support/race_workers.hpp"

int main(int argc, char** argv)
{
    return cinema::tests::race_worker_main(
        argc, argv,
        [](const std::string& both) {
            return cinema::tests::open_polyglot(cinema::tests::polyglot_place::parse(both)).value();
        });
}
