#include "database.hpp"

#include "trouble.hpp"

#include <algorithm>
#include <utility>

namespace cinema::booking::mongo
{
namespace
{

constexpr std::chrono::seconds clock_age_max{1};
constexpr std::chrono::milliseconds reach_timeout_max{10'000};
constexpr std::chrono::milliseconds prepare_pause{200};

/// Initialises the driver once in a process.
void start_driver()
{
    struct driver
    {
        driver() { mongoc_init(); }
        ~driver() { mongoc_cleanup(); }
    };
    static const driver started;
}

using uri_ptr = std::unique_ptr<mongoc_uri_t, decltype(&mongoc_uri_destroy)>;
using cursor_ptr = std::unique_ptr<mongoc_cursor_t, decltype(&mongoc_cursor_destroy)>;
using collection_ptr = std::unique_ptr<mongoc_collection_t, decltype(&mongoc_collection_destroy)>;

/// The URI with what the stores rely on, and limits of time unless it has its own.
uri_ptr parsed(const mongo_params& params, std::chrono::milliseconds answer_timeout)
{
    bson_error_t error{};
    uri_ptr uri{mongoc_uri_new_with_error(params.uri.c_str(), &error), &mongoc_uri_destroy};
    if (!uri) // the error's text may hold the password
        throw failure{errc::invalid_request,
                      "the MongoDB connection string cannot be read; it looks like "
                      "mongodb://host:27017/cinema, with special characters of a password as %XX"};
    const auto limit = [&](const char* option, std::chrono::milliseconds time)
    {
        if (!mongoc_uri_has_option(uri.get(), option))
            mongoc_uri_set_option_as_int32(uri.get(), option,
                                           static_cast<std::int32_t>(time.count()));
    };
    const auto reach_timeout = std::min(params.timeout / 2, reach_timeout_max);
    limit(MONGOC_URI_SERVERSELECTIONTIMEOUTMS, reach_timeout);
    limit(MONGOC_URI_CONNECTTIMEOUTMS, reach_timeout);
    limit(MONGOC_URI_WAITQUEUETIMEOUTMS, reach_timeout);
    limit(MONGOC_URI_SOCKETTIMEOUTMS, answer_timeout);
    mongoc_uri_set_option_as_int32(uri.get(), MONGOC_URI_MAXPOOLSIZE,
                                   static_cast<std::int32_t>(params.connections_max));
    mongoc_uri_set_option_as_bool(uri.get(), MONGOC_URI_RETRYWRITES, false);
    if (!mongoc_uri_has_option(uri.get(), MONGOC_URI_APPNAME))
        mongoc_uri_set_appname(uri.get(), "cinema");
    return uri;
}

/// What was acknowledged is in the journals of the majority. A server that cannot reach that says
/// so in time, and does not keep the write waiting for ever.
document durable(std::chrono::milliseconds time)
{
    document concern;
    concern.add("w", "majority")
        .add("j", true)
        .add("wtimeout", static_cast<std::int64_t>(time.count()));
    document out;
    return out.add("writeConcern", concern);
}

const mongoc_read_prefs_t* primary()
{
    static const std::unique_ptr<mongoc_read_prefs_t, decltype(&mongoc_read_prefs_destroy)> only{
        mongoc_read_prefs_new(MONGOC_READ_PRIMARY), &mongoc_read_prefs_destroy};
    return only.get();
}

write_answer answer_of(const document& reply)
{
    write_answer answer;
    for (const auto& each : fields{reply})
        if (each.key() == "n")
            answer.count = each.number();
        else if (each.key() == "writeErrors")
            for (const auto& refused : each.sub())
            {
                const auto inner = refused.sub();
                answer.refusals.push_back({static_cast<std::size_t>(inner.at("index").number()),
                                           static_cast<std::int32_t>(inner.at("code").number())});
            }
    return answer;
}

/// Whether it was done. Throws `failure` if it was refused, unless as a duplicate.
bool is_done(const write_answer& answer)
{
    for (const auto& [index, code] : answer.refusals)
        if (code != duplicate_key)
            throw failure{meaning_of_refusal(code),
                          "MongoDB refused a write, code " + std::to_string(code)};
    return answer.refusals.empty() && answer.count > 0;
}

} // namespace

/// A client of the pool for one call.
class database::lease
{
public:
    explicit lease(mongoc_client_pool_t* from) : from_{from}, client_{mongoc_client_pool_pop(from)}
    {
        if (client_ == nullptr)
            throw failure{errc::store_unavailable,
                          "other calls kept every connection to MongoDB busy for too long"};
    }
    ~lease() { mongoc_client_pool_push(from_, client_); }
    lease(const lease&) = delete;
    lease& operator=(const lease&) = delete;

    [[nodiscard]] mongoc_client_t* get() const noexcept { return client_; }

private:
    mongoc_client_pool_t* from_;
    mongoc_client_t* client_;
};

database::database(mongo_params params, std::function<void(database&)> prepare,
                   database_options options)
    : params_{std::move(params)},
      report_{params_.log},
      answer_time_{options.answer_timeout.value_or(params_.timeout)},
      durable_{durable(server_time())},
      prepare_{std::move(prepare)},
      watch_{std::move(options.watch)}
{
    start_driver();
    if (params_.silences_driver)
        mongoc_log_set_handler(nullptr, nullptr);
    const auto uri = parsed(params_, answer_time_);
    const char* const named = mongoc_uri_get_database(uri.get());
    name_ = named == nullptr || *named == '\0' ? options.name : named;
    bson_error_t error{};
    pool_ = mongoc_client_pool_new_with_error(uri.get(), &error);
    if (pool_ == nullptr && error.domain == MONGOC_ERROR_STREAM) // mongodb+srv
        throw failure{errc::store_unavailable,
                      std::string{"the hosts of MongoDB are not known: "} + error.message};
    if (pool_ == nullptr)
        throw failure{errc::invalid_request, "the MongoDB connection string has options that do "
                                             "not go together, or that this build does not have"};
    mongoc_client_pool_set_error_api(pool_, MONGOC_ERROR_API_VERSION_2);
    mongoc_apm_callbacks_t* const callbacks = mongoc_apm_callbacks_new();
    mongoc_apm_set_server_changed_cb(callbacks, &database::server_changed);
    if (watch_)
        mongoc_apm_set_command_started_cb(callbacks, &database::command_started);
    mongoc_client_pool_set_apm_callbacks(pool_, callbacks, this);
    mongoc_apm_callbacks_destroy(callbacks);
}

database::~database()
{
    if (preparer_.joinable())
        preparer_.join();
    mongoc_client_pool_destroy(pool_);
}

/// A server that went, came or became another's replica: what was known may be outdated.
void database::server_changed(const mongoc_apm_server_changed_t* event)
{
    const std::string_view before =
        mongoc_server_description_type(mongoc_apm_server_changed_get_previous_description(event));
    const std::string_view now =
        mongoc_server_description_type(mongoc_apm_server_changed_get_new_description(event));
    if (before != now)
        ++static_cast<database*>(mongoc_apm_server_changed_get_context(event))->contact_;
}

void database::command_started(const mongoc_apm_command_started_t* event)
{
    static_cast<database*>(mongoc_apm_command_started_get_context(event))
        ->watch_(mongoc_apm_command_started_get_command_name(event),
                 fields{view{*mongoc_apm_command_started_get_command(event)}});
}

void database::make_ready()
{
    if (!make_ready_within(std::chrono::hours{1}))
        throw failure{errc::store_unavailable, "MongoDB takes too long to be prepared"};
}

/// It is prepared by a thread of its own, since that may take longer than a caller can wait.
/// Whoever comes right after it failed is told the same.
bool database::make_ready_within(std::chrono::milliseconds time)
{
    std::unique_lock lock{prepare_mutex_};
    if (is_ready_ || preparer_.get_id() == std::this_thread::get_id())
        return true;
    if (!is_preparing_)
    {
        if (last_failure_ && std::chrono::steady_clock::now() < try_again_)
            throw failure{*last_failure_};
        if (preparer_.joinable())
            preparer_.join(); // it has ended
        preparer_ = std::thread{[this] { prepare_now(); }};
        is_preparing_ = true;
    }
    if (!prepared_.wait_for(lock, time, [this] { return !is_preparing_; }))
        return false;
    if (!is_ready_)
        throw failure{*last_failure_};
    return true;
}

void database::prepare_now() noexcept
{
    std::optional<failure> why;
    try
    {
        prepare_(*this);
        (void)ask_time(); // and whether it is replicated
    }
    catch (const failure& failed)
    {
        // Whatever was in doubt of it, nothing of the caller's was sent.
        const bool may_pass = failed.code() == errc::outcome_unknown || failed.code() == errc::busy;
        why = failure{may_pass ? errc::store_unavailable : failed.code(), failed.what()};
    }
    catch (...)
    {
        why = failure{errc::store_failed, detail::current_exception_text()};
    }
    const std::lock_guard lock{prepare_mutex_};
    is_ready_ = !why;
    last_failure_ = std::move(why);
    try_again_ = std::chrono::steady_clock::now() + prepare_pause;
    is_preparing_ = false;
    prepared_.notify_all();
}

database::lease database::lend()
{
    if (!is_ready_ && !make_ready_within(answer_time_))
        throw failure{errc::store_unavailable, "MongoDB: others wait for it, too"};
    return lease{pool_};
}

void database::fail(const bson_error_t& error, const document* reply, bool is_write)
{
    auto [meaning, is_contact_lost] = trouble_of(error, is_write);
    if (is_write && reply != nullptr && fields{*reply}.find("writeConcernError"))
        meaning = errc::outcome_unknown; // done here, but maybe not by the majority
    if (is_contact_lost)
        ++contact_;
    throw failure{meaning, std::string{"MongoDB: "} + error.message};
}

document database::write(const document& command)
{
    const auto client = lend();
    document reply;
    bson_error_t error{};
    if (!mongoc_client_write_command_with_opts(client.get(), name_.c_str(), command.get(),
                                               durable_.get(), reply.out(), &error))
        fail(error, &reply, true);
    return reply;
}

void database::define(const document& defining)
{
    const auto client = lend();
    document reply;
    bson_error_t error{};
    if (!mongoc_client_write_command_with_opts(client.get(), name_.c_str(), defining.get(),
                                               durable_.get(), reply.out(), &error))
        fail(error, nullptr, true);
}

document database::hello()
{
    const auto client = lend();
    document asked;
    asked.add("isMaster", std::int32_t{1}); // "hello" is not known by every server
    document reply;
    bson_error_t error{};
    if (!mongoc_client_command_simple(client.get(), "admin", asked.get(), primary(), reply.out(),
                                      &error))
        fail(error, nullptr, false);
    return reply;
}

void database::find(const find_request& what, const std::function<bool(const view&)>& take)
{
    const auto client = lend();
    const collection_ptr from{
        mongoc_client_get_collection(client.get(), name_.c_str(), what.collection.c_str()),
        &mongoc_collection_destroy};
    const auto options = options_of(what, is_replicated(), server_time());
    const cursor_ptr cursor{
        mongoc_collection_find_with_opts(from.get(), what.filter.get(), options.get(), primary()),
        &mongoc_cursor_destroy};
    const bson_t* found = nullptr;
    while (mongoc_cursor_next(cursor.get(), &found))
        if (!take(view{*found}))
            return;
    bson_error_t error{};
    if (mongoc_cursor_error(cursor.get(), &error))
        fail(error, nullptr, false);
}

document options_of(const find_request& what, bool is_replicated, std::chrono::milliseconds time)
{
    document options;
    if (!what.fields.empty())
        options.add("projection", what.fields);
    if (!what.sort.empty())
        options.add("sort", what.sort);
    if (what.limit > 0)
        options.add("limit", what.limit);
    document level;
    if (what.how == freshness::latest && is_replicated)
        options.add("readConcern", level.add("level", "linearizable"))
            .add("maxTimeMS", static_cast<std::int64_t>(time.count()));
    else
        options.add("readConcern", level.add("level", "local"));
    return options;
}

std::optional<document> database::find_one(find_request what)
{
    what.limit = 1;
    std::optional<document> found;
    find(what,
         [&](const view& only)
         {
             found.emplace(only);
             return true;
         });
    return found;
}

write_answer database::update(const std::string& collection, const array& statements)
{
    document asked;
    asked.add("update", collection)
        .add_array("updates", statements.elements())
        .add("ordered", false)
        .add("maxTimeMS", static_cast<std::int64_t>(server_time().count())); // not later than that
    const auto reply = write(asked);
    auto answer = answer_of(reply);
    for (const auto& [index, code] : answer.refusals)
        if (code != duplicate_key)
            say("MongoDB refused a write: " + reply.text());
    return answer;
}

bool database::update_one(const std::string& collection, const document& statement)
{
    array statements;
    return is_done(update(collection, statements.add(statement)));
}

bool database::insert(const std::string& collection, const document& added)
{
    document asked;
    array documents;
    asked.add("insert", collection).add_array("documents", documents.add(added).elements());
    return is_done(answer_of(write(asked)));
}

void database::remove(const std::string& collection, const document& filter)
{
    document statement;
    array statements;
    document asked;
    statements.add(statement.add("q", filter).add("limit", std::int32_t{0}));
    asked.add("delete", collection).add_array("deletes", statements.elements());
    (void)is_done(answer_of(write(asked)));
}

std::int64_t database::take_numbers(std::string_view sequence, std::int64_t count)
{
    document which;
    document by;
    document increase;
    document asked;
    asked.add("findAndModify", "sequences")
        .add("query", which.add("_id", sequence))
        .add("update", increase.add("$inc", by.add("last", count)))
        .add("new", true)
        .add("upsert", true);
    const auto reply = write(asked);
    return fields{reply}.at("value").sub().at("last").number();
}

store_reply database::ask_time()
{
    const auto contact = contact_.load();
    const auto sent = std::chrono::steady_clock::now();
    const auto answer = hello();
    const auto received = std::chrono::steady_clock::now();
    const fields said{answer};
    if (const auto takes_writes = said.find("ismaster"); takes_writes && !takes_writes->truth())
    {
        ++contact_;
        throw failure{errc::store_unavailable,
                      "the server of MongoDB is no primary; with replicaSet=NAME in its address "
                      "the primary is found"};
    }
    is_router_ = said.find("msg").has_value();
    is_replicated_ = is_router_ || said.find("setName").has_value();
    const auto local = said.find("localTime");
    const clock_reading reading{sent + (received - sent) / 2, local ? local->time() : host_now(),
                                contact};
    const std::lock_guard lock{clock_mutex_};
    clock_ = reading;
    return {.now = reading.server};
}

moment database::begin()
{
    const auto now = std::chrono::steady_clock::now();
    {
        const std::lock_guard lock{clock_mutex_};
        if (clock_ && now - clock_->when < clock_age_max && clock_->contact == contact_.load())
        {
            const auto passed =
                std::chrono::duration_cast<std::chrono::milliseconds>(now - clock_->when);
            return {{.now = clock_->server + passed}, now};
        }
    }
    const auto reply = ask_time();
    return {reply, std::chrono::steady_clock::now()};
}

} // namespace cinema::booking::mongo
