#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace cinema::booking::http
{

/// The last few lists of sessions as text, by entity tag: readers of one list share it. A long list
/// is not kept. Thread safety: safe from any thread.
class page_texts
{
public:
    using shared_text = std::shared_ptr<const std::string>;

    static constexpr std::size_t pages_max = 8;
    static constexpr std::size_t bytes_max = 1U << 20; ///< Of a text.

    /// Null if it is not kept.
    [[nodiscard]] shared_text find(const std::string& etag) const
    {
        const std::lock_guard lock{mutex_};
        const auto found = std::ranges::find(pages_, etag, &page::first);
        return found == pages_.end() ? nullptr : found->second;
    }

    /// The text, shared; it takes the place of the oldest one.
    shared_text keep(const std::string& etag, std::string text)
    {
        auto shared = std::make_shared<const std::string>(std::move(text));
        if (shared->size() <= bytes_max)
        {
            const std::lock_guard lock{mutex_};
            pages_[next_] = {etag, shared};
            next_ = (next_ + 1) % pages_.size();
        }
        return shared;
    }

private:
    using page = std::pair<std::string, shared_text>;

    mutable std::mutex mutex_;
    std::array<page, pages_max> pages_;
    std::size_t next_{};
};

} // namespace cinema::booking::http
