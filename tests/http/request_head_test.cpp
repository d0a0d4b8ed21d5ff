// Headers are read strictly: what two programs could understand differently is refused.

#include "http/request_head.hpp"

#include "http/body_parser.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace cinema::booking::http;

namespace
{

constexpr head_limits limits{.target_bytes_max = 100, .fields_max = 4, .body_bytes_max = 1'000};
constexpr auto malformed = http_problem::malformed_request;

std::optional<http_problem> problem(std::string_view block)
{
    request_head head;
    return read_head(block, limits, head);
}

/// The problem of a request with these lines behind its Host.
std::optional<http_problem> with(std::string_view lines, std::string_view version = "HTTP/1.1")
{
    return problem("POST / " + std::string{version} + "\r\nHost: here\r\n" + std::string{lines}
                   + "\r\n");
}

std::optional<http_problem> line(std::string_view request_line)
{
    return problem(std::string{request_line} + "\r\nHost: here\r\n\r\n");
}

} // namespace

TEST_CASE("headers: a proper one is read")
{
    const std::string block = "POST /a?b HTTP/1.1\r\nHost: here:80\r\nX-A:\t b c \t\r\n"
                              "content-length: 12\r\nEmpty:\r\n\r\n";
    request_head head;
    REQUIRE_FALSE(read_head(block, limits, head));
    CHECK(head.method == "POST");
    CHECK(head.target == "/a?b");
    REQUIRE(head.fields.size() == 4);
    CHECK(head.fields[1].name == "X-A");
    CHECK(head.fields[1].value == "b c");
    CHECK(head.fields[3].value.empty());
    CHECK(head.content_length == 12);
    CHECK(head.keeps_alive);
    CHECK(body_parser{1'000}.agrees(block, head));
}

TEST_CASE("headers: the request line is a known method, a target and a version, one space apart")
{
    CHECK_FALSE(line("GET / HTTP/1.1"));
    CHECK_FALSE(line("TRACE / HTTP/1.1"));
    for (const auto* const odd : {"",
                                  " ",
                                  "GET",
                                  "GET /",
                                  "GET / ",
                                  "GET  / HTTP/1.1",
                                  "GET /  HTTP/1.1",
                                  " GET / HTTP/1.1",
                                  "GET / HTTP/1.1 ",
                                  "GET\t/\tHTTP/1.1",
                                  "get / HTTP/1.1",
                                  "FOO / HTTP/1.1",
                                  "CONNECT here:80 HTTP/1.1",
                                  "PRI * HTTP/2.0",
                                  "GET / HTTP/1.2",
                                  "GET / HTTP/2.0",
                                  "GET / http/1.1",
                                  "GET / HTTP/1.10",
                                  "GET / HTTP/01.1",
                                  "GET / HTTP/1",
                                  "GET x HTTP/1.1",
                                  "GET * HTTP/1.1",
                                  "GET /a b HTTP/1.1",
                                  "GET /\x01 HTTP/1.1",
                                  "GET /\x7f HTTP/1.1",
                                  "GET /\xC3\xB6 HTTP/1.1",
                                  "GET /#a HTTP/1.1",
                                  "GET ftp://here/ HTTP/1.1",
                                  "GET http:///a HTTP/1.1",
                                  "GET http://a@here/ HTTP/1.1",
                                  "GET ?a HTTP/1.1",
                                  "G\rT / HTTP/1.1"})
    {
        CAPTURE(odd);
        CHECK(line(odd) == malformed);
    }
}

TEST_CASE("headers: what is no method is not taken for one")
{
    request_head head;
    for (const std::string odd : {"secret / HTTP/1.1", "\x01 / HTTP/1.1", "GET / HTTP/9.9"})
    {
        CHECK(read_head(odd + "\r\nHost: here\r\n\r\n", limits, head) == malformed);
        CHECK(head.method.empty());
    }
}

TEST_CASE("headers: a target in absolute form is brought into origin form")
{
    request_head head;
    for (const auto& [given, path] :
         {std::pair{"http://here/a?b", "/a?b"}, std::pair{"HTTPS://here:8080", "/"},
          std::pair{"http://[::1]:80/x", "/x"}})
    {
        const auto block = "GET " + std::string{given} + " HTTP/1.1\r\nHost: here\r\n\r\n";
        REQUIRE_FALSE(read_head(block, limits, head));
        CHECK(head.target == path);
    }
    const std::string options = "OPTIONS * HTTP/1.1\r\nHost: here\r\n\r\n";
    CHECK_FALSE(read_head(options, limits, head));
}

TEST_CASE("headers: exactly one Host, and a proper one")
{
    CHECK(problem("GET / HTTP/1.1\r\n\r\n") == malformed);
    CHECK(problem("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n") == malformed);
    CHECK(problem("GET / HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n") == malformed);
    CHECK_FALSE(problem("GET / HTTP/1.0\r\n\r\n"));
    for (const auto* const odd : {"", "a b", "a/b", "a@b", "a,b", "a?b", "\x7f", "a\\b"})
        CHECK(problem("GET / HTTP/1.1\r\nHost: " + std::string{odd} + "\r\n\r\n") == malformed);
    CHECK_FALSE(problem("GET / HTTP/1.1\r\nHost: [2001:db8::1]:8080\r\n\r\n"));
}

TEST_CASE("headers: fields are a name, a colon at once, and a value without control characters")
{
    for (const std::string odd :
         {"X\r\n", ": x\r\n", "X : x\r\n", " X: x\r\n", "X: a\r\n b\r\n", "X: a\r\n\tb\r\n",
          "X: a\rb\r\n", "X: a\nb\r\n", "X: a\nY: b\r\n", "X\x01: a\r\n", "X: \x01\r\n",
          "X: \x7f\r\n", "X(: a\r\n", "X\xC3\xB6: a\r\n", "\"X\": a\r\n", "X\t: a\r\n"})
    {
        CAPTURE(odd);
        CHECK(with(odd) == malformed);
    }
    CHECK(with(std::string{"X: a\0b\r\n", 8}) == malformed);
    CHECK_FALSE(with("X: \xC3\xB6 \t \"()\"\r\n"));
}

TEST_CASE("headers: a body has one length, or is chunked, on HTTP/1.1, and nothing else")
{
    CHECK_FALSE(with("Transfer-Encoding: chunked\r\n"));
    CHECK_FALSE(with("Transfer-Encoding: Chunked \r\n"));
    for (const auto* const odd : {"Transfer-Encoding: gzip\r\n",
                                  "Transfer-Encoding: xchunked\r\n",
                                  "Transfer-Encoding: chunked, gzip\r\n",
                                  "Transfer-Encoding: gzip, chunked\r\n",
                                  "Transfer-Encoding: chunked, chunked\r\n",
                                  "Transfer-Encoding: identity\r\n",
                                  "Transfer-Encoding:\r\n",
                                  "Transfer-Encoding: chunked;q=1\r\n",
                                  "Transfer-Encoding: \"chunked\"\r\n",
                                  "Transfer-Encoding: chunk\x65\x64\x0b\r\n",
                                  "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                                  "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                                  "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                                  "Content-Length: 5\r\nContent-Length: 5\r\n",
                                  "Content-Length: 5, 5\r\n",
                                  "Content-Length: +5\r\n",
                                  "Content-Length: -5\r\n",
                                  "Content-Length: 5 5\r\n",
                                  "Content-Length: 05\r\n",
                                  "Content-Length: 0x5\r\n",
                                  "Content-Length:\r\n",
                                  "Content-Length: 5.0\r\n",
                                  "Content-Length: five\r\n"})
    {
        CAPTURE(odd);
        CHECK(with(odd) == malformed);
    }
    CHECK(with("Transfer-Encoding: chunked\r\n", "HTTP/1.0") == malformed);
    CHECK_FALSE(with("Content-Length: 5\r\n", "HTTP/1.0"));
    CHECK_FALSE(with("Content-Length: 0\r\n"));
}

TEST_CASE("headers: a field that there can be once is not there twice")
{
    for (const std::string name :
         {"Authorization", "Content-Type", "Idempotency-Key", "Expect", "X-Request-Id"})
        CHECK(with(name + ": \"a\"\r\n" + name + ": \"b\"\r\n") == malformed);
    for (const std::string list : {"Accept", "If-Match", "If-None-Match"})
        CHECK_FALSE(with(list + ": \"a\"\r\n" + list + ": \"b\"\r\n"));
}

TEST_CASE("headers: each limit is reached before it is exceeded")
{
    const auto get = [](std::size_t bytes)
    { return line("GET /" + std::string(bytes - 1, 'a') + " HTTP/1.1"); };
    CHECK_FALSE(get(100));
    CHECK(get(101) == http_problem::target_too_long);
    CHECK_FALSE(with("A: 1\r\nB: 2\r\nC: 3\r\n"));
    CHECK(with("A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n") == http_problem::header_too_large);
    CHECK_FALSE(with("Content-Length: 1000\r\n"));
    CHECK(with("Content-Length: 1001\r\n") == http_problem::body_too_large);
    CHECK(with("Content-Length: 99999999999999999999999\r\n") == http_problem::body_too_large);
}

TEST_CASE("headers: a connection is kept alive as its version and its options say")
{
    const auto keeps = [](std::string_view version, std::string_view lines)
    {
        const auto block =
            "GET / " + std::string{version} + "\r\nHost: here\r\n" + std::string{lines} + "\r\n";
        request_head head;
        CHECK_FALSE(read_head(block, limits, head));
        return head.keeps_alive;
    };
    CHECK(keeps("HTTP/1.1", ""));
    CHECK_FALSE(keeps("HTTP/1.1", "Connection: Close\r\n"));
    CHECK_FALSE(keeps("HTTP/1.1", "Connection: keep-alive , close\r\n"));
    CHECK_FALSE(keeps("HTTP/1.1", "Connection: keep-alive\r\nConnection: close\r\n"));
    CHECK_FALSE(keeps("HTTP/1.0", ""));
    CHECK(keeps("HTTP/1.0", "Connection: Keep-Alive\r\n"));
}

TEST_CASE("headers: only 100-continue can be expected")
{
    CHECK_FALSE(with("Expect: 100-Continue\r\n"));
    CHECK(with("Expect: 200-ok\r\n") == http_problem::expectation);
}

TEST_CASE("headers: a line feed alone is seen before the header is whole")
{
    CHECK(has_bare_line_feed("GET / HTTP/1.1\nHost"));
    CHECK(has_bare_line_feed("\n"));
    CHECK_FALSE(has_bare_line_feed("GET / HTTP/1.1\r\nHost: here\r\n"));
}

TEST_CASE("chunks: a body is put together, however it is cut")
{
    const std::string head_block =
        "POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::string text = "5;a=b\r\nhello\r\n01\r\n,\r\n6\r\n world\r\n0\r\nTrailer: x\r\n\r\n";
    request_head head;
    REQUIRE_FALSE(read_head(head_block, limits, head));
    for (std::size_t cut = 1; cut < text.size(); ++cut)
    {
        body_parser parser{1'000};
        REQUIRE(parser.agrees(head_block, head));
        std::string buffer;
        for (std::size_t at = 0; at < text.size(); at += cut)
        {
            buffer += text.substr(at, cut);
            std::size_t used = 0;
            if (parser.put_chunks(buffer, used))
                break;
            buffer.erase(0, used);
        }
        CHECK(parser.is_done());
        CHECK(parser.body == "hello, world");
    }
}

TEST_CASE("chunks: what is no chunk is refused")
{
    const std::string head_block =
        "POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n";
    request_head head;
    REQUIRE_FALSE(read_head(head_block, limits, head));
    const auto put = [&](std::string_view text)
    {
        body_parser parser{10};
        CHECK(parser.agrees(head_block, head));
        std::size_t used = 0;
        return parser.put_chunks(text, used);
    };
    for (const std::string odd :
         {"x\r\n", "-1\r\na\r\n", "0x1\r\na\r\n\r\n", " 1\r\na\r\n", "\r\n", "1\r\nab\r\n0\r\n\r\n",
          "1\na\n0\n\n", "1;\x01\r\na\r\n", "11111111111111111\r\n", "1\r\na0\r\n\r\n",
          "1;a\nb\r\nx\r\n0\r\n\r\n", "0\r\nTransfer-Encoding: chunked\r\n\r\n"})
    {
        CAPTURE(odd);
        CHECK(put(odd));
    }
    CHECK(put("b\r\n") == http_problem::body_too_large);
    CHECK(put("5\r\naaaaa\r\n6\r\n") == http_problem::body_too_large);
}
