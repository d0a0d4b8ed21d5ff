#include "rush/library_shop.hpp"

#include <cinema/booking/service/booking_service.hpp>
#include <cinema/booking/service/relay.hpp>
#include <cinema/booking/testing/history.hpp>

#include "rush/rush_stores.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace cinema::rush
{
namespace
{

using booking::attempt_outcome;

/// For what was sold last to become documents, where that is done after the sale.
constexpr std::chrono::seconds documents_time_max{10};

/// Records what it asks and is told, so that the whole history can be checked afterwards.
class library_counter final : public counter
{
public:
    library_counter(booking::testing::recording_client client, booking::session_id session)
        : client_{std::move(client)}, session_{session}
    {
    }

    answer reserve(const wish& asked) override
    {
        const auto decided = client_.reserve({.session = session_,
                                              .user = "buyer " + std::to_string(asked.buyer),
                                              .seats = {asked.seat},
                                              .idempotency_key = asked.key});
        if (decided)
            return {attempt_outcome::granted, decided->reservation->id.text()};
        const booking::refusal why = decided.error();
        return {booking::outcome_of(why.code), {}, why.what()};
    }

private:
    booking::testing::recording_client client_;
    booking::session_id session_;
};

class library_shop final : public shop
{
public:
    explicit library_shop(const options& given) : stores_{given}
    {
        for (unsigned i = 0; i < given.services; ++i)
            services_.push_back(std::make_unique<booking::booking_service>(stores_.open()));
        relay_.emplace(services_.front()->stores(), booking::relay_options{.log = complain});
        place_ = std::to_string(given.services)
                 + (given.services == 1 ? " service on " : " services on ") + stores_.place();
        make_session(given.hall);
    }

    std::string place() const override { return place_; }
    std::int64_t session() const override { return raw(session_); }

    std::map<booking::seat_number, std::string> seats() override
    {
        std::map<booking::seat_number, std::string> out;
        const auto map = services_.front()->seats(session_).value();
        for (const auto& seat : map->hall->layout.seats())
            out.emplace(seat.number, seat.label);
        return out;
    }

    std::unique_ptr<counter> open_counter(unsigned buyer) override
    {
        const auto server = static_cast<std::uint32_t>(buyer % services_.size());
        return std::make_unique<library_counter>(
            booking::testing::recording_client{
                *services_[server], recorder_, {.client = buyer, .server = server}},
            session_);
    }

    //! [witness]
    /// Holds every answer against what the store has in the end, and against real time.
    recheck look_again() override
    {
        for (auto& service : services_)
            service->stop();
        bring_documents();
        auto history = recorder_.take();
        booking::testing::add_ends(history, stores_.open());
        const auto found = booking::testing::check_witness(history);
        if (found.is_clean())
            return {"the store agrees with every answer, " + std::to_string(found.counts.operations)
                    + " checked"};
        return {"answers that contradict each other or the store: "
                    + std::to_string(found.findings_total()),
                false};
    }
    //! [witness]

private:
    /// What is not brought in time is sold all the same.
    void bring_documents()
    {
        if (!relay_->flush(documents_time_max))
            complain("some reservations have not become documents yet; a server on this store "
                     "sees to it");
        relay_.reset();
    }

    void make_session(const hall_size& size)
    {
        auto& service = *services_.front();
        const auto layout = booking::seat_layout::grid(size.rows, size.columns);
        const auto name = "Rush " + std::to_string(size.rows) + "x" + std::to_string(size.columns);
        const auto made = service.create_hall({.name = name, .layout = layout});
        // The same hall each time, in a store that lasts.
        const bool was_there = !made && made.error() == booking::errc::already_exists;
        const auto hall = was_there ? find_hall(name) : made.value().id;
        session_ = service
                       .create_session({.hall = hall,
                                        .movie_title = "The Rush",
                                        .showtime = booking::host_now() + std::chrono::hours{1}})
                       .value()
                       .id;
    }

    booking::hall_id find_hall(const std::string& name)
    {
        for (const auto& hall : services_.front()->stores().inventory->halls().value())
            if (hall->name == name)
                return hall->id;
        return {};
    }

    rush_stores stores_;
    booking::testing::history_recorder recorder_;
    std::vector<std::unique_ptr<booking::booking_service>> services_;
    std::optional<booking::relay> relay_; // where the stores have an outbox, as a server's
    std::string place_;
    booking::session_id session_{};
};

} // namespace

std::unique_ptr<shop> open_library_shop(const options& given)
{
    return std::make_unique<library_shop>(given);
}

} // namespace cinema::rush
