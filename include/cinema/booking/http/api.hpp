#pragma once

#include <cinema/booking/domain/log.hpp>
#include <cinema/booking/service/booking_service.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cinema::booking
{

/// A field of a request's header. Names compare without regard to case.
struct api_field
{
    std::string_view name;
    std::string_view value;
};

/// A request as it came, already known to be well-formed HTTP. Its texts belong to the caller.
struct api_request
{
    std::string_view method{"GET"};
    std::string_view target{"/"}; ///< In origin form: path and query.
    /// Each name at most once, else the first counts; but If-Match and If-None-Match are lists.
    std::span<const api_field> fields{};
    std::string_view body{};
    std::string_view request_id{}; ///< Repeated in problem documents.
};

/// The answer to a request.
struct api_response
{
    unsigned status{200};
    std::string fields; ///< Whole field lines, each with its CRLF; not Content-Length.
    std::string text;   ///< The body, unless it is `shared`.
    std::shared_ptr<const std::string> shared; ///< A body that several answers have in common.
    std::string_view route; ///< The pattern that matched, as in "/sessions/:id"; else empty.

    /// The body, wherever it lies.
    [[nodiscard]] std::string_view body() const noexcept { return shared ? *shared : text; }

    /// The value of the first field of this name, ASCII case aside.
    [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const;

    /// Makes it ready for the next answer; keeps the memory.
    void clear();
};

/// Something beside the inventory that /readyz looks at.
struct health_check
{
    std::string name;            ///< As in "documents".
    bool is_required{true};      ///< If not, its failure is shown but leaves the server ready.
    std::function<bool()> is_ok; ///< Safe from any thread; must not block.
};

/// A file that is part of the program.
struct web_file
{
    std::string_view path; ///< As requests name it: "/app.js". A folder's own is "/index.html".
    std::string_view content;
};

/// A figure of its own that /metrics shows.
struct api_gauge
{
    std::string name; ///< As in "cinema_outbox_entries".
    std::string help;
    std::function<double()> value; ///< Safe from any thread; must not block.
};

/// How a `booking_api` answers.
struct api_params
{
    std::string web_root{}; ///< Folder of the files served where no route matches. Empty: none.
    /// Served instead where `web_root` is empty, as if they lay in a folder. Must outlive the api.
    std::span<const web_file> web_files{};
    /// The Content-Security-Policy of every answer.
    std::string csp{"default-src 'self'; img-src 'self' data:; object-src 'none'; "
                    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"};
    std::size_t cache_bytes_max{16U << 20}; ///< Seat maps kept as text, the oldest leave first.
    std::size_t file_bytes_max{64U << 20};  ///< All files of `web_root` together.
    std::size_t blocking_threads{2};        ///< For calls that block; must be > 0.
    std::size_t blocking_calls_max{256};    ///< Waiting for such a thread; then 503 `busy`.
    std::chrono::milliseconds list_age_max{500}; ///< Of a list of sessions, not of their seats.
    /// Of a file of `web_root` in memory; then it is looked at again.
    std::chrono::milliseconds file_age_max{1'000};
    /// Of the figures that /kpi and /metrics give.
    std::chrono::milliseconds kpi_age_max{1'000};
    std::vector<health_check> health_checks{};
    std::vector<api_gauge> gauges{};
    log_function log{}; ///< One line per trouble.
};

class booking_api;

namespace detail
{
struct call_state;
struct call_access;
class api_core;
} // namespace detail

/// A request on its way through a `booking_api`, and its answer. Its owner derives from it. A call
/// serves any number of requests, one after the other.
class api_call : public std::enable_shared_from_this<api_call>
{
public:
    api_call();
    virtual ~api_call();
    api_call(const api_call&) = delete;
    api_call& operator=(const api_call&) = delete;

    api_request request;   ///< Filled by the owner; its texts are only read during `begin`.
    api_response response; ///< Of use when `begin` or `resume` has returned true.

private:
    friend struct detail::call_access;

    /// The call can go on: the owner has to see to it that `resume` is called soon, on a thread of
    /// its own. Comes once for each false from `begin` or `resume`, perhaps before that returned.
    /// From any thread; must neither block nor throw.
    virtual void wake() noexcept = 0;

    std::unique_ptr<detail::call_state> state_;
};

/// The HTTP interface without its sockets: what a request means, and what is answered.
///
/// Thread safety: `begin`, `resume` and `handle` are safe from any thread, for different calls.
class booking_api
{
public:
    /// The service outlives it. Starts threads for what blocks; touches no store yet.
    explicit booking_api(booking_service& service, api_params params = {});
    /// Waits for the handlers of `handle`, so not to be called from one of them. That does not take
    /// longer than the service's deadline.
    ~booking_api();
    booking_api(const booking_api&) = delete;
    booking_api& operator=(const booking_api&) = delete;

    /// Answers `call->request`. True: it is done. False: it will be woken. Never blocks, never
    /// throws. A call that was not woken yet may be given up by dropping it.
    [[nodiscard]] bool begin(const std::shared_ptr<api_call>& call);

    /// Goes on with a call that was woken; as `begin`.
    [[nodiscard]] bool resume(const std::shared_ptr<api_call>& call);

    /// Answers a request and waits for it. Not to be called from a completion handler.
    [[nodiscard]] api_response handle(const api_request& request);

    /// The same without waiting: calls `handler` once, on this thread or on one of its own.
    void handle(const api_request& request, std::function<void(api_response)> handler);

    /// Fetches ahead what every answer needs: files, the installation's key.
    void warm_up();

    /// What /readyz says beside its checks: false while starting or draining. Initially true.
    void set_ready(bool is_ready) noexcept;
    /// What was last given to `set_ready`.
    [[nodiscard]] bool is_ready() const;

    /// Counts an answered request for /metrics. `method` is the request's.
    void count(std::string_view method, const api_response& response,
               std::chrono::nanoseconds took) noexcept;

    [[nodiscard]] const api_params& params() const noexcept;

private:
    std::unique_ptr<detail::api_core> core_;
};

} // namespace cinema::booking
