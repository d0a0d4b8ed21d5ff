#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace cinema::booking::sqlite
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

} // namespace cinema::booking::sqlite
