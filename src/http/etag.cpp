#include "etag.hpp"

#include "text.hpp"

#include <algorithm>

namespace cinema::booking::http
{

namespace
{

struct entity_tag
{
    bool is_weak{};
    std::string_view opaque; // without quotes
};

/// Calls `visit` for each tag of a list. False if the list is malformed.
template <class Visit>
bool for_each_tag(std::string_view list, Visit visit) noexcept
{
    std::size_t count = 0;
    for (list = trimmed(list); !list.empty(); list = trimmed(list))
    {
        if (list.front() == ',') // empty elements are allowed
        {
            list.remove_prefix(1);
            continue;
        }
        entity_tag tag;
        if (list.starts_with("W/"))
        {
            tag.is_weak = true;
            list.remove_prefix(2);
        }
        const auto end = list.starts_with('"') ? list.find('"', 1) : list.npos;
        if (end == list.npos)
            return false;
        tag.opaque = list.substr(1, end - 1);
        list = trimmed(list.substr(end + 1));
        if (!list.empty() && list.front() != ',')
            return false;
        visit(tag);
        ++count;
    }
    return count > 0;
}

} // namespace

void append_etag(std::string& out, session_version version)
{
    out += "\"v";
    append_number(out, raw(version));
    out += '"';
}

std::string etag_of(session_version version)
{
    std::string tag;
    append_etag(tag, version);
    return tag;
}

std::optional<session_version> version_of(std::string_view opaque) noexcept
{
    if (!opaque.starts_with('v'))
        return std::nullopt;
    const auto number = parse_number<std::uint64_t>(opaque.substr(1));
    if (!number)
        return std::nullopt;
    return session_version{*number};
}

bool names_etag(std::string_view if_none_match, std::string_view etag) noexcept
{
    if (trimmed(if_none_match) == "*")
        return true;
    const auto own = etag.substr(etag.starts_with("W/") ? 2 : 0);
    bool found = false;
    const bool ok = for_each_tag(if_none_match,
                                 [&](const entity_tag& tag)
                                 {
                                     found = found
                                             || (own.size() == tag.opaque.size() + 2
                                                 && own.substr(1, tag.opaque.size()) == tag.opaque);
                                 });
    return ok && found;
}

if_match parse_if_match(std::string_view field) noexcept
{
    if (trimmed(field) == "*")
        return {.is_well_formed = true};
    std::optional<session_version> latest;
    const bool ok = for_each_tag(field,
                                 [&](const entity_tag& tag)
                                 {
                                     const auto version = version_of(tag.opaque);
                                     if (version && !tag.is_weak && *version < if_match::no_version)
                                         latest = std::max(latest, version);
                                 });
    return {.is_well_formed = ok, .expected = latest.value_or(if_match::no_version)};
}

} // namespace cinema::booking::http
