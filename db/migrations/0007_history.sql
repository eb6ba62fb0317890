-- The log as a source of "as of" views, and a chain that outlives the bodies it was made of.

-- What an event is about and, for bookings and time off, where it put them: so that the schedule of any
-- moment is found by index, without opening bodies.
ALTER TABLE event_log
    ADD COLUMN artist_id   uuid,
    ADD COLUMN project_id  uuid,
    -- Whose the thing was before the event and is no more.
    ADD COLUMN left_artist_id  uuid,
    ADD COLUMN left_project_id uuid,
    ADD COLUMN starts_at   timestamptz,
    ADD COLUMN ends_at     timestamptz,
    ADD COLUMN live        boolean NOT NULL DEFAULT true,
    -- Few bookings are longer than a month; without them a window need not look back a whole year.
    ADD COLUMN is_long     boolean GENERATED ALWAYS AS (ends_at - starts_at > interval '31 days') STORED,
    -- sha256 of the body as it was written, kept where the body was shortened or dropped since.
    ADD COLUMN digest      bytea,
    ALTER COLUMN body DROP NOT NULL,
    ADD CONSTRAINT body_or_digest CHECK (body IS NOT NULL OR digest IS NOT NULL);

-- From this number on the log has every body: before it only the last image of each thing is kept.
ALTER TABLE tenants ADD COLUMN history_from bigint NOT NULL DEFAULT 1 CHECK (history_from > 0);

-- The owner sees no rows while row-level security is forced, so it is lifted for this transaction.
ALTER TABLE event_log NO FORCE ROW LEVEL SECURITY;
ALTER TABLE tenant_heads NO FORCE ROW LEVEL SECURITY;

UPDATE event_log SET
    artist_id = CASE
        WHEN entity_kind = 'artist' THEN entity_id
        WHEN entity_kind IN ('booking', 'challenge', 'time_off')
            THEN (body -> 'data' -> entity_kind ->> 'artist_id')::uuid END,
    project_id = CASE
        WHEN entity_kind = 'project' THEN entity_id
        WHEN entity_kind NOT IN ('tenant', 'member', 'artist')
            THEN (body -> 'data' -> entity_kind ->> 'project_id')::uuid END,
    starts_at = CASE WHEN entity_kind IN ('booking', 'time_off')
        THEN (body -> 'data' -> entity_kind ->> 'start')::timestamptz END,
    ends_at = CASE WHEN entity_kind IN ('booking', 'time_off')
        THEN (body -> 'data' -> entity_kind ->> 'end')::timestamptz END,
    live = CASE entity_kind
        WHEN 'booking' THEN body -> 'data' -> 'booking' ->> 'status' IN ('hold', 'pencil', 'confirmed')
        WHEN 'time_off' THEN body -> 'data' -> 'time_off' ->> 'state' IN ('requested', 'approved')
        WHEN 'challenge' THEN body -> 'data' -> 'challenge' ->> 'closed_at' IS NULL
        ELSE type NOT LIKE '%.deleted' END;

UPDATE event_log e SET
    left_artist_id = nullif(was.artist_id, e.artist_id),
    left_project_id = nullif(was.project_id, e.project_id)
FROM (
    SELECT tenant_id, seq, lag(artist_id) OVER earlier AS artist_id, lag(project_id) OVER earlier AS project_id
    FROM event_log WINDOW earlier AS (PARTITION BY tenant_id, entity_kind, entity_id ORDER BY seq)
) was
WHERE was.tenant_id = e.tenant_id AND was.seq = e.seq
    AND (was.artist_id <> e.artist_id OR was.project_id IS DISTINCT FROM e.project_id);

-- A link is made of the link before and the digest of the body, no longer of the body itself.
DO $$
DECLARE
    event record;
    tenant uuid;
    link bytea;
BEGIN
    FOR event IN SELECT tenant_id, seq, body FROM event_log ORDER BY tenant_id, seq LOOP
        IF tenant IS DISTINCT FROM event.tenant_id THEN
            tenant := event.tenant_id;
            link := '';
        END IF;
        link := sha256(link || sha256(convert_to(event.body::text, 'UTF8')));
        UPDATE event_log SET hash = link WHERE tenant_id = event.tenant_id AND seq = event.seq;
    END LOOP;
    UPDATE tenant_heads h SET hash = e.hash FROM event_log e
    WHERE e.tenant_id = h.tenant_id AND e.seq = h.seq;
END
$$;

ALTER TABLE event_log FORCE ROW LEVEL SECURITY;
ALTER TABLE tenant_heads FORCE ROW LEVEL SECURITY;

-- The newest event of each thing at or before a number.
DROP INDEX event_log_by_entity;
CREATE INDEX event_log_by_entity ON event_log (tenant_id, entity_kind, entity_id, seq DESC);
-- Where bookings and time off ever were, answered from the index alone.
CREATE INDEX event_log_by_place ON event_log (tenant_id, entity_kind, starts_at, entity_id, seq)
    INCLUDE (ends_at, artist_id, live) WHERE starts_at IS NOT NULL;
CREATE INDEX event_log_by_long_place ON event_log (tenant_id, entity_kind, starts_at, entity_id, seq)
    INCLUDE (ends_at, artist_id, live) WHERE is_long;
CREATE INDEX event_log_by_artist ON event_log (tenant_id, artist_id, seq) WHERE artist_id IS NOT NULL;
CREATE INDEX event_log_by_project ON event_log (tenant_id, project_id, seq) WHERE project_id IS NOT NULL;
CREATE INDEX event_log_by_left_artist ON event_log (tenant_id, left_artist_id, seq)
    WHERE left_artist_id IS NOT NULL;
CREATE INDEX event_log_by_left_project ON event_log (tenant_id, left_project_id, seq)
    WHERE left_project_id IS NOT NULL;
DROP INDEX event_log_by_time;
CREATE INDEX event_log_by_time ON event_log (tenant_id, at, seq);
-- What somebody did last.
CREATE INDEX command_answers_by_actor ON command_answers (tenant_id, actor_id, seq DESC) WHERE seq IS NOT NULL;

-- Whoever owns the tables may list the studios there are, by id alone: `verify` without a name walks all.
CREATE POLICY operator_lists ON tenant_heads FOR SELECT TO CURRENT_USER USING (true);
