#pragma once

/// Stores that go wrong on purpose. Each wraps another store; stack them for several faults.
///
///     fault                                        by
///     refuses once, N times, until told            refusing_hook, with hooked()
///     is slow until released                       gate_hook, with hooked()
///     loses the reply; the commit is not done,     reply_losing_inventory
///       done, or done late
///     another writer comes first                   rival_inventory
///     one session spoils every batch it is in      bad_session_inventory
///     versions go back                             memory_database::save and restore
///     does not compare versions at all             broken_swap_store
///
/// recording_hook, with hooked(), counts calls and the sizes of batches.

#include <cinema/booking/testing/faulty/broken_swap_store.hpp>
#include <cinema/booking/testing/faulty/commit_faults.hpp>
#include <cinema/booking/testing/faulty/hooked_stores.hpp>
#include <cinema/booking/testing/faulty/hooks.hpp>
#include <cinema/booking/testing/faulty/store_call.hpp>
