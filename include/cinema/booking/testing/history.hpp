#pragma once

/// Histories: what many clients asked and were answered, and whether that can have been right.
///
///     history_recorder        collects records, from any thread
///     recording_client        calls a booking_service, asks again where it must, and records
///     write_history,          histories as text, for other processes and for tests/tools
///     read_history
///     state_of, add_ends      what the stores have, beside what was answered
///     check_witness           replays by version, compares with real time
///     check_black_box         looks for an order that explains all answers; uses no versions
///
/// Both checks give a `verdict`; a race test asks for both. Nothing here uses the engine's rules.

#include <cinema/booking/testing/history/black_box.hpp>
#include <cinema/booking/testing/history/history_recorder.hpp>
#include <cinema/booking/testing/history/operation_record.hpp>
#include <cinema/booking/testing/history/recording_client.hpp>
#include <cinema/booking/testing/history/snapshot.hpp>
#include <cinema/booking/testing/history/text_reader.hpp>
#include <cinema/booking/testing/history/text_writer.hpp>
#include <cinema/booking/testing/history/verdict.hpp>
#include <cinema/booking/testing/history/witness.hpp>
