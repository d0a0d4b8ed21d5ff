#include "connection.hpp"

#include "sqlstate.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace cinema::booking::postgres
{
namespace
{

/// A message of libpq's as one line.
std::string one_line(std::string_view text)
{
    std::string line{text};
    while (!line.empty() && line.back() == '\n')
        line.pop_back();
    std::ranges::replace(line, '\n', ' ');
    return line;
}

std::string field(const PGresult* result, int code)
{
    const char* const value = PQresultErrorField(result, code);
    return value == nullptr ? "" : value;
}

std::string with_advice(const std::string& sqlstate, const std::string& what)
{
    const std::string_view more = advice(sqlstate);
    return "PostgreSQL: " + what + (sqlstate.empty() ? "" : " (" + sqlstate + ")")
           + (more.empty() ? "" : ": " + std::string{more});
}

int milliseconds_until(deadline until) noexcept
{
    using namespace std::chrono;
    const auto left = ceil<milliseconds>(until - steady_clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, INT_MAX));
}

/// Says that a connection is broken that is left in the middle of a pipeline, for lack of memory.
class pipeline_guard
{
public:
    pipeline_guard(const PGconn* on, bool& is_broken) noexcept : on_{on}, is_broken_{is_broken} {}
    ~pipeline_guard() { is_broken_ = is_broken_ || PQpipelineStatus(on_) != PQ_PIPELINE_OFF; }
    pipeline_guard(const pipeline_guard&) = delete;
    pipeline_guard& operator=(const pipeline_guard&) = delete;

private:
    const PGconn* on_;
    bool& is_broken_;
};

bool is_good(const PGresult* result) noexcept
{
    switch (PQresultStatus(result))
    {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_PIPELINE_SYNC: return true;
    default: return false;
    }
}

/// Whether the server has ended the connection with it.
bool is_last_word(const PGresult* result)
{
    const auto severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    return severity == "FATAL" || severity == "PANIC";
}

} // namespace

sql_failure::sql_failure(errc error, std::string sqlstate, const std::string& what)
    : failure{error, with_advice(sqlstate, what)}, sqlstate_{std::move(sqlstate)}
{
}

rows connection::run(query which, const parameters& values)
{
    in_doubt_ = false;
    prepare(which, values);
    send(which, values);
    return checked(last_result());
}

std::vector<rows> connection::run_all(std::span<const statement> all)
{
    in_doubt_ = false;
    std::vector<rows> answers;
    if (all.empty())
        return answers;
    for (const auto& [which, values] : all)
        prepare(which, values);
    answers.reserve(all.size());
    const pipeline_guard guard{handle_.get(), is_broken_};
    sent(PQenterPipelineMode(handle_.get()));
    for (const auto& [which, values] : all)
        send(which, values);
    sent(PQpipelineSync(handle_.get()));

    result_ptr error; // the first: what follows it is only said to be aborted
    for (std::size_t i = 0; i < all.size(); ++i)
    {
        auto result = last_result();
        if (is_last_word(result.get()))
            refuse(result.get());
        if (!error && !is_good(result.get()))
            error = std::move(result);
        else
            answers.emplace_back(std::move(result));
    }
    const auto sync = next_result();
    if (!error && !is_good(sync.get()))
        lose("the end of a batch was not confirmed");
    sent(PQexitPipelineMode(handle_.get()));
    if (error)
        refuse(error.get());
    return answers;
}

rows connection::execute(const char* sql)
{
    in_doubt_ = false;
    sent(PQsendQuery(handle_.get(), sql));
    in_doubt_ = true;
    return checked(last_result());
}

bool connection::is_alive() noexcept
{
    pollfd socket{PQsocket(handle_.get()), POLLIN, 0};
    // Whatever comes unasked is a notice, or a last word and then the end.
    while (PQstatus(handle_.get()) == CONNECTION_OK && poll(&socket, 1, 0) > 0)
        if (PQconsumeInput(handle_.get()) == 0)
            return false;
    return PQstatus(handle_.get()) == CONNECTION_OK;
}

void connection::require_primary()
{
    const auto says = [&](const char* name)
    {
        const char* const value = PQparameterStatus(handle_.get(), name);
        return value != nullptr && std::string_view{value} == "on";
    };
    in_doubt_ = false;
    if (says("in_hot_standby") || says("default_transaction_read_only"))
        lose("the server takes no writes any more");
}

void connection::prepare(query which, const parameters& values)
{
    auto& is_done = is_prepared_[static_cast<std::size_t>(which)];
    if (is_done)
        return;
    const auto name = "cinema_" + std::to_string(static_cast<int>(which));
    sent(PQsendPrepare(handle_.get(), name.c_str(), text_of(which), values.size(), values.types()));
    (void)checked(last_result());
    is_done = true;
}

void connection::send(query which, const parameters& values)
{
    const auto name = "cinema_" + std::to_string(static_cast<int>(which));
    const auto begins = values.values();
    const std::vector<int> formats(begins.size(), 1);
    sent(PQsendQueryPrepared(handle_.get(), name.c_str(), values.size(), begins.data(),
                             values.lengths(), formats.data(), 1));
    in_doubt_ = true;
}

void connection::sent(int ok)
{
    if (ok == 0)
        lose(one_line(PQerrorMessage(handle_.get())));
}

void connection::flush()
{
    for (int left = PQflush(handle_.get()); left != 0; left = PQflush(handle_.get()))
    {
        if (left < 0)
            lose(one_line(PQerrorMessage(handle_.get())));
        wait_for(POLLIN | POLLOUT); // the server may have to be read before it reads on
        sent(PQconsumeInput(handle_.get()));
    }
}

result_ptr connection::next_result()
{
    flush();
    while (PQisBusy(handle_.get()) != 0)
    {
        wait_for(POLLIN);
        sent(PQconsumeInput(handle_.get()));
    }
    return result_ptr{PQgetResult(handle_.get())};
}

result_ptr connection::last_result()
{
    result_ptr last;
    while (auto result = next_result())
    {
        if (is_last_word(result.get()))
            return result; // nothing follows
        if (!last || is_good(last.get()))
            last = std::move(result);
    }
    if (!last)
        lose(one_line(PQerrorMessage(handle_.get())));
    return last;
}

rows connection::checked(result_ptr result)
{
    if (!is_good(result.get()))
        refuse(result.get());
    return rows{std::move(result)};
}

void connection::wait_for(short events)
{
    pollfd socket{PQsocket(handle_.get()), events, 0};
    for (;;)
    {
        const int ready = poll(&socket, 1, milliseconds_until(until_));
        if (ready > 0)
            return;
        if (ready == 0)
            lose("the server did not answer in time");
        if (errno != EINTR)
            lose("waiting for the server failed");
    }
}

void connection::lose(const std::string& what)
{
    is_broken_ = true;
    throw contact_lost{with_advice("", what.empty() ? "the connection broke" : what), in_doubt_};
}

void connection::refuse(const PGresult* result)
{
    const auto sqlstate = field(result, PG_DIAG_SQLSTATE);
    // Not its detail, which may quote what people gave.
    const auto what = field(result, PG_DIAG_MESSAGE_PRIMARY);
    if (sqlstate == idle_too_long) // what was sent behind that was not read
    {
        is_broken_ = true;
        throw sql_failure{meaning(sqlstate), sqlstate, what};
    }
    if (sqlstate.empty() || leaves_doubt(sqlstate) || is_last_word(result)
        || PQstatus(handle_.get()) != CONNECTION_OK)
        lose(what.empty() ? one_line(PQresultErrorMessage(result)) : what);
    is_broken_ = is_broken_ || breaks_connection(sqlstate);
    throw sql_failure{meaning(sqlstate), sqlstate, what};
}

} // namespace cinema::booking::postgres
