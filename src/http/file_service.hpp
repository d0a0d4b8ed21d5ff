#pragma once

#include "blocking_pool.hpp"
#include "call_state.hpp"
#include "static_files.hpp"

#include <chrono>
#include <mutex>
#include <vector>

namespace cinema::booking::http
{

/// The files of the web root, looked at again when somebody asks and the last look is a while ago;
/// without a web root those that are built in.
/// Thread safety: safe from any thread.
class file_service
{
public:
    file_service(const api_params& params, blocking_pool& pool) : params_{params}, pool_{pool}
    {
        if (params.web_root.empty())
            built_in_ = built_in_files(params.web_files);
    }

    [[nodiscard]] bool is_used() const noexcept { return !built_in_ || !built_in_->empty(); }

    /// The files if they are built in or were looked at not long ago, else null.
    [[nodiscard]] file_table_ptr recent();

    /// Looks at the files on a blocking thread, then wakes the call, if there is one, with the
    /// files in its state. False: too many wait already.
    [[nodiscard]] bool fetch(const detail::call_ptr& call);

private:
    void look();

    const api_params& params_;
    blocking_pool& pool_;
    file_table_ptr built_in_; // null with a web root
    std::mutex mutex_;
    file_table_ptr files_;
    std::chrono::steady_clock::time_point looked_{};
    std::vector<detail::call_ptr> waiting_;
    bool is_looking_{};
};

} // namespace cinema::booking::http
