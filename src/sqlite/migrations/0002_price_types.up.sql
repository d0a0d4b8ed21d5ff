-- What a seat costs depends on the visitor: "adult", "child", … A seat in `reservations.seats` and
-- `documents.seats` may have its price type as a third member: [seat number, price, price type].

ALTER TABLE session_prices ADD COLUMN price_type TEXT NOT NULL DEFAULT '';

DROP VIEW reservation_seats;
CREATE VIEW reservation_seats AS
SELECT r.session_id, lower(hex(r.id)) AS reservation, s.value ->> 0 AS seat_number,
       s.value ->> 1 AS price, coalesce(s.value ->> 2, '') AS price_type
FROM reservations AS r, json_each(r.seats) AS s;
