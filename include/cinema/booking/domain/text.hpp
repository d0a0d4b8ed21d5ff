#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cinema::booking
{

/// The bytes of the UTF-8 character at the front of `text`, or 0 if there is none: overlong forms,
/// surrogates and what lies above U+10FFFF are none. Pre: `text` is not empty.
[[nodiscard]] constexpr std::size_t character_bytes(std::string_view text) noexcept
{
    const auto byte = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80)
        return 1;
    if (lead < 0xC2 || lead > 0xF4)
        return 0;
    const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (text.size() < size)
        return 0;
    for (std::size_t i = 1; i < size; ++i)
        if ((byte(i) & 0xC0U) != 0x80U)
            return 0;
    const bool is_overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
    const bool is_surrogate = lead == 0xED && byte(1) > 0x9F;
    const bool is_beyond = lead == 0xF4 && byte(1) > 0x8F;
    return is_overlong || is_surrogate || is_beyond ? 0 : size;
}

/// Whether every store can keep `text`: it is UTF-8 without the character NUL.
[[nodiscard]] constexpr bool is_text(std::string_view text) noexcept
{
    while (!text.empty())
    {
        const std::size_t bytes = character_bytes(text);
        if (bytes == 0 || text.front() == '\0')
            return false;
        text.remove_prefix(bytes);
    }
    return true;
}

/// The longest front part of at most `bytes_max` bytes that splits no character.
/// Pre: `text` is UTF-8.
[[nodiscard]] constexpr std::string_view shortened(std::string_view text,
                                                   std::size_t bytes_max) noexcept
{
    if (text.size() <= bytes_max)
        return text;
    while (bytes_max > 0 && (static_cast<std::uint8_t>(text[bytes_max]) & 0xC0U) == 0x80U)
        --bytes_max;
    return text.substr(0, bytes_max);
}

} // namespace cinema::booking
