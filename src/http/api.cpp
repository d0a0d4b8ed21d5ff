#include "api_core.hpp"
#include "text.hpp"

#include <condition_variable>
#include <mutex>

namespace cinema::booking
{

// ---- api_response

std::optional<std::string_view> api_response::field(std::string_view name) const
{
    std::string_view rest = fields;
    while (!rest.empty())
    {
        const auto line = rest.substr(0, rest.find("\r\n"));
        const auto colon = std::min(line.find(':'), line.size());
        if (http::same_name(line.substr(0, colon), name))
            return http::trimmed(line.substr(std::min(colon + 1, line.size())));
        rest.remove_prefix(std::min(line.size() + 2, rest.size()));
    }
    return std::nullopt;
}

void api_response::clear()
{
    status = 200;
    fields.clear();
    text.clear();
    shared.reset();
    route = {};
}

// ---- api_call

api_call::api_call() : state_{std::make_unique<detail::call_state>()} {}

api_call::~api_call() = default;

// ---- booking_api

namespace
{

/// Goes on where its owner waits.
class waiting_call final : public api_call
{
public:
    void wait()
    {
        std::unique_lock lock{mutex_};
        wake_.wait(lock, [this] { return is_woken_; });
        is_woken_ = false;
    }

private:
    void wake() noexcept override
    {
        const std::lock_guard lock{mutex_};
        is_woken_ = true;
        wake_.notify_one();
    }

    std::mutex mutex_;
    std::condition_variable wake_;
    bool is_woken_{};
};

/// Goes on on a thread of the API.
class hosted_call final : public api_call
{
public:
    hosted_call(detail::api_core& core, std::function<void(api_response)> handler)
        : core_{core}, handler_{std::move(handler)}
    {
    }

    /// Afterwards the API may go.
    void finish()
    {
        const auto done = std::move(running_);
        const auto handler = std::move(handler_);
        handler(std::move(response));
    }

private:
    void wake() noexcept override
    {
        const auto posting = core_.hosted()->enter(); // the call can end before post has returned
        core_.pool().post_always(
            [self = std::static_pointer_cast<hosted_call>(shared_from_this())]
            {
                if (self->core_.resume(self))
                    self->finish();
            });
    }

    detail::api_core& core_;
    detail::running_calls::mark running_{core_.hosted()->enter()};
    std::function<void(api_response)> handler_;
};

} // namespace

booking_api::booking_api(booking_service& service, api_params params)
    : core_{std::make_unique<detail::api_core>(service, std::move(params))}
{
}

booking_api::~booking_api() { core_->hosted()->wait(); }

bool booking_api::begin(const std::shared_ptr<api_call>& call) { return core_->begin(call); }

bool booking_api::resume(const std::shared_ptr<api_call>& call) { return core_->resume(call); }

api_response booking_api::handle(const api_request& request)
{
    const auto call = std::make_shared<waiting_call>();
    call->request = request;
    for (bool is_done = begin(call); !is_done; is_done = resume(call))
        call->wait();
    return std::move(call->response);
}

void booking_api::handle(const api_request& request, std::function<void(api_response)> handler)
{
    const auto call = std::make_shared<hosted_call>(*core_, std::move(handler));
    call->request = request;
    if (begin(call))
        call->finish();
}

void booking_api::warm_up() { core_->warm_up(); }

void booking_api::set_ready(bool is_ready) noexcept { core_->set_ready(is_ready); }

bool booking_api::is_ready() const { return core_->is_ready(); }

void booking_api::count(std::string_view method, const api_response& response,
                        std::chrono::nanoseconds took) noexcept
{
    core_->metrics().count(method, response.route, response.status, took);
}

const api_params& booking_api::params() const noexcept { return core_->params(); }

} // namespace cinema::booking
