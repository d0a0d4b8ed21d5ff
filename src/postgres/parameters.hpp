#pragma once

#include "binary.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cinema::booking::postgres
{

/// The values of a statement's $1, $2, …, in order, as they go over the wire. Keeps copies.
class parameters
{
public:
    parameters() = default;

    template <class... Values>
    [[nodiscard]] static parameters of(const Values&... values)
    {
        parameters made;
        (made.add(values), ...);
        return made;
    }

    template <class Value>
    void add(const Value& value)
    {
        const std::size_t at = data_.size();
        wire<Value>::append(data_, value);
        note(wire<Value>::id.element, at);
    }
    void add(const std::string& value) { add(std::string_view{value}); }

    template <class Value>
    void add(const std::optional<Value>& value)
    {
        if (value)
            return add(*value);
        types_.push_back(wire<Value>::id.element);
        offsets_.push_back(data_.size());
        lengths_.push_back(null_length);
    }

    template <class Value>
    void add(const array<Value>& values)
    {
        const std::size_t at = data_.size();
        values.append_to(data_);
        note(wire<Value>::id.array, at);
    }

    [[nodiscard]] int size() const noexcept { return static_cast<int>(types_.size()); }
    [[nodiscard]] const std::uint32_t* types() const noexcept { return types_.data(); }
    [[nodiscard]] const int* lengths() const noexcept { return lengths_.data(); }

    /// Where each begins, null for one that is missing; valid as long as this is left alone.
    [[nodiscard]] std::vector<const char*> values() const
    {
        std::vector<const char*> begins(offsets_.size());
        for (std::size_t i = 0; i < begins.size(); ++i)
            begins[i] = lengths_[i] == null_length ? nullptr : data_.data() + offsets_[i];
        return begins;
    }

private:
    static constexpr int null_length = -1;

    void note(std::uint32_t type, std::size_t at)
    {
        types_.push_back(type);
        offsets_.push_back(at);
        lengths_.push_back(static_cast<int>(data_.size() - at));
    }

    std::string data_;
    std::vector<std::uint32_t> types_;
    std::vector<std::size_t> offsets_;
    std::vector<int> lengths_;
};

} // namespace cinema::booking::postgres
