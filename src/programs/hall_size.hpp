#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace cinema
{

/// Rows and columns of a hall without aisles.
struct hall_size
{
    std::size_t rows{20};
    std::size_t columns{25};
};

/// Nothing unless `text` is ROWSxCOLUMNS within the library's limits.
[[nodiscard]] std::optional<hall_size> parse_hall_size(const std::string& text);

} // namespace cinema
