-- Exclusive time is kept in step once per statement instead of once per row.
--
-- The write path writes a batch's bookings in one statement. A trigger for each of its rows was a third of what
-- Postgres did for a command; over the transition table all of them are one insertion. What is kept, and that the
-- constraint is deferred, is as 0004 says. Neither statement below joins: their plans are made once per session,
-- for however many rows came first, and must do for any number.

DROP TRIGGER keep_exclusive_time_new ON bookings;
DROP TRIGGER keep_exclusive_time ON bookings;
DROP TRIGGER keep_exclusive_time_new ON times_off;
DROP TRIGGER keep_exclusive_time ON times_off;
DROP FUNCTION keep_exclusive_time();

CREATE FUNCTION keep_booked_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ended record;
BEGIN
    PERFORM FROM written LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;  -- an upsert ends with both triggers, one of them often for nothing
    END IF;
    IF TG_OP = 'UPDATE' THEN
        FOR ended IN
            SELECT n.tenant_id, array_agg(n.id) AS ids FROM written n
            WHERE n.status NOT IN ('pencil', 'confirmed') GROUP BY n.tenant_id
        LOOP
            DELETE FROM exclusive_time
            WHERE tenant_id = ended.tenant_id AND kind = 'booking' AND id = ANY (ended.ids);
        END LOOP;
    END IF;
    INSERT INTO exclusive_time AS e (tenant_id, kind, id, artist_id, starts_at, ends_at)
    SELECT n.tenant_id, 'booking', n.id, n.artist_id, n.starts_at, n.ends_at FROM written n
    WHERE n.status IN ('pencil', 'confirmed')
    ON CONFLICT (tenant_id, kind, id) DO UPDATE
    SET artist_id = excluded.artist_id, starts_at = excluded.starts_at, ends_at = excluded.ends_at
    WHERE (e.artist_id, e.starts_at, e.ends_at)
        IS DISTINCT FROM (excluded.artist_id, excluded.starts_at, excluded.ends_at);
    RETURN NULL;
END
$$;

CREATE FUNCTION keep_time_away() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ended record;
BEGIN
    PERFORM FROM written LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;  -- an upsert ends with both triggers, one of them often for nothing
    END IF;
    IF TG_OP = 'UPDATE' THEN
        FOR ended IN
            SELECT n.tenant_id, array_agg(n.id) AS ids FROM written n
            WHERE n.state <> 'approved' GROUP BY n.tenant_id
        LOOP
            DELETE FROM exclusive_time
            WHERE tenant_id = ended.tenant_id AND kind = 'time_off' AND id = ANY (ended.ids);
        END LOOP;
    END IF;
    INSERT INTO exclusive_time AS e (tenant_id, kind, id, artist_id, starts_at, ends_at)
    SELECT n.tenant_id, 'time_off', n.id, n.artist_id, n.starts_at, n.ends_at FROM written n
    WHERE n.state = 'approved'
    ON CONFLICT (tenant_id, kind, id) DO UPDATE
    SET artist_id = excluded.artist_id, starts_at = excluded.starts_at, ends_at = excluded.ends_at
    WHERE (e.artist_id, e.starts_at, e.ends_at)
        IS DISTINCT FROM (excluded.artist_id, excluded.starts_at, excluded.ends_at);
    RETURN NULL;
END
$$;

CREATE TRIGGER keep_exclusive_time_new AFTER INSERT ON bookings
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION keep_booked_time();
CREATE TRIGGER keep_exclusive_time AFTER UPDATE ON bookings
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION keep_booked_time();
CREATE TRIGGER keep_exclusive_time_new AFTER INSERT ON times_off
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION keep_time_away();
CREATE TRIGGER keep_exclusive_time AFTER UPDATE ON times_off
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION keep_time_away();
