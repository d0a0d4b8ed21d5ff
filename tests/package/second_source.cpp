// The headers of cinema::booking once more, in a second source file of a program.

#include <cinema/booking.hpp>
#include <cinema/booking/service/async.hpp>
#include <cinema/booking/store/auditor.hpp>
#include <cinema/booking/store/reconcile.hpp>
