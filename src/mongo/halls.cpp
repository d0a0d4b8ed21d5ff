#include <cinema/booking/store/making.hpp>

#include "common/hall_text.hpp"
#include "inventory.hpp"

#include <algorithm>

namespace cinema::booking::mongo
{
namespace
{

document texts_of(std::span<const std::string> texts)
{
    array out;
    for (const auto& text : texts)
        out.add(std::string_view{text});
    return out.elements();
}

std::vector<std::string> texts_from(const field& from)
{
    std::vector<std::string> out;
    for (const auto& each : from.sub())
        out.emplace_back(each.text());
    return out;
}

document seat_document(const seat& from, const seat_layout& layout)
{
    document out;
    out.add("id", raw(from.id))
        .add("seat_number", raw(from.number))
        .add("row", std::int32_t{from.row})
        .add("col", std::int32_t{from.column})
        .add("label", from.label)
        .add("category", layout.categories()[from.category])
        .add("kind", adapters::to_text(from.kind));
    if (from.blocked)
        out.add("blocked", true);
    return out;
}

seat seat_from(const field& from, const std::vector<std::string>& categories)
{
    const auto kept = from.sub();
    const auto category = std::ranges::find(categories, kept.at("category").text());
    const auto kind = adapters::seat_kind_from(kept.at("kind").text());
    if (category == categories.end() || !kind)
        from.unexpected();
    return {.id = seat_id{kept.at("id").number()},
            .number = seat_number{static_cast<std::int32_t>(kept.at("seat_number").number())},
            .row = static_cast<std::uint16_t>(kept.at("row").number()),
            .column = static_cast<std::uint16_t>(kept.at("col").number()),
            .category = static_cast<std::uint8_t>(category - categories.begin()),
            .kind = *kind,
            .blocked = kept.find("blocked").has_value(),
            .label = std::string{kept.at("label").text()}};
}

document document_of(const hall& from)
{
    array seats;
    for (const auto& each : from.layout.seats())
        seats.add(seat_document(each, from.layout));
    document out;
    out.add("_id", raw(from.id))
        .add("name", from.name)
        .add("time_zone", from.time_zone)
        .add("capacity", static_cast<std::int64_t>(from.layout.size()))
        .add_array("categories", texts_of(from.layout.categories()))
        .add_array("row_names", texts_of(from.layout.row_names()))
        .add_array("seats", seats.elements());
    return out;
}

hall_ptr hall_from(fields from)
{
    const hall_id id{from.at("_id").number()};
    auto categories = texts_from(from.at("categories"));
    std::vector<seat> seats;
    for (const auto& each : from.at("seats").sub())
        seats.push_back(seat_from(each, categories));
    auto layout = seat_layout::from_seats(std::move(seats), std::move(categories),
                                          texts_from(from.at("row_names")));
    if (!layout)
        throw failure{errc::store_failed,
                      "hall " + std::to_string(raw(id)) + " is kept in a form that is not known"};
    return std::make_shared<const hall>(hall{id, std::string{from.at("name").text()},
                                             std::string{from.at("time_zone").text()},
                                             std::move(*layout)});
}

} // namespace

store_result<hall_ptr> inventory::find_hall(hall_id id)
{
    {
        const std::lock_guard lock{mutex_};
        if (const auto known = halls_.find(id); known != halls_.end())
            return known->second;
    }
    return in_->edge(
        [&]() -> store_result<hall_ptr>
        {
            document which;
            const auto found = in_->find_one({.collection = "halls",
                                              .filter = which.add("_id", raw(id)),
                                              .how = freshness::latest});
            if (!found)
                return make_error_code(errc::hall_not_found);
            auto loaded = hall_from(fields{*found});
            const std::lock_guard lock{mutex_};
            return halls_.try_emplace(id, std::move(loaded)).first->second;
        });
}

store_result<std::vector<hall_ptr>> inventory::halls()
{
    return in_->edge(
        [&]() -> store_result<std::vector<hall_ptr>>
        {
            std::vector<hall_ptr> all;
            document by_id;
            in_->find({.collection = "halls",
                       .sort = by_id.add("_id", std::int32_t{1}),
                       .how = freshness::latest},
                      [&](const view& found)
                      {
                          all.push_back(hall_from(fields{found}));
                          return true;
                      });
            return all;
        });
}

store_result<hall_ptr> inventory::do_add_hall(const hall_spec& spec)
{
    return in_->edge(
        [&]() -> store_result<hall_ptr>
        {
            const auto size = static_cast<std::int64_t>(spec.layout.size());
            const seat_id first{in_->take_numbers("seats", size) - size + 1};
            auto made = make_hall(hall_id{in_->take_numbers("halls", 1)}, spec, first);
            if (!in_->insert("halls", document_of(*made))) // by its name
                return make_error_code(errc::already_exists);
            const std::lock_guard lock{mutex_};
            return halls_.try_emplace(made->id, std::move(made)).first->second;
        });
}

} // namespace cinema::booking::mongo
