#include "outbox_verbs.hpp"

#include <cinema/booking/store/reconcile.hpp>

#include "maintain.hpp"

#include <date/date.h>

#include <functional>
#include <iostream>

namespace cinema::server
{
namespace
{

constexpr std::size_t listed_max = 1'000;

/// Opens the stores and does `work` with them. Returns its exit code.
int with_outbox(const options& given, const std::function<int(booking::stores&)>& work)
{
    const auto where = lasting_store(given, true);
    if (given.adopt && given.documents.empty())
        throw usage_error{"--adopt: name the MongoDB database that is to have the documents, with "
                          "--documents or MONGODB_URI"};
    if (given.adopt && given.dry_run)
        throw usage_error{"--adopt changes whose documents MongoDB has: not with --dry-run"};
    auto stores = open_stores(where, {.migrate = false,
                                      .adopts_documents = given.adopt,
                                      .timeout = verb_timeout,
                                      .log = complain});
    if (!stores)
        return fail(where, stores.error());
    if (!stores->outbox)
        throw usage_error{where.text
                          + " has no outbox: its documents are written with the sale; "
                            "name a MongoDB store, or one with --documents"};
    return work(*stores);
}

booking::reservation_id reservation_of(const std::string& text)
{
    const auto id = booking::reservation_id::parse(text);
    if (!id)
        throw usage_error{'\'' + text + "' is no reservation; outbox list shows their ids"};
    return *id;
}

/// Says how many were changed. Returns the exit code.
int tell(const booking::store_result<std::size_t>& count, const char* what)
{
    if (!count)
    {
        complain(count.error().message());
        return 2;
    }
    std::cout << *count << (*count == 1 ? " reservation" : " reservations") << what << '\n';
    return 0;
}

void print(const booking::set_aside_entry& entry)
{
    std::cout << entry.reservation.text() << "  since "
              << date::format("%F %T UTC", date::floor<std::chrono::seconds>(entry.since)) << ", "
              << entry.tries << " tries: " << entry.error << '\n';
}

} // namespace

int list_outbox(const options& given)
{
    return with_outbox(
        given,
        [](booking::stores& stores)
        {
            const auto status = stores.outbox->status();
            const auto entries = stores.outbox->set_aside(listed_max);
            if (!status || !entries)
            {
                complain((status ? entries.error() : status.error()).message());
                return 2;
            }
            std::cout << status->waiting << " waiting";
            if (status->oldest)
                std::cout << ", the first for "
                          << std::chrono::duration<double>{status->now - *status->oldest}.count()
                          << " s";
            std::cout << "; " << status->set_aside << " set aside\n";
            for (const auto& entry : *entries)
                print(entry);
            return status->set_aside == 0 ? 0 : 1;
        });
}

int retry_outbox(const options& given)
{
    std::optional<booking::reservation_id> which;
    if (!given.reservation.empty())
        which = reservation_of(given.reservation);
    return with_outbox(given,
                       [&](booking::stores& stores)
                       {
                           const auto count = stores.outbox->retry(which);
                           const int code = tell(count, " will be tried again");
                           return code == 0 && which && *count == 0 ? 1 : code;
                       });
}

int drop_from_outbox(const options& given)
{
    const auto which = reservation_of(given.reservation);
    return with_outbox(given,
                       [&](booking::stores& stores)
                       {
                           const auto count = stores.outbox->drop(which);
                           const int code = tell(count, " given up");
                           return code == 0 && *count == 0 ? 1 : code;
                       });
}

int reconcile(const options& given)
{
    return with_outbox(
        given,
        [&](booking::stores& stores)
        {
            const auto report = booking::reconcile(stores, !given.dry_run);
            std::cout << report.sessions << " sessions, " << report.reservations
                      << " reservations; documents missing: " << report.missing
                      << ", different: " << report.different << ", mended: " << report.mended
                      << '\n';
            for (const auto& finding : report.findings)
                std::cout << "finding: " << finding << '\n';
            if (report.findings_left_off > 0)
                std::cout << "and " << report.findings_left_off << " more findings\n";
            if (report.error)
            {
                complain(report.error.message());
                return 2;
            }
            std::cout << (report.is_clean() ? "all agrees\n" : "something does not agree\n");
            return report.is_clean() ? 0 : 1;
        });
}

} // namespace cinema::server
