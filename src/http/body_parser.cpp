#include "body_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>

namespace cinema::booking::http
{

namespace beast = boost::beast;

bool body_parser::agrees(std::string_view block, const request_head& head)
{
    error_code error;
    header_limit(static_cast<std::uint32_t>(block.size() + 1));
    const bool is_whole = !head.is_chunked && head.content_length == 0;
    const auto used = put(boost::asio::buffer(block.data(), block.size()), error);
    return !error && used == block.size() && is_header_done() && fields_ == head.fields.size()
           && chunked() == head.is_chunked && is_done() == is_whole
           && content_length().value_or(0) == head.content_length;
}

std::optional<http_problem> body_parser::put_chunks(std::string_view part, std::size_t& used)
{
    error_code error;
    while (!part.empty() && !is_done())
    {
        const auto taken = put(boost::asio::buffer(part.data(), part.size()), error);
        used += taken;
        part.remove_prefix(taken);
        if (error == beast::http::error::need_more) // of a chunk's header or the trailers
            return has_bare_line_feed(part) ? std::optional{http_problem::malformed_request}
                                            : std::nullopt;
        if (error == beast::http::error::body_limit)
            return http_problem::body_too_large;
        if (error)
            return http_problem::malformed_request;
    }
    return std::nullopt;
}

void body_parser::on_request_impl(beast::http::verb, string_view, string_view, int, error_code&) {}

void body_parser::on_response_impl(int, string_view, int, error_code&) {}

void body_parser::on_field_impl(beast::http::field, string_view, string_view, error_code&)
{
    ++fields_;
}

void body_parser::on_header_impl(error_code&) {}

void body_parser::on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) {}

std::size_t body_parser::on_body_impl(string_view part, error_code&)
{
    body.append(part.data(), part.size());
    return part.size();
}

void body_parser::on_chunk_header_impl(std::uint64_t, string_view extensions, error_code& error)
{
    const auto is_odd = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; };
    if (std::any_of(extensions.begin(), extensions.end(), is_odd))
        error = beast::http::error::bad_chunk_extension;
}

std::size_t body_parser::on_chunk_body_impl(std::uint64_t, string_view part, error_code&)
{
    body.append(part.data(), part.size());
    return part.size();
}

void body_parser::on_finish_impl(error_code&) {}

} // namespace cinema::booking::http
