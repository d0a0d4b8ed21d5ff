#pragma once

#include <exception>
#include <functional>
#include <string>
#include <string_view>

namespace cinema::booking
{

/// Gets a line for people, without its end: what went wrong and what to do about it. Called from
/// any thread, also from several at once. What it throws is ignored; empty: nobody is told.
using log_function = std::function<void(std::string_view line)>;

namespace detail
{

/// Gives `log` a line.
inline void tell(const log_function& log, std::string_view line) noexcept
try
{
    if (log)
        log(line);
}
catch (...)
{
    // Trouble that cannot be told of must not become more of it.
}

/// What the exception that is being handled says of itself.
[[nodiscard]] inline std::string current_exception_text()
{
    try
    {
        throw;
    }
    catch (const std::exception& error)
    {
        return error.what();
    }
    catch (...)
    {
        return "an unknown exception";
    }
}

/// Tells of the exception that is being handled: "`subject` failed: …".
inline void tell_failure(const log_function& log, std::string_view subject) noexcept
try
{
    tell(log, std::string{subject} + " failed: " + current_exception_text());
}
catch (...)
{
    tell(log, subject); // there is no memory for more
}

} // namespace detail
} // namespace cinema::booking
