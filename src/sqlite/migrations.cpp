#include "migrations.hpp"

#include <utility>

namespace cinema::booking::sqlite
{
namespace
{

constexpr std::string_view application_id = "1128877637"; // "CINE"; set by the first migration

bool is_ours(connection& file) { return file.value_of("PRAGMA application_id") == application_id; }

adapters::applied_steps applied(connection& file)
{
    adapters::applied_steps steps;
    sqlite3_stmt* statement = nullptr;
    const int result = sqlite3_prepare_v2(
        file.handle(), "SELECT version, checksum, applied_at FROM schema_migrations", -1,
        &statement, nullptr);
    if (result != SQLITE_OK)
        file.fail(result);
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> owner{statement, sqlite3_finalize};
    cursor row{file, statement};
    while (row.next())
        steps[static_cast<int>(row.integer(0))] = {std::string{row.text(1)}, row.time(2)};
    return steps;
}

void apply(connection& file, const migration& step, time_point now)
{
    file.execute(std::string{step.sql}.c_str());
    const std::string record = "INSERT INTO schema_migrations VALUES ("
                               + std::to_string(step.version) + ", '" + std::string{step.name}
                               + "', '" + adapters::checksum(step) + "', "
                               + std::to_string(to_unix_ms(now)) + ")";
    file.execute(record.c_str());
}

} // namespace

std::vector<schema_migration> schema_of(connection& file, const std::string& name,
                                        std::span<const migration> known)
{
    // In this order: whoever makes the schema meanwhile makes it and its owner's mark at once.
    adapters::applied_steps steps;
    const bool is_empty = file.value_of("SELECT count(*) FROM sqlite_schema") == "0";
    if (is_ours(file))
        steps = applied(file);
    else if (!is_empty)
        adapters::mismatch(name, "it is the database of another program: name another file");

    return adapters::compared(known, std::move(steps), name);
}

void migrate(connection& file, const std::string& name, std::span<const migration> known,
             time_point now)
{
    file.execute("BEGIN IMMEDIATE");
    try
    {
        const auto steps = schema_of(file, name, known);
        if (!steps.front().applied_at)
            file.execute("CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY,"
                         " name TEXT NOT NULL, checksum TEXT NOT NULL,"
                         " applied_at INTEGER NOT NULL) STRICT");
        for (std::size_t i = 0; i < known.size(); ++i)
            if (!steps[i].applied_at)
                apply(file, known[i], now);
        file.commit();
    }
    catch (...)
    {
        file.roll_back();
        throw;
    }
}

void require_schema(connection& file, const std::string& name, std::span<const migration> known)
{
    adapters::require_all(schema_of(file, name, known), name);
}

} // namespace cinema::booking::sqlite
