#include "options.hpp"

#include <cinema/booking/version.hpp>

#include "programs/command_line.hpp"
#include "settings.hpp"

#include <CLI/CLI.hpp>

#include <utility>
#include <vector>

namespace cinema::server
{
namespace
{

using booking::lanes_max;

constexpr const char* examples = R"(Examples:
  cinema-server                                serves cinema.db with its demo data on port 3000
  cinema-server --store sqlite:/var/lib/cinema/cinema.db --host 0.0.0.0 --no-demo
  cinema-server check --store sqlite:cinema.db    compares all that must agree in the store

The command line goes before the environment, that before the configuration file, and each option
has a default: --print-config shows the values and where they come from. The environment may name
PORT, POSTGRES_URL (the store) and MONGODB_URI (the documents, or the store where that is not a
PostgreSQL one). A configuration file has a line for each option, without the dashes: port = 8080

Ends with 0 when it was told to stop, with 2 when the configuration is wrong.)";

void add_store_options(CLI::App& app, options& to)
{
    const char* const group = "Stores";
    app.add_option("--store", to.store,
                   "Where everything is kept: sqlite:FILE, postgresql://USER@HOST/DATABASE, "
                   "mongodb://HOST/DATABASE, or memory: (forgotten at the end)")
        ->type_name("STORE")
        ->check(not_empty())
        ->group(group);
    app.add_option("--documents", to.documents,
                   "Beside a PostgreSQL store, where reservations become documents and accounts "
                   "are: mongodb://HOST/DATABASE")
        ->type_name("STORE")
        ->group(group);
    app.add_option("--postgres-routing", to.postgres_routing,
                   "batch: one statement for all; session: one for each, for engines that shard")
        ->type_name("HOW")
        ->check(one_of({"batch", "session"}))
        ->group(group);
    app.add_flag("--no-relay", to.no_relay,
                 "Leaves it to other servers to bring reservations to the documents")
        ->group(group);
    app.add_option("--time-zone", to.time_zone,
                   "Where the tables of the original program are taken over: the zone in which its "
                   "showtimes are meant, as in Europe/Berlin")
        ->type_name("ZONE")
        ->check(not_empty())
        ->group(group);
}

void add_serving_options(CLI::App& app, options& to)
{
    const char* const group = "Serving";
    app.add_option("--host", to.host, "The address to listen on; 0.0.0.0 or :: for all")
        ->type_name("ADDRESS")
        ->check(not_empty())
        ->group(group);
    app.add_option("--port", to.port, "The port to listen on; 0 for any free one")
        ->type_name("PORT")
        ->check(whole_number(0, 65'535))
        ->group(group);
    app.add_option("--threads", to.threads, "Threads for connections; 0 for half the processors")
        ->type_name("N")
        ->check(whole_number(0, 256))
        ->group(group);
    app.add_option("--lanes", to.lanes, "Threads that decide; 0 for as many as the store prefers")
        ->type_name("N")
        ->check(whole_number(0, lanes_max))
        ->group(group);
    app.add_option("--connections-max", to.connections_max, "More connections are turned away")
        ->type_name("N")
        ->check(whole_number(1, 1'000'000))
        ->group(group);
    app.add_option(
           "--sales-close", to.sales_close_minutes,
           "Seats are sold until so long after a film began; negative: before; default never")
        ->type_name("MINUTES")
        ->check(whole_number(-100'000, 100'000))
        ->group(group);
    app.add_option("--gap-rule", to.gap_rule,
                   "Reservations that leave a single seat: off, warn (told) or enforce (refused)")
        ->type_name("RULE")
        ->check(one_of({"off", "warn", "enforce"}))
        ->group(group);
    app.add_option("--web-root", to.web_root, "A folder to serve instead of the built-in page")
        ->type_name("FOLDER")
        ->group(group);
    app.add_option("--csp", to.csp, "The Content-Security-Policy instead of the built-in one")
        ->type_name("POLICY")
        ->group(group);
}

void add_migration_options(CLI::App& app, options& to)
{
    app.add_flag("--dry-run", to.dry_run,
                 "migrate up: prints the SQL instead of running it; reconcile: mends nothing")
        ->group("Schema");
}

void add_log_options(CLI::App& app, options& to)
{
    const char* const group = "Logs";
    app.add_option("--access-log", to.access_log,
                   "A line of JSON for each request: to a file, - for stdout, or off")
        ->type_name("FILE")
        ->check(not_empty())
        ->group(group);
    app.add_option("--log-level", to.log_level,
                   "What is told on stderr: debug, info, warning, error or off")
        ->type_name("LEVEL")
        ->check(one_of({"debug", "info", "warning", "error", "off"}))
        ->group(group);
}

void add_demo_options(CLI::App& app, options& to, std::string& hall)
{
    const char* const group = "Demo data, made where the store has no halls";
    app.add_flag("--no-demo", to.no_demo, "Make none")->group(group);
    app.add_option("--demo-sessions", to.demo_sessions,
                   "For load tests: so many sessions in one plain hall; 0 for the usual programme")
        ->type_name("N")
        ->check(whole_number(0, 1'000'000))
        ->group(group);
    app.add_option("--demo-hall", hall, "The size of that hall")
        ->type_name("ROWSxCOLUMNS")
        ->check(hall_size_text())
        ->group(group);
}

using verbs = std::vector<std::pair<const CLI::App*, verb>>;

/// Adds the verbs; after parsing, the last of these that was parsed is what is asked.
verbs add_verbs(CLI::App& app, options& to)
{
    verbs all;
    const auto add = [&all](CLI::App& parent, const char* name, const char* text, verb its)
    {
        auto* const made = parent.add_subcommand(name, text);
        made->footer("Takes the options that cinema-server --help lists.");
        all.emplace_back(made, its);
        return made;
    };
    app.require_subcommand(0, 1);
    add(app, "serve", "Serves the shop until it is told to stop; the same as no verb", verb::serve);
    add(app, "demo-data", "Fills an empty store with demo data", verb::demo_data);
    auto* const migrate =
        add(app, "migrate", "Shows or changes the schema of the store", verb::migrate_status);
    migrate->require_subcommand(0, 1);
    add(*migrate, "status", "Lists the steps and which are done", verb::migrate_status);
    add(*migrate, "up", "Brings the schema up to date", verb::migrate_up);
    add(*migrate, "down", "Takes the last step back, with all data that it holds",
        verb::migrate_down);
    add(app, "check",
        "Audits the store: ends with 0 if all agrees, 1 with findings, 2 if it cannot",
        verb::check);
    auto* const outbox =
        add(app, "outbox", "Shows or mends what is on its way to the documents", verb::outbox_list);
    outbox->require_subcommand(0, 1);
    add(*outbox, "list", "Tells how many wait, and which the documents refused for good",
        verb::outbox_list);
    add(*outbox, "retry", "Has what was refused tried again", verb::outbox_retry)
        ->add_option("reservation", to.reservation, "Only this one")
        ->type_name("ID");
    add(*outbox, "drop", "Gives up one that was refused", verb::outbox_drop)
        ->add_option("reservation", to.reservation, "Which one")
        ->type_name("ID")
        ->required();
    add(app, "reconcile",
        "Compares all reservations with their documents and mends these: ends with 0 if they agree",
        verb::reconcile)
        ->add_flag("--adopt", to.adopt,
                   "Takes this MongoDB in place of the one that has had the documents until now");
    return all;
}

/// The word that was not understood, as an error.
[[noreturn]] void refuse_extra(const std::string& word, const settings& known)
{
    if (!word.starts_with("--"))
        throw usage_error{'\'' + word + "' is not understood here; see cinema-server --help"};
    const std::string name = word.substr(2, word.find('=') - 2);
    throw usage_error{"there is no option --" + name + known.suggestion(name, "--")
                      + "; see cinema-server --help"};
}

/// POSTGRES_URL and MONGODB_URI name stores; which one the latter is depends on the other store.
void read_environment(settings& all, const environment& env, const settings::values& file)
{
    const auto value = [&env](const char* name)
    {
        const char* const text = env(name);
        return std::string{text == nullptr ? "" : text};
    };
    if (const auto port = value("PORT"); !port.empty())
        all.offer("port", port, "environment PORT");
    if (const auto url = value("POSTGRES_URL"); !url.empty())
        all.offer("store", url, "environment POSTGRES_URL");
    if (const auto uri = value("MONGODB_URI"); !uri.empty())
    {
        const auto in_file = file.find("store");
        const std::string store = all.is_given("store")   ? all.value("store")
                                  : in_file != file.end() ? in_file->second
                                                          : "";
        all.offer(store.starts_with("postgres") ? "documents" : "store", uri,
                  "environment MONGODB_URI");
    }
}

} // namespace

invocation read_options(int argc, const char* const* argv, const environment& env)
{
    options result;
    std::string hall = "20x25";
    std::string config;
    bool is_print{};

    CLI::App app{"Sells numbered seats and never one twice.", "cinema-server"};
    app.option_defaults()->always_capture_default()->multi_option_policy(
        CLI::MultiOptionPolicy::TakeLast);
    app.get_formatter()->column_width(34);
    app.fallthrough();
    app.allow_extras();
    app.footer(examples);
    app.set_version_flag("--version", std::string{"cinema-server "} + booking::version);
    app.add_option("--config", config, "A file with options (TOML or INI)")->type_name("FILE");
    app.add_flag("--print-config", is_print, "Print all values and where they come from, and end");
    add_store_options(app, result);
    add_serving_options(app, result);
    add_log_options(app, result);
    add_migration_options(app, result);
    add_demo_options(app, result, hall);
    const auto known_verbs = add_verbs(app, result);

    settings all{app};
    if (auto printed = parse(app, argc, argv))
        return {.printed = *std::move(printed)};
    if (const auto extra = app.remaining(true); !extra.empty())
        refuse_extra(extra.front(), all);

    for (const auto& [parsed, its] : known_verbs)
        if (parsed->parsed())
            result.asked = its;

    all.note_command_line();
    const auto file = config.empty() ? settings::values{} : all.read_file(config);
    read_environment(all, env, file);
    for (const auto& [name, text] : file)
        all.offer(name, text, config);
    result.stores_from = {.store = all.origin("store"), .documents = all.origin("documents")};
    result.demo_hall = parse_hall_size(hall).value();
    if (is_print)
        return {.printed = all.text()};
    return {.options = result};
}

} // namespace cinema::server
