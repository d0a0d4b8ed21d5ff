#pragma once

#include <cinema/booking/domain/limits.hpp>

#include "programs/hall_size.hpp"
#include "programs/store_location.hpp"
#include "programs/usage_error.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace cinema::server
{

/// What the program is asked to do.
enum class verb
{
    serve,
    demo_data,
    migrate_status,
    migrate_up,
    migrate_down,
    check,
    outbox_list,
    outbox_retry,
    outbox_drop,
    reconcile,
};

/// All that can be configured. Where a value is empty or 0, the library's default counts.
struct options
{
    verb asked{verb::serve};

    std::string store{"sqlite:cinema.db"};
    std::string documents;
    store_origins stores_from; ///< Where these two were named.
    std::string postgres_routing{"batch"};
    bool no_relay{};              ///< Another server brings reservations to the documents.
    std::string time_zone{"UTC"}; ///< Of an original database that is taken over.

    std::string host{"127.0.0.1"};
    std::uint16_t port{3'000};
    unsigned threads{0};
    unsigned lanes{0};
    std::size_t connections_max{20'000};
    std::optional<int> sales_close_minutes; ///< After showtime; negative: before.

    std::string gap_rule{"off"};

    std::string web_root;
    std::string csp;

    std::string access_log{"-"};
    std::string log_level{"info"};

    bool dry_run{};          ///< Of migrate and reconcile: only says what it would do.
    bool adopt{};            ///< Of reconcile: from now on the documents are in this database.
    std::string reservation; ///< Of outbox retry and drop: which one; empty: all.

    bool no_demo{};
    std::size_t demo_sessions{}; ///< 0: the usual demo data.
    hall_size demo_hall;
};

/// Where the stores are. Errors: as `parse_store`.
[[nodiscard]] inline store_location place_of(const options& given)
{
    return parse_store(given.store, given.documents, given.stores_from);
}

/// Looks up an environment variable; null if it is not set.
using environment = std::function<const char*(const char* name)>;

/// Either options, or that the program was only asked to print something.
struct invocation
{
    std::optional<server::options> options{};
    std::string printed{}; ///< For stdout, if there are no options.
};

/// Reads the command line, the environment and the configuration file. The first that gives a value
/// counts, in this order. Errors: throws usage_error.
[[nodiscard]] invocation read_options(int argc, const char* const* argv, const environment& env);

} // namespace cinema::server
