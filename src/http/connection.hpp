#pragma once

#include "body_parser.hpp"
#include "completion_queue.hpp"
#include "io_worker.hpp"
#include "problem.hpp"
#include "request_head.hpp"

#include <boost/beast/core/flat_buffer.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace cinema::booking::http
{

/// One client's connection: reads requests one after the other, has them answered, writes. Lives on
/// its worker's thread; there is at most one operation under way on its socket.
class connection : public std::enable_shared_from_this<connection>
{
public:
    connection(io_worker& worker, stream_socket socket);

    /// Reads the first request.
    void start();
    /// Answers 503 and closes.
    void refuse();
    /// Its call was woken.
    void resume();
    /// Closes it at once, and has the worker forget it.
    void close();
    /// Ends what takes too long, and waiting for a request after `idle_max`.
    void check_time(steady_point now, std::chrono::milliseconds idle_max);

    std::size_t index{}; ///< Its place in the worker's list.

private:
    enum class phase
    {
        idle,      ///< Waits for the first byte of a request.
        header,    ///< Reads a header.
        body,      ///< Reads a body.
        handling,  ///< Waits for the answer.
        writing,   ///< Waits for the client to take the answer.
        lingering, ///< Has said the last word, lets the client read it.
        closed,
    };

    void read_more(std::size_t bytes);
    void on_read(const boost::system::error_code& error, std::size_t bytes);
    void serve();
    [[nodiscard]] bool read_header();
    [[nodiscard]] bool accept_header(std::string_view block);
    [[nodiscard]] bool read_body();
    [[nodiscard]] bool invite_body();
    [[nodiscard]] bool handle();
    [[nodiscard]] bool answer();
    [[nodiscard]] bool write(std::string_view body);
    [[nodiscard]] bool written();
    void linger();
    void fail(http_problem problem);
    void give_up_call();
    void take_exchange();
    void note_answer(std::size_t bytes);
    [[nodiscard]] std::string_view unread() const noexcept;
    [[nodiscard]] bool is_without_body() const noexcept;
    [[nodiscard]] bool is_command() const noexcept;
    [[nodiscard]] bool hold_request(std::size_t bytes);
    void hold_answer();
    void release();
    [[nodiscard]] bool has_nothing() const noexcept;
    [[nodiscard]] bool has_arrived() const;
    void skip_line_ends();
    void set_request_id();

    static constexpr std::size_t read_bytes = 2U << 10;     // more than most requests have
    static constexpr std::size_t kept_bytes_max = 8U << 10; // memory that an idle one keeps

    io_worker& worker_;
    stream_socket socket_;
    phase phase_{phase::idle};
    bool is_reading_{};
    bool keeps_alive_{true};
    steady_point deadline_{};
    steady_point idle_since_{};
    boost::beast::flat_buffer in_;
    std::size_t held_bytes_{}; // counted in the context's request_bytes
    slow_answers::ticket held_answer_{};
    std::size_t searched_{};   // of in_, for the end of a header
    std::size_t body_bytes_{}; // at the front of in_: the body of the request being handled
    std::string head_text_;    // what head_ points into
    request_head head_;
    std::optional<body_parser> chunks_;
    std::shared_ptr<exchange> exchange_;
    std::string request_id_;
    std::string out_;      // the answer's header, and its body if that is short
    steady_point begun_{}; // when the request was complete
    std::string remote_;
};

} // namespace cinema::booking::http
