#include "reservations.hpp"

#include <cinema/booking/store/overlay.hpp>

#include "inventory.hpp"
#include "reservation_document.hpp"
#include "session_document.hpp"
#include "trouble.hpp"

#include <algorithm>

namespace cinema::booking::mongo
{
namespace
{

/// So many documents go with one command: it must be done within the timeout also where the server
/// is slow.
constexpr std::size_t documents_max = 64;

/// Adds what a document has. One that cannot be read is told of and left out: it must not hide the
/// others.
void add_readable(database& in, const view& from, std::vector<reservation_ptr>& to)
{
    const fields kept{from};
    try
    {
        to.push_back(reservation_from(kept));
    }
    catch (const failure& failed)
    {
        const auto id = kept.find("_id");
        in.say("the document " + std::string{id && id->is_text() ? id->text() : "of another _id"}
               + " in reservations cannot be read: " + failed.what()
               + "; once it is removed, cinema-server reconcile makes it anew");
    }
}

reservation_ptr find_document(database& in, const reservation_id& id)
{
    document which;
    which.add("_id", id.text()).add("session", raw(id.session));
    const auto found =
        in.find_one({.collection = "reservations", .filter = which, .how = freshness::latest});
    return found ? reservation_from(fields{*found}) : nullptr;
}

/// Adds the states of an account's reservations that are on their way.
void add_waiting(database& in, const reservation_page_request& page,
                 std::vector<reservation_ptr>& to)
{
    document which;
    document wanted;
    in.find({.collection = "sessions",
             .filter = which.add("outbox.account", page.account.value),
             .fields = wanted.add("reservations", std::int32_t{1}).add("outbox", std::int32_t{1}),
             .how = freshness::latest},
            [&](const view& found)
            {
                const fields all{found};
                const session_id session{all.at("_id").number()};
                const auto kept = all.at("reservations").sub();
                for (const auto& entry : outbox_from(all))
                    if (entry.account == page.account)
                        if (const auto state = kept.find(name_of(entry.reservation)))
                            to.push_back(state_from({session, entry.reservation}, state->sub()));
                return true;
            });
}

document newer_than(const reservation_id& after)
{
    const std::span<const std::uint8_t> bytes{after.id.bytes};
    document earlier;
    document at_once;
    document smaller;
    document first;
    first.add("uuid", earlier.add("$lt", bytes));
    at_once.add("uuid", bytes).add("session", smaller.add("$lt", raw(after.session)));
    document out;
    return out.add_array("$or", array{}.add(first).add(at_once).elements());
}

std::vector<reservation_ptr> list_documents(database& in, const reservation_page_request& page)
{
    document which;
    which.add("account", page.account.value);
    if (page.after)
        which.add_all(newer_than(*page.after));
    document newest_first;
    newest_first.add("uuid", std::int32_t{-1}).add("session", std::int32_t{-1});
    std::vector<reservation_ptr> found;
    in.find({.collection = "reservations",
             .filter = which,
             .sort = newest_first,
             .limit = static_cast<std::int64_t>(page.limit),
             .how = freshness::latest},
            [&](const view& each)
            {
                add_readable(in, each, found);
                return true;
            });
    return found;
}

std::vector<reservation_ptr> kept_in_session(database& in, session_id session,
                                             const std::optional<uuid>& after, std::size_t limit)
{
    std::vector<reservation_ptr> all;
    for (const auto& [id, seen] : load_documents(in, {session}))
    {
        const auto& kept = seen.record.reservations;
        const auto begin = after ? kept.upper_bound(*after) : kept.begin();
        for (auto at = begin; at != kept.end() && all.size() < limit; ++at)
            all.push_back(at->second);
    }
    return all;
}

/// The condition that a document is none of the original program's, which have no UUID.
document ours(const uuid& after = {})
{
    document greater;
    document out;
    return out.add("uuid", greater.add("$gt", std::span<const std::uint8_t>{after.bytes}));
}

std::vector<reservation_ptr> documents_of(database& in, session_id session,
                                          const std::optional<uuid>& after, std::size_t limit)
{
    document which;
    document ascending;
    std::vector<reservation_ptr> all;
    which.add("session", raw(session)).add_all(ours(after.value_or(uuid{})));
    in.find({.collection = "reservations",
             .filter = which,
             .sort = ascending.add("uuid", std::int32_t{1}),
             .limit = static_cast<std::int64_t>(limit),
             .how = freshness::latest},
            [&](const view& each)
            {
                add_readable(in, each, all);
                return true;
            });
    return all;
}

/// What to say of a document that was refused with this code: store_failed only for its own sake.
errc meaning_for_document(std::int32_t code)
{
    if (is_about_document(code))
        return errc::store_failed;
    const auto meaning = meaning_of_refusal(code);
    return meaning == errc::store_failed ? errc::store_unavailable : meaning;
}

/// Puts them once. Returns those that may have been in each other's way.
std::vector<std::size_t> put_once(database& in, std::span<const reservation_ptr> states,
                                  const std::vector<std::size_t>& which,
                                  std::vector<error_code>& errors)
{
    array statements;
    for (const auto index : which)
        statements.add(put_statement(*states[index]));
    std::vector<std::size_t> duplicates;
    for (const auto& [index, code] : in.update("reservations", statements).refusals)
        if (code == duplicate_key)
            duplicates.push_back(which[index]);
        else
            errors[which[index]] = meaning_for_document(code);
    return duplicates;
}

/// Whether a document is there that is not older. What else it has is not looked at: it may be one
/// that cannot be read.
bool is_outdated(database& in, const reservation& state)
{
    document at_least;
    document which;
    document wanted;
    which.add("_id", state.id.text())
        .add("session", raw(state.id.session))
        .add("version", at_least.add("$gte", static_cast<std::int64_t>(raw(state.version()))));
    return in
        .find_one({.collection = "reservations",
                   .filter = which,
                   .fields = wanted.add("_id", std::int32_t{1}),
                   .how = freshness::latest})
        .has_value();
}

/// So many documents are removed by one command.
constexpr std::size_t purged_at_once = 200;

/// Removes at most `limit` documents of guests that ended so, before `ended_before`. Returns how
/// many.
std::size_t drop_guests(database& in, reservation_status ended, time_point ended_before,
                        std::size_t limit)
{
    document before;
    document which;
    document wanted;
    which.add_null("account")
        .add("status", to_string(ended))
        .add("updated_at", before.add("$lt", ended_before));
    array ids;
    in.find({.collection = "reservations",
             .filter = which,
             .fields = wanted.add("_id", std::int32_t{1}),
             .limit = static_cast<std::int64_t>(limit)},
            [&](const view& found)
            {
                ids.add(fields{found}.at("_id").text());
                return true;
            });
    if (ids.empty())
        return 0;
    document among;
    document gone;
    in.remove("reservations", gone.add("_id", among.add_array("$in", ids.elements())));
    return ids.size();
}

} // namespace

reservation_ptr find_in_session(database& in, const reservation_id& id)
{
    const auto path = path_of(id.id);
    document which;
    document wanted;
    const auto found = in.find_one({.collection = "sessions",
                                    .filter = which.add("_id", raw(id.session)),
                                    .fields = wanted.add(path, std::int32_t{1}),
                                    .how = freshness::latest});
    if (!found)
        return nullptr;
    const auto all = fields{*found}.find("reservations");
    if (!all)
        return nullptr;
    for (const auto& each : all->sub())
        return state_from(id, each.sub());
    return nullptr;
}

std::vector<error_code> put_documents(database& in, std::span<const reservation_ptr> states)
{
    std::vector<error_code> errors(states.size());
    for (std::size_t begin = 0; begin < states.size(); begin += documents_max)
    {
        std::vector<std::size_t> which;
        for (auto i = begin; i < std::min(begin + documents_max, states.size()); ++i)
            which.push_back(i);
        // What is there is newer, or has just been inserted and may be older. Once more, and what
        // is still refused is older than what is there, or another unique index is in the way.
        if (const auto again = put_once(in, states, which, errors); !again.empty())
            for (const auto index : put_once(in, states, again, errors))
                if (!is_outdated(in, *states[index]))
                    errors[index] = errc::store_failed;
    }
    return errors;
}

store_result<reservation_ptr> reservations::find(const reservation_id& id)
{
    return in_->edge(
        [&]() -> store_result<reservation_ptr>
        {
            if (over_ == overlay::sessions)
                if (auto live = find_in_session(*in_, id))
                    return live;
            return find_document(*in_, id);
        });
}

store_result<std::vector<reservation_ptr>>
reservations::do_list(const reservation_page_request& page)
{
    return in_->edge(
        [&]() -> store_result<std::vector<reservation_ptr>>
        {
            std::vector<reservation_ptr> all;
            if (over_ == overlay::sessions)
                add_waiting(*in_, page, all); // first: what is delivered meanwhile comes twice
            const auto delivered = list_documents(*in_, page);
            all.insert(all.end(), delivered.begin(), delivered.end());
            return merged_page(std::move(all), page);
        });
}

store_result<std::vector<reservation_ptr>>
reservations::of_session(session_id session, const std::optional<uuid>& after, std::size_t limit)
{
    return in_->edge(
        [&]() -> store_result<std::vector<reservation_ptr>>
        {
            return over_ == overlay::sessions ? kept_in_session(*in_, session, after, limit)
                                              : documents_of(*in_, session, after, limit);
        });
}

store_result<std::optional<session_id>> reservations::session_after(session_id after)
{
    return in_->edge(
        [&]() -> store_result<std::optional<session_id>>
        {
            document which;
            document greater;
            document wanted;
            document ascending;
            which.add("session", greater.add("$gt", raw(after))).add_all(ours());
            const auto found = in_->find_one({.collection = "reservations",
                                              .filter = which,
                                              .fields = wanted.add("session", std::int32_t{1}),
                                              .sort = ascending.add("session", std::int32_t{1}),
                                              .how = freshness::latest});
            if (!found)
                return std::nullopt;
            return session_id{fields{*found}.at("session").number()};
        });
}

store_result<std::size_t> reservations::purge(time_point ended_before, std::size_t limit)
{
    if (over_ == overlay::sessions)
        return std::size_t{}; // the inventory does so, with the session
    return in_->edge(
        [&]() -> store_result<std::size_t>
        {
            std::size_t gone = 0;
            for (const auto status : {reservation_status::cancelled, reservation_status::expired})
                while (const auto most = std::min(limit - gone, purged_at_once))
                {
                    const auto removed = drop_guests(*in_, status, ended_before, most);
                    gone += removed;
                    if (removed < most)
                        break;
                }
            return gone;
        });
}

store_result<void> reservations::put(const reservation& state)
{
    return in_->edge(
        [&]() -> store_result<void>
        {
            const auto shared = std::make_shared<const reservation>(state);
            const auto errors = put_documents(*in_, std::span{&shared, 1});
            if (errors.front())
                return errors.front();
            return {};
        });
}

store_result<std::vector<error_code>>
reservations::do_put_all(std::span<const reservation_ptr> states)
{
    return in_->edge([&]() -> store_result<std::vector<error_code>>
                     { return put_documents(*in_, states); });
}

} // namespace cinema::booking::mongo
