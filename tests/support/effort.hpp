#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>

namespace cinema::tests
{

/// How many times over a test that repeats itself with other random choices should do so.
/// 1 unless the environment variable CINEMA_TEST_EFFORT asks for more, as `./dev faults` does.
inline std::size_t effort()
{
    const char* const text = std::getenv("CINEMA_TEST_EFFORT");
    return text ? std::max<std::size_t>(1, std::strtoull(text, nullptr, 10)) : 1;
}

} // namespace cinema::tests
