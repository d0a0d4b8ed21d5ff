#pragma once

/// The SQL that takes the original program's tables over, one statement or several each.
///
/// Words in braces are put in before it runs: {schema}, where the original's tables are; {kept},
/// where they are moved to; {zone}, a time zone as text; {row_names}, an array of texts;
/// {currency}; and the limits. Tables of ours are named without a schema.
namespace cinema::booking::postgres::takeover_sql
{

/// A condition: of the tables whose names we need, there are the original's and no others.
extern const char* const is_original;

/// What {schema} and {kept} are, the latter also as people write it, and whether it is there.
extern const char* const names;
extern const char* const is_zone_known;

/// Nobody else reads or writes the tables from here on, and whole tables are joined at once.
extern const char* const lock;

/// A line for each contradiction, as many as are told, and how many there are in all.
extern const char* const contradictions;

extern const char* const move_away;
extern const char* const fill_halls;
extern const char* const fill_sessions;

/// Opens a cursor: session, version and number of each seat that is not free, and the time in
/// milliseconds since 1970.
extern const char* const open_sales;
extern const char* const next_sales;
extern const char* const guard_sales;

/// How many halls, seats, sessions and sold seats there are.
extern const char* const count;

} // namespace cinema::booking::postgres::takeover_sql
