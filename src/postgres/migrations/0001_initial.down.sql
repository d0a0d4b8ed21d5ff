-- Takes everything away, what was sold included.

DROP FUNCTION commit_changes;
DROP TABLE properties, access_tokens, users, documents, idempotency_keys, session_seats,
    reservations, session_blocks, session_prices, hall_times, sessions, seats, halls;
