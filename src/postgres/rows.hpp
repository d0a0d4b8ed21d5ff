#pragma once

#include "binary.hpp"
#include "common/failure.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace cinema::booking::postgres
{

using adapters::failure;

/// What a value of a result means, whose bytes are given. Throws `failure` (store_failed) if they
/// are no such value.
[[nodiscard]] std::int64_t integer_from(std::string_view data);
[[nodiscard]] uuid uuid_from(std::string_view data);
[[nodiscard]] time_point time_from(std::string_view data);
/// The text of a jsonb value.
[[nodiscard]] std::string_view json_from(std::string_view data);

/// Bytes of exactly this size.
template <std::size_t Size>
[[nodiscard]] std::array<std::uint8_t, Size> bytes_from(std::string_view data)
{
    if (data.size() != Size)
        throw failure{errc::store_failed, "bytes have another size than they must have"};
    std::array<std::uint8_t, Size> to{};
    std::copy(data.begin(), data.end(), to.begin());
    return to;
}

struct result_deleter
{
    void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using result_ptr = std::unique_ptr<PGresult, result_deleter>;

/// A row of a result, by the numbers of its columns from 0 on. Throws as the functions above, also
/// where a value is missing that must be there. Valid as long as its `rows`.
class row
{
public:
    row(const PGresult* of, int index) noexcept : of_{of}, index_{index} {}

    [[nodiscard]] bool is_null(int column) const noexcept
    {
        return PQgetisnull(of_, index_, column) != 0;
    }
    /// Its bytes; none if it is missing.
    [[nodiscard]] std::string_view raw_value(int column) const noexcept
    {
        return {PQgetvalue(of_, index_, column),
                static_cast<std::size_t>(PQgetlength(of_, index_, column))};
    }
    [[nodiscard]] std::string_view text(int column) const noexcept { return raw_value(column); }
    [[nodiscard]] std::string_view json(int column) const { return json_from(raw_value(column)); }
    [[nodiscard]] std::int64_t integer(int column) const { return integer_from(raw_value(column)); }
    [[nodiscard]] bool boolean(int column) const { return integer(column) != 0; }
    [[nodiscard]] uuid id(int column) const { return uuid_from(raw_value(column)); }
    [[nodiscard]] time_point time(int column) const { return time_from(raw_value(column)); }
    [[nodiscard]] std::optional<time_point> optional_time(int column) const
    {
        return is_null(column) ? std::nullopt : std::optional{time(column)};
    }
    /// A strong id.
    template <class Id>
    requires std::is_enum_v<Id>
    [[nodiscard]] Id as(int column) const { return static_cast<Id>(integer(column)); }
    /// Of a missing array: one that is empty.
    [[nodiscard]] array_reader array(int column) const;

private:
    const PGresult* of_;
    int index_;
};

/// The rows that a statement gave, and how many it changed.
class rows
{
public:
    explicit rows(result_ptr result) noexcept : result_{std::move(result)} {}

    [[nodiscard]] int size() const noexcept { return PQntuples(result_.get()); }
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }
    [[nodiscard]] row operator[](int index) const noexcept { return {result_.get(), index}; }

    /// How many rows an INSERT, UPDATE or DELETE touched.
    [[nodiscard]] std::int64_t changed() const;

    class iterator
    {
    public:
        iterator(const PGresult* of, int index) noexcept : of_{of}, index_{index} {}
        [[nodiscard]] row operator*() const noexcept { return {of_, index_}; }
        iterator& operator++() noexcept
        {
            ++index_;
            return *this;
        }
        friend bool operator==(const iterator&, const iterator&) = default;

    private:
        const PGresult* of_;
        int index_;
    };
    [[nodiscard]] iterator begin() const noexcept { return {result_.get(), 0}; }
    [[nodiscard]] iterator end() const noexcept { return {result_.get(), size()}; }

private:
    result_ptr result_;
};

} // namespace cinema::booking::postgres
