#include <cinema/booking/store/making.hpp>

#include "common/hall_text.hpp"
#include "inventory.hpp"

#include <algorithm>
#include <map>

namespace cinema::booking::postgres
{
namespace
{

[[noreturn]] void unreadable(hall_id id)
{
    throw failure{errc::store_failed,
                  "hall " + std::to_string(raw(id)) + " is kept in a form that is not known"};
}

/// The seats of a row of find_halls.
std::vector<seat> seats_from(const row& from, const std::vector<std::string>& categories)
{
    const auto hall = from.as<hall_id>(0);
    std::array<array_reader, 8> columns{from.array(4),  from.array(5), from.array(6),
                                        from.array(7),  from.array(8), from.array(9),
                                        from.array(10), from.array(11)};
    const auto next = [&](std::size_t column) { return columns[column].next().value_or(""); };
    std::vector<seat> seats(columns[0].size());
    for (auto& each : seats)
    {
        each.id = seat_id{integer_from(next(0))};
        each.number = seat_number{static_cast<std::int32_t>(integer_from(next(1)))};
        each.row = static_cast<std::uint16_t>(integer_from(next(2)));
        each.column = static_cast<std::uint16_t>(integer_from(next(3)));
        each.label = next(4);
        const auto category = std::ranges::find(categories, next(5));
        const auto kind = adapters::seat_kind_from(next(6));
        if (category == categories.end() || !kind)
            unreadable(hall);
        each.category = static_cast<std::uint8_t>(category - categories.begin());
        each.kind = *kind;
        each.blocked = integer_from(next(7)) != 0;
    }
    return seats;
}

hall_ptr hall_from(const row& from)
{
    const auto id = from.as<hall_id>(0);
    auto config = adapters::seat_config_from(from.json(3));
    if (!config)
        unreadable(id);
    auto seats = seats_from(from, config->categories);
    auto layout = seat_layout::from_seats(std::move(seats), std::move(config->categories),
                                          std::move(config->row_names));
    if (!layout)
        unreadable(id);
    return std::make_shared<const hall>(
        hall{id, std::string{from.text(1)}, std::string{from.text(2)}, std::move(*layout)});
}

/// The layout with the ids that its seats got.
seat_layout write_seats(connection& to, hall_id hall, const seat_layout& layout)
{
    array<std::int32_t> rows;
    array<std::int32_t> columns;
    array<seat_number> numbers;
    array<std::string_view> labels;
    array<std::string_view> categories;
    array<std::string_view> kinds;
    array<bool> blocked;
    for (const auto& seat : layout.seats())
    {
        rows.add(seat.row);
        columns.add(seat.column);
        numbers.add(seat.number);
        labels.add(std::string_view{seat.label});
        categories.add(std::string_view{layout.categories()[seat.category]});
        kinds.add(adapters::to_text(seat.kind));
        blocked.add(seat.blocked);
    }
    const auto added = to.run(query::add_seats, parameters::of(hall, rows, columns, numbers, labels,
                                                               categories, kinds, blocked));
    std::map<seat_number, seat_id> ids;
    for (const auto each : added)
        ids.emplace(each.as<seat_number>(0), each.as<seat_id>(1));
    return adapters::with_ids(layout, [&](const seat& each) { return ids.at(each.number); });
}

} // namespace

hall_ptr inventory::known_hall(hall_id id) const
{
    const std::lock_guard lock{mutex_};
    const auto known = halls_.find(id);
    return known == halls_.end() ? nullptr : known->second;
}

hall_ptr inventory::know(hall_ptr hall)
{
    const std::lock_guard lock{mutex_};
    return halls_.try_emplace(hall->id, std::move(hall)).first->second;
}

store_result<hall_ptr> inventory::find_hall(hall_id id)
{
    if (auto known = known_hall(id))
        return known;
    if (raw(id) == 0)
        return make_error_code(errc::hall_not_found);
    return in_->read(
        [&](connection& from) -> store_result<hall_ptr>
        {
            const auto found = from.run(query::find_halls, parameters::of(id));
            if (found.empty())
                return make_error_code(errc::hall_not_found);
            return know(hall_from(found[0]));
        });
}

store_result<std::vector<hall_ptr>> inventory::halls()
{
    return in_->read(
        [&](connection& from) -> store_result<std::vector<hall_ptr>>
        {
            std::vector<hall_ptr> all;
            const auto found = from.run(query::find_halls, parameters::of(hall_id{0})); // any
            for (const auto each : found)
            {
                auto known = known_hall(each.as<hall_id>(0));
                all.push_back(known ? std::move(known) : know(hall_from(each)));
            }
            return all;
        });
}

store_result<hall_ptr> inventory::do_add_hall(const hall_spec& spec)
{
    auto added = in_->write(
        [&](connection& to) -> store_result<hall_ptr>
        {
            const auto& layout = spec.layout;
            const auto config = adapters::to_text(
                adapters::seat_config{{layout.categories().begin(), layout.categories().end()},
                                      {layout.row_names().begin(), layout.row_names().end()}});
            const auto made = to.run(
                query::add_hall, parameters::of(spec.name, static_cast<std::int32_t>(layout.size()),
                                                json{config}, spec.time_zone));
            if (made.empty())
                return make_error_code(errc::already_exists);
            const auto id = made[0].as<hall_id>(0);
            return hall_ptr{std::make_shared<const hall>(
                hall{id, spec.name, spec.time_zone, write_seats(to, id, layout)})};
        });
    if (added)
        know(*added);
    return added;
}

} // namespace cinema::booking::postgres
