-- Challenges: a lower claim demands that every higher one confirm or release in time.

ALTER TABLE tenants
    ADD COLUMN challenge_hours      integer NOT NULL DEFAULT 24 CHECK (challenge_hours BETWEEN 24 AND 48),
    ADD COLUMN challenge_clock      text NOT NULL DEFAULT 'wall' CHECK (challenge_clock IN ('wall', 'working')),
    ADD COLUMN confirm_window_hours integer NOT NULL DEFAULT 4 CHECK (confirm_window_hours BETWEEN 1 AND 72);

CREATE TABLE challenges (
    tenant_id   uuid NOT NULL,
    id          uuid NOT NULL,
    artist_id   uuid NOT NULL,
    booking_id  uuid NOT NULL,
    targets     jsonb NOT NULL,
    state       text NOT NULL CHECK (state IN ('open', 'won', 'lost', 'withdrawn')),
    opened_by   uuid,
    opened_at   timestamptz NOT NULL,
    confirm_by  timestamptz,
    closed_at   timestamptz,
    version     bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, artist_id) REFERENCES artists (tenant_id, id),
    FOREIGN KEY (tenant_id, booking_id) REFERENCES bookings (tenant_id, id)
);
CREATE INDEX challenges_active ON challenges (tenant_id, artist_id) WHERE closed_at IS NULL;
CREATE INDEX challenges_by_booking ON challenges (tenant_id, booking_id);

ALTER TABLE challenges ENABLE ROW LEVEL SECURITY;
ALTER TABLE challenges FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON challenges
    USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
GRANT SELECT, INSERT, UPDATE ON challenges TO production_tool_app;
