#include "pool.hpp"

#include <utility>

namespace cinema::booking::sqlite
{

pool::lender lender(std::string file, std::function<std::unique_ptr<connection>(deadline)> open)
{
    return [file = std::move(file), open = std::move(open)](std::unique_ptr<connection>& lent,
                                                            deadline until)
    {
        if (!lent)
            lent = open(until);
        if (lent->has_moved())
            throw failure{errc::store_unavailable,
                          file
                              + ": it was moved, replaced or removed while in use: put it back, "
                                "or stop all programs that use it and start them anew"};
    };
}

} // namespace cinema::booking::sqlite
