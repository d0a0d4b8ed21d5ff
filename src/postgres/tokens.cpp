#include "inventory.hpp"

namespace cinema::booking::postgres
{
namespace
{

bytes bytes_of(std::string_view text)
{
    return {{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}};
}

} // namespace

std::optional<std::string> find_property(connection& from, std::string_view name)
{
    const auto found = from.run(query::find_property, parameters::of(name));
    return found.empty() ? std::nullopt : std::optional{std::string{found[0].raw_value(0)}};
}

store_result<std::string> inventory::do_keep(std::string_view name, std::string_view value)
{
    return in_->write_at_once(
        [&](connection& to) -> store_result<std::string>
        {
            for (;;) // it may be removed meanwhile
            {
                if (auto kept = find_property(to, name))
                    return *std::move(kept);
                to.run(query::keep_property, parameters::of(name, bytes_of(value)));
            }
        });
}

store_result<void> inventory::add_token(const access_token& token)
{
    return in_->write_at_once(
        [&](connection& to) -> store_result<void>
        {
            const auto added =
                to.run(query::add_token,
                       parameters::of(bytes{token.digest}, token.user.value, token.issued_at,
                                      token.last_used, token.expires_at));
            if (added.changed() == 0)
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
            const auto found = from.run(query::find_token, parameters::of(bytes{digest}));
            if (found.empty())
                return std::optional<access_token>{};
            return std::optional{access_token{.digest = digest,
                                              .user = {std::string{found[0].text(0)}},
                                              .issued_at = found[0].time(1),
                                              .last_used = found[0].time(2),
                                              .expires_at = found[0].time(3)}};
        });
}

store_result<void> inventory::touch_token(const std::array<std::uint8_t, 32>& digest,
                                          time_point last_used)
{
    return in_->write_at_once(
        [&](connection& to) -> store_result<void>
        {
            to.run(query::touch_token, parameters::of(bytes{digest}, last_used));
            return {};
        });
}

store_result<void> inventory::remove_token(const std::array<std::uint8_t, 32>& digest)
{
    return in_->write_at_once(
        [&](connection& to) -> store_result<void>
        {
            to.run(query::drop_token, parameters::of(bytes{digest}));
            return {};
        });
}

store_result<void> inventory::remove_tokens_of(const user_id& user)
{
    return in_->write_at_once(
        [&](connection& to) -> store_result<void>
        {
            to.run(query::drop_tokens_of, parameters::of(user.value));
            return {};
        });
}

} // namespace cinema::booking::postgres
