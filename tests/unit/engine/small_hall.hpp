#pragma once

#include <cinema/booking/domain/layout.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// Halls drawn with their buyers, small enough to try all there is.
namespace cinema::tests
{

namespace booking = cinema::booking;

using chosen_seats = std::vector<std::uint32_t>;

/// One character a place, `/` between rows: `_` aisle; `t` a taken seat; free ones: `s` standard,
/// `p` premium, `w` accessible, `c` companion.
class small_hall
{
public:
    explicit small_hall(std::string drawing) : drawing_{std::move(drawing)}, layout_{draw(drawing_)}
    {
        for (std::size_t i = 0; i < drawing_.size(); ++i)
            if (drawing_[i] != '_' && drawing_[i] != '/')
            {
                places_.push_back(i);
                free_.push_back(drawing_[i] != 't');
            }
    }

    [[nodiscard]] static bool has_seats(const std::string& drawing)
    {
        return drawing.find_first_not_of("_/") != std::string::npos;
    }

    [[nodiscard]] const std::string& drawing() const { return drawing_; }
    [[nodiscard]] const booking::seat_layout& layout() const { return layout_; }
    [[nodiscard]] const std::vector<bool>& free() const { return free_; }
    [[nodiscard]] std::size_t seats() const { return free_.size(); }

    /// What stands at a place of the drawing, where these seats are taken; beyond it an aisle.
    [[nodiscard]] char at(std::size_t place, const chosen_seats& taken = {}) const
    {
        if (place >= drawing_.size() || drawing_[place] == '/')
            return '_';
        for (const auto seat : taken)
            if (places_[seat] == place)
                return 't';
        return drawing_[place];
    }
    [[nodiscard]] char symbol(std::uint32_t seat) const { return drawing_[places_[seat]]; }
    [[nodiscard]] std::size_t place(std::uint32_t seat) const { return places_[seat]; }

    /// The free seats with nobody's free seat beside, where these are taken; no accessible ones.
    [[nodiscard]] chosen_seats singles(const chosen_seats& taken = {}) const
    {
        const auto open = [&](std::size_t i) { return at(i, taken) != '_' && at(i, taken) != 't'; };
        chosen_seats found;
        for (std::uint32_t seat = 0; seat < places_.size(); ++seat)
        {
            const auto i = places_[seat];
            if (open(i) && !open(i + 1) && !(i > 0 && open(i - 1)) && at(i) != 'w')
                found.push_back(seat);
        }
        return found;
    }

    /// The singles that taking these seats makes.
    [[nodiscard]] chosen_seats new_singles(const chosen_seats& taken) const
    {
        const auto before = singles();
        auto found = singles(taken);
        std::erase_if(found, [&](auto seat)
                      { return std::find(before.begin(), before.end(), seat) != before.end(); });
        return found;
    }

    /// In how many groups of seats side by side these are. Pre: ascending.
    [[nodiscard]] std::size_t groups(const chosen_seats& taken) const
    {
        std::size_t count = 0;
        for (std::size_t i = 0; i < taken.size(); ++i)
            if (i == 0 || places_[taken[i]] != places_[taken[i - 1]] + 1)
                ++count;
        return count;
    }

    /// Calls `visit` with every set of free seats but the empty one, each ascending.
    template <class Visit>
    void for_each_choice(Visit visit) const
    {
        for (std::uint32_t mask = 1; mask < std::uint32_t{1} << seats(); ++mask)
        {
            chosen_seats choice;
            bool possible = true;
            for (std::uint32_t seat = 0; seat < seats(); ++seat)
                if ((mask >> seat & 1U) != 0)
                {
                    choice.push_back(seat);
                    possible = possible && free_[seat];
                }
            if (possible)
                visit(choice);
        }
    }

private:
    static booking::seat_layout draw(std::string drawing)
    {
        for (char& c : drawing)
            c = c == 't' ? 's' : c;
        std::vector<std::string> rows{""};
        for (const char c : drawing)
            if (c == '/')
                rows.emplace_back();
            else
                rows.back() += c;
        return booking::seat_layout::draw(rows).value();
    }

    std::string drawing_;
    booking::seat_layout layout_;
    std::vector<std::size_t> places_; // of each seat in the drawing
    std::vector<bool> free_;
};

/// Calls `visit` with every text of that length over an alphabet.
template <class Visit>
void for_each_text(const std::string& alphabet, std::size_t length, Visit visit)
{
    std::vector<std::size_t> digits(length);
    for (;;)
    {
        std::string text;
        for (const auto digit : digits)
            text += alphabet[digit];
        visit(text);
        std::size_t i = 0;
        while (i < length && ++digits[i] == alphabet.size())
            digits[i++] = 0;
        if (i == length)
            return;
    }
}

} // namespace cinema::tests
