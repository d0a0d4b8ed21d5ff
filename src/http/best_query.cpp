#include "best_query.hpp"

#include "text.hpp"

namespace cinema::booking::http
{

namespace
{

/// Errors: invalid_request.
result<void> read(best_seats& wish, std::string_view name, std::string_view value)
{
    if (name == "count" || name == "accessible")
    {
        const auto number =
            name == "accessible" && value == "true" ? 1 : parse_number<std::size_t>(value);
        if (!number)
            return invalid(std::string{name} + " has to be a number of seats");
        (name == "count" ? wish.count : wish.accessible) = *number;
    }
    else if (name == "category")
        wish.category = value;
    else if (name == "split")
    {
        if (value != "true" && value != "false")
            return invalid("split has to be true or false");
        wish.split = value == "true";
    }
    return {};
}

} // namespace

result<best_seats> parse_best_query(const query_fields& fields)
{
    best_seats wish;
    if (auto ok = read_fields(fields, [&](const auto& name, const auto& value)
                              { return read(wish, name, value); });
        !ok)
        return ok.error();
    if (auto ok = check(wish); !ok)
        return ok.error();
    return wish;
}

} // namespace cinema::booking::http
