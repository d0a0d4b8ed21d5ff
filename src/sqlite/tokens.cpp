#include "inventory.hpp"

namespace cinema::booking::sqlite
{
namespace
{

std::optional<std::string> find_property(connection& from, std::string_view name)
{
    auto row = from.rows(query::find_property, name);
    if (!row.next())
        return std::nullopt;
    const auto value = row.bytes(0);
    return std::string{value.begin(), value.end()};
}

blob bytes_of(std::string_view text)
{
    return {{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}};
}

} // namespace

store_result<std::string> inventory::do_keep(std::string_view name, std::string_view value)
{
    const auto until = in_->time_limit();
    const auto kept = in_->read([&](connection& from) -> store_result<std::optional<std::string>>
                                { return find_property(from, name); },
                                until);
    if (!kept)
        return kept.error();
    if (*kept)
        return **kept;
    return in_->write(
        [&](connection& to) -> store_result<std::string>
        {
            to.run(query::keep_property, name, bytes_of(value));
            return find_property(to, name).value();
        },
        until);
}

store_result<bool> inventory::lease(std::string_view name, std::uint64_t owner,
                                    std::chrono::milliseconds duration)
{
    const auto taken = in_->write(
        [&](connection& to) -> store_result<std::int64_t>
        {
            const auto now = in_->now();
            return to.run(query::take_lease, name, owner, now + duration, now);
        });
    if (!taken)
        return {boost::system::in_place_error, taken.error()}; // an error code is a bool, too
    return *taken > 0;
}

store_result<void> inventory::add_token(const access_token& token)
{
    return in_->write(
        [&](connection& to) -> store_result<void>
        {
            if (to.run(query::add_token, blob{token.digest}, std::string_view{token.user.value},
                       token.issued_at, token.last_used, token.expires_at)
                == 0)
                return make_error_code(errc::already_exists);
            return {};
        });
}

store_result<std::optional<access_token>>
inventory::find_token(const std::array<std::uint8_t, 32>& digest)
{
    return in_->read(
        [&](connection& from) -> store_result<std::optional<access_token>>
        {
            auto row = from.rows(query::find_token, blob{digest});
            if (!row.next())
                return std::optional<access_token>{};
            return std::optional{access_token{.digest = digest,
                                              .user = {std::string{row.text(0)}},
                                              .issued_at = row.time(1),
                                              .last_used = row.time(2),
                                              .expires_at = row.time(3)}};
        });
}

store_result<void> inventory::touch_token(const std::array<std::uint8_t, 32>& digest,
                                          time_point last_used)
{
    return in_->write(
        [&](connection& to) -> store_result<void>
        {
            to.run(query::touch_token, blob{digest}, last_used);
            return {};
        });
}

store_result<void> inventory::remove_token(const std::array<std::uint8_t, 32>& digest)
{
    return in_->write(
        [&](connection& to) -> store_result<void>
        {
            to.run(query::drop_token, blob{digest});
            return {};
        });
}

store_result<void> inventory::remove_tokens_of(const user_id& user)
{
    return in_->write(
        [&](connection& to) -> store_result<void>
        {
            to.run(query::drop_tokens_of, std::string_view{user.value});
            return {};
        });
}

} // namespace cinema::booking::sqlite
