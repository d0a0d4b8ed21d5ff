#include "programs/command_line.hpp"

#include <cinema/booking/domain/limits.hpp>

#include "programs/hall_size.hpp"

#include <charconv>
#include <exception>
#include <iostream>
#include <sstream>
#include <utility>

namespace cinema
{

CLI::Validator whole_number(long long low, long long high)
{
    return {[low, high](const std::string& text)
            {
                long long number = 0;
                const char* const end = text.data() + text.size();
                const auto [stop, error] = std::from_chars(text.data(), end, number);
                if (error == std::errc{} && stop == end && number >= low && number <= high)
                    return std::string{};
                return "must be a whole number from " + std::to_string(low) + " to "
                       + std::to_string(high) + ", not '" + text + "'";
            },
            std::string{}};
}

CLI::Validator one_of(std::vector<std::string> words)
{
    return {[words = std::move(words)](const std::string& text)
            {
                std::string list;
                for (const auto& word : words)
                {
                    if (word == text)
                        return std::string{};
                    list += (list.empty() ? "" : ", ") + word;
                }
                return "must be one of " + list + ", not '" + text + "'";
            },
            std::string{}};
}

CLI::Validator not_empty()
{
    return {[](const std::string& text)
            { return text.empty() ? std::string{"must not be empty"} : std::string{}; },
            std::string{}};
}

std::optional<hall_size> parse_hall_size(const std::string& text)
{
    hall_size size;
    const char* const end = text.data() + text.size();
    const auto rows = std::from_chars(text.data(), end, size.rows);
    if (rows.ec != std::errc{} || rows.ptr == end || *rows.ptr != 'x')
        return std::nullopt;
    const auto columns = std::from_chars(rows.ptr + 1, end, size.columns);
    const bool fits = size.rows >= 1 && size.rows <= booking::hall_rows_max && size.columns >= 1
                      && size.columns <= booking::hall_columns_max
                      && size.rows * size.columns <= booking::hall_seats_max;
    if (columns.ec != std::errc{} || columns.ptr != end || !fits)
        return std::nullopt;
    return size;
}

CLI::Validator hall_size_text()
{
    return {[](const std::string& text)
            {
                if (parse_hall_size(text))
                    return std::string{};
                return "must be ROWSxCOLUMNS as in 20x25, each at most "
                       + std::to_string(booking::hall_rows_max) + ", at most "
                       + std::to_string(booking::hall_seats_max) + " seats, not '" + text + "'";
            },
            std::string{}};
}

std::optional<std::string> parse(CLI::App& app, int argc, const char* const* argv)
{
    try
    {
        app.parse(argc, argv);
        return std::nullopt;
    }
    catch (const CLI::Success& asked) // --help, --version
    {
        std::ostringstream out;
        (void)app.exit(asked, out, out);
        return out.str();
    }
    catch (const CLI::ParseError& error)
    {
        throw usage_error{std::string{error.what()} + "; see " + app.get_name() + " --help"};
    }
}

int run_program(const char* name, const std::function<int()>& run)
{
    constexpr int wrong_configuration = 2;
    try
    {
        return run();
    }
    catch (const std::exception& error)
    {
        std::cerr << name << ": " << error.what() << '\n';
        return wrong_configuration;
    }
}

} // namespace cinema
