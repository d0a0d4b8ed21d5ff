#include "json_text.hpp"

#include <algorithm>

namespace cinema::booking::sqlite
{

void append_string(std::string& out, std::string_view value)
{
    constexpr std::string_view digits = "0123456789abcdef";
    out.push_back('"');
    for (const char c : value)
    {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20)
        {
            out.append("\\u00");
            out.push_back(digits[byte >> 4U]);
            out.push_back(digits[byte & 0xFU]);
            continue;
        }
        if (c == '"' || c == '\\')
            out.push_back('\\');
        out.push_back(c);
    }
    out.push_back('"');
}

bool json_reader::eat(std::string_view token) noexcept
{
    skip_spaces();
    if (!rest_.starts_with(token))
        return false;
    rest_.remove_prefix(token.size());
    return true;
}

std::string json_reader::string()
{
    std::string value;
    expect("\"");
    while (ok_)
    {
        if (rest_.empty())
        {
            ok_ = false;
            break;
        }
        const char c = rest_.front();
        rest_.remove_prefix(1);
        if (c == '"')
            break;
        value.push_back(c == '\\' ? escaped() : c);
    }
    return value;
}

/// What stands behind a backslash: a quote, a backslash, or u and the four digits of a character
/// of ASCII.
char json_reader::escaped() noexcept
{
    if (rest_.starts_with('u') && rest_.size() >= 5)
    {
        unsigned code = 0;
        const auto* const digits = rest_.data() + 1;
        const auto [stop, error] = std::from_chars(digits, digits + 4, code, 16);
        ok_ = ok_ && error == std::errc{} && stop == digits + 4 && code < 0x80;
        rest_.remove_prefix(5);
        return static_cast<char>(code);
    }
    ok_ = ok_ && (rest_.starts_with('"') || rest_.starts_with('\\'));
    const char c = rest_.empty() ? '\0' : rest_.front();
    rest_.remove_prefix(std::min<std::size_t>(1, rest_.size()));
    return c;
}

void json_reader::skip_spaces() noexcept
{
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
}

} // namespace cinema::booking::sqlite
