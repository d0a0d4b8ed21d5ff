#pragma once

#include <stdexcept>

namespace cinema
{

/// What was asked for is wrong. `what()` is one line that says what to do about it.
class usage_error : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

} // namespace cinema
