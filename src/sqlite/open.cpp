#include "accounts.hpp"
#include "inventory.hpp"
#include "migrations.hpp"
#include "reservations.hpp"

#include <filesystem>

namespace cinema::booking
{

store_result<stores> open_sqlite_stores(sqlite_params params)
{
    sqlite::reporter report{params.log};
    return sqlite::at_edge(
        report,
        [&]() -> store_result<stores>
        {
            if (const auto ok = sqlite::check(params, report); !ok)
                return ok.error();
            auto first = sqlite::make_file(params, params.migrate);
            const auto in = std::make_shared<sqlite::database>(std::move(params), std::move(first));
            return stores{.inventory = std::make_shared<sqlite::inventory>(in),
                          .reservations = std::make_shared<sqlite::reservations>(in),
                          .accounts = std::make_shared<sqlite::accounts>(in),
                          .name = "sqlite"};
        });
}

store_result<std::vector<schema_migration>> sqlite_migrations(const sqlite_params& params)
{
    sqlite::reporter report{params.log};
    return sqlite::at_edge(
        report,
        [&]() -> store_result<std::vector<schema_migration>>
        {
            if (const auto ok = sqlite::check(params, report); !ok)
                return ok.error();
            std::vector<schema_migration> steps;
            for (const auto& step : sqlite::migrations())
                steps.push_back({step.version, std::string{step.name}, std::nullopt});
            std::error_code unreachable;
            if (!std::filesystem::exists(params.file, unreachable) && !unreachable)
                return steps;
            const auto file =
                sqlite::open_file(params, std::chrono::steady_clock::now() + params.timeout);
            return sqlite::schema_of(*file, params.file, sqlite::migrations());
        });
}

store_result<std::vector<schema_migration>> migrate_sqlite(const sqlite_params& params)
{
    sqlite::reporter report{params.log};
    return sqlite::at_edge(report,
                           [&]() -> store_result<std::vector<schema_migration>>
                           {
                               if (const auto ok = sqlite::check(params, report); !ok)
                                   return ok.error();
                               const auto file = sqlite::make_file(params, true);
                               return sqlite::schema_of(*file, params.file, sqlite::migrations());
                           });
}

} // namespace cinema::booking
