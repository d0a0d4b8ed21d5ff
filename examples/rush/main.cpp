// Lets many buyers storm one session and counts who got which seat: no seat must have two buyers.

#include "programs/command_line.hpp"
#include "rush/http_shop.hpp"
#include "rush/library_shop.hpp"
#include "rush/options.hpp"
#include "rush/report.hpp"

#include <unistd.h>

#include <iostream>

namespace
{

using namespace cinema::rush;

constexpr int clean = 0;
constexpr int sold_twice = 1;
constexpr int no_verdict = 2;

int rush(const options& given)
{
    const auto shop = given.url.empty() ? open_library_shop(given) : open_http_shop(given);
    auto seats = shop->seats();
    if (seats.empty())
        throw cinema::usage_error{"the session has no free seat; choose another with --session"};
    std::vector<cinema::booking::seat_number> numbers;
    for (const auto& [number, label] : seats)
        numbers.push_back(number);

    auto result = run_storm(*shop,
                            {.buyers = given.buyers,
                             .requests = given.requests,
                             .seed = given.seed,
                             .shows_progress = ::isatty(STDERR_FILENO) == 1},
                            numbers);
    const report told{.place = shop->place(),
                      .buyers = given.buyers,
                      .is_broken = given.broken_swap,
                      .seats = std::move(seats),
                      .figures = result.figures,
                      .verdict = judge(result.deals, numbers.size(), shop->look_again())};
    std::cout << (given.as_json ? to_json(told) : to_text(told));
    if (!told.verdict.is_clean())
        return sold_twice;
    return told.verdict.sold() == 0 ? no_verdict : clean;
}

} // namespace

int main(int argc, char** argv)
{
    return cinema::run_program("rush",
                               [&]
                               {
                                   const auto asked = read_options(argc, argv);
                                   if (asked.options)
                                       return rush(*asked.options);
                                   std::cout << asked.printed;
                                   return 0;
                               });
}
