#include "rush/report.hpp"

#include <iomanip>
#include <sstream>

namespace cinema::rush
{
namespace
{

constexpr std::size_t shown_max = 5;

std::string percent(std::optional<double> share)
{
    std::ostringstream out;
    out << std::fixed << std::setprecision(1) << share.value_or(0) * 100 << " %";
    return out.str();
}

void print_figures(std::ostream& out, const booking::kpi_window& figures)
{
    const auto& counts = figures.counts;
    const double seconds = static_cast<double>(figures.covered.count()) / 1e6;
    const auto line = [&out](const char* name, std::uint64_t count) -> std::ostream&
    {
        return out << "  " << std::left << std::setw(14) << name << std::right << std::setw(9)
                   << count;
    };
    out << std::fixed << std::setprecision(2);
    line("requests", counts.requests())
        << "   in " << seconds
        << " s: " << static_cast<std::uint64_t>(static_cast<double>(counts.requests()) / seconds)
        << " a second\n";
    line("granted", counts.granted) << "   success rate " << percent(counts.success_rate()) << '\n';
    line("seat taken", counts.conflict)
        << "   conflict rate " << percent(counts.conflict_rate()) << '\n';
    line("refused", counts.refused) << "   for other reasons\n";
    line("no answer", counts.failed) << '\n';
    line("at once", figures.in_flight.peak) << "   at the peak, " << std::setprecision(1)
                                            << figures.in_flight.average << " on average\n\n";
    const auto& time = figures.response_time;
    out << "  response time, ms      p50       p95       p99       max\n                   "
        << std::setprecision(2);
    for (const auto each : {time.p50, time.p95, time.p99, time.max})
        out << std::setw(each == time.p50 ? 7 : 10) << ms(each);
    out << "\n\n";
}

void print_double_sales(std::ostream& out, const report& what)
{
    std::size_t shown = 0;
    for (const auto& [seat, sales] : what.verdict.sold_twice)
    {
        if (++shown > shown_max)
        {
            out << "  and so on\n";
            break;
        }
        out << "  " << what.seats.at(seat) << " was sold to";
        const char* comma = " ";
        for (const auto& sale : sales)
        {
            out << comma << "buyer " << sale.buyer;
            comma = ", ";
        }
        out << '\n';
    }
}

/// What is to be known of the verdict beside its figures.
void print_remark(std::ostream& out, const verdict& verdict, bool is_broken)
{
    if (verdict.sold() == 0)
        out << "Nothing was sold: that says nothing.\n";
    else if (is_broken && verdict.is_clean())
        out << "Nobody came between this time; more buyers and requests make it likelier.\n";
    else if (is_broken && !verdict.sold_twice.empty())
        out << "\nThat is what the two locks prevent. With --broken-swap the store neither "
               "compares\n"
               "the session's version with the one a service decided on, nor guards each seat: "
               "the\n"
               "other service has sold the seat meanwhile, and nobody notices. Without the option\n"
               "the service would be told so and decide again.\n";
}

} // namespace

std::string to_text(const report& what)
{
    const auto& verdict = what.verdict;
    std::ostringstream out;
    out << what.buyers << " buyers, " << what.seats.size() << " seats, " << what.place << "\n\n";
    print_figures(out, what.figures);
    for (const auto& [why, times] : verdict.others)
        out << "  " << times << " times: " << why << '\n';
    out << "  " << verdict.sold() << " seats sold, " << verdict.sold_never << " left\n";
    if (!verdict.shop_says.text.empty())
        out << "  " << verdict.shop_says.text << '\n';
    print_double_sales(out, what);
    out << '\n' << verdict.sold_twice.size() << " seats sold twice\n";
    print_remark(out, verdict, what.is_broken);
    return out.str();
}

} // namespace cinema::rush
