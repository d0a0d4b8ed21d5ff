#pragma once

#include <cinema/booking/store/stores.hpp>

#include <memory>

namespace cinema::server
{

/// Stores that can be handed out before the real ones could be opened: until then every call ends
/// with store_unavailable. Thread safety: safe from any thread.
class late_stores
{
public:
    /// `lanes` is what the real inventory will prefer; `has_outbox`, whether there will be one.
    late_stores(std::string name, unsigned lanes, bool has_outbox);

    [[nodiscard]] booking::stores stores() const { return stores_; }

    /// From now on calls go to `real`. To be called once.
    void arrive(booking::stores real);

    struct slot;

private:
    std::shared_ptr<slot> slot_;
    booking::stores stores_;
};

} // namespace cinema::server
