#include "trouble.hpp"

#include <string_view>

namespace cinema::booking::mongo
{
namespace
{

/// MongoDB's error codes, as src/mongo/base/error_codes.yml of its sources has them.
enum code : std::int32_t
{
    bad_value = 2,
    host_unreachable = 6,
    host_not_found = 7,
    failed_to_parse = 9,
    unauthorized = 13,
    type_mismatch = 14,
    authentication_failed = 18,
    max_time_expired = 50,
    lock_timeout = 24,
    path_not_viable = 28,
    conflicting_update = 40,
    dotted_field_name = 57,
    write_concern_failed = 64,
    immutable_field = 66,
    index_options_conflict = 85,
    index_key_specs_conflict = 86,
    network_timeout = 89,
    shutdown_in_progress = 91,
    write_conflict = 112,
    document_validation = 121,
    failed_to_satisfy_read_preference = 133,
    linearizable_read_concern_error = 186,
    primary_stepped_down = 189,
    exceeded_time_limit = 262,
    socket_exception = 9001,
    not_writable_primary = 10107,
    object_too_large = 10334,
    interrupted_at_shutdown = 11600,
    interrupted_by_change = 11602,
    not_primary_no_secondary_ok = 13435,
    not_primary_or_secondary = 13436,
    out_of_disk_space = 14031,
    document_too_large = 17419,
    inserted_too_large = 17420,
};

/// Whether a router has lost a shard, or a primary its majority: others may answer all the same.
bool is_of_shard(std::int32_t code) noexcept
{
    switch (code)
    {
    case host_unreachable:
    case host_not_found:
    case network_timeout:
    case failed_to_satisfy_read_preference:
    case linearizable_read_concern_error:
    case socket_exception: return true;
    default: return false;
    }
}

/// The driver says so whatever ended a login, also that contact was lost.
bool is_wrong_login(const bson_error_t& error) noexcept
{
    return std::string_view{error.message}.find("uthentication failed") != std::string_view::npos;
}

trouble of_server(std::int32_t code, bool is_write) noexcept
{
    const auto in_doubt = is_write ? errc::outcome_unknown : errc::store_unavailable;
    switch (code)
    {
    case not_writable_primary:
    case not_primary_no_secondary_ok:
    case not_primary_or_secondary: return {errc::store_unavailable, true};
    case shutdown_in_progress:
    case primary_stepped_down:
    case interrupted_at_shutdown:
    case interrupted_by_change: return {in_doubt, true};
    case max_time_expired:
    case exceeded_time_limit: return {is_write ? errc::outcome_unknown : errc::busy, false};
    case write_concern_failed: return {in_doubt, false};
    default: break;
    }
    if (!is_write && is_of_shard(code))
        return {errc::busy, false};
    const auto meaning = meaning_of_refusal(code);
    if (is_write || meaning != errc::outcome_unknown)
        return {meaning, false};
    return {errc::store_failed, false}; // a read in an unforeseen way
}

} // namespace

errc meaning_of_refusal(std::int32_t code) noexcept
{
    switch (code)
    {
    case lock_timeout:
    case write_conflict: return errc::busy;
    case out_of_disk_space: return errc::storage_full;
    case object_too_large:
    case document_too_large:
    case inserted_too_large: return errc::session_full;
    case not_writable_primary:
    case not_primary_no_secondary_ok: return errc::store_unavailable;
    case bad_value:
    case failed_to_parse:
    case type_mismatch:
    case unauthorized:
    case authentication_failed:
    case path_not_viable:
    case conflicting_update:
    case dotted_field_name:
    case immutable_field:
    case index_options_conflict:
    case index_key_specs_conflict:
    case document_validation:
    case duplicate_key: return errc::store_failed;
    default: return errc::outcome_unknown;
    }
}

bool is_about_document(std::int32_t code) noexcept
{
    switch (code)
    {
    case bad_value:
    case failed_to_parse:
    case type_mismatch:
    case path_not_viable:
    case dotted_field_name:
    case immutable_field:
    case document_validation:
    case object_too_large:
    case document_too_large:
    case inserted_too_large: return true;
    default: return false;
    }
}

trouble trouble_of(const bson_error_t& error, bool is_write) noexcept
{
    switch (error.domain)
    {
    case MONGOC_ERROR_SERVER_SELECTION: return {errc::store_unavailable, true};
    case MONGOC_ERROR_STREAM:
        if (error.code == MONGOC_ERROR_STREAM_CONNECT
            || error.code == MONGOC_ERROR_STREAM_NAME_RESOLUTION)
            return {errc::store_unavailable, true};
        return {is_write ? errc::outcome_unknown : errc::store_unavailable, true};
    case MONGOC_ERROR_SERVER:
    case MONGOC_ERROR_WRITE_CONCERN:
        return of_server(static_cast<std::int32_t>(error.code), is_write);
    case MONGOC_ERROR_CLIENT:
        if (error.code == MONGOC_ERROR_CLIENT_AUTHENTICATE && !is_wrong_login(error))
            return {errc::store_unavailable, true};
        return {errc::store_failed, false}; // nothing was sent
    case MONGOC_ERROR_COMMAND:
    case MONGOC_ERROR_BSON: return {errc::store_failed, false}; // nothing was sent
    default: return {is_write ? errc::outcome_unknown : errc::store_failed, is_write};
    }
}

} // namespace cinema::booking::mongo
