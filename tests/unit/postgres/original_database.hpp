#pragma once

#include <cinema/booking/adapters/postgres.hpp>

#include "support/postgres_schema.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace cinema::tests
{

/// A database as the original Node.js program leaves it, in a schema of its own, and what opening
/// it has logged.
///
/// Hall 1 has 3 rows of 4 seats, whose ids begin at 101; hall 4 has no rows in `seats`, but 2 rows
/// of 3 in `seat_config`. Session 5 has 7 of 12 seats sold, session 7 none of 6, session 9 all 12.
class original_database
{
public:
    original_database() { (void)schema_(made); }
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
    static constexpr const char* made = R"(
        CREATE TABLE halls (id serial PRIMARY KEY, name varchar(255), capacity int,
                            seat_config jsonb);
        CREATE TABLE seats (id serial PRIMARY KEY, hall_id int, "row" int, col int,
                            seat_number int);
        CREATE TABLE sessions (id serial PRIMARY KEY, hall_id int, movie_title varchar(255),
                               showtime timestamp, seats jsonb, version int DEFAULT 0);
        INSERT INTO halls VALUES (1, 'Hall A', 12, '{"rows": 3, "cols": 4}'),
                                 (4, 'Hall B', 6, '{"rows": 2, "cols": 3}');
        INSERT INTO seats SELECT 100 + n, 1, 1 + (n - 1) / 4, 1 + (n - 1) % 4, n
                          FROM generate_series(1, 12) AS n;
        INSERT INTO sessions VALUES
            (5, 1, 'Metropolis', '2030-07-01 20:00', '[1, 2, 3, 5, 8]', 17),
            (7, 4, 'Sunrise', '2030-01-01 20:00:00.1234', '[6, 5, 4, 3, 2, 1]', 0),
            (9, 1, 'Nosferatu', '1990-01-01 20:00', '[]', 3);
    )";

    struct logged
    {
        std::mutex mutex;
        std::vector<std::string> all;
    };

    postgres_schema schema_;
    std::shared_ptr<logged> lines_ = std::make_shared<logged>();
};

} // namespace cinema::tests
