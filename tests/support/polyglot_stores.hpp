#pragma once

#include <cinema/booking/adapters/polyglot.hpp>

#include <chrono>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace cinema::tests
{

/// Where two databases are that belong together.
struct polyglot_place
{
    std::string conninfo; ///< Of PostgreSQL.
    std::string uri;      ///< Of MongoDB.

    /// As an argument of a program.
    [[nodiscard]] std::string text() const { return conninfo + '|' + uri; }
    [[nodiscard]] static polyglot_place parse(const std::string& text)
    {
        const auto middle = text.find('|');
        if (middle == text.npos)
            throw std::invalid_argument{"two places are needed: " + text};
        return {text.substr(0, middle), text.substr(middle + 1)};
    }
};

/// Opens both. What goes wrong is said on stderr.
inline booking::store_result<booking::stores>
open_polyglot(const polyglot_place& at, std::chrono::milliseconds timeout = std::chrono::minutes{1})
{
    const auto log = [](std::string_view line) { std::cerr << line << '\n'; };
    return booking::open_polyglot_stores(
        {.conninfo = at.conninfo, .timeout = timeout, .allows_unsafe_durability = true, .log = log},
        {.uri = at.uri, .timeout = timeout, .log = log});
}

/// Brings all that waits to the documents.
inline void deliver_all(const booking::stores& stores)
{
    while (stores.outbox->deliver(*stores.documents, 500).value().delivered > 0)
    {
    }
}

} // namespace cinema::tests
