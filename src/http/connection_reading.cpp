#include <cinema/booking/service/service_options.hpp>

#include "connection.hpp"
#include "request_fields.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>

// How a connection reads requests.
namespace cinema::booking::http
{

namespace
{

namespace asio = boost::asio;

constexpr std::size_t read_bytes_max = 16U << 10; // at once, of a long body
constexpr int requests_in_a_row = 16;             // then other connections have their turn

} // namespace

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
    socket_.async_read_some(
        in_.prepare(bytes),
        [self = shared_from_this()](const boost::system::error_code& error, std::size_t count)
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
            skip_line_ends();
            if (has_nothing())
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

/// Some clients send line ends behind a body: these do not begin a request.
void connection::skip_line_ends()
{
    while (unread().starts_with("\r\n"))
        in_.consume(2);
}

bool connection::has_nothing() const noexcept { return unread().empty() || unread() == "\r"; }

/// True when there is a whole header: the phase is `body` then.
bool connection::read_header()
{
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
        if (body_bytes_ > kept_bytes_max && held_bytes_ == 0 && !hold_request(body_bytes_))
        {
            body_bytes_ = 0;
            fail(http_problem::too_much_data);
            return false;
        }
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
    if (chunks_->body.size() > kept_bytes_max && held_bytes_ == 0
        && !hold_request(worker_.context.params.body_bytes_max))
    {
        fail(http_problem::too_much_data);
        return false;
    }
    read_more(read_bytes);
    return false;
}

} // namespace cinema::booking::http
