-- A database as the original Node.js program leaves it.
--
-- Hall 1 has 3 rows of 4 seats, whose ids begin at 101; hall 4 has no rows in `seats`, but 2 rows
-- of 3 in `seat_config`. A session's `seats` are those that are free: session 5 has 7 of 12 seats
-- sold, session 7 none of 6, session 9 all 12.

CREATE TABLE halls (id serial PRIMARY KEY, name varchar(255), capacity int,
                    seat_config jsonb);
CREATE TABLE seats (id serial PRIMARY KEY, hall_id int, "row" int, col int,
                    seat_number int);
CREATE TABLE sessions (id serial PRIMARY KEY, hall_id int, movie_title varchar(255),
                       showtime timestamp, seats jsonb, version int DEFAULT 0);
INSERT INTO halls VALUES (1, 'Hall A', 12, '{"rows": 3, "cols": 4}'),
                         (4, 'Hall B', 6, '{"rows": 2, "cols": 3}');
INSERT INTO seats SELECT 100 + n, 1, 1 + (n - 1) / 4, 1 + (n - 1) % 4, n
                  FROM generate_series(1, 12) AS n;
INSERT INTO sessions VALUES
    (5, 1, 'Metropolis', '2030-07-01 20:00', '[1, 2, 3, 5, 8]', 17),
    (7, 4, 'Sunrise', '2030-01-01 20:00:00.1234', '[6, 5, 4, 3, 2, 1]', 0),
    (9, 1, 'Nosferatu', '1990-01-01 20:00', '[]', 3);
