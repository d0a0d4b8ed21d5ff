#include "seats/seat_chart.hpp"

#include "seats/seat_look.hpp"
#include "seats/words.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace cinema::seats
{
namespace
{

class chart
{
public:
    chart(const booking::seat_map& map, bool has_color,
          std::span<const booking::seat_number> marked)
        : map_{map}, layout_{map.hall->layout}, has_color_{has_color}, marked_{marked}
    {
        for (const auto& name : layout_.row_names())
            name_columns_ = std::max(name_columns_, name.size());
        index_seats();
    }

    std::string draw()
    {
        draw_screen();
        for (std::size_t row = 0; row < layout_.rows(); ++row)
            draw_row(row);
        out_ += '\n';
        explain();
        return std::move(out_);
    }

private:
    /// Where each seat of the grid is: grid_[row][column] is an index into the layout, or none.
    void index_seats()
    {
        grid_.assign(layout_.rows(), std::vector<std::size_t>(layout_.columns(), layout_.size()));
        for (std::size_t i = 0; i < layout_.size(); ++i)
            grid_[layout_.seats()[i].row - 1U][layout_.seats()[i].column - 1U] = i;
    }

    void put(const look& what)
    {
        if (std::ranges::find(used_, what) == used_.end())
            used_.push_back(what);
        if (has_color_)
            out_ += std::string{"\x1B["} + what.color + 'm' + what.sign + "\x1B[0m";
        else
            out_ += what.sign;
    }

    void draw_screen()
    {
        constexpr std::string_view word = " screen ";
        const auto columns = std::max<std::size_t>(2U * layout_.columns() - 1, word.size() + 2);
        const auto left = (columns - word.size()) / 2;
        out_ += std::string(name_columns_ + 4, ' ') + std::string(left, '=') + std::string{word}
                + std::string(columns - word.size() - left, '=') + "\n\n";
    }

    void draw_row(std::size_t row)
    {
        std::string name = layout_.row_names()[row];
        const bool is_aisle =
            std::ranges::all_of(grid_[row], [this](std::size_t i) { return i == layout_.size(); });
        if (!is_aisle)
        {
            out_ += "  " + std::string(name_columns_ - name.size(), ' ') + name + "  ";
            for (const auto i : grid_[row])
                draw_place(i);
            out_ += " " + name;
        }
        out_ += '\n';
    }

    void draw_place(std::size_t i)
    {
        if (i == layout_.size())
            out_ += ' ';
        else if (const auto& seat = layout_.seats()[i];
                 std::ranges::find(marked_, seat.number) != marked_.end())
            put(marked_look);
        else
            put(look_of(seat, map_.status[i]));
        out_ += ' ';
    }

    /// A legend of the signs that were used.
    void explain()
    {
        const auto seen = used_;
        const auto say = [&](const look& what, const std::string& meaning)
        {
            if (std::ranges::find(seen, what) == seen.end())
                return;
            out_ += "  ";
            put(what);
            out_ += ' ' + meaning;
        };
        const auto& session = *map_.session;
        for (std::size_t i = 0; i < layout_.categories().size(); ++i)
        {
            const auto& name = layout_.categories()[i];
            say(free_looks[i % free_looks.size()],
                name + ' ' + money_text(session.price_of(name), session.currency));
        }
        say(accessible_look, "accessible");
        say(companion_look, "companion");
        say(held_look, "held");
        say(sold_look, "sold");
        say(blocked_look, "off sale");
        say(marked_look, "chosen");
        out_ += '\n';
    }

    const booking::seat_map& map_;
    const booking::seat_layout& layout_;
    bool has_color_;
    std::span<const booking::seat_number> marked_;
    std::size_t name_columns_{1};
    std::vector<std::vector<std::size_t>> grid_;
    std::vector<look> used_;
    std::string out_;
};

} // namespace

std::string draw_chart(const booking::seat_map& map, bool has_color,
                       std::span<const booking::seat_number> marked)
{
    return chart{map, has_color, marked}.draw();
}

} // namespace cinema::seats
