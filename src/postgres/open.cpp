#include <cinema/booking/adapters/postgres.hpp>

#include "accounts.hpp"
#include "connect.hpp"
#include "inventory.hpp"
#include "migrations.hpp"
#include "outbox.hpp"
#include "reservations.hpp"

#include <algorithm>
#include <memory>

namespace cinema::booking
{
namespace
{

using namespace postgres;

/// Opening has more patience than selling: all of it would be done anew.
constexpr std::chrono::milliseconds opening_timeout_min{2'000};

std::unique_ptr<connection> connect_apart(postgres_params params)
{
    params.timeout = std::max(params.timeout, opening_timeout_min);
    return connect(params, std::chrono::steady_clock::now() + params.timeout);
}

/// What the original program kept elsewhere. Throws `failure`.
std::vector<original_reservation> original_reservations(const postgres_params& params)
{
    if (!params.original_reservations)
        return {};
    auto all = params.original_reservations();
    if (!all)
        throw failure{static_cast<errc>(all.error().value()),
                      "the original program's reservations cannot be read: "
                          + all.error().message()};
    return *std::move(all);
}

/// Throws `failure` (store_failed) if this database would be new to the other store, which has
/// another one's documents.
void require_own_documents(connection& in, const postgres_params& params)
{
    if (params.queues_documents && !params.queueing_only_for.empty() && !are_documents_elsewhere(in)
        && inventory_name_of(in) != params.queueing_only_for)
        throw failure{errc::store_failed, detail::others_documents};
}

/// Makes the schema complete, or throws `failure`.
void complete(const postgres_params& params, bool may_migrate, reporter& report)
{
    const auto in = connect_apart(params);
    const auto other = connect_apart(params);
    require_own_process(*in, *other);
    auto steps = schema_of(*in, postgres::migrations());
    require_own_documents(*in, params);
    if (may_migrate && adapters::lacks_step(steps))
    {
        postgres::migrate(*in, postgres::migrations(),
                          {.time_zone = params.original_time_zone,
                           .say = [&](std::string_view line) { report.say(line); },
                           .reservations = [&] { return original_reservations(params); }});
        steps = schema_of(*in, postgres::migrations());
    }
    adapters::require_all(steps, "the PostgreSQL database");
}

/// Checks the parameters, then does `work`.
template <class Work>
auto with_checked(const postgres_params& params, const Work& work)
    -> std::invoke_result_t<Work, reporter&>
{
    reporter report{params.log};
    return at_edge(report,
                   [&]() -> std::invoke_result_t<Work, reporter&>
                   {
                       if (const auto ok = postgres::check(params, report); !ok)
                           return ok.error();
                       return work(report);
                   });
}

/// Pre: the parameters were checked. Throws `failure`.
stores opened(const postgres_params& params, reporter& report)
{
    complete(params, params.migrate, report);
    const auto apart = connect_apart(params);
    settle_documents(*apart, params.queues_documents, params.migrate);
    if (params.forgets_documents)
        forget_documents(*apart);
    const auto in = std::make_shared<database>(params);
    stores made{.inventory = std::make_shared<postgres::inventory>(in),
                .reservations = std::make_shared<postgres::reservations>(in),
                .accounts = std::make_shared<postgres::accounts>(in),
                .name = "postgresql"};
    if (params.queues_documents)
        made.outbox = std::make_shared<postgres::table_outbox>(in);
    return made;
}

} // namespace

store_result<stores> open_postgres_stores(postgres_params params)
{
    return with_checked(
        params, [&](reporter& report) -> store_result<stores> { return opened(params, report); });
}

store_result<std::vector<schema_migration>> postgres_migrations(const postgres_params& params)
{
    return with_checked(params,
                        [&](reporter&) -> store_result<std::vector<schema_migration>>
                        {
                            const auto in = connect_apart(params);
                            return schema_of(*in, postgres::migrations());
                        });
}

store_result<std::vector<schema_migration>> migrate_postgres(const postgres_params& params)
{
    return with_checked(params,
                        [&](reporter& report) -> store_result<std::vector<schema_migration>>
                        {
                            complete(params, true, report);
                            const auto in = connect_apart(params);
                            if (params.queues_documents)
                                settle_documents(*in, true, true);
                            return schema_of(*in, postgres::migrations());
                        });
}

store_result<std::string> pending_postgres_sql(const postgres_params& params)
{
    return with_checked(params,
                        [&](reporter&) -> store_result<std::string>
                        {
                            const auto in = connect_apart(params);
                            auto sql = pending_sql(*in, postgres::migrations());
                            require_own_documents(*in, params);
                            if (params.queues_documents && !are_documents_elsewhere(*in))
                                sql += settling_sql();
                            return sql;
                        });
}

store_result<std::vector<schema_migration>> undo_postgres_migration(const postgres_params& params)
{
    return with_checked(params,
                        [&](reporter&) -> store_result<std::vector<schema_migration>>
                        {
                            const auto in = connect_apart(params);
                            undo_last(*in, postgres::migrations());
                            in->wait_until(std::chrono::steady_clock::now() + params.timeout);
                            return schema_of(*in, postgres::migrations());
                        });
}

} // namespace cinema::booking
