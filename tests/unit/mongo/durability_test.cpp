// What was acknowledged is in the journals of the majority, and what decides is read where nobody
// can have got ahead of it: what the commands ask of the servers.

#include <cinema/booking/testing/conformance/fixture.hpp>

#include "mongo/inventory.hpp"
#include "mongo/open.hpp"
#include "mongo/outbox.hpp"
#include "mongo/reservations.hpp"
#include "support/mongo_server.hpp"

#include <doctest/doctest.h>

#include <map>
#include <mutex>
#include <string>

using namespace cinema::booking;
using namespace cinema::booking::mongo;

namespace
{

/// Which commands were sent, and how many of each asked for the journals of the majority.
class durable_commands
{
public:
    void note(std::string_view name, const fields& command)
    {
        const auto concern = command.find("writeConcern");
        const std::lock_guard lock{mutex_};
        auto& [sent, durable] = counts_[std::string{name}];
        ++sent;
        if (concern && concern->sub().at("w").is_text()
            && concern->sub().at("w").text() == "majority" && concern->sub().at("j").truth())
            ++durable;
    }

    /// Whether there were such commands, all of which did.
    [[nodiscard]] bool are_all(const std::string& name)
    {
        const std::lock_guard lock{mutex_};
        const auto [sent, durable] = counts_[name];
        return sent > 0 && sent == durable;
    }

private:
    std::mutex mutex_;
    std::map<std::string, std::pair<int, int>> counts_;
};

std::string level_of(const find_request& what, bool is_replicated)
{
    const auto options = options_of(what, is_replicated, std::chrono::milliseconds{480});
    return std::string{fields{options}.at("readConcern").sub().at("level").text()};
}

} // namespace

TEST_CASE("durability: every command that writes asks for the journals of the majority")
{
    durable_commands commands;
    const auto in = std::make_shared<database>(
        mongo_params{.uri = cinema::tests::new_mongo_database(),
                     .timeout = std::chrono::seconds{20}},
        [](database& made) { prepare(made, role::all); },
        database_options{.watch = [&](std::string_view name, const fields& command)
                         { commands.note(name, command); }});
    stores all;
    all.inventory = std::make_shared<inventory>(in);
    all.documents = std::make_shared<reservations>(in, overlay::none);
    all.outbox = std::make_shared<session_outboxes>(in);
    const auto house = testing::seeded({.stores = all});
    auto office = house.office();
    const auto sold = office.done(office.sells({1}, "key"));
    office.done(office.cancels(sold->id));
    CHECK(all.outbox->deliver(*all.documents, 10).value().delivered == 1);
    CHECK(all.inventory->purge(testing::that_day(48 * 60), 10).has_value());

    for (const auto* const name : {"insert", "update", "delete", "findAndModify"})
    {
        CAPTURE(name);
        CHECK(commands.are_all(name));
    }
}

TEST_CASE("durability: among several servers, what decides is read where it is the latest")
{
    const find_request latest{.collection = "sessions", .how = freshness::latest};
    CHECK(level_of(latest, true) == "linearizable");
    CHECK(level_of(latest, false) == "local"); // there is but one
    CHECK(level_of({.collection = "sessions"}, true) == "local");

    // A server that has lost the others says so in time.
    const auto options = options_of(latest, true, std::chrono::milliseconds{480});
    CHECK(fields{options}.at("maxTimeMS").number() == 480);
}
