#include "faults/http_operation.hpp"

#include <cinema/booking/domain/error.hpp>

#include <cstdio>
#include <optional>
#include <string_view>

namespace cinema::tests
{

namespace
{

booking::time_point time_in(const boost::json::value& text)
{
    int year{}, month{}, day{}, hour{}, minute{}, second{}, millisecond{};
    std::sscanf(text.as_string().c_str(), "%d-%d-%dT%d:%d:%d.%d", &year, &month, &day, &hour,
                &minute, &second, &millisecond);
    using namespace std::chrono;
    const sys_days date{std::chrono::year{year} / month / day};
    return booking::from_unix_ms(duration_cast<milliseconds>(date.time_since_epoch() + hours{hour}
                                                             + minutes{minute} + seconds{second}
                                                             + milliseconds{millisecond})
                                     .count());
}

std::optional<booking::errc> code_of(std::string_view slug)
{
    for (int value = 1; value < 100; ++value)
        if (const auto code = static_cast<booking::errc>(value); booking::slug(code) == slug)
            return code;
    return std::nullopt;
}

booking::reservation_status status_in(const boost::json::value& text)
{
    using booking::reservation_status;
    for (const auto status : {reservation_status::held, reservation_status::confirmed,
                              reservation_status::cancelled, reservation_status::expired})
        if (text.as_string() == to_string(status))
            return status;
    return reservation_status::checked_in;
}

void note_grant(booking::testing::operation_record& record, const http_answer& answer)
{
    const auto body = answer.json();
    record.result = booking::testing::outcome::granted;
    record.replayed = answer.field("idempotency-replayed") == "true";
    record.status = status_in(body.at("status"));
    record.reservation = booking::reservation_id::parse(std::string{body.at("id").as_string()})->id;
    if (!body.at("held_until").is_null())
        record.held_until = time_in(body.at("held_until"));
    const auto wanted = status_after(record.what);
    if (wanted && record.status != wanted) // an expired hold is given back without a change
        return;
    record.since = record.version;
    record.earliest = record.latest = time_in(body.at("updated_at"));
}

} // namespace

http_operation reserve_operation(std::string key, std::int64_t session, std::string user,
                                 const std::vector<std::int64_t>& seats, std::chrono::seconds hold)
{
    http_operation made{.method = "POST",
                        .target = "/sessions/" + std::to_string(session) + "/seats/reserve",
                        .body = "{\"userId\": \"" + user + "\", \"seats\": [",
                        .fields = {{"Idempotency-Key", key}},
                        .record = {.what = booking::testing::action::reserve,
                                   .session = booking::session_id{session},
                                   .user = std::move(user),
                                   .key = std::move(key),
                                   .hold = hold}};
    for (const auto seat : seats)
    {
        made.body += (seat == seats.front() ? "" : ",") + std::to_string(seat);
        made.record.seats.push_back(booking::seat_number{static_cast<std::int32_t>(seat)});
    }
    made.body += "]";
    if (hold.count() > 0)
        made.body += ", \"hold\": " + std::to_string(hold.count());
    made.body += "}";
    return made;
}

http_operation step_operation(std::string key, booking::testing::action what,
                              const booking::reservation_id& id, const std::string& secret)
{
    using booking::testing::action;
    http_operation made{
        .method = what == action::cancel ? "DELETE" : "POST",
        .target = "/reservations/" + id.text(),
        .body = what == action::extend ? R"({"hold": 1200})" : "",
        .fields = {{"Idempotency-Key", key}, {"Authorization", secret}},
        .record = {
            .what = what, .session = id.session, .key = std::move(key), .reservation = id.id}};
    if (what != action::cancel)
        made.target += std::string{"/"} + to_string(what);
    return made;
}

std::string problem_of(const http_answer& answer)
{
    const std::string type{answer.json().at("type").as_string()};
    return type.substr(type.rfind(':') + 1);
}

std::string secret_in(const http_answer& reserved)
{
    return "Bearer " + std::string{reserved.json().at("secret").as_string()};
}

void note_answer(http_operation& operation)
{
    const auto& answer = operation.answer;
    auto& record = operation.record;
    record.result = booking::testing::outcome::unknown;
    record.returned = booking::testing::never;
    if (answer.status == 0)
        return;
    record.returned = std::chrono::steady_clock::now();
    const auto body = answer.json();
    record.answered.clear();
    if (const auto* version = body.as_object().if_contains("version"))
        record.version = booking::session_version{static_cast<std::uint64_t>(version->as_int64())};
    if (const auto* seats = body.as_object().if_contains("seats"))
        for (const auto& seat : seats->as_array())
            record.answered.push_back(
                booking::seat_number{static_cast<std::int32_t>(seat.as_int64())});
    if (answer.status == 200 || answer.status == 201)
        return note_grant(record, answer);
    record.result = booking::testing::outcome::refused;
    record.code = code_of(problem_of(answer)).value_or(booking::errc::store_failed);
}

} // namespace cinema::tests
