#include "file_service.hpp"

#include <exception>

namespace cinema::booking::http
{

file_table_ptr file_service::recent()
{
    if (built_in_)
        return built_in_;
    const std::lock_guard lock{mutex_};
    const auto age = std::chrono::steady_clock::now() - looked_;
    return files_ && age < params_.file_age_max ? files_ : nullptr;
}

bool file_service::fetch(const detail::call_ptr& call)
{
    const std::lock_guard lock{mutex_};
    if (!is_looking_ && !pool_.post([this] { look(); }))
        return false;
    is_looking_ = true;
    if (call)
        waiting_.push_back(call);
    return true;
}

void file_service::look()
{
    file_table_ptr files;
    {
        const std::lock_guard lock{mutex_};
        files = files_;
    }
    const auto began = std::chrono::steady_clock::now();
    try
    {
        files = read_files(params_.web_root, params_.file_bytes_max, files.get(), params_.log);
    }
    catch (...)
    {
        detail::tell_failure(params_.log, "reading the web root");
    }
    std::vector<detail::call_ptr> waiting;
    {
        const std::lock_guard lock{mutex_};
        is_looking_ = false;
        looked_ = began;
        files_ = files ? files : std::make_shared<const file_table>();
        files = files_;
        waiting.swap(waiting_);
    }
    for (const auto& call : waiting)
    {
        detail::call_access::state(*call).files = files;
        detail::call_access::wake(*call);
    }
}

} // namespace cinema::booking::http
