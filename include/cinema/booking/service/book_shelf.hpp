#pragma once

#include <cinema/booking/engine/session_book.hpp>

#include <cstdint>
#include <list>
#include <unordered_map>

namespace cinema::booking::detail
{

/// The books of a lane, the idlest of which leave when they take too much memory.
class book_shelf
{
public:
    explicit book_shelf(std::size_t bytes_max) : bytes_max_{bytes_max} {}

    /// Null if it is not there. Makes it the most recently used.
    [[nodiscard]] session_book* find(session_id session)
    {
        const auto at = places_.find(session);
        if (at == places_.end())
            return nullptr;
        books_.splice(books_.begin(), books_, at->second);
        return &at->second->book;
    }

    session_book& put(session_book book)
    {
        const auto session = book.session().id;
        erase(session);
        books_.push_front({std::move(book), 0});
        places_[session] = books_.begin();
        weigh(session);
        return books_.front().book;
    }

    /// Takes account of a book's new size. Call after it changed.
    void weigh(session_id session)
    {
        const auto at = places_.find(session);
        if (at == places_.end())
            return;
        bytes_ -= at->second->bytes;
        at->second->bytes = at->second->book.bytes();
        bytes_ += at->second->bytes;
    }

    void erase(session_id session)
    {
        const auto at = places_.find(session);
        if (at == places_.end())
            return;
        bytes_ -= at->second->bytes;
        books_.erase(at->second);
        places_.erase(at);
    }

    /// Calls `visit` with each book.
    template <class Visit>
    void for_each(Visit visit)
    {
        for (auto& each : books_)
            visit(each.book);
    }

    /// Removes all, telling `left` each one's session.
    template <class Left>
    void clear(Left left)
    {
        while (!books_.empty())
            drop_idlest(left);
    }

    /// Removes the idlest until the rest fits; always keeps one.
    template <class Left>
    void trim(Left left)
    {
        while (bytes_ > bytes_max_ && books_.size() > 1)
            drop_idlest(left);
    }

private:
    struct entry
    {
        session_book book;
        std::size_t bytes;
    };

    template <class Left>
    void drop_idlest(Left& left)
    {
        const auto session = books_.back().book.session().id;
        erase(session);
        left(session);
    }

    std::list<entry> books_; // most recently used first
    std::unordered_map<session_id, std::list<entry>::iterator> places_;
    std::size_t bytes_max_;
    std::size_t bytes_{};
};

} // namespace cinema::booking::detail
