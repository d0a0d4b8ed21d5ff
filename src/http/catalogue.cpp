#include "catalogue.hpp"

#include "time_zone.hpp"

#include <exception>

namespace cinema::booking::http
{

namespace
{

using detail::call_access;
using detail::call_ptr;

/// Stores looked through for one page, when hardly any session meets the conditions.
constexpr int store_pages_max = 16;

/// Whether a session's showtime lies in the day asked for, where its hall is.
result<bool> is_on(booking_service& service, const session& one,
                   const std::chrono::year_month_day& date)
{
    const auto hall = service.find_hall(one.hall);
    if (!hall)
        return hall.error();
    const auto [from, before] = day_in_zone(date, (*hall)->time_zone);
    return one.showtime >= from && one.showtime < before;
}

/// The part of the conditions that a store understands.
session_filter store_filter(const session_query& query)
{
    auto filter = query.filter;
    if (query.date)
    {
        const auto [from, before] = day_anywhere(*query.date);
        filter.from = std::max(filter.from.value_or(from), from);
        filter.before = std::min(filter.before.value_or(before), before);
    }
    return filter;
}

} // namespace

result<session_page> find_sessions(booking_service& service, const session_query& query)
{
    session_page page{.sessions = {}, .next = {}, .asked = std::chrono::steady_clock::now()};
    session_page_request ask{.filter = store_filter(query),
                             .after = query.after,
                             .limit = std::min(query.limit + 1, page_size_max)};
    session_cursor last{};
    for (int tries = 0; tries < store_pages_max; ++tries)
    {
        const auto found = service.sessions(ask);
        if (!found)
            return found.error();
        for (const auto& one : *found)
        {
            const auto wanted = query.date ? is_on(service, one, *query.date) : result<bool>{true};
            if (!wanted)
                return wanted.error();
            if (*wanted && page.sessions.size() == query.limit)
            {
                page.next = last;
                return page;
            }
            last = {one.showtime, one.id};
            if (*wanted)
                page.sessions.push_back(one.id);
        }
        if (found->size() < ask.limit)
            return page;
        ask.after = last;
    }
    page.next = last; // the page is short, but the list goes on behind it
    return page;
}

session_page_ptr catalogue::recent(const std::string& key)
{
    const std::lock_guard lock{mutex_};
    const auto known = pages_.find(key);
    if (known == pages_.end() || known->second.page == nullptr
        || clock::now() - known->second.page->asked >= age_max_)
        return nullptr;
    return known->second.page;
}

bool catalogue::fetch(const session_query& query, const call_ptr& call)
{
    auto key = query.key();
    const std::lock_guard lock{mutex_};
    if (pages_.size() >= pages_max)
        forget_old();
    auto& known = pages_[key];
    if (known.waiting.empty() && !pool_.post([this, query, key] { ask(query, key); }))
        return false;
    known.waiting.push_back(call);
    return true;
}

void catalogue::ask(const session_query& query, const std::string& key)
{
    session_page_ptr page;
    refusal trouble;
    try
    {
        if (auto found = find_sessions(service_, query))
            page = std::make_shared<const session_page>(*std::move(found));
        else
            trouble = std::move(found).error();
    }
    catch (...)
    {
        trouble = {.code = errc::store_failed, .detail = detail::current_exception_text()};
    }
    std::vector<call_ptr> waiting;
    {
        const std::lock_guard lock{mutex_};
        auto& known = pages_[key];
        waiting.swap(known.waiting);
        if (page)
            known.page = page;
        else
            pages_.erase(key);
    }
    for (const auto& call : waiting)
    {
        auto& state = call_access::state(*call);
        state.page = page;
        state.trouble = trouble;
        call_access::wake(*call);
    }
}

void catalogue::forget_old()
{
    const auto oldest = clock::now() - age_max_;
    std::erase_if(pages_,
                  [oldest](const auto& known)
                  {
                      const auto& [page, waiting] = known.second;
                      return waiting.empty() && (page == nullptr || page->asked <= oldest);
                  });
}

} // namespace cinema::booking::http
