// Random operations at random times, in drafts that are dropped or adopted, on books that are
// loaded anew, against a naive model of the same rules: after each step both give the same answer
// and know the same, and what is stored never has a seat twice.

#include "support/property.hpp"
#include "unit/engine/model_comparison.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace cinema::tests;

namespace
{

void compare(const std::vector<step>& steps, bool sales_close)
{
    comparison both{sales_close};
    for (const auto& step : steps)
        both.take(step);
    both.finish();
}

} // namespace

TEST_CASE("the engine decides as the naive model does, whatever is asked, dropped or loaded anew")
{
    CHECK(holds("sales never close", 2'000,
                []
                {
                    const auto steps =
                        *rc::gen::scale(3.0, rc::gen::container<std::vector<step>>(any_step()));
                    compare(steps, false);
                }));
    CHECK(holds("sales close at showtime", 500,
                []
                {
                    const auto steps =
                        *rc::gen::scale(3.0, rc::gen::container<std::vector<step>>(any_step()));
                    compare(steps, true);
                }));
}
