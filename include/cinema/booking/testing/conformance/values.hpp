#pragma once

#include <cinema/booking/domain/text.hpp>
#include <cinema/booking/testing/conformance/fixture.hpp>

#include <array>
#include <limits>

namespace cinema::booking::testing::conformance
{

/// Texts that programs have stumbled over: well-formed UTF-8 without a zero byte.
[[nodiscard]] inline const std::vector<std::string>& awkward_texts()
{
    static const std::vector<std::string> texts{"'",
                                                "\"",
                                                "it's; DROP TABLE sessions; --",
                                                "' OR '1'='1",
                                                "%_*?[a-z]\\",
                                                "\\0\\n\\'",
                                                "$1 :a @b ?1 ${x} {{y}} %s %n",
                                                "{\"$gt\": \"\"}",
                                                "<script>alert(1)</script>",
                                                " padded ",
                                                "\t\r\n\x01\x1F\x7F",
                                                "null",
                                                "NULL",
                                                "0",
                                                "-1",
                                                "1e400",
                                                "NaN",
                                                "true",
                                                "x'00'",
                                                "\xC3\x9C\x62\x65r",
                                                "\xE6\x97\xA5\xE6\x9C\xAC", // Über, 日本
                                                "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D",
                                                "\xF0\x9F\x8E\xAC\xF0\x9F\x91\xA9\xE2\x80\x8D",
                                                "e\xCC\x81 is not \xC3\xA9",
                                                "\xEF\xBB\xBFmark",
                                                "\xE2\x80\xAEright to left",
                                                "\xEF\xBF\xBF\xF4\x8F\xBF\xBF",
                                                "A\xC2\xA0"
                                                "B"};
    return texts;
}

/// Times from the year 1 to 9999, to the millisecond, ascending.
[[nodiscard]] inline const std::vector<time_point>& awkward_times()
{
    using namespace std::chrono;
    using namespace std::chrono_literals;
    static const std::vector<time_point> times{
        sys_days{year{1} / January / 1},
        sys_days{year{1600} / February / 29} + 1ms,
        sys_days{year{1969} / December / 30} + 23h + 59min + 59s + 999ms,
        time_point{} - 1ms,
        time_point{},
        time_point{} + 1ms,
        from_unix_ms(std::numeric_limits<std::int32_t>::max()),
        sys_days{year{2038} / January / 19} + 3h + 14min + 8s,
        sys_days{year{9999} / December / 31} + 23h + 59min + 59s + 999ms};
    return times;
}

inline constexpr std::array<std::uint64_t, 5> awkward_bits{
    1, 0x7FFF'FFFF'FFFF'FFFF, 0x8000'0000'0000'0000, 0x8000'0000'0000'0001, 0xFFFF'FFFF'FFFF'FFFF};

TEST_CASE_TEMPLATE_DEFINE("values: a hall keeps every text, kind and place", Store, values_hall)
{
    const auto base = Store::make();
    auto& inventory = *base.stores.inventory;
    const auto& texts = awkward_texts();
    std::vector<std::string> rows(hall_rows_max);
    std::vector<std::string> categories;
    for (const auto& text : texts)
        if (categories.size() < hall_categories_max)
            categories.emplace_back(shortened(text, category_bytes_max));
    categories.back() = std::string(category_bytes_max, 'c');
    std::vector<seat> seats;
    for (std::size_t i = 0; i < texts.size(); ++i)
    {
        rows[i] = shortened(texts[i], row_name_bytes_max);
        seats.push_back({.number = seat_number{static_cast<std::int32_t>(7 * i + 1)},
                         .row = static_cast<std::uint16_t>(i + 1),
                         .column = static_cast<std::uint16_t>(hall_columns_max - i),
                         .category = static_cast<std::uint8_t>(i % categories.size()),
                         .kind = static_cast<seat_kind>(i % 3),
                         .blocked = i % 2 == 1,
                         .label = std::string{shortened(texts[i], seat_label_bytes_max - 3)} + "#"
                                  + std::to_string(i)});
    }
    seats.push_back({.number = seat_number{std::numeric_limits<std::int32_t>::max()},
                     .row = static_cast<std::uint16_t>(hall_rows_max),
                     .column = 1,
                     .label = "last"});
    const auto layout = seat_layout::from_seats(seats, categories, rows).value();

    for (const auto& text : texts)
    {
        const hall_spec spec{.name = std::string{shortened(text, hall_name_bytes_max)},
                             .layout = layout,
                             .time_zone = std::string{shortened(text, time_zone_bytes_max)}};
        const auto id = inventory.add_hall(spec).value()->id;
        const auto found = inventory.find_hall(id).value();
        CHECK(found->name == spec.name);
        CHECK(found->time_zone == spec.time_zone);
        CHECK(std::ranges::equal(found->layout.categories(), layout.categories()));
        CHECK(std::ranges::equal(found->layout.row_names(), layout.row_names()));
        CHECK(std::ranges::equal(found->layout.seats(), layout.seats(), {},
                                 [](seat of)
                                 {
                                     of.id = {};
                                     return of;
                                 }));
    }
    CHECK(inventory.halls().value().size() == texts.size());
}

TEST_CASE_TEMPLATE_DEFINE("values: a hall may be as large as the limits allow", Store,
                          values_large_hall)
{
    const auto base = Store::make();
    auto& inventory = *base.stores.inventory;
    const hall_spec spec{.name = std::string(hall_name_bytes_max, 'n'),
                         .layout = seat_layout::grid(10, hall_seats_max / 10),
                         .time_zone = std::string(time_zone_bytes_max, 'z')};
    const auto hall = inventory.add_hall(spec).value();

    CHECK(inventory.find_hall(hall->id).value()->layout == hall->layout);
    CHECK(inventory.halls().value().at(0)->layout == hall->layout);

    // Block and sell all of it.
    box_office office{inventory, inventory.add_session(screening(hall->id)).value().id};
    std::vector<seat_ref> all;
    for (const auto seat : office.free_seats())
        all.emplace_back(seat);
    office.done(office.blocks(all));
    CHECK(load_whole(inventory, office.book().session().id).session.blocked.size()
          == hall_seats_max);
    office.done(office.blocks(all, false));
    office.done(office.sells({all.end() - reserve_seats_max, all.end()}));
    CHECK(guarded(inventory, office.book().session().id).back() == int{hall_seats_max});
}

TEST_CASE_TEMPLATE_DEFINE("values: a session keeps every text, time and price", Store,
                          values_session)
{
    const auto base = Store::make();
    auto& inventory = *base.stores.inventory;
    auto times = awkward_times();
    std::erase_if(times, [](time_point time) { return time < time_point{}; });
    const auto& texts = awkward_texts();
    const std::vector<std::string> rows{"sp"};
    const auto hall =
        inventory.add_hall({.name = "Hall", .layout = seat_layout::draw(rows).value()}).value();
    const auto check_kept = [&](const session_spec& spec)
    {
        const auto made = inventory.add_session(spec).value();
        CHECK(made.movie_title == spec.movie_title);
        CHECK(made.showtime == spec.showtime);
        CHECK(made.ends_at == spec.ends_at);
        CHECK(made.prices == spec.prices);
        CHECK(load_whole(inventory, made.id).session == made);
    };

    for (const auto& text : texts)
        check_kept({.hall = hall->id, .movie_title = text});
    check_kept({.hall = hall->id, .movie_title = std::string(movie_title_bytes_max, 't')});
    for (std::size_t i = 0; i + 1 < times.size(); ++i)
        check_kept({.hall = hall->id,
                    .movie_title = "Metropolis",
                    .showtime = times[i],
                    .ends_at = times[i + 1],
                    .prices = {{"premium", minor_units{price_minor_units_max}},
                               {"standard", minor_units{0}},
                               {"standard", minor_units{1}, "child"},
                               {"premium", minor_units{2}, std::string(price_type_bytes_max, 'x')},
                               {"premium", minor_units{3}, "senior"}}});
    for (const auto& text : texts)
        check_kept({.hall = hall->id,
                    .movie_title = "Metropolis",
                    .prices = {{"standard", minor_units{4},
                                std::string{shortened(text, price_type_bytes_max)}}}});

    const auto listed = inventory.sessions({.limit = page_size_max}).value();
    CHECK(listed.size() == 2 * texts.size() + times.size());
    for (const auto& session : listed)
        CHECK(load_whole(inventory, session.id).session == session);
}

TEST_CASE_TEMPLATE_DEFINE("values: a reservation keeps every text, time, number and event", Store,
                          values_reservation)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    const auto& texts = awkward_texts();
    const auto& times = awkward_times();
    auto change = office.raises();
    const auto version = change.expected.version;
    change.next.version = later(version, 32);
    for (std::size_t i = 0; i < 20; ++i)
    {
        const auto number = [&](std::size_t n)
        { return awkward_bits[(i + n) % awkward_bits.size()]; };
        reservation state{
            .id = {house.session.id, uuid::version_7(times[(i + 3) % 5], number(0), number(i))},
            .user = std::string{shortened(texts[i], user_label_bytes_max)},
            .account = {texts[texts.size() - 1 - i]},
            .seats = {{seat_number{static_cast<std::int32_t>(i + 1)},
                       minor_units{i % 2 == 0 ? price_minor_units_max : 0}},
                      {seat_number{static_cast<std::int32_t>(i + 21)}, minor_units{1},
                       std::string{shortened(texts[i], price_type_bytes_max)}}},
            .currency = *currency_code::parse(i % 2 == 0 ? "XTS" : "JPY")};
        state.id.id.bytes[15] = static_cast<std::uint8_t>(i);
        for (std::size_t n = 0; n <= i; ++n)
            state.events.push_back({.status = reservation_status::held,
                                    .version = later(version, n + 1),
                                    .at = times[(i + n) % times.size()],
                                    .held_until = times[(i + 2 * n) % times.size()],
                                    .operation = operation_id{number(n)}});
        if (i % 3 == 0)
            state.events.push_back({.status = reservation_status::checked_in,
                                    .version = later(version, i + 2),
                                    .at = times[i % times.size()]});
        change.reservations.push_back({std::make_shared<const reservation>(state), true, false});
    }
    REQUIRE(!commit_one(house.inventory(), change).error);

    std::vector<reservation_ptr> written;
    for (const auto& entry : change.reservations)
    {
        written.push_back(entry.now);
        CHECK(same(house.document(entry.now->id), *entry.now));
        const auto listed = house.reservations().list({.account = entry.now->account}).value();
        REQUIRE(listed.size() == 1);
        CHECK(*listed[0] == *entry.now);
    }
    CHECK(same(house.load().reservations, written));
    const auto loaded = load_one(house.inventory(), house.session.id, change.expected);
    REQUIRE(as<session_delta>(loaded));
    CHECK(same(as<session_delta>(loaded)->reservations, written));
}

TEST_CASE_TEMPLATE_DEFINE("values: a reservation may be empty or as large as the limits allow",
                          Store, values_reservation_size)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    auto change = office.raises();
    change.next.version = later(change.expected.version, reservation_events_max);
    const auto id = [&](std::uint8_t fill)
    {
        reservation_id made{house.session.id, {}};
        made.id.bytes.fill(fill);
        return made;
    };
    reservation small{.id = id(0), .seats = {{seat_number{1}, {}}}};
    small.events.push_back(
        {.status = reservation_status::confirmed, .version = later(change.expected.version)});
    reservation large{.id = id(0xFF), .user = std::string(user_label_bytes_max, 'u')};
    large.account.value = std::string(200, 'a');
    for (std::size_t i = 0; i < reserve_seats_max; ++i)
        large.seats.push_back({seat_number{static_cast<std::int32_t>(i + 2)}, minor_units{7}});
    for (std::size_t i = 1; i <= reservation_events_max; ++i)
        large.events.push_back({.status = reservation_status::held,
                                .version = later(change.expected.version, i),
                                .at = that_day(1),
                                .held_until = that_day(2),
                                .operation = operation_id{~std::uint64_t{0}}});
    for (const auto& state : {small, large})
        change.reservations.push_back({std::make_shared<const reservation>(state), true, false});
    REQUIRE(!commit_one(house.inventory(), change).error);

    CHECK(same(house.document(small.id), small));
    CHECK(same(house.document(large.id), large));
    const auto seen = house.load();
    REQUIRE(seen.reservations.size() == 2);
    CHECK(same(find(seen.reservations, small.id.id), small));
    CHECK(same(find(seen.reservations, large.id.id), large));
}

TEST_CASE_TEMPLATE_DEFINE("values: a change id keeps all of its 64 bits", Store, values_change_id)
{
    const auto house = seeded(Store::make());
    auto office = house.office();
    for (const auto bits : awkward_bits)
    {
        auto change = office.raises();
        change.next.change = change_id{bits};
        change.at = awkward_times()[bits % awkward_times().size()];
        REQUIRE(!office.commit(change));
        CHECK(house.load().stamp == change.next);
        CHECK(house.load().changed_at == change.at);
        CHECK(house.inventory().guard_rows(house.session.id).value().first == change.next);
        CHECK(!commit_one(house.inventory(), office.checks()).error);
        CHECK(as<session_unchanged>(load_one(house.inventory(), house.session.id, change.next)));
        change.next.change = change_id{bits ^ (std::uint64_t{1} << 63)};
        CHECK(as<session_snapshot>(load_one(house.inventory(), house.session.id, change.next)));
    }
}

TEST_CASE_TEMPLATE_DEFINE("values: an account and a token keep every text and time", Store,
                          values_account)
{
    const auto base = Store::make();
    auto& accounts = *base.stores.accounts;
    auto& inventory = *base.stores.inventory;
    const auto& texts = awkward_texts();
    const auto& times = awkward_times();
    const auto text = [&](std::size_t i) { return texts[i % texts.size()]; };
    const auto time = [&](std::size_t i) { return times[i % times.size()]; };
    for (std::size_t i = 0; i < texts.size(); ++i)
    {
        user account{.id = {text(i)},
                     .name = text(i + 1),
                     .email = text(i + 2) + "@" + std::to_string(i),
                     .password_hash = text(i + 3),
                     .role = static_cast<user_role>(i % 3 + 1),
                     .created_at = time(i)};
        REQUIRE(accounts.add(account).has_value());
        CHECK(accounts.find(account.id).value() == account);
        CHECK(accounts.find_by_email(account.email).value() == account);
        account.name = i % 2 == 0 ? std::string(user_name_bytes_max, 'n') : std::string{};
        account.password_hash.clear();
        REQUIRE(accounts.update(account).has_value());
        CHECK(accounts.find(account.id).value() == account);

        access_token token{.user = account.id,
                           .issued_at = time(i + 1),
                           .last_used = time(i + 2),
                           .expires_at = time(i + 3)};
        token.digest.fill(static_cast<std::uint8_t>(0xFF - i));
        REQUIRE(inventory.add_token(token).has_value());
        CHECK(inventory.find_token(token.digest).value() == token);
        CHECK(inventory.remove_tokens_of(account.id).has_value());
        CHECK(!inventory.find_token(token.digest).value());
    }
}

} // namespace cinema::booking::testing::conformance
