// The cinema's shop over HTTP, and what keeps its store in order.

#include "maintain.hpp"
#include "options.hpp"
#include "outbox_verbs.hpp"
#include "programs/command_line.hpp"
#include "serve.hpp"

#include <cstdlib>
#include <iostream>

namespace
{

constexpr int wrong_configuration = 2;

int run(const cinema::server::options& given)
{
    using cinema::server::verb;
    switch (given.asked)
    {
    case verb::serve: return serve(given);
    case verb::demo_data: return make_demo_data(given);
    case verb::migrate_status:
    case verb::migrate_up:
    case verb::migrate_down: return migrate(given);
    case verb::check: return check(given);
    case verb::outbox_list: return list_outbox(given);
    case verb::outbox_retry: return retry_outbox(given);
    case verb::outbox_drop: return drop_from_outbox(given);
    case verb::reconcile: return reconcile(given);
    }
    return wrong_configuration;
}

} // namespace

int main(int argc, char** argv)
{
    return cinema::run_program("cinema-server",
                               [&]
                               {
                                   const auto asked = cinema::server::read_options(
                                       argc, argv,
                                       [](const char* name) { return std::getenv(name); });
                                   if (asked.options)
                                       return run(*asked.options);
                                   std::cout << asked.printed;
                                   return 0;
                               });
}
