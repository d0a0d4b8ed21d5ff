#pragma once

#include "common/migration.hpp"
#include "connection.hpp"
#include "takeover.hpp"

#include <span>
#include <string>
#include <vector>

namespace cinema::booking::postgres
{

using adapters::migration;

/// All that there are, in ascending order: 1, 2, … Built in.
[[nodiscard]] std::span<const migration> migrations() noexcept;

/// Which of `known` the database has: none where it has the original program's tables. Throws
/// `failure`: schema_mismatch if its tables are another program's, or it has a step that is not
/// known or was applied with another checksum.
[[nodiscard]] std::vector<schema_migration> schema_of(connection& in,
                                                      std::span<const migration> known);

/// Brings the schema up to date in one transaction; whoever else does the same waits. What the
/// original program stored is taken over in the same transaction. Throws `failure` as `schema_of`
/// and `takeover` do.
void migrate(connection& in, std::span<const migration> known, const takeover_options& how = {});

/// What `migrate` would run, as SQL to be read; empty if nothing. Throws as `schema_of` does.
[[nodiscard]] std::string pending_sql(connection& in, std::span<const migration> known);

/// Takes the last step back that the database has, in one transaction; false if it has none. Throws
/// `failure` as `schema_of` does.
bool undo_last(connection& in, std::span<const migration> known);

/// Whether documents are kept by another database.
[[nodiscard]] bool are_documents_elsewhere(connection& in);

/// What the database calls itself towards the one that has its documents; empty: nothing yet.
[[nodiscard]] std::string inventory_name_of(connection& in);

/// What `settle_documents` runs where that is new, as SQL to be read.
[[nodiscard]] std::string settling_sql();

/// Notes that documents are kept by another database; where that is new, the database notes from
/// now on which reservations change, and all that are there are put into the outbox, beside those
/// who sell. Throws `failure`: busy if others keep the table locked; store_failed if documents are
/// kept elsewhere and that is not known to the caller, since he would look for accounts where they
/// are not; schema_mismatch if it is new and nothing may be changed.
void settle_documents(connection& in, bool are_elsewhere, bool may_change);

/// Forgets which database has its documents, and puts all reservations into the outbox.
void forget_documents(connection& in);

} // namespace cinema::booking::postgres
