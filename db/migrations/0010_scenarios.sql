-- Scenarios: named drafts on top of the live schedule, and what each makes of which booking.

CREATE TABLE scenarios (
    tenant_id   uuid NOT NULL,
    id          uuid NOT NULL,
    name        text NOT NULL,
    note        text NOT NULL DEFAULT '',
    state       text NOT NULL CHECK (state IN ('open', 'committed', 'discarded')),
    source      text NOT NULL CHECK (source IN ('people', 'allocation', 'repair', 'challenge')),
    job_id      uuid,
    base_seq    bigint NOT NULL CHECK (base_seq >= 0),
    created_by  uuid,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    version     bigint NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX scenarios_open ON scenarios (tenant_id, id) WHERE state = 'open';

ALTER TABLE scenarios ENABLE ROW LEVEL SECURITY;
ALTER TABLE scenarios FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON scenarios
    USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
GRANT SELECT, INSERT, UPDATE ON scenarios TO production_tool_app;

-- `booking_id` of a new booking names one that is not there yet, so that no key can hold it.
CREATE TABLE scenario_changes (
    tenant_id     uuid NOT NULL,
    id            uuid NOT NULL,
    scenario_id   uuid NOT NULL,
    action        text NOT NULL CHECK (action IN ('place', 'move', 'end')),
    booking_id    uuid NOT NULL,
    base_version  bigint,
    artist_id     uuid,
    starts_at     timestamptz,
    ends_at       timestamptz,
    zone          text,
    granularity   text CHECK (granularity IN ('time', 'half_day', 'day')),
    title         text NOT NULL DEFAULT '',
    project_id    uuid,
    phase_id      uuid,
    status        text NOT NULL CHECK (status IN ('hold', 'pencil', 'confirmed')),
    confirmed     boolean NOT NULL DEFAULT false,
    note          text NOT NULL DEFAULT '',
    reason        text NOT NULL DEFAULT '',
    version       bigint NOT NULL,
    deleted       boolean NOT NULL DEFAULT false,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, scenario_id) REFERENCES scenarios (tenant_id, id),
    FOREIGN KEY (tenant_id, artist_id) REFERENCES artists (tenant_id, id),
    FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id),
    FOREIGN KEY (tenant_id, phase_id) REFERENCES phases (tenant_id, id)
);
CREATE INDEX scenario_changes_held ON scenario_changes (tenant_id, scenario_id, booking_id) WHERE NOT deleted;

ALTER TABLE scenario_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE scenario_changes FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON scenario_changes
    USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
GRANT SELECT, INSERT, UPDATE ON scenario_changes TO production_tool_app;
