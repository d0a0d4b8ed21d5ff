#pragma once

#include <cinema/booking/domain/error.hpp>

#include <stdexcept>
#include <string>

namespace cinema::booking::adapters
{

/// A call that failed, on its way to the edge of an adapter, where it becomes an `error_code`.
class failure : public std::runtime_error
{
public:
    failure(errc code, const std::string& what) : std::runtime_error{what}, code_{code} {}
    [[nodiscard]] errc code() const noexcept { return code_; }

private:
    errc code_;
};

} // namespace cinema::booking::adapters
