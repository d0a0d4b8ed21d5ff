#pragma once

#include <cinema/booking/domain/ids.hpp>

#include "binary.hpp"
#include "chunk_size.hpp"

#include <cstdint>
#include <limits>

namespace cinema::booking::postgres
{

/// A time as the database has it, to the microsecond.
enum class timestamp : std::int64_t
{
    minus_infinity = std::numeric_limits<std::int64_t>::min()
};

template <>
struct wire<timestamp>
{
    static constexpr type_id id = wire<time_point>::id;
    static void append(std::string& out, timestamp value)
    {
        wire<std::int64_t>::append(out, static_cast<std::int64_t>(value));
    }
};

/// Where a step of the purge goes on, in the order of an index: what has to stay is not read again
/// and again.
struct purge_place
{
    timestamp time{timestamp::minus_infinity};
    session_id session{};
    uuid reservation{};
};

/// What one purge leaves for the next one.
struct purge_memory
{
    chunk_size ended_chunk;
    purge_place ended_from;
    chunk_size keys_chunk;
    purge_place keys_from;
    chunk_size tokens_chunk;
};

} // namespace cinema::booking::postgres
