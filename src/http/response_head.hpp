#pragma once

#include <cinema/booking/http/api.hpp>

#include <chrono>
#include <ctime>
#include <string>
#include <string_view>

namespace cinema::booking::http
{

/// What every answer's header has, made once: security fields, and the date of this second.
/// Not thread-safe: each I/O thread has its own.
class head_maker
{
public:
    explicit head_maker(const api_params& params);

    /// What else is to be said with an answer.
    struct extras
    {
        std::string_view request_id;
        bool keeps_alive{true};
        bool is_1_0{};
    };

    /// Appends the status line and all fields, up to the empty line.
    void append(std::string& out, const api_response& response, const extras& with);

private:
    void append_date(std::string& out);

    std::string constant_fields_;
    std::string date_line_;
    std::time_t date_of_{-1};
};

} // namespace cinema::booking::http
