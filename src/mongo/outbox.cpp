#include "outbox.hpp"

#include "delivery.hpp"
#include "inventory.hpp"
#include "session_statements.hpp"

namespace cinema::booking::mongo
{
namespace
{

set_aside_entry entry_from(fields from)
{
    return {.reservation = name_of(from),
            .tries = static_cast<unsigned>(from.at("tries").number()),
            .error = std::string{from.at("error").text()},
            .since = from.at("since").time()};
}

document of_name()
{
    document wanted;
    return wanted.add("_id", std::int32_t{1});
}

document set_aside_only()
{
    document which;
    return which.add("set_aside", true);
}

} // namespace

store_result<delivery_report> session_outboxes::deliver(reservation_store& to, std::size_t limit)
{
    return in_->edge([&]() -> store_result<delivery_report>
                     { return mongo::deliver(*in_, to, in_->begin().reply().now, limit); });
}

store_result<outbox_status> session_outboxes::status()
{
    return in_->edge(
        [&]() -> store_result<outbox_status>
        {
            outbox_status status{.now = in_->begin().reply().now};
            document which;
            document wanted;
            wanted.add("outbox", std::int32_t{1}).add("outbox_since", std::int32_t{1});
            in_->find({.collection = "sessions",
                       .filter = which.add("outbox_since", filled()),
                       .fields = wanted},
                      [&](const view& found)
                      {
                          const fields all{found};
                          const auto entries = outbox_from(all).size();
                          const auto since = all.at("outbox_since").time();
                          if (entries > 0 && (!status.oldest || since < *status.oldest))
                              status.oldest = since;
                          status.waiting += entries;
                          return true;
                      });
            in_->find({.collection = refused, .filter = set_aside_only(), .fields = of_name()},
                      [&](const view&)
                      {
                          ++status.set_aside;
                          return true;
                      });
            return status;
        });
}

store_result<std::vector<set_aside_entry>> session_outboxes::set_aside(std::size_t limit)
{
    return in_->edge(
        [&]() -> store_result<std::vector<set_aside_entry>>
        {
            std::vector<set_aside_entry> entries;
            document order;
            in_->find({.collection = refused,
                       .filter = set_aside_only(),
                       .sort = order.add("since", std::int32_t{1}),
                       .limit = static_cast<std::int64_t>(limit)},
                      [&](const view& found)
                      {
                          entries.push_back(entry_from(fields{found}));
                          return true;
                      });
            return entries;
        });
}

/// First into the outbox again, then no more set aside: if it comes to an end in between, the entry
/// is delivered and still told of.
store_result<std::size_t> session_outboxes::retry(const std::optional<reservation_id>& which)
{
    return in_->edge(
        [&]() -> store_result<std::size_t>
        {
            auto filter = set_aside_only();
            if (which)
                filter.add("_id", which->text());
            std::vector<reservation_id> names;
            in_->find({.collection = refused, .filter = filter, .fields = of_name()},
                      [&](const view& found)
                      {
                          names.push_back(name_of(fields{found}));
                          return true;
                      });
            for (const auto& name : names)
            {
                for (const auto& [id, seen] : load_documents(*in_, {name.session}))
                    if (const auto state = seen.record.reservations.find(name.id);
                        state != seen.record.reservations.end())
                        (void)in_->update_one("sessions", queueing_statement(*state->second));
                in_->remove(refused, named(name));
            }
            return names.size();
        });
}

store_result<std::size_t> session_outboxes::drop(const reservation_id& which)
{
    return in_->edge(
        [&]() -> store_result<std::size_t>
        {
            auto named = set_aside_only();
            named.add("_id", which.text());
            const bool is_kept =
                in_->find_one({.collection = refused, .filter = named}).has_value();
            if (is_kept)
                in_->remove(refused, named);
            return is_kept ? 1U : 0U;
        });
}

} // namespace cinema::booking::mongo
