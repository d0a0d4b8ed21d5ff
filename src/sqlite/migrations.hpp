#pragma once

#include <cinema/booking/adapters/sqlite.hpp>

#include "common/migration.hpp"
#include "connection.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cinema::booking::sqlite
{

using adapters::migration;

/// All that there are, in ascending order: 1, 2, … Built in.
[[nodiscard]] std::span<const migration> migrations() noexcept;

/// Which of `known` the file has. Throws `failure`: schema_mismatch if it belongs to another
/// program, or has a step that is not known or was applied with another checksum.
[[nodiscard]] std::vector<schema_migration> schema_of(connection& file, const std::string& name,
                                                      std::span<const migration> known);

/// Brings the file up to date in one transaction, whoever else does the same. Throws `failure` as
/// `schema_of` does.
void migrate(connection& file, const std::string& name, std::span<const migration> known,
             time_point now);

/// Throws `failure` (schema_mismatch) unless the file has all of `known`.
void require_schema(connection& file, const std::string& name, std::span<const migration> known);

} // namespace cinema::booking::sqlite
