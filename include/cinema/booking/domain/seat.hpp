#pragma once

#include <cinema/booking/domain/ids.hpp>

#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
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

namespace detail
{

/// Whether it would be taken for a number by accident: the seat 'C' is none.
template <class Type>
consteval bool is_character_or_bool()
{
    constexpr auto is = []<class... Others>(std::type_identity<Others>...)
    { return (std::is_same_v<Type, Others> || ...); };
    return is(std::type_identity<bool>{}, std::type_identity<char>{}, std::type_identity<wchar_t>{},
              std::type_identity<char8_t>{}, std::type_identity<char16_t>{},
              std::type_identity<char32_t>{});
}

} // namespace detail

/// Names a seat in a request: by number (`7`, "7") or by label ("C7").
class seat_ref
{
public:
    /// By number.
    seat_ref(seat_number number) noexcept : number_{number} {}

    /// Digits that make a seat's number (1 to 2,147,483,647) name that; any other text is a label.
    seat_ref(std::string_view text)
    {
        std::int32_t number = 0;
        const auto* const end = text.data() + text.size();
        const auto [stopped, error] = std::from_chars(text.data(), end, number);
        if (error == std::errc{} && stopped == end && number > 0)
            number_ = seat_number{number};
        else
        {
            label_ = text;
            is_label_ = true;
        }
    }
    /// As text. Pre: `text` is not null.
    seat_ref(const char* text) : seat_ref{std::string_view{text}} {}
    /// As text.
    seat_ref(const std::string& text) : seat_ref{std::string_view{text}} {}

    /// By number. One that is no seat's number, however large, names no seat.
    template <std::integral Integer,
              class = std::enable_if_t<!detail::is_character_or_bool<Integer>()>>
    seat_ref(Integer number) noexcept
        : number_{std::in_range<std::int32_t>(number) ? static_cast<std::int32_t>(number) : 0}
    {
    }

    /// 0 if the seat is named by its label.
    [[nodiscard]] seat_number number() const noexcept { return number_; }

    /// Empty if the seat is named by its number.
    [[nodiscard]] const std::string& label() const noexcept { return label_; }

    /// The number or the label, for people.
    [[nodiscard]] std::string text() const
    {
        return is_label_ ? label_ : std::to_string(raw(number_));
    }

private:
    seat_number number_{};
    std::string label_;
    bool is_label_{};
};

} // namespace cinema::booking
