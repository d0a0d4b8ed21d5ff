#pragma once

#include <cinema/booking/testing/history/claims.hpp>
#include <cinema/booking/testing/history/real_time.hpp>
#include <cinema/booking/testing/history/session_steps.hpp>

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cinema::booking::testing
{

/// How strict a witness check is.
struct witness_options
{
    /// How far a map may lag behind what other servers acknowledged. It never lags behind what its
    /// own server did.
    std::chrono::nanoseconds map_staleness{0};
};

namespace history_detail
{

/// The witness check of one session.
class witness_session
{
public:
    witness_session(const witness_options& options, verdict& out)
        : options_{options}, verdict_{out}, collector_{out}
    {
    }

    void add(const operation_record& one)
    {
        operations_.push_back(&one);
        collector_.add(one);
    }

    /// Call once, after every `add`. Null: there is none.
    void check(const session_state* begin, const session_state* end);

private:
    struct claim
    {
        const operation_record* by{};
        session_version from{};
        session_version to{};
    };

    void prepare(const session_state* end);
    void doubt_unknown();
    [[nodiscard]] bool may_have_made_earlier(const operation_record& one) const;
    [[nodiscard]] bool is_in_doubt(seat_number seat, monotonic_time before) const;
    [[nodiscard]] bool is_in_doubt(const operation_record& one) const;
    [[nodiscard]] bool is_in_doubt(const session_step& step) const;

    void claim_all();
    [[nodiscard]] bool claims_state(const operation_record& one) const;
    [[nodiscard]] acknowledged_versions::entry oldest_allowed(const operation_record& one) const;
    void add_claim(const operation_record& one);
    void judge_until(seat_model& model, session_version last);
    [[nodiscard]] std::string contradiction(const operation_record& one,
                                            const seat_model& model) const;

    void replay(seat_model& model, session_version last);
    void take_step(seat_model& model, session_version version, const session_step& step);
    void take_reserve(seat_model& model, session_version version, const session_step& step);
    void take_move(seat_model& model, session_version version, const session_step& step);
    [[nodiscard]] std::string objection(const session_step& step,
                                        const modelled_reservation& known) const;
    void take_blocks(seat_model& model, session_version version);
    void check_order(const operation_record& one, session_version version, monotonic_time called);
    void check_expected(const operation_record& one, session_version version);
    void compare_blocked(const seat_model& model, const session_state& end);

    const witness_options& options_;
    verdict& verdict_;
    step_collector collector_;
    std::vector<const operation_record*> operations_;
    bool is_complete_{}; // there is an end, so that every change is known
    session_version begun_{1};
    acknowledged_versions acknowledged_;
    std::map<std::uint32_t, acknowledged_versions> acknowledged_by_server_;
    begun_versions begun_versions_;
    std::unordered_map<seat_number, monotonic_time> doubts_; // since when
    monotonic_time doubts_all_{never};                       // since when all seats are in doubt
    std::unordered_map<std::string, std::size_t> uses_of_key_;
    std::map<session_version, std::vector<const operation_record*>> blocks_;
    std::map<uuid, const operation_record*> makers_; // for the sentences
    std::vector<claim> claims_;                      // those to come, the earliest last
    std::vector<claim> active_;
};

} // namespace history_detail
} // namespace cinema::booking::testing

#include <cinema/booking/testing/history/impl/witness_claims.ipp>
#include <cinema/booking/testing/history/impl/witness_replay.ipp>
