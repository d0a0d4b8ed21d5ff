#pragma once

#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace cinema::booking::adapters
{

/// Appends a number as JSON.
template <std::integral Integer>
void append_number(std::string& out, Integer value)
{
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, end);
}

/// Appends `value` as a JSON string. Any byte but quotes, backslashes and control characters stays
/// as it is, so that text which is no UTF-8 survives.
void append_string(std::string& out, std::string_view value);

/// Reads the JSON of this adapter piece by piece. What is not as asked makes this and every later
/// piece fail; look at `ok` in the end.
class json_reader
{
public:
    explicit json_reader(std::string_view text) noexcept : rest_{text} {}

    /// Whether `token` comes next; then it is skipped.
    [[nodiscard]] bool eat(std::string_view token) noexcept;

    /// Skips `token`, which must come next.
    void expect(std::string_view token) noexcept { ok_ = eat(token) && ok_; }

    template <std::integral Integer>
    [[nodiscard]] Integer number() noexcept
    {
        skip_spaces();
        Integer value{};
        const auto* const end = rest_.data() + rest_.size();
        const auto [stop, error] = std::from_chars(rest_.data(), end, value);
        ok_ = ok_ && error == std::errc{};
        rest_.remove_prefix(static_cast<std::size_t>(stop - rest_.data()));
        return value;
    }

    [[nodiscard]] std::string string();

    [[nodiscard]] bool ok() const noexcept { return ok_; }

    /// Nothing failed and nothing but spaces is left.
    [[nodiscard]] bool done() noexcept
    {
        skip_spaces();
        return ok_ && rest_.empty();
    }

private:
    void skip_spaces() noexcept;
    char escaped() noexcept;

    std::string_view rest_;
    bool ok_{true};
};

inline void append_string(std::string& out, std::string_view value)
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

inline bool json_reader::eat(std::string_view token) noexcept
{
    skip_spaces();
    if (!rest_.starts_with(token))
        return false;
    rest_.remove_prefix(token.size());
    return true;
}

inline std::string json_reader::string()
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

/// What stands behind a backslash: one of the short escapes of JSON, or u and the four digits of a
/// character of ASCII.
inline char json_reader::escaped() noexcept
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
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    const auto which = rest_.empty() ? letters.npos : letters.find(rest_.front());
    ok_ = ok_ && which != letters.npos;
    rest_.remove_prefix(std::min<std::size_t>(1, rest_.size()));
    return which == letters.npos ? '\0' : meanings[which];
}

inline void json_reader::skip_spaces() noexcept
{
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
}

} // namespace cinema::booking::adapters
