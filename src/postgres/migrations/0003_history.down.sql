-- Checks are as they were, and what changed is told without asking for the history.

CREATE OR REPLACE FUNCTION commit_changes(
    swap_session bigint[], swap_version bigint[], swap_change bigint[],
    next_version bigint[], next_change bigint[], next_config bigint[], swap_at timestamptz[],
    check_session bigint[], check_version bigint[], check_change bigint[],
    new_session bigint[], new_id uuid[], new_version bigint[], new_status text[],
    new_held_until timestamptz[], new_updated_at timestamptz[], new_account text[],
    new_label text[], new_currency text[], new_seats jsonb[], new_events jsonb[],
    old_session bigint[], old_id uuid[], old_version bigint[], old_status text[],
    old_held_until timestamptz[], old_updated_at timestamptz[], old_account text[],
    old_label text[], old_currency text[], old_seats jsonb[], old_events jsonb[],
    old_was_live boolean[],
    free_session bigint[], free_seat integer[], free_reservation uuid[],
    take_session bigint[], take_seat integer[], take_reservation uuid[],
    key_session bigint[], key_digest bytea[], key_version bigint[], key_event smallint[],
    key_reservation uuid[], key_request bytea[],
    block_session bigint[], block_seat integer[], reblocked bigint[],
    OUT won bigint[], OUT now timestamptz)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    all_won boolean;
    expected bigint;
    written bigint;
BEGIN
    WITH swapped AS (
        UPDATE sessions AS s
        SET version = c.next_version, change_id = c.next_change, config_version = c.next_config,
            changed_at = c.at
        FROM unnest(swap_session, swap_version, swap_change, next_version, next_change,
                    next_config, swap_at)
            AS c (id, version, change, next_version, next_change, next_config, at)
        WHERE s.id = c.id AND s.version = c.version AND s.change_id = c.change
        RETURNING s.id)
    SELECT coalesce(array_agg(id), '{}') INTO won FROM swapped;
    all_won := cardinality(won) = cardinality(swap_session);

    IF cardinality(new_id) > 0 AND cardinality(won) > 0 THEN
        INSERT INTO reservations (session_id, id, version, status, held_until, updated_at, account,
                                  user_label, currency, seats, events)
        SELECT r.* FROM unnest(new_session, new_id, new_version, new_status, new_held_until,
                               new_updated_at, new_account, new_label, new_currency, new_seats,
                               new_events) AS r (session)
        WHERE all_won OR r.session = ANY (won);
    END IF;

    IF cardinality(old_id) > 0 AND cardinality(won) > 0 THEN
        SELECT count(*) INTO expected FROM unnest(old_session) AS o (session)
        WHERE all_won OR o.session = ANY (won);
        UPDATE reservations AS r
        SET version = c.version, status = c.status, held_until = c.held_until,
            updated_at = c.updated_at, user_label = c.label, currency = c.currency,
            seats = c.seats, events = c.events
        FROM unnest(old_session, old_id, old_version, old_status, old_held_until, old_updated_at,
                    old_account, old_label, old_currency, old_seats, old_events, old_was_live)
            AS c (session, id, version, status, held_until, updated_at, account, label, currency,
                  seats, events, was_live)
        WHERE (all_won OR c.session = ANY (won)) AND r.session_id = c.session AND r.id = c.id
            AND r.account IS NOT DISTINCT FROM c.account
            AND (r.status NOT IN ('cancelled', 'expired')) = c.was_live;
        GET DIAGNOSTICS written = ROW_COUNT;
        IF written <> expected THEN
            RAISE check_violation USING
                MESSAGE = 'a change contradicts what is stored of its reservations';
        END IF;
    END IF;

    IF cardinality(free_seat) > 0 AND cardinality(won) > 0 THEN
        DELETE FROM session_seats AS s
        USING unnest(free_session, free_seat, free_reservation) AS f (session, seat, reservation)
        WHERE (all_won OR f.session = ANY (won)) AND s.session_id = f.session
            AND s.seat_number = f.seat AND s.reservation = f.reservation;
    END IF;

    IF cardinality(take_seat) > 0 AND cardinality(won) > 0 THEN
        INSERT INTO session_seats (session_id, seat_number, reservation)
        SELECT t.session, t.seat, t.reservation
        FROM unnest(take_session, take_seat, take_reservation) AS t (session, seat, reservation)
        WHERE all_won OR t.session = ANY (won);
    END IF;

    IF cardinality(key_digest) > 0 AND cardinality(won) > 0 THEN
        INSERT INTO idempotency_keys (session_id, digest, version, event, reservation, request)
        SELECT k.session, k.digest, k.version, k.event, k.reservation, k.request
        FROM unnest(key_session, key_digest, key_version, key_event, key_reservation, key_request)
            AS k (session, digest, version, event, reservation, request)
        WHERE all_won OR k.session = ANY (won)
        ON CONFLICT (session_id, digest) DO UPDATE SET version = excluded.version,
            event = excluded.event, reservation = excluded.reservation,
            request = excluded.request;
    END IF;

    IF cardinality(reblocked) > 0 AND cardinality(won) > 0 THEN
        DELETE FROM session_blocks AS b USING unnest(reblocked) AS c (session)
        WHERE (all_won OR c.session = ANY (won)) AND b.session_id = c.session;
        INSERT INTO session_blocks (session_id, seat_number)
        SELECT b.session, b.seat FROM unnest(block_session, block_seat) AS b (session, seat)
        WHERE all_won OR b.session = ANY (won);
    END IF;

    IF cardinality(check_session) > 0 THEN
        won := won || ARRAY(
            SELECT s.id
            FROM unnest(check_session, check_version, check_change) AS c (id, version, change)
            JOIN sessions AS s ON s.id = c.id
            WHERE s.version = c.version AND s.change_id = c.change);
    END IF;
    now := clock_timestamp();
END
$$;

DROP FUNCTION may_still_commit, is_running;
ALTER TABLE sessions DROP COLUMN recent;
DROP TABLE leases;
CREATE INDEX reservations_ended ON reservations (updated_at)
    WHERE status IN ('cancelled', 'expired');
DROP INDEX reservations_purged;
DROP INDEX idempotency_keys_of_reservation;
