#include "response_head.hpp"

#include "problem.hpp"
#include "text.hpp"

namespace cinema::booking::http
{

head_maker::head_maker(const api_params& params)
    : constant_fields_{"X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"}
{
    if (params.csp.empty())
        return;
    constant_fields_ += "Content-Security-Policy: ";
    for (const char c : params.csp) // a line end in it would start another field
        constant_fields_ += c == '\r' || c == '\n' ? ' ' : c;
    constant_fields_ += "\r\n";
}

void head_maker::append(std::string& out, const api_response& response, const extras& with)
{
    out += "HTTP/1.1 ";
    append_number(out, response.status);
    out += ' ';
    out += reason_of(response.status);
    out += "\r\n";
    append_date(out);
    out += response.fields;
    if (response.status != 204 && response.status != 304)
    {
        out += "Content-Length: ";
        append_number(out, response.body().size());
        out += "\r\n";
    }
    out += "X-Request-Id: ";
    out += with.request_id;
    out += "\r\n";
    out += constant_fields_;
    if (!with.keeps_alive)
        out += "Connection: close\r\n";
    else if (with.is_1_0)
        out += "Connection: keep-alive\r\n";
    out += "\r\n";
}

void head_maker::append_date(std::string& out)
{
    const auto now = std::time(nullptr);
    if (now != date_of_)
    {
        date_of_ = now;
        date_line_ = "Date: ";
        append_http_time(date_line_, now);
        date_line_ += "\r\n";
    }
    out += date_line_;
}

} // namespace cinema::booking::http
