#include "request_head.hpp"

#include "route.hpp"
#include "text.hpp"

#include <algorithm>
#include <array>

namespace cinema::booking::http
{

namespace
{

constexpr auto malformed = http_problem::malformed_request;

constexpr std::array<bool, 256> make_token_table()
{
    std::array<bool, 256> table{};
    for (const char c : std::string_view{"!#$%&'*+-.^_`|~0123456789"
                                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"})
        table[static_cast<unsigned char>(c)] = true;
    return table;
}

constexpr auto token_table = make_token_table();

bool is_token(std::string_view text) noexcept
{
    return !text.empty()
           && std::ranges::all_of(text, [](char c)
                                  { return token_table[static_cast<unsigned char>(c)]; });
}

bool is_visible(std::string_view text) noexcept
{
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

/// Visible characters, spaces, tabs and bytes above ASCII.
bool is_field_value(std::string_view text) noexcept
{
    return std::ranges::all_of(text,
                               [](char c)
                               {
                                   const auto byte = static_cast<unsigned char>(c);
                                   return (byte >= 0x20 && byte != 0x7F) || byte == '\t';
                               });
}

/// The next line without its CRLF, which is cut off too. Pre: there is one.
std::string_view take_line(std::string_view& block) noexcept
{
    const auto end = block.find("\r\n");
    const auto line = block.substr(0, end);
    block.remove_prefix(end + 2);
    return line;
}

bool is_host(std::string_view value) noexcept
{
    return !value.empty()
           && std::ranges::all_of(value,
                                  [](char c)
                                  {
                                      return (token_table[static_cast<unsigned char>(c)] && c != '^'
                                              && c != '`' && c != '|' && c != '#')
                                             || c == ':' || c == '[' || c == ']';
                                  });
}

/// Brings absolute form (http://host/path) into origin form. False if neither it is.
bool read_target(std::string_view target, request_head& head) noexcept
{
    if (target.find('#') != target.npos)
        return false;
    if (target == "*")
    {
        head.target = target;
        return head.method == "OPTIONS";
    }
    for (const std::string_view scheme : {"http://", "https://"})
        if (same_name(target.substr(0, scheme.size()), scheme))
        {
            target.remove_prefix(scheme.size());
            const auto end = std::min(target.find_first_of("/?"), target.size());
            if (!is_host(target.substr(0, end)))
                return false;
            target.remove_prefix(end);
            if (target.starts_with('?')) // a query without a path: nobody sends that
                return false;
            if (target.empty())
                target = "/";
            break;
        }
    head.target = target;
    return target.starts_with('/');
}

std::optional<http_problem> read_request_line(std::string_view line, const head_limits& limits,
                                              request_head& head)
{
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == line.npos || first == last)
        return malformed;
    const auto method = line.substr(0, first);
    const auto target = line.substr(first + 1, last - first - 1);
    const auto version = line.substr(last + 1);
    head.is_1_0 = version == "HTTP/1.0";
    if (!is_known_method(method) || !is_visible(target) || (!head.is_1_0 && version != "HTTP/1.1"))
        return malformed;
    head.method = method; // no rubbish gets into the access log
    if (target.size() > limits.target_bytes_max)
        return http_problem::target_too_long;
    if (!read_target(target, head))
        return malformed;
    return std::nullopt;
}

/// The fields that mean something to HTTP itself, and how often they came.
struct framing
{
    std::string_view content_length;
    std::string_view transfer_encoding;
    std::string_view expect;
    unsigned hosts{};
    unsigned lengths{};
    unsigned encodings{};
    bool asks_close{};
    bool asks_keep_alive{};
};

/// Fields that may come once: to take the first, the last or both would all be guesses.
constexpr std::array<std::string_view, 5> single_fields{
    "Content-Type", "Authorization", "Idempotency-Key", "Expect", "X-Request-Id"};

bool has_option(std::string_view list, std::string_view option) noexcept
{
    while (!list.empty())
    {
        const auto part = list.substr(0, list.find(','));
        if (same_name(trimmed(part), option))
            return true;
        list.remove_prefix(std::min(part.size() + 1, list.size()));
    }
    return false;
}

bool note(const api_field& field, framing& seen)
{
    const auto [name, value] = field;
    if (same_name(name, "Host"))
        return ++seen.hosts == 1 && is_host(value);
    if (same_name(name, "Content-Length"))
    {
        seen.content_length = value;
        return ++seen.lengths == 1;
    }
    if (same_name(name, "Transfer-Encoding"))
    {
        seen.transfer_encoding = value;
        return ++seen.encodings == 1;
    }
    if (same_name(name, "Connection"))
    {
        seen.asks_close = seen.asks_close || has_option(value, "close");
        seen.asks_keep_alive = seen.asks_keep_alive || has_option(value, "keep-alive");
    }
    if (same_name(name, "Expect"))
        seen.expect = value;
    return true;
}

bool is_repeated(const request_head& head) noexcept
{
    for (const auto name : single_fields)
    {
        const auto is_it = [name](const api_field& field) { return same_name(field.name, name); };
        if (std::ranges::count_if(head.fields, is_it) > 1)
            return true;
    }
    return false;
}

std::optional<http_problem> read_framing(const framing& seen, const head_limits& limits,
                                         request_head& head)
{
    if (!head.is_1_0 && seen.hosts != 1)
        return malformed;
    if (seen.encodings > 0
        && (head.is_1_0 || seen.lengths > 0 || !same_name(seen.transfer_encoding, "chunked")))
        return malformed;
    head.is_chunked = seen.encodings > 0;
    if (seen.lengths > 0)
    {
        const auto digits = seen.content_length;
        if (digits.empty() || digits.find_first_not_of("0123456789") != digits.npos)
            return malformed;
        const auto length = parse_number<std::uint64_t>(digits);
        if (!length && digits.size() > 1 && digits.front() == '0')
            return malformed;
        if (!length || *length > limits.body_bytes_max)
            return http_problem::body_too_large;
        head.content_length = *length;
    }
    if (!seen.expect.empty())
    {
        if (!same_name(seen.expect, "100-continue"))
            return http_problem::expectation;
        head.expects_continue = !head.is_1_0;
    }
    head.keeps_alive = !seen.asks_close && (!head.is_1_0 || seen.asks_keep_alive);
    return std::nullopt;
}

} // namespace

void request_head::clear() noexcept
{
    method = {};
    target = {};
    fields.clear();
    content_length = 0;
    is_1_0 = is_chunked = keeps_alive = expects_continue = false;
}

std::optional<http_problem> read_head(std::string_view block, const head_limits& limits,
                                      request_head& head)
{
    head.clear();
    if (const auto problem = read_request_line(take_line(block), limits, head))
        return problem;
    framing seen;
    while (block != "\r\n")
    {
        const auto line = take_line(block);
        const auto colon = line.find(':');
        if (colon == line.npos || !is_token(line.substr(0, colon)))
            return malformed;
        const api_field field{line.substr(0, colon), trimmed(line.substr(colon + 1))};
        if (!is_field_value(field.value))
            return malformed;
        if (head.fields.size() == limits.fields_max)
            return http_problem::header_too_large;
        head.fields.push_back(field);
        if (!note(field, seen))
            return malformed;
    }
    if (is_repeated(head))
        return malformed;
    return read_framing(seen, limits, head);
}

bool has_bare_line_feed(std::string_view part) noexcept
{
    for (auto at = part.find('\n'); at != part.npos; at = part.find('\n', at + 1))
        if (at == 0 || part[at - 1] != '\r')
            return true;
    return false;
}

} // namespace cinema::booking::http
