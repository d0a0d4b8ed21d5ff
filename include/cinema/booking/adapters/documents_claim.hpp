#pragma once

#include <string>
#include <string_view>

namespace cinema::booking
{

/// Which inventory has its documents in which other database, as one of the two has noted it. Both
/// names are theirs alone; empty: nothing was noted.
struct documents_claim
{
    std::string inventory;
    std::string documents;
};

namespace detail
{

/// Under these names an inventory keeps its own, and that of the database with its documents.
inline constexpr std::string_view inventory_name = "inventory name";
inline constexpr std::string_view documents_name = "documents name";

/// What is said of a database that has noted another inventory than the one it is used with.
inline constexpr const char* others_documents =
    "this MongoDB database has the documents of another PostgreSQL database: name another one, as "
    "in mongodb://host:27017/documents; if they are this one's, remove {_id: \"pairing\"} from its "
    "collection schema";

} // namespace detail

} // namespace cinema::booking
