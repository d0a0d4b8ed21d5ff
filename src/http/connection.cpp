#include "connection.hpp"

#include "call_state.hpp"
#include "reply.hpp"
#include "request_fields.hpp"
#include "text.hpp"

#include <cinema/booking/service/service_options.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>

namespace cinema::booking::http
{

namespace
{

namespace asio = boost::asio;

constexpr std::size_t read_bytes = 2U << 10;      // more than most requests have
constexpr std::size_t read_bytes_max = 16U << 10; // at once, of a long body
constexpr std::size_t kept_bytes_max = 8U << 10;  // memory that an idle connection keeps
constexpr std::size_t joined_bytes_max = 4U << 10; // a shorter body is copied behind its header
constexpr int requests_in_a_row = 16;             // then other connections have their turn
constexpr std::chrono::seconds linger_time{2};

} // namespace

connection::connection(io_worker& worker, stream_socket socket)
    : worker_{worker}, socket_{std::move(socket)}
{
    const auto& params = worker_.context.params;
    in_.max_size(params.header_bytes_max + params.body_bytes_max + read_bytes_max);
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
    deadline_ = std::chrono::steady_clock::now() + worker_.context.params.header_timeout;
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
    exchange_->owner = nullptr;
    worker_.remove(*this);
}

// ---- reading

std::string_view connection::unread() const noexcept
{
    const auto data = in_.data();
    return {static_cast<const char*>(data.data()), data.size()};
}

void connection::read_more(std::size_t bytes)
{
    if (is_reading_)
        return;
    is_reading_ = true;
    socket_.async_read_some(in_.prepare(bytes),
                            [self = shared_from_this()](const boost::system::error_code& error,
                                                        std::size_t count)
                            { self->on_read(error, count); });
}

void connection::on_read(const boost::system::error_code& error, std::size_t bytes)
{
    is_reading_ = false;
    switch (phase_)
    {
    case phase::idle:
    case phase::header:
    case phase::body:
        if (error)
            return close();
        in_.commit(bytes);
        return serve();
    case phase::lingering:
        if (error && error != asio::error::operation_aborted)
            return close();
        return read_more(read_bytes); // what comes now is of no interest
    case phase::handling:
    case phase::writing: // a timeout was answered meanwhile
    case phase::closed: return;
    }
}

/// Serves what has been read, as far as it goes.
void connection::serve()
{
    for (int served = 0; served < requests_in_a_row; ++served)
    {
        if (phase_ == phase::idle)
        {
            if (in_.size() == 0)
                return read_more(read_bytes);
            phase_ = phase::header;
            head_.clear();
            request_id_.clear();
            deadline_ = std::chrono::steady_clock::now() + worker_.context.params.header_timeout;
        }
        if (phase_ == phase::header && !read_header())
            return;
        if (phase_ != phase::body || !read_body() || !handle() || !answer())
            return;
    }
    asio::post(worker_.io,
               [self = shared_from_this()]
               {
                   if (self->phase_ == phase::idle)
                       self->serve();
               });
}

/// True when there is a whole header: the phase is `body` then.
bool connection::read_header()
{
    while (unread().starts_with("\r\n")) // some clients send one behind a body
        in_.consume(2);
    const auto text = unread();
    const auto& params = worker_.context.params;
    const auto end = text.find("\r\n\r\n", std::min(searched_, text.size()));
    const auto size = end == text.npos ? text.size() : end + 4;
    if (size > params.header_bytes_max)
    {
        const auto line = text.substr(0, params.target_bytes_max).find("\r\n");
        fail(line == text.npos ? http_problem::target_too_long : http_problem::header_too_large);
        return false;
    }
    if (end != text.npos)
        return accept_header(text.substr(0, size));
    if (has_bare_line_feed(text))
    {
        fail(http_problem::malformed_request);
        return false;
    }
    searched_ = text.size() < 3 ? 0 : text.size() - 3;
    read_more(read_bytes);
    return false;
}

bool connection::accept_header(std::string_view block)
{
    const auto& params = worker_.context.params;
    searched_ = 0;
    head_text_ = block;
    in_.consume(block.size());
    const head_limits limits{params.target_bytes_max, params.fields_max, params.body_bytes_max};
    const auto problem = read_head(head_text_, limits, head_);
    set_request_id();
    if (problem)
    {
        fail(*problem);
        return false;
    }
    chunks_.emplace(params.body_bytes_max);
    if (!chunks_->agrees(head_text_, head_))
    {
        fail(http_problem::malformed_request);
        return false;
    }
    phase_ = phase::body;
    deadline_ = std::chrono::steady_clock::now() + params.body_timeout;
    return !head_.expects_continue || invite_body();
}

/// The client's own id if it is a plain one, else sixteen random digits.
void connection::set_request_id()
{
    const api_request request{.fields = head_.fields};
    if (const auto given = field_of(request, "X-Request-Id"); given && is_request_id(*given))
    {
        request_id_ = *given;
        return;
    }
    constexpr std::string_view hex = "0123456789abcdef";
    request_id_.resize(16);
    auto bits = random_bits();
    for (char& digit : request_id_)
    {
        digit = hex[bits & 0xFU];
        bits >>= 4;
    }
}

/// Says that a body may come, unless it has come already.
bool connection::invite_body()
{
    constexpr std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
    if (in_.size() > 0 || (!head_.is_chunked && head_.content_length == 0))
        return true;
    boost::system::error_code error;
    const auto sent = socket_.write_some(asio::buffer(text), error);
    if (!error && sent == text.size())
        return true;
    close(); // it does not even take these few bytes
    return false;
}

/// True when the body is there.
bool connection::read_body()
{
    if (!head_.is_chunked)
    {
        body_bytes_ = static_cast<std::size_t>(head_.content_length);
        if (in_.size() >= body_bytes_)
            return true;
        read_more(std::clamp(body_bytes_ - in_.size(), read_bytes, read_bytes_max));
        return false;
    }
    std::size_t used = 0;
    const auto problem = chunks_->put_chunks(unread(), used);
    in_.consume(used);
    if (problem)
    {
        fail(*problem);
        return false;
    }
    if (chunks_->is_done())
        return true;
    if (in_.size() > worker_.context.params.header_bytes_max) // a chunk's header or the trailers
    {
        fail(http_problem::malformed_request);
        return false;
    }
    read_more(read_bytes);
    return false;
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
    deadline_ = begun_ + worker_.context.params.request_deadline;
    return worker_.context.api.begin(exchange_);
}

void connection::resume()
{
    if (phase_ != phase::handling || !worker_.context.api.resume(exchange_))
        return;
    if (answer())
        serve();
}

bool connection::is_without_body() const noexcept
{
    const auto status = exchange_->response.status;
    return head_.method == "HEAD" || status == 204 || status == 304;
}

/// Writes the answer. True when the next request may be read.
bool connection::answer()
{
    const auto& response = exchange_->response;
    in_.consume(body_bytes_);
    body_bytes_ = 0;
    keeps_alive_ = keeps_alive_ && head_.keeps_alive && !worker_.is_draining();
    out_.clear();
    worker_.heads().append(out_, response,
                           {.request_id = request_id_,
                            .keeps_alive = keeps_alive_,
                            .is_1_0 = head_.is_1_0});
    auto body = is_without_body() ? std::string_view{} : response.body();
    if (body.size() <= joined_bytes_max)
    {
        out_ += body;
        body = {};
    }
    note_answer(out_.size() + body.size());
    return write(body);
}

/// Writes out_ and then `body`, which the exchange keeps.
bool connection::write(std::string_view body)
{
    std::array<asio::const_buffer, 2> parts{asio::buffer(out_), asio::buffer(body)};
    boost::system::error_code error;
    auto sent = body.empty() ? socket_.write_some(parts[0], error)
                             : socket_.write_some(parts, error);
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
    asio::async_write(socket_, parts,
                      [self = shared_from_this()](const boost::system::error_code& failed,
                                                  std::size_t)
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
    deadline_ = std::chrono::steady_clock::now() + worker_.context.params.idle_timeout;
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
    keeps_alive_ = false;
    if (phase_ != phase::handling)
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
    fail(http_problem::deadline);
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

void connection::check_time(steady_point now, bool closes_idle)
{
    if (closes_idle && phase_ == phase::idle)
        return close();
    if (now < deadline_)
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
    case phase::writing:
    case phase::lingering: return close();
    case phase::closed: return;
    }
}

} // namespace cinema::booking::http
