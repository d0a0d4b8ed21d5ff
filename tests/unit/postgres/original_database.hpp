#pragma once

#include <cinema/booking/adapters/postgres.hpp>

#include "support/postgres_schema.hpp"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace cinema::tests
{

/// A database as the original Node.js program leaves it, in a schema of its own, and what opening
/// it has logged. tests/support/original_database.sql says what is in it.
class original_database
{
public:
    original_database()
    {
        const std::filesystem::path sources{std::getenv("CINEMA_SOURCE_DIR")};
        (void)schema_(
            postgres_server::read((sources / "tests/support/original_database.sql").string()));
    }
    ~original_database()
    {
        run_sql(shared_postgres(), "SET client_min_messages = error;"
                                   "DROP SCHEMA IF EXISTS "
                                       + kept() + " CASCADE");
    }
    original_database(const original_database&) = delete;
    original_database& operator=(const original_database&) = delete;

    /// Runs SQL in the schema.
    std::string operator()(const std::string& sql) const { return schema_(sql); }

    /// The schema that the tables are moved to.
    [[nodiscard]] std::string kept() const { return schema_.name() + "_original"; }

    [[nodiscard]] booking::postgres_params params() const
    {
        return {.conninfo = schema_.conninfo(),
                .timeout = std::chrono::minutes{1}, // a busy machine may be slow
                .allows_unsafe_durability = true,   // of the server that is shared
                .log = [to = lines_](std::string_view line)
                {
                    const std::lock_guard lock{to->mutex};
                    to->all.emplace_back(line);
                }};
    }

    [[nodiscard]] booking::stores open() const
    {
        return booking::open_postgres_stores(params()).value();
    }
    [[nodiscard]] booking::error_code open_error() const
    {
        const auto opened = booking::open_postgres_stores(params());
        return opened ? booking::error_code{} : opened.error();
    }

    /// What was logged up to now.
    [[nodiscard]] std::vector<std::string> lines() const
    {
        const std::lock_guard lock{lines_->mutex};
        return lines_->all;
    }

    /// All that the tables in this schema hold, and the names of all that is there.
    [[nodiscard]] std::string content(const std::string& schema) const
    {
        const auto table = [&](const std::string& name)
        {
            return "coalesce((SELECT jsonb_agg(to_jsonb(t) ORDER BY id) FROM " + schema + '.' + name
                   + " AS t), '[]')::text || ";
        };
        return schema_("SELECT " + table("halls") + table("seats") + table("sessions")
                       + "(SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class"
                         " WHERE relnamespace = '"
                       + schema + "'::regnamespace)");
    }
    [[nodiscard]] std::string content() const { return content(schema_.name()); }

private:
    struct logged
    {
        std::mutex mutex;
        std::vector<std::string> all;
    };

    postgres_schema schema_;
    std::shared_ptr<logged> lines_ = std::make_shared<logged>();
};

} // namespace cinema::tests
