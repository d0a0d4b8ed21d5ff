#include "migrations.hpp"

#include <cinema/booking/adapters/postgres.hpp>

#include "database.hpp"
#include "inventory.hpp"
#include "takeover_sql.hpp"

#include <charconv>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace cinema::booking::postgres
{
namespace
{

/// Waiting for others who migrate, and migrating a full database, takes its time.
constexpr std::chrono::minutes migration_time{10};

/// Where the tables are, for people: the database and its schema.
std::string place_of(connection& in)
{
    const auto names = in.execute("SELECT current_database(), current_schema()");
    if (names[0].is_null(1))
        throw failure{errc::store_failed,
                      "PostgreSQL: search_path names no schema that is there; make it with "
                      "CREATE SCHEMA, or name another"};
    return "the PostgreSQL database " + std::string{names[0].text(0)} + ", schema "
           + std::string{names[0].text(1)};
}

/// Whose tables are where ours are to be.
enum class owner
{
    nobody,
    ours,
    original, ///< The original program, from which we take over.
    others,
};

/// What is where our tables are to be.
struct ownership
{
    owner whose;
    std::string tables; ///< Those whose names we need, or have.
};

/// Looks at all in one statement, and so at one moment: somebody else may be migrating. Sees what
/// the user may not read, too.
ownership owner_of(connection& in)
{
    const auto sql =
        "SELECT EXISTS (SELECT 1 FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid"
        " WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = 'schema_migrations'"
        " AND a.attname = 'checksum' AND NOT a.attisdropped), "
        + std::string{takeover_sql::is_original}
        + ", (SELECT string_agg(relname, ', ' ORDER BY relname) FROM pg_class"
          " WHERE relnamespace = current_schema()::regnamespace"
          " AND relkind IN ('r', 'p', 'v', 'm', 'f') AND relname IN"
          " ('schema_migrations', 'halls', 'seats', 'sessions', 'reservations', 'users',"
          " 'outbox'))";
    const auto found = in.execute(sql.c_str());
    const auto is = [&](int column) { return found[0].text(column) == "t"; };
    const auto whose = is(0)                 ? owner::ours
                       : is(1)               ? owner::original
                       : found[0].is_null(2) ? owner::nobody
                                             : owner::others;
    return {whose, std::string{found[0].text(2)}};
}

std::int64_t number_in(std::string_view digits)
{
    std::int64_t number = 0;
    (void)std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

adapters::applied_steps applied(connection& in)
{
    adapters::applied_steps steps;
    const auto found =
        in.execute("SELECT version, checksum, floor(extract(epoch FROM applied_at) * 1000)::bigint"
                   " FROM schema_migrations");
    for (const auto each : found)
        steps[static_cast<int>(number_in(each.text(0)))] = {std::string{each.text(1)},
                                                            from_unix_ms(number_in(each.text(2)))};
    return steps;
}

constexpr const char* table_of_steps =
    "CREATE TABLE IF NOT EXISTS schema_migrations (version integer PRIMARY KEY,"
    " name text NOT NULL, checksum text NOT NULL,"
    " applied_at timestamptz NOT NULL DEFAULT clock_timestamp())";

/// Notes that a step is done.
std::string record_of(const migration& step)
{
    return "INSERT INTO schema_migrations (version, name, checksum) VALUES ("
           + std::to_string(step.version) + ", '" + std::string{step.name} + "', '"
           + adapters::checksum(step) + "')";
}

void apply(connection& in, const migration& step)
{
    in.execute(std::string{step.sql}.c_str());
    in.execute(record_of(step).c_str());
}

/// Begins what only one at a time may do.
void wait_for_turn(connection& in)
{
    in.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;"
               "SET LOCAL idle_in_transaction_session_timeout = 0;"
               "SELECT pg_advisory_xact_lock(hashtextextended("
               "'cinema schema_migrations ' || current_schema(), 0))");
}

/// Applies those of `known` that are not among `steps`.
void apply_missing(connection& in, std::span<const migration> known,
                   const std::vector<schema_migration>& steps, takeover* original)
{
    for (std::size_t i = 0; i < known.size(); ++i)
    {
        if (steps[i].applied_at)
            continue;
        apply(in, known[i]);
        if (i == 0 && original != nullptr)
            original->fill(); // for the first step's tables, which never change
    }
}

// By them the database notes what becomes of reservations. They are not a step of the schema: only
// who has documents elsewhere pays for them.
constexpr const char* make_triggers =
    "CREATE TRIGGER note_new_documents AFTER INSERT ON reservations REFERENCING NEW TABLE AS"
    " changed FOR EACH STATEMENT EXECUTE FUNCTION note_documents();\n"
    "CREATE TRIGGER note_changed_documents AFTER UPDATE ON reservations REFERENCING NEW TABLE AS"
    " changed FOR EACH STATEMENT EXECUTE FUNCTION note_documents();\n";

constexpr const char* queue_all =
    "INSERT INTO outbox (session_id, reservation) SELECT session_id, id FROM reservations;\n";

constexpr const char* note_elsewhere =
    "INSERT INTO properties (name, value) VALUES ('documents elsewhere', '');\n";

/// One text of several. (GCC 12 warns, wrongly, of a copy past the end where strings are added.)
std::string joined(std::initializer_list<std::string_view> parts)
{
    std::string all;
    for (const auto part : parts)
        all.append(part);
    return all;
}

bool has_properties(connection& in)
{
    return in.execute("SELECT to_regclass('properties') IS NOT NULL")[0].text(0) == "t";
}

/// Returns false if others have kept the table for a moment: who waits for it longer would keep all
/// others waiting who write.
bool makes_triggers(connection& in)
try
{
    transaction all{in};
    all.begin();
    wait_for_turn(in);
    if (in.execute("SELECT FROM pg_trigger WHERE tgrelid = 'reservations'::regclass"
                   " AND tgname = 'note_new_documents'")
            .empty())
    {
        in.execute("SET LOCAL lock_timeout = 100");
        in.execute(make_triggers);
    }
    all.commit();
    return true;
}
catch (const failure& failed)
{
    if (failed.code() != errc::busy)
        throw;
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
    return false;
}

/// Puts all reservations into the outbox, once. The triggers are there already: what changes
/// meanwhile is in it twice, which does no harm.
void queue_reservations(connection& in)
{
    transaction all{in};
    all.begin();
    wait_for_turn(in);
    if (!are_documents_elsewhere(in)) // or somebody else did it
        in.execute(joined({queue_all, note_elsewhere}).c_str());
    all.commit();
}

} // namespace

std::vector<schema_migration> schema_of(connection& in, std::span<const migration> known)
{
    const auto place = place_of(in);
    const auto [whose, tables] = owner_of(in);
    if (whose == owner::others)
        adapters::mismatch(place, "it has tables of another program (" + tables
                                      + "), or the original's with other columns: name another "
                                        "database, or another schema with "
                                        "options=-csearch_path%3Dname");
    return adapters::compared(known, whose == owner::ours ? applied(in) : adapters::applied_steps{},
                              place);
}

void migrate(connection& in, std::span<const migration> known, const takeover_options& how)
{
    in.wait_until(std::chrono::steady_clock::now() + migration_time);
    transaction all{in};
    all.begin();
    wait_for_turn(in);
    const auto steps = schema_of(in, known);
    std::optional<takeover> original;
    if (owner_of(in).whose == owner::original)
        original.emplace(in, how, place_of(in)).clear_way();
    if (!steps.front().applied_at)
        in.execute(table_of_steps);
    apply_missing(in, known, steps, original ? &*original : nullptr);
    all.commit();
    if (original)
        original->report();
}

std::string pending_sql(connection& in, std::span<const migration> known)
{
    const auto steps = schema_of(in, known);
    std::string sql;
    if (owner_of(in).whose == owner::original)
        sql +=
            "-- The original program's tables are taken over first and filled in last; by up alone,"
            " not by SQL.\n";
    if (!steps.front().applied_at)
        sql += table_of_steps + std::string{";\n"};
    for (std::size_t i = 0; i < known.size(); ++i)
        if (!steps[i].applied_at)
            sql.append(known[i].sql).append(record_of(known[i])).append(";\n");
    return sql;
}

bool undo_last(connection& in, std::span<const migration> known)
{
    in.wait_until(std::chrono::steady_clock::now() + migration_time);
    transaction all{in};
    all.begin();
    wait_for_turn(in);
    const auto steps = schema_of(in, known);
    for (std::size_t i = known.size(); i-- > 0;)
    {
        if (!steps[i].applied_at)
            continue;
        in.execute(std::string{known[i].undo}.c_str());
        const auto forget =
            "DELETE FROM schema_migrations WHERE version = " + std::to_string(known[i].version);
        in.execute(i == 0 ? "DROP TABLE schema_migrations" : forget.c_str());
        all.commit();
        return true;
    }
    return false;
}

bool are_documents_elsewhere(connection& in)
{
    return has_properties(in)
           && !in.execute("SELECT FROM properties WHERE name = 'documents elsewhere'").empty();
}

std::string inventory_name_of(connection& in)
{
    return has_properties(in) ? find_property(in, detail::inventory_name).value_or("") : "";
}

std::string settling_sql() { return joined({make_triggers, queue_all, note_elsewhere}); }

void settle_documents(connection& in, bool are_elsewhere, bool may_change)
{
    in.wait_until(std::chrono::steady_clock::now() + migration_time);
    const bool were_elsewhere = are_documents_elsewhere(in);
    if (were_elsewhere && !are_elsewhere)
        throw failure{errc::store_failed,
                      place_of(in)
                          + ": its reservations become documents of a MongoDB database, which has "
                            "the accounts, too: name that one as well (--documents, MONGODB_URI)"};
    if (were_elsewhere || !are_elsewhere)
        return;
    if (!may_change)
        adapters::mismatch(place_of(in), "its reservations are not yet brought to MongoDB: start a "
                                         "server with both first");
    const auto until = std::chrono::steady_clock::now() + migration_time;
    while (!makes_triggers(in))
        if (std::chrono::steady_clock::now() > until)
            throw failure{errc::busy, place_of(in) + ": others keep its reservations locked"};
    queue_reservations(in);
}

void forget_documents(connection& in)
{
    transaction all{in};
    all.begin();
    wait_for_turn(in);
    in.execute(
        joined({queue_all, "DELETE FROM properties WHERE name = '", detail::documents_name, "'"})
            .c_str());
    all.commit();
}

} // namespace cinema::booking::postgres
