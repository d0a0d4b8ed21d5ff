# Every public header, by the target that ships it. A header that is not named here is not
# installed, is not compiled on its own, and fails the style test. Parts (.ipp) are what a header
# includes at its end: they are installed, and not compiled on their own.

set(cinema_booking_headers
    include/cinema/booking.hpp
    include/cinema/booking/adapters/memory.hpp
    include/cinema/booking/adapters/memory/database.hpp
    include/cinema/booking/adapters/memory/documents.hpp
    include/cinema/booking/adapters/memory/guard.hpp
    include/cinema/booking/adapters/memory/inventory.hpp
    include/cinema/booking/adapters/memory/reservations_and_accounts.hpp
    include/cinema/booking/adapters/memory/session.hpp
    include/cinema/booking/domain/error.hpp
    include/cinema/booking/domain/hall.hpp
    include/cinema/booking/domain/ids.hpp
    include/cinema/booking/domain/layout.hpp
    include/cinema/booking/domain/limits.hpp
    include/cinema/booking/domain/money.hpp
    include/cinema/booking/domain/reservation.hpp
    include/cinema/booking/domain/seat.hpp
    include/cinema/booking/domain/session.hpp
    include/cinema/booking/domain/sha256.hpp
    include/cinema/booking/domain/time.hpp
    include/cinema/booking/domain/user.hpp
    include/cinema/booking/domain/uuid.hpp
    include/cinema/booking/engine/idempotency.hpp
    include/cinema/booking/engine/request.hpp
    include/cinema/booking/engine/seat_map.hpp
    include/cinema/booking/engine/session_book.hpp
    include/cinema/booking/engine/session_change.hpp
    include/cinema/booking/engine/session_draft.hpp
    include/cinema/booking/service/async.hpp
    include/cinema/booking/service/book_shelf.hpp
    include/cinema/booking/service/booking_service.hpp
    include/cinema/booking/service/hall_cache.hpp
    include/cinema/booking/service/kpi.hpp
    include/cinema/booking/service/kpi_busiest.hpp
    include/cinema/booking/service/kpi_report.hpp
    include/cinema/booking/service/kpi_tally.hpp
    include/cinema/booking/service/kpi_windows.hpp
    include/cinema/booking/service/lane.hpp
    include/cinema/booking/service/latency_histogram.hpp
    include/cinema/booking/service/operation.hpp
    include/cinema/booking/service/service_options.hpp
    include/cinema/booking/service/view_table.hpp
    include/cinema/booking/store/account_store.hpp
    include/cinema/booking/store/inventory_store.hpp
    include/cinema/booking/store/reservation_store.hpp
    include/cinema/booking/store/store_reply.hpp
    include/cinema/booking/store/stores.hpp
    include/cinema/booking/version.hpp
)

set(cinema_booking_parts
    include/cinema/booking/engine/impl/session_draft.ipp
    include/cinema/booking/service/impl/booking_service.ipp
    include/cinema/booking/service/impl/lane.ipp
)

set(cinema_booking_testing_headers
)

set(cinema_booking_sqlite_headers
)

set(cinema_booking_http_headers
)
