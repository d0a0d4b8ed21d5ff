#include "rush/report.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace cinema::rush
{
namespace
{

namespace json = boost::json;

json::value or_null(std::optional<double> share)
{
    return share ? json::value(*share) : json::value(nullptr);
}

json::object figures_of(const booking::kpi_window& figures)
{
    const auto& counts = figures.counts;
    const auto& time = figures.response_time;
    return {
        {"requests", counts.requests()},
        {"granted", counts.granted},
        {"conflict", counts.conflict},
        {"refused", counts.refused},
        {"failed", counts.failed},
        {"success_rate", or_null(counts.success_rate())},
        {"conflict_rate", or_null(counts.conflict_rate())},
        {"seconds", static_cast<double>(figures.covered.count()) / 1e6},
        {"concurrency", {{"peak", figures.in_flight.peak}, {"average", figures.in_flight.average}}},
        {"response_ms",
         {{"average", ms(time.average)},
          {"p50", ms(time.p50)},
          {"p95", ms(time.p95)},
          {"p99", ms(time.p99)},
          {"max", ms(time.max)}}}};
}

} // namespace

std::string to_json(const report& what)
{
    const auto& verdict = what.verdict;
    json::object out = figures_of(what.figures);
    out["buyers"] = what.buyers;
    out["seats"] = what.seats.size();
    out["place"] = what.place;
    out["broken_swap"] = what.is_broken;
    out["seats_sold_once"] = verdict.sold_once;
    out["seats_sold_twice"] = verdict.sold_twice.size();
    out["seats_left"] = verdict.sold_never;
    out["store_agrees"] = verdict.shop_says.text.empty() ? json::value(nullptr)
                                                         : json::value(verdict.shop_says.is_clean);
    return json::serialize(out) + '\n';
}

} // namespace cinema::rush
