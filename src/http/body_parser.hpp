#pragma once

#include "problem.hpp"
#include "request_head.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cinema::booking::http
{

/// Beast's parser behind `read_head`: a header has to please both. It also decodes chunked bodies;
/// trailers and chunk extensions are checked and dropped.
class body_parser : public boost::beast::http::basic_parser<true>
{
public:
    explicit body_parser(std::size_t body_bytes_max)
    {
        body_limit(body_bytes_max);
        eager(true);
    }

    /// Whether Beast reads the same header as `read_head` did.
    [[nodiscard]] bool agrees(std::string_view block, const request_head& head);

    /// Takes in a part of a chunked body; adds to `used` how much of it. Goes on until `is_done()`.
    /// Pre: `agrees` was true, and `head.is_chunked`.
    [[nodiscard]] std::optional<http_problem> put_chunks(std::string_view part, std::size_t& used);

    /// The body so far.
    std::string body;

private:
    using error_code = boost::beast::error_code;
    using string_view = boost::beast::string_view;

    void on_request_impl(boost::beast::http::verb method, string_view method_text,
                         string_view target, int version, error_code& error) override;
    void on_response_impl(int code, string_view reason, int version, error_code& error) override;
    void on_field_impl(boost::beast::http::field name, string_view name_text, string_view value,
                       error_code& error) override;
    void on_header_impl(error_code& error) override;
    void on_body_init_impl(boost::optional<std::uint64_t> const& length,
                           error_code& error) override;
    std::size_t on_body_impl(string_view part, error_code& error) override;
    void on_chunk_header_impl(std::uint64_t size, string_view extensions,
                              error_code& error) override;
    std::size_t on_chunk_body_impl(std::uint64_t remain, string_view part,
                                   error_code& error) override;
    void on_finish_impl(error_code& error) override;

    std::size_t fields_{};
};

} // namespace cinema::booking::http
