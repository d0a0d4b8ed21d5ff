#pragma once

/// To be included by one source file of a program whose source files all define
/// CINEMA_SEPARATE_COMPILATION. Who links with cinema::booking_compiled has that already.

#ifndef CINEMA_SEPARATE_COMPILATION
#error "define CINEMA_SEPARATE_COMPILATION for all source files of the program"
#endif

#include <cinema/booking/adapters/memory/impl/memory.ipp>
#include <cinema/booking/engine/impl/session_draft.ipp>
#include <cinema/booking/engine/impl/session_draft_keys.ipp>
#include <cinema/booking/engine/impl/session_draft_steps.ipp>
#include <cinema/booking/service/impl/booking_service.ipp>
#include <cinema/booking/service/impl/lane.ipp>
#include <cinema/booking/service/impl/lane_reads.ipp>
#include <cinema/booking/service/impl/lane_round.ipp>
