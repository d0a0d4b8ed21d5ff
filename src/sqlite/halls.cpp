#include "common/hall_text.hpp"
#include "inventory.hpp"

#include <algorithm>

namespace cinema::booking::sqlite
{

using namespace adapters;
namespace
{

[[noreturn]] void unreadable(hall_id id)
{
    throw failure{errc::store_failed,
                  "hall " + std::to_string(raw(id)) + " is kept in a form that is not known"};
}

seat seat_from(const cursor& row, const std::vector<std::string>& categories, hall_id hall)
{
    const auto category = std::find(categories.begin(), categories.end(), row.text(4));
    const auto kind = seat_kind_from(row.text(5));
    if (category == categories.end() || !kind)
        unreadable(hall);
    return {.id = seat_id{row.integer(0)},
            .number = seat_number{static_cast<std::int32_t>(row.integer(1))},
            .row = static_cast<std::uint16_t>(row.integer(2)),
            .column = static_cast<std::uint16_t>(row.integer(3)),
            .category = static_cast<std::uint8_t>(category - categories.begin()),
            .kind = *kind,
            .blocked = row.integer(6) != 0,
            .label = std::string{row.text(7)}};
}

/// The layout with the ids that its seats got.
seat_layout write_seats(connection& to, hall_id hall, const seat_layout& layout)
{
    return adapters::with_ids(layout,
                              [&](const seat& each)
                              {
                                  to.run(query::add_seat, hall, each.row, each.column, each.number,
                                         std::string_view{each.label},
                                         std::string_view{layout.categories()[each.category]},
                                         to_text(each.kind), each.blocked);
                                  return seat_id{to.last_id()};
                              });
}

} // namespace

hall_ptr inventory::known_hall(hall_id id) const
{
    const std::lock_guard lock{mutex_};
    const auto known = halls_.find(id);
    return known == halls_.end() ? nullptr : known->second;
}

store_result<hall_ptr> inventory::load_hall(connection& from, hall_id id)
{
    auto row = from.rows(query::find_hall, id);
    if (!row.next())
        return make_error_code(errc::hall_not_found);
    auto config = seat_config_from(row.text(2));
    if (!config)
        unreadable(id);
    std::vector<seat> seats;
    auto rows = from.rows(query::seats_of_hall, id);
    while (rows.next())
        seats.push_back(seat_from(rows, config->categories, id));
    auto layout = seat_layout::from_seats(std::move(seats), std::move(config->categories),
                                          std::move(config->row_names));
    if (!layout)
        unreadable(id);
    auto loaded = std::make_shared<const hall>(
        hall{id, std::string{row.text(0)}, std::string{row.text(1)}, std::move(*layout)});
    const std::lock_guard lock{mutex_};
    return halls_.try_emplace(id, std::move(loaded)).first->second;
}

store_result<hall_ptr> inventory::find_hall(hall_id id)
{
    if (auto known = known_hall(id))
        return known;
    return in_->read([&](connection& from) { return load_hall(from, id); });
}

store_result<std::vector<hall_ptr>> inventory::halls()
{
    return in_->read(
        [&](connection& from) -> store_result<std::vector<hall_ptr>>
        {
            std::vector<hall_ptr> all;
            auto rows = from.rows(query::hall_ids);
            while (rows.next())
            {
                const hall_id id{rows.integer(0)};
                auto known = known_hall(id);
                all.push_back(known ? std::move(known) : load_hall(from, id).value());
            }
            return all;
        });
}

store_result<hall_ptr> inventory::do_add_hall(const hall_spec& spec)
{
    auto added = in_->write(
        [&](connection& to) -> store_result<hall_ptr>
        {
            if (to.rows(query::find_hall_by_name, std::string_view{spec.name}).next())
                return make_error_code(errc::already_exists);
            const auto& layout = spec.layout;
            const auto config =
                to_text(seat_config{{layout.categories().begin(), layout.categories().end()},
                                    {layout.row_names().begin(), layout.row_names().end()}});
            to.run(query::add_hall, std::string_view{spec.name}, std::string_view{spec.time_zone},
                   layout.size(), std::string_view{config});
            const hall_id id{to.last_id()};
            return hall_ptr{std::make_shared<const hall>(
                hall{id, spec.name, spec.time_zone, write_seats(to, id, layout)})};
        });
    if (added)
    {
        const std::lock_guard lock{mutex_};
        halls_.try_emplace((*added)->id, *added);
    }
    return added;
}

} // namespace cinema::booking::sqlite
