#pragma once

#include <cinema/booking/domain/error.hpp>

#include "driver.hpp"

/// What an error of the driver means. Pure functions.
namespace cinema::booking::mongo
{

/// The code of a document whose `_id`, or another unique field, is taken.
inline constexpr std::int32_t duplicate_key = 11000;

struct trouble
{
    errc meaning{};
    bool is_contact_lost{}; ///< Another server may answer the next call.
};

/// Of a call that failed. `is_write`: it may have been done.
[[nodiscard]] trouble trouble_of(const bson_error_t& error, bool is_write) noexcept;

/// Of one write among several that was answered by an error: outcome_unknown unless the code proves
/// that it was not done. A router that lost a shard says of each write that it failed, though it
/// may have been done there.
[[nodiscard]] errc meaning_of_refusal(std::int32_t code) noexcept;

/// Whether an error is about the document itself, and would come again and again.
[[nodiscard]] bool is_about_document(std::int32_t code) noexcept;

} // namespace cinema::booking::mongo
