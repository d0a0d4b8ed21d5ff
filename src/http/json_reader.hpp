#pragma once

#include <boost/json/basic_parser.hpp>
#include <boost/json/error.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cinema::booking::http
{

/// A value that is neither object nor array.
struct json_scalar
{
    enum class kind
    {
        null,
        boolean,
        integer, ///< Fits into 64 bits with a sign.
        number,  ///< Any other.
        string,
    };
    kind is{};
    std::string_view text{}; ///< A string's content, or a number as it was written.
    std::int64_t integer{};
    bool boolean{};
};

/// Handler of a Boost.JSON parser: tells `Sink` of the members of the outermost object, which is
/// required, and watches names and sizes.
///
///     bool member(std::string_view name, const json_scalar&, std::string& problem);
///     bool element(std::string_view name, const json_scalar&, std::string& problem);
///     bool begin_container(std::string_view name, bool is_array, std::string& problem);
///
/// `element` tells of scalars in an array that is a member. False ends the reading for `problem`.
template <class Sink>
class json_reader
{
public:
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    json_reader(Sink& sink, std::size_t members_max) : sink_{sink}, members_max_{members_max} {}

    std::string problem;

    using error_code = boost::json::error_code;

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }

    bool on_object_begin(error_code& ec)
    {
        if (!open(false, ec))
            return false;
        objects_.push_back(names_.size());
        return true;
    }

    bool on_object_end(std::size_t, error_code&)
    {
        names_.resize(objects_.back());
        objects_.pop_back();
        --depth_;
        return true;
    }

    bool on_array_begin(error_code& ec) { return open(true, ec); }

    bool on_array_end(std::size_t, error_code&)
    {
        --depth_;
        return true;
    }

    bool on_key_part(boost::json::string_view part, std::size_t, error_code&)
    {
        partial_.append(part.data(), part.size());
        return true;
    }

    bool on_key(boost::json::string_view part, std::size_t, error_code& ec)
    {
        partial_.append(part.data(), part.size());
        const auto first = names_.begin() + static_cast<std::ptrdiff_t>(objects_.back());
        if (std::find(first, names_.end(), partial_) != names_.end())
            return fail("the body names a member twice: " + partial_.substr(0, 64), ec);
        if (static_cast<std::size_t>(names_.end() - first) == members_max_)
            return fail("an object in the body has more than " + std::to_string(members_max_)
                            + " members",
                        ec);
        if (depth_ == 1)
            name_ = partial_;
        names_.push_back(std::move(partial_));
        partial_.clear();
        return true;
    }

    bool on_string_part(boost::json::string_view part, std::size_t, error_code&)
    {
        partial_.append(part.data(), part.size());
        return true;
    }

    bool on_string(boost::json::string_view part, std::size_t, error_code& ec)
    {
        std::string_view text{part.data(), part.size()};
        if (!partial_.empty())
            text = partial_.append(text);
        const bool ok = scalar({.is = json_scalar::kind::string, .text = text}, ec);
        partial_.clear();
        return ok;
    }

    bool on_number_part(boost::json::string_view part, error_code&)
    {
        partial_.append(part.data(), part.size());
        return true;
    }

    bool on_int64(std::int64_t value, boost::json::string_view text, error_code& ec)
    {
        return number({.is = json_scalar::kind::integer, .integer = value}, text, ec);
    }

    bool on_uint64(std::uint64_t, boost::json::string_view text, error_code& ec)
    {
        return number({.is = json_scalar::kind::number}, text, ec);
    }

    bool on_double(double, boost::json::string_view text, error_code& ec)
    {
        return number({.is = json_scalar::kind::number}, text, ec);
    }

    bool on_bool(bool value, error_code& ec)
    {
        return scalar({.is = json_scalar::kind::boolean, .boolean = value}, ec);
    }

    bool on_null(error_code& ec) { return scalar({.is = json_scalar::kind::null}, ec); }

    bool on_comment_part(boost::json::string_view, error_code&) { return true; }
    bool on_comment(boost::json::string_view, error_code&) { return true; }

private:
    bool fail(std::string why, error_code& ec)
    {
        problem = std::move(why);
        ec = boost::json::error::exception;
        return false;
    }

    bool settle(bool is_ok, error_code& ec)
    {
        if (!is_ok)
            ec = boost::json::error::exception;
        return is_ok;
    }

    bool open(bool is_array, error_code& ec)
    {
        if (depth_ == 0 && is_array)
            return fail("the body has to be a JSON object", ec);
        if (depth_ == 1 && !settle(sink_.begin_container(name_, is_array, problem), ec))
            return false;
        if (depth_ == 2 && array_is_watched_
            && !settle(sink_.begin_container(name_, is_array, problem), ec))
            return false;
        array_is_watched_ = depth_ == 1 ? is_array : array_is_watched_;
        ++depth_;
        return true;
    }

    bool number(json_scalar value, boost::json::string_view text, error_code& ec)
    {
        partial_.append(text.data(), text.size());
        value.text = partial_;
        const bool ok = scalar(value, ec);
        partial_.clear();
        return ok;
    }

    bool scalar(const json_scalar& value, error_code& ec)
    {
        if (depth_ == 0)
            return fail("the body has to be a JSON object", ec);
        if (depth_ == 1)
            return settle(sink_.member(name_, value, problem), ec);
        if (depth_ == 2 && array_is_watched_)
            return settle(sink_.element(name_, value, problem), ec);
        return true;
    }

    Sink& sink_;
    const std::size_t members_max_;
    std::size_t depth_{};
    bool array_is_watched_{}; // the container at depth 1 is an array
    std::string name_;        // the member of the outermost object that is being read
    std::string partial_;
    std::vector<std::string> names_;   // of all open objects
    std::vector<std::size_t> objects_; // where in names_ each one's begin
};

} // namespace cinema::booking::http
