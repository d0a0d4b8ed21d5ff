#pragma once

#include <cinema/booking/adapters/sqlite.hpp>

#include "connection.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cinema::booking::sqlite
{

/// A step of the schema, from src/sqlite/migrations.
struct migration
{
    int version{};
    std::string_view name; ///< As in "0001_initial".
    std::string_view sql;
};

/// All that there are, in ascending order: 1, 2, … Built in.
[[nodiscard]] std::span<const migration> migrations() noexcept;

/// SHA-256 of its SQL, in hexadecimal digits: a migration that has been applied must never change.
[[nodiscard]] std::string checksum(const migration& step);

/// Which of `known` the file has. Throws `failure`: schema_mismatch if it belongs to another
/// program, or has a step that is not known or was applied with another checksum.
[[nodiscard]] std::vector<sqlite_migration> schema_of(connection& file, const std::string& name,
                                                      std::span<const migration> known);

/// Brings the file up to date in one transaction, whoever else does the same. Throws `failure` as
/// `schema_of` does.
void migrate(connection& file, const std::string& name, std::span<const migration> known,
             time_point now);

/// Throws `failure` (schema_mismatch) unless the file has all of `known`.
void require_schema(connection& file, const std::string& name, std::span<const migration> known);

} // namespace cinema::booking::sqlite
