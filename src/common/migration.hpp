#pragma once

#include <cinema/booking/adapters/schema_migration.hpp>
#include <cinema/booking/domain/sha256.hpp>

#include "common/failure.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cinema::booking::adapters
{

/// A step of a schema, from an adapter's folder `migrations`.
struct migration
{
    int version{};
    std::string_view name; ///< As in "0001_initial".
    std::string_view sql;
    std::string_view undo{}; ///< SQL that takes the step back; empty if it cannot be.
};

/// What a database says of a step that it has.
struct applied_step
{
    std::string checksum;
    time_point at{};
};

/// By their versions.
using applied_steps = std::map<int, applied_step>;

/// SHA-256 of its SQL, in hexadecimal digits: a migration that has been applied must never change.
[[nodiscard]] inline std::string checksum(const migration& step)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const auto byte : sha256(step.sql))
    {
        text.push_back(digits[byte >> 4U]);
        text.push_back(digits[byte & 0xFU]);
    }
    return text;
}

/// Throws `failure` (schema_mismatch). `place` is where the database is, for people.
[[noreturn]] inline void mismatch(const std::string& place, const std::string& what)
{
    throw failure{errc::schema_mismatch, place + ": " + what};
}

/// Each of `known`, and when the database got it. Throws `failure` (schema_mismatch) if it has a
/// step that is not known, or one with another checksum.
[[nodiscard]] inline std::vector<schema_migration>
compared(std::span<const migration> known, applied_steps steps, const std::string& place)
{
    std::vector<schema_migration> all;
    for (const auto& step : known)
    {
        all.push_back({step.version, std::string{step.name}, std::nullopt});
        const auto done = steps.find(step.version);
        if (done == steps.end())
            continue;
        if (done->second.checksum != checksum(step))
            mismatch(place, "its schema step " + std::string{step.name}
                                + " is not the one of this program: use the program that made it");
        all.back().applied_at = done->second.at;
        steps.erase(done);
    }
    if (!steps.empty())
        mismatch(place, "it has schema " + std::to_string(steps.rbegin()->first)
                            + ", this program knows " + std::to_string(known.back().version)
                            + ": use the newer program");
    return all;
}

[[nodiscard]] inline bool lacks_step(const std::vector<schema_migration>& steps)
{
    return std::ranges::any_of(steps, [](const auto& step) { return !step.applied_at; });
}

/// Throws `failure` (schema_mismatch) unless the database has all of the steps.
inline void require_all(const std::vector<schema_migration>& steps, const std::string& place)
{
    const auto missing =
        std::ranges::find_if(steps, [](const auto& step) { return !step.applied_at; });
    if (missing != steps.end())
        mismatch(place, "it lacks schema step " + missing->name + ": run the migration first");
}

} // namespace cinema::booking::adapters
