#pragma once

#include "database.hpp"

#include <memory>

namespace cinema::booking::mongo
{

/// What is done once, and may be much, may take so long.
inline constexpr std::chrono::seconds patience{60};

/// What a database is for.
enum class role
{
    all,
    documents, ///< Reservations and accounts, whose inventory is elsewhere.
};

/// Errors: invalid_request. Says which parameter.
[[nodiscard]] store_result<void> check(const mongo_params& params, adapters::reporter& report);

/// Checks the parameters, then does `work`, whose failures become errors.
template <class Work>
auto with_checked(const mongo_params& params, const Work& work) -> std::invoke_result_t<Work>
{
    adapters::reporter report{params.log};
    return adapters::at_edge(report,
                             [&]() -> std::invoke_result_t<Work>
                             {
                                 if (const auto ok = check(params, report); !ok)
                                     return ok.error();
                                 return work();
                             });
}

/// Makes the indexes that are missing, if the database is for this and `params.claim`. Throws
/// `failure`, also schema_mismatch if it is not.
void prepare(database& in, role roles, const mongo_params& params = {});

/// Pre: `check(params)`. Throws `failure` as `open_mongo_stores` has errors.
[[nodiscard]] std::shared_ptr<database> open(const mongo_params& params, role roles);

} // namespace cinema::booking::mongo
