#pragma once

#include <cinema/booking/domain/limits.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace cinema::booking
{

/// An amount in the smallest unit of its currency (cents, pence, yen).
enum class minor_units : std::int64_t
{
};

/// Of one currency; that the sum fits is for the caller to see to.
[[nodiscard]] constexpr minor_units operator+(minor_units left, minor_units right) noexcept
{
    return minor_units{static_cast<std::int64_t>(left) + static_cast<std::int64_t>(right)};
}

/// Whether it can be the price of a seat: 0 to `price_minor_units_max`.
[[nodiscard]] constexpr bool is_price(minor_units amount) noexcept
{
    return amount >= minor_units{0} && amount <= minor_units{price_minor_units_max};
}

/// A currency by its three capital letters (ISO 4217). Whether it is in use is not checked.
class currency_code
{
public:
    /// EUR.
    constexpr currency_code() noexcept = default;

    /// Nothing unless `text` is three capital ASCII letters.
    [[nodiscard]] static constexpr std::optional<currency_code> parse(std::string_view text)
    {
        currency_code code;
        if (text.size() != code.letters_.size())
            return std::nullopt;
        for (std::size_t i = 0; i < text.size(); ++i)
        {
            if (text[i] < 'A' || text[i] > 'Z')
                return std::nullopt;
            code.letters_[i] = text[i];
        }
        return code;
    }

    /// Three capital letters, which live as long as the code.
    [[nodiscard]] constexpr std::string_view text() const noexcept
    {
        return {letters_.data(), letters_.size()};
    }

    friend constexpr bool operator==(const currency_code&, const currency_code&) = default;

private:
    std::array<char, 3> letters_{'E', 'U', 'R'};
};

} // namespace cinema::booking
