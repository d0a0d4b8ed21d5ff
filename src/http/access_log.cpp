#include "access_log.hpp"

#include "text.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace cinema::booking::http
{

namespace
{

bool is_lower_hex(std::string_view text) noexcept
{
    return std::ranges::all_of(text, [](char c)
                               { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

void append_member(std::string& out, std::string_view name, std::string_view value)
{
    if (value.empty())
        return;
    out += ",\"";
    out += name;
    out += "\":";
    append_json(out, value);
}

constexpr std::size_t piece_bytes = 4U << 10; // what a pipe takes at once

std::uint64_t count_lines(std::string_view lines) noexcept
{
    return static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
}

/// As many whole lines as make a piece, at least one.
std::string_view first_lines(std::string_view lines) noexcept
{
    if (lines.size() <= piece_bytes)
        return lines;
    auto end = lines.rfind('\n', piece_bytes - 1);
    if (end == lines.npos)
        end = lines.find('\n');
    return lines.substr(0, end == lines.npos ? end : end + 1);
}

} // namespace

void append_entry(std::string& out, const access_entry& entry)
{
    out += "{\"time\":\"";
    append_iso_time(out, entry.at);
    out += "\",\"level\":\"info\",\"message\":\"request\"";
    append_member(out, "request_id", entry.request_id);
    append_member(out, "traceparent", entry.traceparent);
    append_member(out, "method", entry.method);
    append_member(out, "route", entry.route);
    append_member(out, "path", entry.path);
    out += ",\"status\":";
    append_number(out, entry.status);
    out += ",\"duration_us\":";
    append_number(out, entry.took.count());
    out += ",\"bytes\":";
    append_number(out, entry.bytes);
    append_member(out, "remote", entry.remote);
    out += "}\n";
}

bool is_traceparent(std::string_view text) noexcept
{
    return text.size() == 55 && text[2] == '-' && text[35] == '-' && text[52] == '-'
           && is_lower_hex(text.substr(0, 2)) && text.substr(0, 2) != "ff"
           && is_lower_hex(text.substr(3, 32)) && is_lower_hex(text.substr(36, 16))
           && is_lower_hex(text.substr(53))
           && text.substr(3, 32).find_first_not_of('0') != text.npos
           && text.substr(36, 16).find_first_not_of('0') != text.npos;
}

bool is_request_id(std::string_view text) noexcept
{
    const auto is_plain = [](char c)
    {
        return (c >= '0' && c <= '9') || (to_lower(c) >= 'a' && to_lower(c) <= 'z') || c == '.'
               || c == '-' || c == '_';
    };
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, is_plain);
}

access_log::access_log(sink to, std::size_t bytes_max) : to_{std::move(to)}, bytes_max_{bytes_max}
{
    if (is_used())
        thread_ = std::thread{[this] { run(); }};
}

access_log::~access_log()
{
    {
        const std::lock_guard lock{mutex_};
        is_stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable())
        thread_.join();
}

void access_log::write(std::string& lines)
{
    if (lines.empty())
        return;
    {
        const std::lock_guard lock{mutex_};
        if (waiting_.size() + lines.size() > bytes_max_)
            dropped_ += count_lines(lines);
        else if (waiting_.empty())
            waiting_.swap(lines);
        else
            waiting_ += lines;
    }
    lines.clear();
    wake_.notify_one();
}

void access_log::end_at(std::chrono::steady_clock::time_point end)
{
    const std::lock_guard lock{mutex_};
    end_ = end;
}

std::uint64_t access_log::finish()
{
    std::unique_lock lock{mutex_};
    idle_.wait(lock, [this] { return !is_used() || (waiting_.empty() && !is_writing_); });
    return std::exchange(dropped_, 0);
}

void access_log::run()
{
    std::string lines;
    std::unique_lock lock{mutex_};
    while (true)
    {
        wake_.wait(lock, [this] { return is_stopping_ || !waiting_.empty(); });
        if (waiting_.empty())
            return;
        lines.clear();
        lines.swap(waiting_);
        is_writing_ = true;
        hand_on(lines, lock);
        tell_dropped(lock);
        is_writing_ = false;
        idle_.notify_all();
    }
}

void access_log::hand_on(std::string_view lines, std::unique_lock<std::mutex>& lock)
{
    while (!lines.empty())
    {
        if (is_over())
        {
            dropped_ += count_lines(lines);
            return;
        }
        const auto piece = first_lines(lines);
        hand_on_piece(piece, lock);
        lines.remove_prefix(piece.size());
    }
}

void access_log::tell_dropped(std::unique_lock<std::mutex>& lock)
{
    if (dropped_ == 0 || is_over())
        return;
    std::string line = R"({"level":"warning","message":"access log too slow","lines_dropped":)";
    append_number(line, std::exchange(dropped_, 0));
    line += "}\n";
    hand_on_piece(line, lock);
}

void access_log::hand_on_piece(std::string_view piece, std::unique_lock<std::mutex>& lock)
{
    lock.unlock();
    try
    {
        to_(piece);
    }
    catch (...)
    {
        // There is nowhere left to say so.
    }
    lock.lock();
}

} // namespace cinema::booking::http
