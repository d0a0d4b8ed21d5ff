#pragma once

#include "support/effort.hpp"

#include <rapidcheck.h>

#include <iostream>
#include <string>
#include <utility>

namespace cinema::tests
{

/// Whether `property` holds for `cases` random inputs, or `effort()` times as many. If not, prints
/// the smallest input found for which it fails. Seed and other parameters come from the environment
/// variable RC_PARAMS, as in RC_PARAMS="seed=7 verbose_shrinking=1".
template <class Property>
bool holds(const std::string& description, int cases, Property&& property)
{
    auto params = rc::detail::configuration().testParams;
    params.maxSuccess = cases * static_cast<int>(effort());
    const rc::detail::TestMetadata metadata{description, description};
    const auto result =
        rc::detail::checkTestable(std::forward<Property>(property), metadata, params);
    const bool is_success = result.template is<rc::detail::SuccessResult>();
    if (!is_success)
    {
        std::cerr << description << ", seed " << params.seed << ":\n";
        rc::detail::printResultMessage(result, std::cerr);
        std::cerr << std::endl;
    }
    return is_success;
}

} // namespace cinema::tests
