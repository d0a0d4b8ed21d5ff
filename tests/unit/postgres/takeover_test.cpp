// What the original program sold stays sold, and what it had free can be bought.

#include <cinema/booking/service/booking_service.hpp>
#include <cinema/booking/store/audit.hpp>
#include <cinema/booking/testing/box_office.hpp>

#include "original_database.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <set>
#include <thread>

using namespace cinema::tests;
using namespace cinema::booking;
using cinema::booking::testing::load_whole;

namespace
{

/// The numbers of the seats that nobody has.
std::set<int> free_seats(inventory_store& in, session_id session)
{
    const auto seen = load_whole(in, session);
    std::set<int> numbers;
    for (const auto& seat : in.find_hall(seen.session.hall).value()->layout.seats())
        numbers.insert(raw(seat.number));
    for (const auto& sold : seen.reservations)
        for (const auto& seat : sold->seats)
            CHECK(numbers.erase(raw(seat.number)) == 1);
    return numbers;
}

time_point at_utc(std::chrono::year_month_day day, std::chrono::minutes time)
{
    return std::chrono::sys_days{day} + time;
}

bool is_clean(const stores& all)
{
    const auto report = audit(*all.inventory, *all.reservations);
    for (const auto& finding : report.findings)
        MESSAGE(finding);
    return report.is_clean();
}

} // namespace

TEST_CASE("takeover: sessions keep their ids, versions and free seats")
{
    using namespace std::chrono;
    const original_database original;
    const auto all = original.open();
    auto& inventory = *all.inventory;

    CHECK(inventory.sessions({}).value().size() == 3);
    const auto metropolis = load_whole(inventory, session_id{5});
    CHECK(metropolis.session.hall == hall_id{1});
    CHECK(metropolis.session.movie_title == "Metropolis");
    CHECK(metropolis.session.showtime == at_utc(2030y / July / 1, 20h));
    CHECK(!metropolis.session.ends_at.has_value());
    CHECK(metropolis.session.currency == currency_code{});
    CHECK(metropolis.stamp.version == session_version{17});
    CHECK(free_seats(inventory, session_id{5}) == std::set{1, 2, 3, 5, 8});

    const auto sunrise = load_whole(inventory, session_id{7});
    CHECK(sunrise.stamp.version == session_version{1}); // ours begin there
    CHECK(sunrise.session.showtime == at_utc(2030y / January / 1, 20h) + 123ms);
    CHECK(free_seats(inventory, session_id{7}) == std::set{1, 2, 3, 4, 5, 6});

    CHECK(load_whole(inventory, session_id{9}).stamp.version == session_version{3});
    CHECK(free_seats(inventory, session_id{9}).empty());
    CHECK(is_clean(all));
}

TEST_CASE("takeover: each seat that was sold is a guest's reservation of its own")
{
    const original_database original;
    const auto all = original.open();
    const auto seen = load_whole(*all.inventory, session_id{5});

    REQUIRE(seen.reservations.size() == 7);
    std::set<reservation_id> ids;
    for (const auto& sold : seen.reservations)
    {
        ids.insert(sold->id);
        CHECK((sold->id.id.bytes[6] & 0xF0) == 0x70); // a UUID of version 7
        CHECK(sold->status() == reservation_status::confirmed);
        CHECK(sold->version() == session_version{17});
        CHECK(sold->user == "original");
        CHECK(sold->account.empty());
        CHECK(sold->seats.size() == 1);
        CHECK(sold->total() == minor_units{0});
        CHECK(*all.reservations->find(sold->id).value() == *sold);
    }
    CHECK(ids.size() == 7);
}

TEST_CASE("takeover: the original's reservations say who bought what, and what is wrong with them")
{
    const original_database original;
    const auto made = at_utc(std::chrono::year{2025} / 3 / 4, std::chrono::hours{5});
    auto params = original.params();
    params.original_reservations = [&]() -> store_result<std::vector<original_reservation>>
    {
        const auto seats = [](std::initializer_list<int> numbers)
        {
            std::vector<seat_number> all;
            for (const auto number : numbers)
                all.push_back(seat_number{number});
            return all;
        };
        return std::vector<original_reservation>{
            {"a", session_id{5}, seats({7, 6}), "anna's \\ '; DROP", made},
            {"b", session_id{5}, seats({4, 5}), "", made},    // 5 is free
            {"c", session_id{5}, seats({6, 9}), "ben", made}, // 6 is in a
            {"d", session_id{99}, seats({1}), "carl", made}};
    };
    const auto all = open_postgres_stores(params).value();
    const auto seen = load_whole(*all.inventory, session_id{5});

    REQUIRE(seen.reservations.size() == 6);
    const auto of = [&](int seat)
    {
        for (const auto& sold : seen.reservations)
            for (const auto& each : sold->seats)
                if (raw(each.number) == seat)
                    return sold;
        return reservation_ptr{};
    };
    CHECK(of(6) == of(7));
    CHECK(of(6)->user == "anna's \\ '; DROP");
    CHECK(of(6)->created_at() == made);
    CHECK(of(6)->seats.size() == 2);
    CHECK(of(4)->user == "original"); // nobody's name is known
    CHECK(of(4)->seats.size() == 1);
    CHECK(of(9)->user == "ben");
    CHECK(of(9)->seats.size() == 1);
    CHECK(of(12)->user == "original");
    CHECK(of(12)->created_at() > made);
    CHECK(is_clean(all));

    std::string said;
    for (const auto& line : original.lines())
        said += line + '\n';
    CHECK(said.find("reservation c in session 5: its seat 6 is another one's")
          != std::string::npos);
    CHECK(said.find("reservation b in session 5: not sold there: seats 5") != std::string::npos);
    CHECK(said.find("reservation d in session 99: not sold there: seats 1") != std::string::npos);
}

TEST_CASE("takeover: nothing is taken over while the original's reservations cannot be read")
{
    const original_database original;
    const auto before = original.content();
    auto params = original.params();
    params.original_reservations = []() -> store_result<std::vector<original_reservation>>
    { return make_error_code(errc::store_unavailable); };

    CHECK(open_postgres_stores(params).error() == errc::store_unavailable);

    CHECK(original.content() == before);
}

TEST_CASE("takeover: halls keep their ids, and their seats get labels")
{
    const original_database original;
    const auto all = original.open();

    const auto first = all.inventory->find_hall(hall_id{1}).value();
    CHECK(first->name == "Hall A");
    CHECK(first->time_zone == "UTC");
    const auto like_ours = seat_layout::grid(3, 4);
    const auto seats = like_ours.seats();
    REQUIRE(first->layout.size() == seats.size());
    for (std::size_t i = 0; i < seats.size(); ++i)
    {
        auto wanted = seats[i];
        wanted.id = seat_id{static_cast<std::int64_t>(101 + i)};
        CHECK(first->layout.seats()[i] == wanted);
    }
    // As none are in the table, they come from seat_config, with ids behind all others.
    const auto second = all.inventory->find_hall(hall_id{4}).value();
    REQUIRE(second->layout.size() == 6);
    CHECK(second->layout.seats()[0].id == seat_id{113});
    CHECK(second->layout.seats()[4].label == "B2");
    CHECK(second->layout.row_names().size() == 2);
}

TEST_CASE("takeover: rows that nobody sits in keep their letters, and rows go on behind Z")
{
    const original_database original;
    original(R"(UPDATE seats SET "row" = 30 WHERE "row" = 3)");
    const auto all = original.open();

    const auto hall = all.inventory->find_hall(hall_id{1}).value();
    CHECK(hall->layout.seats()[11].label == "AD4");
    CHECK(hall->layout.row_names().size() == 30);
    CHECK(hall->layout.row_names()[29] == row_name(29));
}

TEST_CASE("takeover: a free seat can be bought, a sold one cannot until it is given back")
{
    const original_database original;
    booking_service service{original.open()};
    const session_id session{5};

    CHECK(service.reserve({.session = session, .user = "ben", .seats = {4}}).error()
          == errc::seat_taken);
    const auto bought = service.reserve(
        {.session = session, .user = "anna", .seats = {5}, .expected = session_version{17}});
    REQUIRE(bought.has_value());
    CHECK(bought->reservation->version() == session_version{18});

    reservation_id fourth;
    for (const auto& sold : load_whole(*service.stores().inventory, session).reservations)
        if (raw(sold->seats.front().number) == 4)
            fourth = sold->id;
    REQUIRE(service.cancel({.reservation = fourth}).has_value());
    CHECK(service.reserve({.session = session, .user = "ben", .seats = {4}}).has_value());
    CHECK(is_clean(service.stores()));
}

TEST_CASE("takeover: what is made afterwards gets ids behind all others")
{
    using namespace std::chrono;
    const original_database original;
    booking_service service{original.open()};

    const auto hall =
        service.create_hall({.name = "Hall C", .layout = seat_layout::grid(1, 1)}).value();
    CHECK(hall.id == hall_id{5});
    CHECK(hall.layout.seats()[0].id == seat_id{119});
    const auto session =
        service
            .create_session(
                {.hall = hall.id, .movie_title = "Faust", .showtime = at_utc(2030y / May / 1, 20h)})
            .value();
    CHECK(session.id == session_id{10});
}

TEST_CASE("takeover: the original's tables are kept as they were, and it is said where")
{
    const original_database original;
    original("ALTER TABLE seats ADD FOREIGN KEY (hall_id) REFERENCES halls;"
             "ALTER TABLE sessions ADD FOREIGN KEY (hall_id) REFERENCES halls;"
             "CREATE INDEX sessions_by_hall ON sessions (hall_id)"); // one of ours has this name
    const auto before = original.content();
    (void)original.open();

    CHECK(original.content(original.kept()) == before);
    REQUIRE(original.lines().size() == 1);
    CHECK(original.lines()[0].find(
              "2 halls, 18 seats, 3 sessions, 19 sold seats, showtimes as they are in "
              "the time zone UTC; the tables are kept in the schema "
              + original.kept())
          != std::string::npos);
}

TEST_CASE("takeover: an empty original is taken over, too")
{
    const original_database original;
    original("TRUNCATE halls, seats, sessions");
    const auto all = original.open();
    CHECK(all.inventory->halls().value().empty());
    const auto hall = all.inventory->add_hall({.name = "A", .layout = seat_layout::grid(1, 1)});
    CHECK(hall.value()->id == hall_id{1});
}

TEST_CASE("takeover: opening a second time does nothing")
{
    const original_database original;
    const auto first = load_whole(*original.open().inventory, session_id{5});
    const auto again = load_whole(*original.open().inventory, session_id{5});
    CHECK(again.stamp == first.stamp);
    CHECK(again.reservations.size() == 7);
    CHECK(original.lines().size() == 1);
}

TEST_CASE("takeover: of several that open at once, one takes over")
{
    const original_database original;
    std::atomic<int> opened{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] { opened += original.open_error() ? 0 : 1; });
    }
    CHECK(opened == 4);
    CHECK(original.lines().size() == 1);
    CHECK(original("SELECT count(*) FROM reservations") == "19");
    CHECK(is_clean(original.open()));
}

TEST_CASE("takeover: it waits for a sale of the original that is not over")
{
    const original_database original;
    const auto address = original.params().conninfo;
    const std::unique_ptr<PGconn, void (*)(PGconn*)> node{PQconnectdb(address.c_str()), PQfinish};
    const auto run = [&](const char* sql) { PQclear(PQexec(node.get(), sql)); };
    run("BEGIN; UPDATE sessions SET seats = '[1, 2, 3, 5]', version = 18 WHERE id = 5");

    std::jthread opener{[&] { CHECK(!original.open_error()); }};
    wait_until(
        [&]
        {
            return original("SELECT count(*) FROM pg_locks WHERE NOT granted AND"
                            " relation = 'sessions'::regclass")
                   == "1";
        });
    run("COMMIT");
    opener.join();

    const auto all = original.open();
    CHECK(free_seats(*all.inventory, session_id{5}) == std::set{1, 2, 3, 5});
    CHECK(load_whole(*all.inventory, session_id{5}).stamp.version == session_version{18});
}

TEST_CASE("takeover: showtimes are meant in the zone that is named, in summer and winter")
{
    using namespace std::chrono;
    const original_database original;
    auto params = original.params();
    params.original_time_zone = "Europe/Berlin";
    const auto all = open_postgres_stores(params).value();

    CHECK(load_whole(*all.inventory, session_id{5}).session.showtime
          == at_utc(2030y / July / 1, 18h));
    CHECK(load_whole(*all.inventory, session_id{7}).session.showtime
          == at_utc(2030y / January / 1, 19h) + 123ms);
    CHECK(all.inventory->find_hall(hall_id{1}).value()->time_zone == "Europe/Berlin");
}

TEST_CASE("takeover: without leave to migrate, it is told what to do")
{
    const original_database original;
    const auto before = original.content();
    auto params = original.params();
    CHECK(!postgres_migrations(params).value().at(0).applied_at.has_value());
    params.migrate = false;

    CHECK(open_postgres_stores(params).error() == errc::schema_mismatch);
    CHECK(original.lines().back().find("run the migration first") != std::string::npos);
    CHECK(original.content() == before);

    CHECK(migrate_postgres(params).value().at(0).applied_at.has_value());
    CHECK(open_postgres_stores(params).has_value());
}
