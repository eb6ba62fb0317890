-- Time off, and one table of all exclusive time, so that one constraint excludes whatever excludes.

CREATE TABLE times_off (
    tenant_id     uuid NOT NULL,
    id            uuid NOT NULL,
    artist_id     uuid NOT NULL,
    starts_at     timestamptz NOT NULL,
    ends_at       timestamptz NOT NULL,
    zone          text NOT NULL,
    state         text NOT NULL CHECK (state IN ('requested', 'approved', 'refused', 'cancelled')),
    note          text NOT NULL DEFAULT '',
    reason        text NOT NULL DEFAULT '',
    version       bigint NOT NULL,
    requested_by  uuid,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, artist_id) REFERENCES artists (tenant_id, id),
    CONSTRAINT time_off_range CHECK (starts_at < ends_at AND ends_at - starts_at <= interval '366 days')
);
CREATE INDEX times_off_live ON times_off (tenant_id, artist_id, starts_at)
    WHERE state IN ('requested', 'approved');

-- Kept by triggers alone: pencils, confirmed bookings and approved time off, whoever writes them.
CREATE TABLE exclusive_time (
    tenant_id  uuid NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('booking', 'time_off')),
    id         uuid NOT NULL,
    artist_id  uuid NOT NULL,
    starts_at  timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, kind, id),
    FOREIGN KEY (tenant_id, artist_id) REFERENCES artists (tenant_id, id)
);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['times_off', 'exclusive_time'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format(
            'CREATE POLICY tenant_only ON %I USING (tenant_id = (SELECT current_tenant()))'
            ' WITH CHECK (tenant_id = (SELECT current_tenant()))', t);
    END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE ON times_off TO production_tool_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON exclusive_time TO production_tool_app;

-- The owner sees no rows of bookings while row-level security is forced on it.
ALTER TABLE bookings NO FORCE ROW LEVEL SECURITY;
INSERT INTO exclusive_time (tenant_id, kind, id, artist_id, starts_at, ends_at)
SELECT tenant_id, 'booking', id, artist_id, starts_at, ends_at
FROM bookings WHERE status IN ('pencil', 'confirmed');
ALTER TABLE bookings FORCE ROW LEVEL SECURITY;
ALTER TABLE times_off FORCE ROW LEVEL SECURITY;
ALTER TABLE exclusive_time FORCE ROW LEVEL SECURITY;

-- Deferred for the reason that 0001 gives; the write path sets it IMMEDIATE before it answers.
ALTER TABLE bookings DROP CONSTRAINT no_double_booking;
ALTER TABLE exclusive_time ADD CONSTRAINT no_double_booking EXCLUDE USING gist (
    tenant_id WITH =, artist_id WITH =, tstzrange(starts_at, ends_at) WITH &&
) DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION keep_exclusive_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    what text := TG_ARGV[0];
    holds boolean := CASE what
        WHEN 'booking' THEN to_jsonb(NEW) ->> 'status' IN ('pencil', 'confirmed')
        ELSE to_jsonb(NEW) ->> 'state' = 'approved' END;
BEGIN
    IF holds THEN
        INSERT INTO exclusive_time AS e (tenant_id, kind, id, artist_id, starts_at, ends_at)
        VALUES (NEW.tenant_id, what, NEW.id, NEW.artist_id, NEW.starts_at, NEW.ends_at)
        ON CONFLICT (tenant_id, kind, id) DO UPDATE
        SET artist_id = excluded.artist_id, starts_at = excluded.starts_at, ends_at = excluded.ends_at
        WHERE (e.artist_id, e.starts_at, e.ends_at)
            IS DISTINCT FROM (excluded.artist_id, excluded.starts_at, excluded.ends_at);
    ELSE
        DELETE FROM exclusive_time WHERE tenant_id = NEW.tenant_id AND kind = what AND id = NEW.id;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER keep_exclusive_time_new AFTER INSERT ON bookings
    FOR EACH ROW WHEN (NEW.status IN ('pencil', 'confirmed'))
    EXECUTE FUNCTION keep_exclusive_time('booking');
CREATE TRIGGER keep_exclusive_time AFTER UPDATE ON bookings
    FOR EACH ROW WHEN (OLD.status IN ('pencil', 'confirmed') OR NEW.status IN ('pencil', 'confirmed'))
    EXECUTE FUNCTION keep_exclusive_time('booking');
CREATE TRIGGER keep_exclusive_time_new AFTER INSERT ON times_off
    FOR EACH ROW WHEN (NEW.state = 'approved') EXECUTE FUNCTION keep_exclusive_time('time_off');
CREATE TRIGGER keep_exclusive_time AFTER UPDATE ON times_off
    FOR EACH ROW WHEN (OLD.state = 'approved' OR NEW.state = 'approved')
    EXECUTE FUNCTION keep_exclusive_time('time_off');
