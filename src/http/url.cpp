#include "url.hpp"

#include "text.hpp"

#include <algorithm>

namespace cinema::booking::http
{

namespace
{

int hex_digit(char c) noexcept
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = to_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool is_control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

std::optional<std::string> decode(std::string_view text, bool plus_is_space)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i)
    {
        char c = text[i];
        if (c == '%')
        {
            const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
            const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
            if (low < 0)
                return std::nullopt;
            c = static_cast<char>(high * 16 + low);
            i += 2;
        }
        else if (c == '+' && plus_is_space)
            c = ' ';
        if (is_control(c))
            return std::nullopt;
        out += c;
    }
    return out;
}

} // namespace

target_parts split_target(std::string_view target) noexcept
{
    const auto mark = target.find('?');
    if (mark == target.npos)
        return {target, {}};
    return {target.substr(0, mark), target.substr(mark + 1)};
}

std::optional<std::string> decode_path(std::string_view path)
{
    auto decoded = decode(path, false);
    if (!decoded || decoded->find('\\') != std::string::npos
        || std::ranges::count(*decoded, '/') != std::ranges::count(path, '/'))
        return std::nullopt;
    return decoded;
}

std::optional<query_fields> parse_query(std::string_view query)
{
    query_fields fields;
    while (!query.empty())
    {
        const auto part = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(part.size() + 1, query.size()));
        if (part.empty())
            continue;
        const auto equals = std::min(part.find('='), part.size());
        auto name = decode(part.substr(0, equals), true);
        auto value = decode(part.substr(std::min(equals + 1, part.size())), true);
        if (!name || !value || !is_utf8(*name) || !is_utf8(*value)
            || fields.size() == query_fields_max)
            return std::nullopt;
        fields.emplace_back(*std::move(name), *std::move(value));
    }
    return fields;
}

void append_encoded(std::string& out, std::string_view text)
{
    constexpr std::string_view hex = "0123456789ABCDEF";
    for (const char c : text)
    {
        const bool plain = (c >= '0' && c <= '9') || (to_lower(c) >= 'a' && to_lower(c) <= 'z')
                           || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain)
        {
            out += c;
            continue;
        }
        out += '%';
        out += hex[static_cast<unsigned char>(c) >> 4];
        out += hex[static_cast<unsigned char>(c) & 0xFU];
    }
}

} // namespace cinema::booking::http
