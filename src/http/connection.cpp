#include "connection.hpp"

#include "call_state.hpp"
#include "reply.hpp"
#include "request_fields.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <utility>

namespace cinema::booking::http
{

namespace
{

namespace asio = boost::asio;

constexpr std::size_t joined_bytes_max = 4U << 10; // a shorter body is copied behind its header
constexpr std::size_t in_bytes_spare = 32U << 10;  // beyond the longest request
constexpr std::chrono::seconds linger_time{2};
constexpr std::chrono::milliseconds command_grace{500}; // the service answers before

} // namespace

connection::connection(io_worker& worker, stream_socket socket)
    : worker_{worker}, socket_{std::move(socket)}
{
    const auto& params = worker_.context.params;
    in_.max_size(params.header_bytes_max + params.body_bytes_max + in_bytes_spare);
    take_exchange();
    boost::system::error_code ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
    if (!worker_.context.log.is_used())
        return;
    const auto peer = socket_.remote_endpoint(ignored);
    remote_ = peer.address().to_string(ignored) + ':' + std::to_string(peer.port());
}

void connection::take_exchange()
{
    exchange_ = std::make_shared<exchange>(worker_.woken);
    exchange_->owner = this;
}

void connection::start()
{
    idle_since_ = std::chrono::steady_clock::now();
    deadline_ = idle_since_ + worker_.context.params.header_timeout;
    read_more(read_bytes);
}

void connection::refuse()
{
    head_.clear();
    fail(http_problem::too_many_connections);
}

void connection::close()
{
    if (phase_ == phase::closed)
        return;
    phase_ = phase::closed;
    boost::system::error_code ignored;
    socket_.close(ignored);
    release();
    exchange_->owner = nullptr;
    worker_.remove(*this);
}

// ---- answering

/// True when the answer is there.
bool connection::handle()
{
    begun_ = std::chrono::steady_clock::now();
    exchange_->request = {.method = head_.method,
                          .target = head_.target,
                          .fields = head_.fields,
                          .body = head_.is_chunked ? std::string_view{chunks_->body}
                                                   : unread().substr(0, body_bytes_),
                          .request_id = request_id_};
    phase_ = phase::handling;
    deadline_ = begun_ + worker_.context.params.request_deadline
                + (is_command() ? command_grace : std::chrono::milliseconds{0});
    return worker_.context.api.begin(exchange_);
}

void connection::resume()
{
    if (phase_ != phase::handling || !worker_.context.api.resume(exchange_))
        return;
    if (answer())
        serve();
}

bool connection::is_command() const noexcept
{
    return head_.method == "POST" || head_.method == "DELETE";
}

bool connection::is_without_body() const noexcept
{
    const auto status = exchange_->response.status;
    return head_.method == "HEAD" || status == 204 || status == 304;
}

/// Writes the answer. True when the next request may be read.
bool connection::answer()
{
    in_.consume(body_bytes_);
    body_bytes_ = 0;
    release();
    const auto& response = exchange_->response;
    keeps_alive_ = keeps_alive_ && head_.keeps_alive && !worker_.context.is_draining;
    out_.clear();
    worker_.heads().append(
        out_, response,
        {.request_id = request_id_, .keeps_alive = keeps_alive_, .is_1_0 = head_.is_1_0});
    auto body = is_without_body() ? std::string_view{} : response.body();
    if (body.size() <= joined_bytes_max)
    {
        out_ += body;
        body = {};
    }
    note_answer(out_.size() + body.size());
    return write(body);
}

/// Counts a long body of a request. False if that is too much.
bool connection::hold_request(std::size_t bytes)
{
    auto& all = worker_.context.request_bytes;
    if (all.fetch_add(bytes) + bytes > worker_.context.request_bytes_max)
    {
        all -= bytes;
        return false;
    }
    held_bytes_ = bytes;
    return true;
}

/// Counts an answer that the client did not take at once. Files do not count: they are in memory
/// anyway.
void connection::hold_answer()
{
    if (exchange_->response.route == "/*")
        return;
    auto& slow = worker_.slow;
    held_answer_ = slow.add(*this, exchange_->response);
    while (auto* const slowest = slow.surplus())
        slowest->close();
}

void connection::release()
{
    if (held_bytes_ > 0)
        worker_.context.request_bytes -= std::exchange(held_bytes_, 0);
    if (held_answer_ > 0)
        worker_.slow.remove(std::exchange(held_answer_, 0));
}

/// Writes out_ and then `body`, which the exchange keeps.
bool connection::write(std::string_view body)
{
    std::array<asio::const_buffer, 2> parts{asio::buffer(out_), asio::buffer(body)};
    boost::system::error_code error;
    auto sent =
        body.empty() ? socket_.write_some(parts[0], error) : socket_.write_some(parts, error);
    if (error && error != asio::error::would_block)
    {
        close();
        return false;
    }
    if (sent == out_.size() + body.size())
        return written();
    phase_ = phase::writing;
    deadline_ = std::chrono::steady_clock::now() + worker_.context.params.write_timeout;
    for (auto& part : parts)
    {
        const auto done = std::min(sent, part.size());
        part += done;
        sent -= done;
    }
    if (!body.empty())
        hold_answer();
    asio::async_write(
        socket_, parts,
        [self = shared_from_this()](const boost::system::error_code& failed, std::size_t)
        {
            if (self->phase_ != phase::writing)
                return;
            if (failed)
                self->close();
            else if (self->written())
                self->serve();
        });
    return false;
}

/// True when the next request may be read.
bool connection::written()
{
    release();
    exchange_->response.shared.reset();
    if (exchange_->response.text.capacity() > kept_bytes_max)
        std::string{}.swap(exchange_->response.text);
    if (in_.size() == 0 && in_.capacity() > kept_bytes_max)
        in_.shrink_to_fit();
    if (!keeps_alive_)
    {
        linger();
        return false;
    }
    chunks_.reset();
    phase_ = phase::idle;
    idle_since_ = std::chrono::steady_clock::now();
    deadline_ = idle_since_ + worker_.context.params.idle_timeout;
    return true;
}

/// Closing at once would reset the connection if the client has sent more than was read, and the
/// answer could be lost to it.
void connection::linger()
{
    phase_ = phase::lingering;
    deadline_ = std::chrono::steady_clock::now() + linger_time;
    in_.consume(in_.size());
    boost::system::error_code ignored;
    socket_.shutdown(stream_socket::shutdown_send, ignored);
    read_more(read_bytes);
}

/// Answers with a problem of HTTP itself, after which the connection is closed.
void connection::fail(http_problem problem)
{
    if (request_id_.empty())
        set_request_id();
    head_.keeps_alive = false;
    begun_ = std::chrono::steady_clock::now();
    detail::call_access::state(*exchange_).request_id = request_id_;
    reply_problem(exchange_, problem);
    (void)answer();
}

/// The answer takes too long: whatever comes of the call, nobody waits for it any more.
void connection::give_up_call()
{
    const auto route = exchange_->response.route;
    exchange_->owner = nullptr;
    take_exchange();
    exchange_->response.route = route;
    head_.keeps_alive = false;
    detail::call_access::state(*exchange_).request_id = request_id_;
    if (is_command())
        reply_refusal(exchange_, {.code = errc::outcome_unknown});
    else
        reply_problem(exchange_, http_problem::deadline);
    (void)answer();
}

void connection::note_answer(std::size_t bytes)
{
    const auto& response = exchange_->response;
    const auto took = std::chrono::steady_clock::now() - begun_;
    worker_.context.api.count(head_.method, response, took);
    if (!worker_.context.log.is_used())
        return;
    const api_request request{.fields = head_.fields};
    const auto trace = field_of(request, "traceparent").value_or("");
    worker_.log({.at = host_now(),
                 .request_id = request_id_,
                 .traceparent = is_traceparent(trace) ? trace : std::string_view{},
                 .method = head_.method,
                 .route = response.route,
                 .path = head_.target.substr(0, head_.target.find('?')),
                 .remote = remote_,
                 .status = response.status,
                 .bytes = bytes,
                 .took = std::chrono::duration_cast<std::chrono::microseconds>(took)});
}

// ---- time

/// Whether a request has come that this thread, busy with others, has not read yet.
bool connection::has_arrived() const
{
    boost::system::error_code ignored;
    return socket_.available(ignored) > 0;
}

void connection::check_time(steady_point now, std::chrono::milliseconds idle_max)
{
    const bool is_idle_for_long =
        phase_ == phase::idle && has_nothing() && now - idle_since_ >= idle_max;
    if (!is_idle_for_long && now < deadline_)
        return;
    switch (phase_)
    {
    case phase::header:
    case phase::body:
    {
        const auto self = shared_from_this();
        boost::system::error_code ignored;
        fail(http_problem::request_timeout);
        if (phase_ != phase::closed)
            socket_.cancel(ignored);
        return;
    }
    case phase::handling: return give_up_call();
    case phase::idle:
        if (has_arrived())
            return;
        return close();
    case phase::writing:
    case phase::lingering: return close();
    case phase::closed: return;
    }
}

} // namespace cinema::booking::http
