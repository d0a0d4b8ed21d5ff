#include "json_body.hpp"

#include <cinema/booking/domain/limits.hpp>

#include "json_reader.hpp"
#include "text.hpp"

#include <boost/json/basic_parser_impl.hpp>

namespace cinema::booking::http
{

namespace
{

using kind = json_scalar::kind;

class command_sink
{
public:
    command_body body;

    bool member(std::string_view name, const json_scalar& value, std::string& problem)
    {
        if (name == "userId")
            return read_user(value, problem);
        if (name == "seats")
            return refuse("seats has to be an array", problem);
        if (name == "hold")
            return read_hold(value, problem);
        if (name == "expectedVersion")
            return read_expected(value, problem);
        if (name == "price_types")
            return value.is == kind::null || refuse("price_types has to be an array", problem);
        return read_wish(name, value, problem);
    }

    /// What was read, once all of it was. Errors: invalid_request.
    result<command_body> take()
    {
        if (asks_best_)
            body.best = std::move(wish_);
        else if (is_wish_)
            return invalid("category, accessible and split go with best");
        return std::move(body);
    }

    bool element(std::string_view name, const json_scalar& value, std::string& problem)
    {
        if (name == "price_types")
            return read_price_type(value, problem);
        if (name != "seats")
            return true;
        if (body.seats.size() == json_seats_max)
            return refuse("name 1 to " + std::to_string(reserve_seats_max) + " seats", problem);
        if (value.is == kind::integer && value.integer > 0
            && std::in_range<std::int32_t>(value.integer))
        {
            body.seats.emplace_back(value.integer);
            return true;
        }
        if (value.is == kind::string && !value.text.empty())
        {
            body.seats.emplace_back(value.text);
            return true;
        }
        return refuse("a seat is a positive integer or a label", problem);
    }

    bool begin_container(std::string_view name, bool is_array, std::string& problem)
    {
        if (name == "seats")
        {
            if (!is_array || body.has_seats)
                return refuse("seats has to be an array of numbers and labels", problem);
            body.has_seats = true;
            return true;
        }
        if (name == "price_types")
        {
            if (!is_array || has_price_types_) // the second is in the first
                return refuse("price_types has to be an array of strings", problem);
            has_price_types_ = true;
            return true;
        }
        if (is_wish_member(name) || name == "userId" || name == "hold" || name == "expectedVersion")
            return refuse(std::string{name} + " can be no object and no array", problem);
        return true;
    }

private:
    static bool refuse(std::string what, std::string& problem)
    {
        problem = std::move(what);
        return false;
    }

    static bool is_wish_member(std::string_view name)
    {
        return name == "best" || name == "category" || name == "accessible" || name == "split";
    }

    bool read_price_type(const json_scalar& value, std::string& problem)
    {
        if (body.price_types.size() == json_seats_max)
            return refuse("give one price type for each seat", problem);
        if (value.is != kind::string && value.is != kind::null)
            return refuse("a price type is a string", problem);
        body.price_types.emplace_back(value.is == kind::string ? value.text : "");
        return true;
    }

    /// `best`, and what goes with it.
    bool read_wish(std::string_view name, const json_scalar& value, std::string& problem)
    {
        if (!is_wish_member(name) || value.is == kind::null)
            return true;
        (name == "best" ? asks_best_ : is_wish_) = true;
        const bool is_count = value.is == kind::integer && value.integer >= 0;
        if (name == "category")
        {
            wish_.category = value.text;
            return value.is == kind::string || refuse("category has to be a string", problem);
        }
        if (name == "split")
        {
            wish_.split = value.boolean;
            return value.is == kind::boolean || refuse("split has to be true or false", problem);
        }
        if (name == "accessible" && value.is == kind::boolean)
            wish_.accessible = value.boolean ? 1 : 0;
        else if (is_count)
            (name == "best" ? wish_.count : wish_.accessible) =
                static_cast<std::size_t>(value.integer);
        else
            return refuse(std::string{name} + " has to be a number of seats", problem);
        return true;
    }

    bool read_user(const json_scalar& value, std::string& problem)
    {
        if (value.is == kind::boolean)
            return refuse("userId has to be a string or a number", problem);
        if (value.text.find('\0') != value.text.npos)
            return refuse("userId has a null character", problem);
        body.user = value.text;
        return true;
    }

    bool read_hold(const json_scalar& value, std::string& problem)
    {
        if (value.is == kind::boolean)
            body.hold = value.boolean ? hold_default : std::chrono::seconds{0};
        else if (value.is == kind::integer)
            body.hold = std::chrono::seconds{value.integer};
        else if (value.is != kind::null)
            return refuse("hold has to be true, false or a number of whole seconds", problem);
        return true;
    }

    bool read_expected(const json_scalar& value, std::string& problem)
    {
        if (value.is == kind::integer && value.integer >= 0)
            body.expected = session_version{static_cast<std::uint64_t>(value.integer)};
        else if (value.is != kind::null)
            return refuse("expectedVersion has to be an integer that is not negative", problem);
        return true;
    }

    bool has_price_types_{};
    best_seats wish_;
    bool asks_best_{};
    bool is_wish_{};
};

} // namespace

result<command_body> parse_command_body(std::string_view body)
{
    command_sink sink;
    boost::json::parse_options options;
    options.max_depth = json_depth_max;
    boost::json::basic_parser<json_reader<command_sink>> parser{options, sink, json_members_max};
    boost::json::error_code error;
    const auto used = parser.write_some(false, body.data(), body.size(), error);
    if (!parser.handler().problem.empty())
        return invalid(std::move(parser.handler().problem));
    if (error == boost::json::error::too_deep)
        return invalid("the body is nested more than " + std::to_string(json_depth_max) + " deep");
    if (error)
        return invalid("the body is not JSON, from byte " + std::to_string(used + 1)
                       + " on: " + error.message());
    if (used != body.size())
        return invalid("the body goes on behind its JSON object");
    return sink.take();
}

bool is_json_type(std::string_view content_type) noexcept
{
    const auto semicolon = std::min(content_type.find(';'), content_type.size());
    if (!same_name(trimmed(content_type.substr(0, semicolon)), "application/json"))
        return false;
    auto rest = content_type.substr(semicolon);
    while (!rest.empty())
    {
        rest.remove_prefix(1);
        const auto part = trimmed(rest.substr(0, rest.find(';')));
        rest.remove_prefix(std::min(rest.find(';'), rest.size()));
        if (part.empty())
            continue;
        const auto equals = std::min(part.find('='), part.size());
        auto value = part.substr(std::min(equals + 1, part.size()));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
            value = value.substr(1, value.size() - 2);
        if (same_name(part.substr(0, equals), "charset") && !same_name(value, "utf-8"))
            return false;
    }
    return true;
}

} // namespace cinema::booking::http
