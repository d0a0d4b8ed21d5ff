#pragma once

/// The promises of inventory_store, reservation_store and account_store as tests: every adapter
/// must pass all of them. Needs doctest. To test stores of your own, write a fixture and name it in
/// one source file of a test program:
///
///     #include <cinema/booking/testing/conformance.hpp>
///
///     struct my_stores
///     {
///         static constexpr bool shares_among_processes = false;
///         static cinema::booking::testing::fixture make() { return {.stores = open_mine()}; }
///     };
///     CINEMA_BOOKING_CONFORMANCE(my_stores);
///
/// Each test makes stores of its own, which must be empty.

#include <cinema/booking/testing/conformance/accounts.hpp>
#include <cinema/booking/testing/conformance/committing.hpp>
#include <cinema/booking/testing/conformance/deciding.hpp>
#include <cinema/booking/testing/conformance/documents.hpp>
#include <cinema/booking/testing/conformance/fixture.hpp>
#include <cinema/booking/testing/conformance/guarding.hpp>
#include <cinema/booking/testing/conformance/halls_and_sessions.hpp>
#include <cinema/booking/testing/conformance/keys.hpp>
#include <cinema/booking/testing/conformance/loading.hpp>
#include <cinema/booking/testing/conformance/races.hpp>
#include <cinema/booking/testing/conformance/sharing.hpp>
#include <cinema/booking/testing/conformance/tokens.hpp>
#include <cinema/booking/testing/conformance/upkeep.hpp>
#include <cinema/booking/testing/conformance/values.hpp>

/// Runs the whole suite on the stores of a fixture, or of several. To be used once, outside of any
/// namespace.
#define CINEMA_BOOKING_CONFORMANCE(...)                                                            \
    namespace cinema::booking::testing::conformance                                                \
    {                                                                                              \
    TEST_CASE_TEMPLATE_INVOKE(load_first, __VA_ARGS__);                                            \
    TEST_CASE_TEMPLATE_INVOKE(load_unchanged, __VA_ARGS__);                                        \
    TEST_CASE_TEMPLATE_INVOKE(load_delta, __VA_ARGS__);                                            \
    TEST_CASE_TEMPLATE_INVOKE(load_delta_latest, __VA_ARGS__);                                     \
    TEST_CASE_TEMPLATE_INVOKE(load_delta_end, __VA_ARGS__);                                        \
    TEST_CASE_TEMPLATE_INVOKE(load_after_config, __VA_ARGS__);                                     \
    TEST_CASE_TEMPLATE_INVOKE(load_after_going_back, __VA_ARGS__);                                 \
    TEST_CASE_TEMPLATE_INVOKE(load_other_history, __VA_ARGS__);                                    \
    TEST_CASE_TEMPLATE_INVOKE(load_after_restore, __VA_ARGS__);                                    \
    TEST_CASE_TEMPLATE_INVOKE(load_far_behind, __VA_ARGS__);                                       \
    TEST_CASE_TEMPLATE_INVOKE(load_not_found, __VA_ARGS__);                                        \
    TEST_CASE_TEMPLATE_INVOKE(load_many, __VA_ARGS__);                                             \
    TEST_CASE_TEMPLATE_INVOKE(load_malformed, __VA_ARGS__);                                        \
    TEST_CASE_TEMPLATE_INVOKE(load_acknowledged, __VA_ARGS__);                                     \
    TEST_CASE_TEMPLATE_INVOKE(load_reply, __VA_ARGS__);                                            \
    TEST_CASE_TEMPLATE_INVOKE(commit_done, __VA_ARGS__);                                           \
    TEST_CASE_TEMPLATE_INVOKE(commit_swap, __VA_ARGS__);                                           \
    TEST_CASE_TEMPLATE_INVOKE(commit_conflict_delta, __VA_ARGS__);                                 \
    TEST_CASE_TEMPLATE_INVOKE(commit_conflict_snapshot, __VA_ARGS__);                              \
    TEST_CASE_TEMPLATE_INVOKE(commit_change_id, __VA_ARGS__);                                      \
    TEST_CASE_TEMPLATE_INVOKE(commit_check_change_id, __VA_ARGS__);                                \
    TEST_CASE_TEMPLATE_INVOKE(commit_version_ahead, __VA_ARGS__);                                  \
    TEST_CASE_TEMPLATE_INVOKE(commit_fence, __VA_ARGS__);                                          \
    TEST_CASE_TEMPLATE_INVOKE(commit_big_step, __VA_ARGS__);                                       \
    TEST_CASE_TEMPLATE_INVOKE(commit_check, __VA_ARGS__);                                          \
    TEST_CASE_TEMPLATE_INVOKE(commit_check_conflict, __VA_ARGS__);                                 \
    TEST_CASE_TEMPLATE_INVOKE(commit_batch, __VA_ARGS__);                                          \
    TEST_CASE_TEMPLATE_INVOKE(commit_large_batch, __VA_ARGS__);                                    \
    TEST_CASE_TEMPLATE_INVOKE(commit_large_change, __VA_ARGS__);                                   \
    TEST_CASE_TEMPLATE_INVOKE(commit_malformed, __VA_ARGS__);                                      \
    TEST_CASE_TEMPLATE_INVOKE(commit_blocked, __VA_ARGS__);                                        \
    TEST_CASE_TEMPLATE_INVOKE(commit_no_rules, __VA_ARGS__);                                       \
    TEST_CASE_TEMPLATE_INVOKE(deciding_on_the_latest, __VA_ARGS__);                                \
    TEST_CASE_TEMPLATE_INVOKE(deciding_nothing, __VA_ARGS__);                                      \
    TEST_CASE_TEMPLATE_INVOKE(deciding_for_several, __VA_ARGS__);                                  \
    TEST_CASE_TEMPLATE_INVOKE(deciding_throws, __VA_ARGS__);                                       \
    TEST_CASE_TEMPLATE_INVOKE(deciding_malformed, __VA_ARGS__);                                    \
    TEST_CASE_TEMPLATE_INVOKE(deciding_with_documents, __VA_ARGS__);                               \
    TEST_CASE_TEMPLATE_INVOKE(deciding_race, __VA_ARGS__);                                         \
    TEST_CASE_TEMPLATE_INVOKE(guard_follows, __VA_ARGS__);                                         \
    TEST_CASE_TEMPLATE_INVOKE(guard_rows, __VA_ARGS__);                                            \
    TEST_CASE_TEMPLATE_INVOKE(guard_hands_over, __VA_ARGS__);                                      \
    TEST_CASE_TEMPLATE_INVOKE(guard_short_life, __VA_ARGS__);                                      \
    TEST_CASE_TEMPLATE_INVOKE(guard_refuses, __VA_ARGS__);                                         \
    TEST_CASE_TEMPLATE_INVOKE(guard_refuses_whole, __VA_ARGS__);                                   \
    TEST_CASE_TEMPLATE_INVOKE(guard_refuses_mistakes, __VA_ARGS__);                                \
    TEST_CASE_TEMPLATE_INVOKE(keys_replay, __VA_ARGS__);                                           \
    TEST_CASE_TEMPLATE_INVOKE(keys_replace, __VA_ARGS__);                                          \
    TEST_CASE_TEMPLATE_INVOKE(keys_of_sessions, __VA_ARGS__);                                      \
    TEST_CASE_TEMPLATE_INVOKE(keys_of_ended, __VA_ARGS__);                                         \
    TEST_CASE_TEMPLATE_INVOKE(keys_as_prefixes, __VA_ARGS__);                                      \
    TEST_CASE_TEMPLATE_INVOKE(keys_looked_up, __VA_ARGS__);                                        \
    TEST_CASE_TEMPLATE_INVOKE(keys_not_found, __VA_ARGS__);                                        \
    TEST_CASE_TEMPLATE_INVOKE(keys_round_trip, __VA_ARGS__);                                       \
    TEST_CASE_TEMPLATE_INVOKE(halls_add, __VA_ARGS__);                                             \
    TEST_CASE_TEMPLATE_INVOKE(halls_list, __VA_ARGS__);                                            \
    TEST_CASE_TEMPLATE_INVOKE(halls_errors, __VA_ARGS__);                                          \
    TEST_CASE_TEMPLATE_INVOKE(sessions_add, __VA_ARGS__);                                          \
    TEST_CASE_TEMPLATE_INVOKE(sessions_change_ids, __VA_ARGS__);                                   \
    TEST_CASE_TEMPLATE_INVOKE(sessions_errors, __VA_ARGS__);                                       \
    TEST_CASE_TEMPLATE_INVOKE(sessions_overlap, __VA_ARGS__);                                      \
    TEST_CASE_TEMPLATE_INVOKE(sessions_without_end, __VA_ARGS__);                                  \
    TEST_CASE_TEMPLATE_INVOKE(sessions_filter, __VA_ARGS__);                                       \
    TEST_CASE_TEMPLATE_INVOKE(sessions_by_title, __VA_ARGS__);                                     \
    TEST_CASE_TEMPLATE_INVOKE(sessions_pages, __VA_ARGS__);                                        \
    TEST_CASE_TEMPLATE_INVOKE(sessions_listed, __VA_ARGS__);                                       \
    TEST_CASE_TEMPLATE_INVOKE(lapsed_names, __VA_ARGS__);                                          \
    TEST_CASE_TEMPLATE_INVOKE(lapsed_limit, __VA_ARGS__);                                          \
    TEST_CASE_TEMPLATE_INVOKE(purge_ended, __VA_ARGS__);                                           \
    TEST_CASE_TEMPLATE_INVOKE(purge_keys, __VA_ARGS__);                                            \
    TEST_CASE_TEMPLATE_INVOKE(purge_bit_by_bit, __VA_ARGS__);                                      \
    TEST_CASE_TEMPLATE_INVOKE(purge_then_load, __VA_ARGS__);                                       \
    TEST_CASE_TEMPLATE_INVOKE(purge_history, __VA_ARGS__);                                         \
    TEST_CASE_TEMPLATE_INVOKE(purge_guests, __VA_ARGS__);                                          \
    TEST_CASE_TEMPLATE_INVOKE(purge_then_delta, __VA_ARGS__);                                      \
    TEST_CASE_TEMPLATE_INVOKE(lease_one_owner, __VA_ARGS__);                                       \
    TEST_CASE_TEMPLATE_INVOKE(lease_race, __VA_ARGS__);                                            \
    TEST_CASE_TEMPLATE_INVOKE(keep_bytes, __VA_ARGS__);                                            \
    TEST_CASE_TEMPLATE_INVOKE(keep_first, __VA_ARGS__);                                            \
    TEST_CASE_TEMPLATE_INVOKE(tokens_add, __VA_ARGS__);                                            \
    TEST_CASE_TEMPLATE_INVOKE(tokens_touch, __VA_ARGS__);                                          \
    TEST_CASE_TEMPLATE_INVOKE(tokens_remove, __VA_ARGS__);                                         \
    TEST_CASE_TEMPLATE_INVOKE(tokens_purge, __VA_ARGS__);                                          \
    TEST_CASE_TEMPLATE_INVOKE(documents_follow, __VA_ARGS__);                                      \
    TEST_CASE_TEMPLATE_INVOKE(documents_find, __VA_ARGS__);                                        \
    TEST_CASE_TEMPLATE_INVOKE(documents_list, __VA_ARGS__);                                        \
    TEST_CASE_TEMPLATE_INVOKE(documents_pages, __VA_ARGS__);                                       \
    TEST_CASE_TEMPLATE_INVOKE(documents_errors, __VA_ARGS__);                                      \
    TEST_CASE_TEMPLATE_INVOKE(documents_put, __VA_ARGS__);                                         \
    TEST_CASE_TEMPLATE_INVOKE(accounts_find, __VA_ARGS__);                                         \
    TEST_CASE_TEMPLATE_INVOKE(accounts_unique, __VA_ARGS__);                                       \
    TEST_CASE_TEMPLATE_INVOKE(accounts_limits, __VA_ARGS__);                                       \
    TEST_CASE_TEMPLATE_INVOKE(accounts_update, __VA_ARGS__);                                       \
    TEST_CASE_TEMPLATE_INVOKE(values_hall, __VA_ARGS__);                                           \
    TEST_CASE_TEMPLATE_INVOKE(values_large_hall, __VA_ARGS__);                                     \
    TEST_CASE_TEMPLATE_INVOKE(values_session, __VA_ARGS__);                                        \
    TEST_CASE_TEMPLATE_INVOKE(values_reservation, __VA_ARGS__);                                    \
    TEST_CASE_TEMPLATE_INVOKE(values_reservation_size, __VA_ARGS__);                               \
    TEST_CASE_TEMPLATE_INVOKE(values_change_id, __VA_ARGS__);                                      \
    TEST_CASE_TEMPLATE_INVOKE(values_account, __VA_ARGS__);                                        \
    TEST_CASE_TEMPLATE_INVOKE(race_versions, __VA_ARGS__);                                         \
    TEST_CASE_TEMPLATE_INVOKE(race_seats, __VA_ARGS__);                                            \
    TEST_CASE_TEMPLATE_INVOKE(race_batches, __VA_ARGS__);                                          \
    TEST_CASE_TEMPLATE_INVOKE(race_readers, __VA_ARGS__);                                          \
    TEST_CASE_TEMPLATE_INVOKE(race_overlap, __VA_ARGS__);                                          \
    TEST_CASE_TEMPLATE_INVOKE(race_unique, __VA_ARGS__);                                           \
    TEST_CASE_TEMPLATE_INVOKE(race_keep, __VA_ARGS__);                                             \
    TEST_CASE_TEMPLATE_INVOKE(sharing_reopen, __VA_ARGS__);                                        \
    TEST_CASE_TEMPLATE_INVOKE(sharing_second, __VA_ARGS__);                                        \
    TEST_CASE_TEMPLATE_INVOKE(sharing_processes, __VA_ARGS__);                                     \
    }                                                                                              \
    static_assert(true, "")
