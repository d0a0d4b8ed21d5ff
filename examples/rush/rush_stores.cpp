#include "rush/rush_stores.hpp"

#include <cinema/booking/testing/faulty/broken_swap_store.hpp>

#include "programs/usage_error.hpp"

#include <stdlib.h>

#include <iostream>

namespace cinema::rush
{
namespace
{

std::filesystem::path make_folder()
{
    std::string name = (std::filesystem::temp_directory_path() / "rush-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw usage_error{"--store: cannot make the folder " + name + "; name a file instead"};
    return name;
}

} // namespace

void complain(std::string_view line) { std::cerr << "rush: " << line << '\n'; }

rush_stores::rush_stores(const options& given) : is_broken_{given.broken_swap}
{
    if (given.store == "sqlite:")
        own_folder_ = make_folder();
    where_ = parse_store(own_folder_.empty() ? given.store
                                             : "sqlite:" + (own_folder_ / "rush.db").string());
    check_place(where_, false);
    if (where_.is_memory())
        memory_ = std::make_shared<booking::memory_database>();
    place_ = is_broken_            ? "memory: with a broken swap"
             : own_folder_.empty() ? where_.text
                                   : "a new SQLite file";
}

rush_stores::~rush_stores()
{
    std::error_code ignored;
    if (!own_folder_.empty())
        std::filesystem::remove_all(own_folder_, ignored);
}

booking::stores rush_stores::open() const
{
    if (memory_)
    {
        auto made = booking::make_memory_stores_on(memory_);
        //! [broken swap]
        if (is_broken_)
            made.inventory = std::make_shared<booking::testing::broken_swap_store>(memory_);
        //! [broken swap]
        return made;
    }
    auto opened = open_stores(where_, {.migrate = true, .log = complain});
    if (!opened)
        throw usage_error{"--store: cannot use " + where_.text + ": " + opened.error().message()};
    return *std::move(opened);
}

} // namespace cinema::rush
