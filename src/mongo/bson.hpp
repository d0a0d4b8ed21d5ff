#pragma once

#include <cinema/booking/domain/time.hpp>

#include "common/failure.hpp"
#include "driver.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// BSON for C++: documents that own themselves, and fields that are what is asked for or throw.
namespace cinema::booking::mongo
{

using adapters::failure;

/// A document that the driver shows for a moment.
class view
{
public:
    explicit view(const bson_t& of) noexcept : of_{&of} {}

    [[nodiscard]] const bson_t& get() const noexcept { return *of_; }
    [[nodiscard]] std::size_t bytes() const noexcept { return of_->len; }

private:
    const bson_t* of_;
};

/// A document under construction, or one that came as an answer.
class document
{
public:
    document() noexcept { bson_init(&value_); }
    ~document() { bson_destroy(&value_); }
    document(const document& other) { bson_copy_to(&other.value_, &value_); }
    document(document&& other) noexcept { take(other); }
    document& operator=(document other) noexcept
    {
        bson_destroy(&value_);
        take(other);
        return *this;
    }

    /// A copy of what the driver shows.
    explicit document(const view& other) { bson_copy_to(&other.get(), &value_); }

    document& add(std::string_view key, std::string_view text)
    {
        return done(bson_append_utf8(&value_, key.data(), length(key), text.data(), length(text)));
    }
    document& add(std::string_view key, const char* text)
    {
        return add(key, std::string_view{text});
    }
    document& add(std::string_view key, std::int32_t number)
    {
        return done(bson_append_int32(&value_, key.data(), length(key), number));
    }
    document& add(std::string_view key, std::int64_t number)
    {
        return done(bson_append_int64(&value_, key.data(), length(key), number));
    }
    document& add(std::string_view key, double number)
    {
        return done(bson_append_double(&value_, key.data(), length(key), number));
    }
    document& add(std::string_view key, bool truth)
    {
        return done(bson_append_bool(&value_, key.data(), length(key), truth));
    }
    document& add(std::string_view key, time_point time)
    {
        return done(bson_append_date_time(&value_, key.data(), length(key), to_unix_ms(time)));
    }
    document& add(std::string_view key, std::span<const std::uint8_t> bytes)
    {
        return done(bson_append_binary(&value_, key.data(), length(key), BSON_SUBTYPE_BINARY,
                                       bytes.data(), static_cast<std::uint32_t>(bytes.size())));
    }
    document& add(std::string_view key, const document& sub)
    {
        return done(bson_append_document(&value_, key.data(), length(key), &sub.value_));
    }
    document& add_array(std::string_view key, const document& elements)
    {
        return done(bson_append_array(&value_, key.data(), length(key), &elements.value_));
    }
    document& add_null(std::string_view key)
    {
        return done(bson_append_null(&value_, key.data(), length(key)));
    }
    document& add_all(const document& other) { return done(bson_concat(&value_, &other.value_)); }

    [[nodiscard]] bool empty() const noexcept { return bson_empty(&value_); }
    [[nodiscard]] std::size_t bytes() const noexcept { return value_.len; }
    [[nodiscard]] const bson_t* get() const noexcept { return &value_; }

    /// For the driver to fill in, which treats it as not initialised.
    [[nodiscard]] bson_t* out() noexcept
    {
        bson_destroy(&value_);
        return &value_;
    }

    /// Relaxed extended JSON, for people.
    [[nodiscard]] std::string text() const;

private:
    static int length(std::string_view text) noexcept { return static_cast<int>(text.size()); }
    document& done(bool has_room);
    void take(document& other) noexcept
    {
        bson_init(&value_);
        if (bson_steal(&value_, &other.value_))
            bson_init(&other.value_);
    }

    bson_t value_;
};

/// The elements of an array under construction.
class array
{
public:
    template <class Value>
    array& add(const Value& value)
    {
        elements_.add(std::to_string(size_++), value);
        return *this;
    }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] const document& elements() const noexcept { return elements_; }

private:
    document elements_;
    std::size_t size_{};
};

class fields;

/// A field of a document that outlives it. What is of another type than it is asked for throws
/// `failure` (store_failed).
class field
{
public:
    explicit field(const bson_iter_t& at) noexcept : at_{at} {}

    [[nodiscard]] std::string_view key() const noexcept { return bson_iter_key(&at_); }
    [[nodiscard]] bool is_null() const noexcept;
    [[nodiscard]] bool is_text() const noexcept { return BSON_ITER_HOLDS_UTF8(&at_); }
    [[nodiscard]] std::string_view text() const;
    /// Any whole number, however it is kept.
    [[nodiscard]] std::int64_t number() const;
    [[nodiscard]] bool truth() const { return bson_iter_as_bool(&at_); }
    [[nodiscard]] time_point time() const;
    [[nodiscard]] std::span<const std::uint8_t> bytes() const;
    template <std::size_t Size>
    [[nodiscard]] std::array<std::uint8_t, Size> bytes_of() const
    {
        const auto found = bytes();
        if (found.size() != Size)
            unexpected();
        std::array<std::uint8_t, Size> out{};
        std::copy(found.begin(), found.end(), out.begin());
        return out;
    }
    /// Of a document or an array.
    [[nodiscard]] fields sub() const;

    /// Throws `failure`: it is not what it should be.
    [[noreturn]] void unexpected() const;

    [[nodiscard]] const bson_iter_t* raw() const noexcept { return &at_; }

private:
    bson_iter_t at_;
};

/// The fields of a document that outlives them, in their order.
class fields
{
public:
    class iterator
    {
    public:
        explicit iterator(const bson_iter_t& at) : at_{at} { ++*this; }
        iterator() = default;
        [[nodiscard]] field operator*() const noexcept { return field{at_}; }
        iterator& operator++()
        {
            is_end_ = !bson_iter_next(&at_);
            return *this;
        }
        [[nodiscard]] bool operator==(const iterator& end) const noexcept
        {
            return is_end_ == end.is_end_;
        }

    private:
        bson_iter_t at_{};
        bool is_end_{true};
    };

    explicit fields(const view& of);
    explicit fields(const document& of) : fields{view{*of.get()}} {}
    explicit fields(const bson_iter_t& start) noexcept : start_{start} {}

    [[nodiscard]] iterator begin() const { return iterator{start_}; }
    [[nodiscard]] iterator end() const noexcept { return {}; }

    /// Nothing if there is no such field.
    [[nodiscard]] std::optional<field> find(std::string_view key) const;
    /// Throws `failure` (store_failed) if there is no such field.
    [[nodiscard]] field at(std::string_view key) const;

private:
    bson_iter_t start_{};
};

} // namespace cinema::booking::mongo
