#include "inventory.hpp"
#include "reservations.hpp"

#include <algorithm>

namespace cinema::booking::mongo
{
namespace
{

document ids_of(const std::vector<session_id>& sessions)
{
    array ids;
    for (const auto id : sessions)
        ids.add(raw(id));
    document among;
    document which;
    return which.add("_id", among.add_array("$in", ids.elements()));
}

/// The stamps of those that are there.
std::map<session_id, session_stamp> load_stamps(database& from,
                                                const std::vector<session_id>& sessions)
{
    std::map<session_id, session_stamp> stamps;
    if (sessions.empty())
        return stamps;
    from.find({.collection = "sessions",
               .filter = ids_of(sessions),
               .fields = stamp_only(),
               .how = freshness::latest},
              [&](const view& found)
              {
                  const fields all{found};
                  if (!is_void(all))
                      stamps.emplace(session_id{all.at("_id").number()}, stamp_from(all));
                  return true;
              });
    return stamps;
}

/// Those of which more must be known than that they are where the caller thinks.
std::vector<session_id> moved(database& from, std::span<const load_request> requests)
{
    std::vector<session_id> known;
    for (const auto& request : requests)
        if (request.known)
            known.push_back(request.session);
    const auto stamps = load_stamps(from, known);
    std::vector<session_id> wanted;
    for (const auto& request : requests)
    {
        const auto now = stamps.find(request.session);
        if (!request.known || now == stamps.end() || now->second != *request.known)
            wanted.push_back(request.session);
    }
    return wanted;
}

} // namespace

std::map<session_id, session_document> load_documents(database& from,
                                                      const std::vector<session_id>& sessions)
{
    std::map<session_id, session_document> documents;
    if (sessions.empty())
        return documents;
    from.find({.collection = "sessions", .filter = ids_of(sessions), .how = freshness::latest},
              [&](const view& found)
              {
                  const fields all{found};
                  if (!is_void(all))
                  {
                      auto loaded = session_document_from(all);
                      loaded.bytes = found.bytes();
                      documents.emplace(loaded.record.session.id, std::move(loaded));
                  }
                  return true;
              });
    return documents;
}

std::vector<session_id> find_sessions(database& in, const char* field, const document& condition,
                                      std::size_t limit)
{
    document which;
    document wanted;
    document order;
    std::vector<session_id> sessions;
    in.find({.collection = "sessions",
             .filter = which.add(field, condition),
             .fields = wanted.add("_id", std::int32_t{1}),
             .sort = order.add(field, std::int32_t{1}),
             .limit = static_cast<std::int64_t>(limit),
             .how = freshness::latest},
            [&](const view& found)
            {
                sessions.push_back(session_id{fields{found}.at("_id").number()});
                return true;
            });
    return sessions;
}

bool visit_session(database& in, session_id id,
                   const std::function<bool(const session_document&)>& visit)
try
{
    for (const auto& [session, kept] : load_documents(in, {id}))
        return visit(kept);
    return true;
}
catch (const failure& failed)
{
    if (failed.code() != errc::store_failed)
        throw;
    in.say("session " + std::to_string(raw(id)) + ": " + failed.what());
    return true;
}

void inventory::load_all(std::span<const load_request> requests,
                         std::span<store_result<session_load>> out)
{
    const auto wanted = moved(*in_, requests);
    const auto documents = load_documents(*in_, wanted);
    for (std::size_t i = 0; i < requests.size(); ++i)
    {
        const auto id = requests[i].session;
        const auto found = documents.find(id);
        if (found != documents.end())
            out[i] = found->second.record.load(requests[i].known, requests[i].with_ended);
        else if (requests[i].known && std::ranges::find(wanted, id) == wanted.end())
            out[i] = session_load{session_unchanged{}};
        else
            out[i] = make_error_code(errc::session_not_found);
    }
}

store_result<store_reply> inventory::do_load(std::span<const load_request> requests,
                                             std::span<store_result<session_load>> out)
{
    return in_->edge(
        [&]() -> store_result<store_reply>
        {
            const auto begun = in_->begin();
            load_all(requests, out);
            return begun.reply();
        });
}

store_result<std::pair<session_stamp, std::vector<guard_row>>> inventory::guard_rows(session_id id)
{
    using answer = std::pair<session_stamp, std::vector<guard_row>>;
    return in_->edge(
        [&]() -> store_result<answer>
        {
            document wanted = stamp_only();
            wanted.add("taken", std::int32_t{1});
            document which;
            const auto found = in_->find_one({.collection = "sessions",
                                              .filter = which.add("_id", raw(id)),
                                              .fields = wanted,
                                              .how = freshness::latest});
            if (!found || is_void(fields{*found}))
                return make_error_code(errc::session_not_found);
            const fields all{*found};
            answer guard{stamp_from(all), {}};
            for (const auto& each : all.at("taken").sub())
                guard.second.push_back(
                    {seat_number{std::stoi(std::string{each.key()})}, uuid{each.bytes_of<16>()}});
            std::sort(guard.second.begin(), guard.second.end());
            return guard;
        });
}

store_result<stored_key> inventory::find_key(session_id session, const key_digest& key)
{
    return in_->edge(
        [&]() -> store_result<stored_key>
        {
            document which;
            document wanted;
            const auto found = in_->find_one({.collection = "sessions",
                                              .filter = which.add("_id", raw(session)),
                                              .fields = wanted.add(path_of(key), std::int32_t{1}),
                                              .how = freshness::latest});
            const auto keys = found ? fields{*found}.find("keys") : std::nullopt;
            if (keys)
                for (const auto& each : keys->sub())
                {
                    const auto record = key_from(key, each.sub());
                    if (auto of = find_in_session(*in_, {session, record.reservation}))
                        return stored_key{record, std::move(of)};
                }
            return stored_key{};
        });
}

store_result<store_reply> inventory::ping()
{
    return in_->edge([&]() -> store_result<store_reply> { return in_->ask_time(); });
}

} // namespace cinema::booking::mongo
