#pragma once

#include <cinema/booking/adapters/memory.hpp>
#include <cinema/booking/store/forwarding.hpp>

#include <memory>
#include <span>
#include <utility>

namespace cinema::booking::testing
{

/// The negative control of every race test: a memory inventory whose swap is disabled. It writes
/// each change without comparing versions and without asking the guard, as a program does that
/// reads first and writes then. A race test which does not fail with it proves nothing.
class broken_swap_store final : public forwarding_inventory
{
public:
    /// Pre: `database` is not null.
    explicit broken_swap_store(std::shared_ptr<memory_database> database)
        : forwarding_inventory{make_memory_stores_on(database).inventory},
          database_{std::move(database)}
    {
    }

private:
    store_result<store_reply> do_commit(std::span<const session_change> batch,
                                        std::span<commit_outcome> outcome) override
    {
        database_->locked(
            [&](detail::memory_data& data)
            {
                for (std::size_t i = 0; i < batch.size(); ++i)
                {
                    auto* session = data.find_session(batch[i].session);
                    if (session == nullptr)
                        outcome[i].error = errc::session_not_found;
                    else if (!batch[i].is_check())
                        data.apply(*session, batch[i]);
                }
            });
        return ping();
    }

    std::shared_ptr<memory_database> database_;
};

/// Memory stores with a `broken_swap_store` as their inventory.
[[nodiscard]] inline stores make_broken_swap_stores(memory_params params = {})
{
    auto database = std::make_shared<memory_database>(std::move(params));
    auto out = make_memory_stores_on(database);
    out.inventory = std::make_shared<broken_swap_store>(std::move(database));
    out.name = "broken";
    return out;
}

} // namespace cinema::booking::testing
