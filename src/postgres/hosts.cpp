#include "hosts.hpp"

#include "common/failure.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <memory>
#include <string_view>

namespace cinema::booking::postgres
{
namespace
{

using adapters::failure;
using keyword_values = std::vector<std::pair<std::string, std::string>>;

std::vector<std::string> split(std::string_view list)
{
    std::vector<std::string> parts{""};
    for (const char c : list)
        if (c == ',')
            parts.emplace_back();
        else
            parts.back().push_back(c);
    return parts;
}

[[noreturn]] void refuse(const std::string& why)
{
    // libpq's own message may quote a password.
    throw failure{errc::invalid_request, "PostgreSQL: the address cannot be understood" + why
                                             + "; it is like "
                                               "postgresql://user@host:5432/database"};
}

bool is_port(std::string_view text)
{
    std::uint16_t number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return text.empty()
           || (error == std::errc{} && stop == text.data() + text.size() && number > 0);
}

/// What stands before an @ is a part of a password; it would be shown where the host is named.
bool is_host(std::string_view text)
{
    return text.find('@') == text.npos || text.starts_with('/') || text.starts_with('@');
}

/// What `conninfo` says, in the order of libpq's list.
keyword_values parse(const std::string& conninfo)
{
    char* message = nullptr;
    const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options{
        PQconninfoParse(conninfo.c_str(), &message), PQconninfoFree};
    const std::unique_ptr<char, void (*)(void*)> owner{message, PQfreemem};
    if (!options)
        refuse("");
    keyword_values said;
    for (const auto* option = options.get(); option->keyword != nullptr; ++option)
        if (option->val != nullptr)
            said.emplace_back(option->keyword, option->val);
    return said;
}

std::string take(keyword_values& from, std::string_view keyword)
{
    const auto found = std::ranges::find(from, keyword, &keyword_values::value_type::first);
    if (found == from.end())
        return {};
    auto value = std::move(found->second);
    from.erase(found);
    return value;
}

void put_unless_there(keyword_values& to, const std::string& keyword, std::string value)
{
    if (std::ranges::find(to, keyword, &keyword_values::value_type::first) == to.end())
        to.emplace_back(keyword, std::move(value));
}

} // namespace

const std::string* host_parameters::find(const std::string& keyword) const noexcept
{
    const auto found = std::ranges::find(values_, keyword, &keyword_values::value_type::first);
    return found == values_.end() ? nullptr : &found->second;
}

std::string host_parameters::name() const
{
    const auto* host = find("host");
    host = host == nullptr ? find("hostaddr") : host;
    const auto* const port = find("port");
    return (host == nullptr ? "the server" : *host) + (port == nullptr ? "" : ":" + *port);
}

std::vector<const char*> host_parameters::keywords() const
{
    std::vector<const char*> list;
    for (const auto& [keyword, value] : values_)
        list.push_back(keyword.c_str());
    list.push_back(nullptr);
    return list;
}

std::vector<const char*> host_parameters::values() const
{
    std::vector<const char*> list;
    for (const auto& [keyword, value] : values_)
        list.push_back(value.c_str());
    list.push_back(nullptr);
    return list;
}

std::vector<host_parameters> hosts_of(const std::string& conninfo,
                                      std::chrono::milliseconds timeout)
{
    auto said = parse(conninfo);
    const auto names = split(take(said, "host"));
    const auto addresses = split(take(said, "hostaddr"));
    const auto ports = split(take(said, "port"));
    put_unless_there(said, "target_session_attrs", "read-write");
    put_unless_there(said, "fallback_application_name", "cinema");
    put_unless_there(said, "client_encoding", "UTF8");
    put_unless_there(said, "tcp_user_timeout", std::to_string(2 * timeout.count()));

    const std::size_t count = std::max(names.size(), addresses.size());
    const auto nth = [&](const std::vector<std::string>& list, std::size_t i) {
        return list.size() == 1 ? list[0] : i < list.size() ? list[i] : std::string{};
    };
    if ((addresses.size() != 1 && names.size() != 1 && addresses.size() != names.size())
        || (ports.size() != 1 && ports.size() != count))
        refuse(": it has other numbers of hosts and of ports");
    if (!std::ranges::all_of(names, is_host))
        refuse(": a host has an @; in a password, write it as %40");
    if (!std::ranges::all_of(ports, is_port))
        refuse(": a port is no number from 1 to 65535");
    std::vector<host_parameters> hosts;
    for (std::size_t i = 0; i < count; ++i)
    {
        auto values = said;
        for (const auto& [keyword, list] :
             {std::pair{"host", &names}, std::pair{"hostaddr", &addresses},
              std::pair{"port", &ports}})
            if (auto value = nth(*list, i); !value.empty())
                values.emplace_back(keyword, std::move(value));
        hosts.emplace_back(std::move(values));
    }
    return hosts;
}

} // namespace cinema::booking::postgres
