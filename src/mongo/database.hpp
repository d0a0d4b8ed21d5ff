#pragma once

#include <cinema/booking/adapters/mongo.hpp>

#include "bson.hpp"
#include "common/reporter.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace cinema::booking::mongo
{

using adapters::at_edge;
using adapters::reporter;

/// Whether nobody can have got ahead of what is read: else what this server has.
enum class freshness
{
    any,
    latest,
};

/// Gets a command by its name, as in "update".
using command_watcher = std::function<void(std::string_view name, const fields& command)>;

/// How to read a collection. Empty documents mean: without.
struct find_request
{
    std::string collection;
    document filter{};
    document fields{}; ///< Which fields; empty: all.
    document sort{};
    std::int64_t limit{}; ///< 0: no limit.
    freshness how{freshness::any};
};

/// The options of the command `find`. A server among several answers within `time`, or not at all,
/// where nobody may have got ahead of what is read.
[[nodiscard]] document options_of(const find_request& what, bool is_replicated,
                                  std::chrono::milliseconds time);

/// What became of the command `update`, `insert` or `delete`.
struct write_answer
{
    struct refused
    {
        std::size_t index{};
        std::int32_t code{};
    };

    std::int64_t count{}; ///< How many documents were found or inserted.
    std::vector<refused> refusals{};
};

struct database_options
{
    const char* name{"cinema"}; ///< Of the database if the URI names none.
    /// For an answer of the server, if that is not the timeout of the stores.
    std::optional<std::chrono::milliseconds> answer_timeout{};
    command_watcher watch{}; ///< Gets each command before it is sent.
};

/// When a call began, by the server's clock.
class moment
{
public:
    moment(store_reply at, std::chrono::steady_clock::time_point when) : at_{at}, when_{when} {}

    /// What to say with the call's answer. Never throws.
    [[nodiscard]] store_reply reply() const
    {
        const auto passed = std::chrono::steady_clock::now() - when_;
        return {.now = at_.now + std::chrono::duration_cast<std::chrono::milliseconds>(passed)};
    }

private:
    store_reply at_;
    std::chrono::steady_clock::time_point when_;
};

/// The database that all stores share. Every function but those that say otherwise throws
/// `failure`: store_unavailable, busy, store_failed, storage_full, session_full; writing also
/// outcome_unknown. Thread-safe.
class database
{
public:
    /// Does not yet look for the server. `prepare` is called before the first call that reaches it,
    /// which throws what it throws; until it has returned it is called again. Throws `failure`
    /// (invalid_request) if the URI is none.
    database(mongo_params params, std::function<void(database&)> prepare,
             database_options options = {});
    ~database();
    database(const database&) = delete;
    database& operator=(const database&) = delete;

    /// Waits until it is prepared, or that has failed, however long it takes: what else is called
    /// waits no longer than for an answer.
    void make_ready();

    /// Calls `take` with each document, until it returns false.
    void find(const find_request& what, const std::function<bool(const view&)>& take);
    /// The first document found; nothing if there is none.
    [[nodiscard]] std::optional<document> find_one(find_request what);

    /// Statements of the command `update`, each of which is done or refused for itself.
    write_answer update(const std::string& collection, const array& statements);

    /// One statement. Returns whether it found a document; false also if what it would insert is
    /// there already.
    bool update_one(const std::string& collection, const document& statement);
    /// Returns false if it is there already: by its `_id` or another unique field.
    bool insert(const std::string& collection, const document& added);
    /// Removes all that matches.
    void remove(const std::string& collection, const document& filter);

    /// Takes the next `count` numbers of a sequence; returns the last of them.
    [[nodiscard]] std::int64_t take_numbers(std::string_view sequence, std::int64_t count);

    /// Runs a command that changes how data are kept.
    void define(const document& command);

    /// To be called before anything is asked, since it may fail: the server's time is asked for if
    /// that was more than a second ago or contact was lost since.
    [[nodiscard]] moment begin();
    /// The same, and the server was asked now.
    [[nodiscard]] store_reply ask_time();

    /// Turns what `work` throws into the error that it means. Never throws.
    template <class Work>
    auto edge(const Work& work) -> std::invoke_result_t<Work>
    {
        return at_edge(report_, work);
    }

    /// Whether it is a replica set or a sharded cluster, where a read may otherwise miss what
    /// another server has acknowledged.
    [[nodiscard]] bool is_replicated() const noexcept { return is_replicated_.load(); }
    /// Whether it is a sharded cluster, where sessions are on several servers.
    [[nodiscard]] bool is_router() const noexcept { return is_router_.load(); }
    void say(std::string_view line) noexcept { report_.say(line); }

private:
    struct clock_reading
    {
        std::chrono::steady_clock::time_point when;
        time_point server;
        std::uint64_t contact{};
    };

    class lease;
    [[nodiscard]] lease lend();
    /// So long a server may take, to have its answer come in time.
    [[nodiscard]] std::chrono::milliseconds server_time() const { return answer_time_ * 4 / 5; }
    [[nodiscard]] bool make_ready_within(std::chrono::milliseconds time);
    void prepare_now() noexcept;
    [[nodiscard]] document write(const document& command);
    [[nodiscard]] document hello();
    [[noreturn]] void fail(const bson_error_t& error, const document* reply, bool is_write);
    static void server_changed(const mongoc_apm_server_changed_t* event);
    static void command_started(const mongoc_apm_command_started_t* event);

    mongo_params params_;
    reporter report_;
    std::string name_;
    std::atomic<std::uint64_t> contact_{1}; ///< Differs once contact was lost.
    std::atomic<bool> is_replicated_{};
    std::atomic<bool> is_router_{};
    std::chrono::milliseconds answer_time_; ///< For an answer of the server.
    document durable_;                      ///< Options of what writes.
    std::function<void(database&)> prepare_;
    command_watcher watch_;
    std::mutex prepare_mutex_;
    std::condition_variable prepared_;
    std::thread preparer_; ///< Calls what others call, too, before it is ready.
    bool is_preparing_{};
    std::optional<failure> last_failure_;
    std::chrono::steady_clock::time_point try_again_{};
    std::atomic<bool> is_ready_{};
    std::mutex clock_mutex_;
    std::optional<clock_reading> clock_;
    mongoc_client_pool_t* pool_{};
};

} // namespace cinema::booking::mongo
