#pragma once

#include <cinema/booking/domain/ids.hpp>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace cinema::booking
{

/// Whom a seat is meant for. The numbers are what stores keep.
enum class seat_kind : std::uint8_t
{
    standard = 0,
    accessible = 1, ///< A wheelchair space, or a seat with level access.
    companion = 2,  ///< Beside an accessible seat, for who comes along.
};

/// A seat of a hall.
struct seat
{
    seat_id id{};            ///< 0 until the inventory store assigned it.
    seat_number number{};    ///< Unique in the hall.
    std::uint16_t row{};     ///< 1-based, 1 is nearest the screen; aisles count.
    std::uint16_t column{};  ///< 1-based from the left, seen facing the screen; aisles count.
    std::uint8_t category{}; ///< Index into the layout's categories.
    seat_kind kind{seat_kind::standard};
    bool blocked{};    ///< Off sale in every new session of the hall.
    std::string label; ///< Row name and place in the row, as in "C7". Unique in the hall.

    friend bool operator==(const seat&, const seat&) = default;
};

/// Names a seat in a request: by number (`7`, "7") or by label ("C7").
class seat_ref
{
public:
    /// By number.
    seat_ref(seat_number number) noexcept : number_{number} {}

    /// A decimal number names a seat number; any other text is a label.
    seat_ref(std::string_view text) : label_{text}
    {
        std::int32_t number = 0;
        for (const char c : text)
        {
            if (c < '0' || c > '9' || text.size() > 9)
                return;
            number = number * 10 + (c - '0');
        }
        if (number > 0)
        {
            number_ = seat_number{number};
            label_.clear();
        }
    }
    /// As text. Pre: `text` is not null.
    seat_ref(const char* text) : seat_ref{std::string_view{text}} {}
    /// As text.
    seat_ref(const std::string& text) : seat_ref{std::string_view{text}} {}

    /// By number. One that is no seat's number, however large, names no seat.
    template <std::integral Integer>
    seat_ref(Integer number) noexcept
        : number_{std::in_range<std::int32_t>(number) ? static_cast<std::int32_t>(number) : 0}
    {
    }

    /// 0 if the seat is named by its label.
    [[nodiscard]] seat_number number() const noexcept { return number_; }

    /// Empty if the seat is named by its number.
    [[nodiscard]] const std::string& label() const noexcept { return label_; }

    /// As it was given.
    [[nodiscard]] std::string text() const
    {
        return label_.empty() ? std::to_string(raw(number_)) : label_;
    }

private:
    seat_number number_{};
    std::string label_;
};

} // namespace cinema::booking
