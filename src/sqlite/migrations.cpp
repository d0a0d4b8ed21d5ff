#include "migrations.hpp"

#include <cinema/booking/domain/sha256.hpp>

#include <algorithm>
#include <map>

namespace cinema::booking::sqlite
{
namespace
{

constexpr std::string_view application_id = "1128877637"; // "CINE"; set by the first migration

struct applied_step
{
    std::string checksum;
    time_point at{};
};

using applied_steps = std::map<int, applied_step>;

[[noreturn]] void mismatch(const std::string& file, const std::string& what)
{
    throw failure{errc::schema_mismatch, file + ": " + what};
}

bool is_ours(connection& file) { return file.value_of("PRAGMA application_id") == application_id; }

applied_steps applied(connection& file)
{
    applied_steps steps;
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
                               + "', '" + checksum(step) + "', " + std::to_string(to_unix_ms(now))
                               + ")";
    file.execute(record.c_str());
}

} // namespace

std::string checksum(const migration& step)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const auto byte : sha256(step.sql))
    {
        text.push_back(digits[byte >> 4U]);
        text.push_back(digits[byte & 0xFU]);
    }
    return text;
}

std::vector<sqlite_migration> schema_of(connection& file, const std::string& name,
                                        std::span<const migration> known)
{
    // In this order: whoever makes the schema meanwhile makes it and its owner's mark at once.
    applied_steps steps;
    const bool is_empty = file.value_of("SELECT count(*) FROM sqlite_schema") == "0";
    if (is_ours(file))
        steps = applied(file);
    else if (!is_empty)
        mismatch(name, "it is the database of another program: name another file");

    std::vector<sqlite_migration> all;
    for (const auto& step : known)
    {
        all.push_back({step.version, std::string{step.name}, std::nullopt});
        const auto done = steps.find(step.version);
        if (done == steps.end())
            continue;
        if (done->second.checksum != checksum(step))
            mismatch(name, "its schema step " + std::string{step.name}
                               + " is not the one of this program: use the program that made it");
        all.back().applied_at = done->second.at;
        steps.erase(done);
    }
    if (!steps.empty())
        mismatch(name, "it has schema " + std::to_string(steps.rbegin()->first)
                           + ", this program knows " + std::to_string(known.back().version)
                           + ": use the newer program");
    return all;
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
    const auto steps = schema_of(file, name, known);
    const auto missing =
        std::find_if(steps.begin(), steps.end(), [](const auto& step) { return !step.applied_at; });
    if (missing != steps.end())
        mismatch(name, "it lacks schema step " + missing->name + ": run the migration first");
}

} // namespace cinema::booking::sqlite
