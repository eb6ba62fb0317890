-- What other programs are given: API keys, webhook endpoints, calendar links, and who changed any of them.
--
-- Secrets of keys and calendars are kept as SHA-256 of 256 random bits. A webhook's secret is kept as it is:
-- every delivery is signed with it.

CREATE TABLE api_keys (
    tenant_id        uuid NOT NULL REFERENCES tenants (id),
    id               uuid NOT NULL,
    name             text NOT NULL,
    scopes           text[] NOT NULL,
    digest           bytea NOT NULL,
    hint             text NOT NULL,
    previous_digest  bytea,
    previous_until   timestamptz,
    created_by       uuid,
    created_by_name  text NOT NULL,
    created_at       timestamptz NOT NULL,
    expires_at       timestamptz,
    rotated_at       timestamptz,
    last_used_at     timestamptz,
    revoked_at       timestamptz,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX api_keys_by_digest ON api_keys (tenant_id, digest);
CREATE INDEX api_keys_by_previous ON api_keys (tenant_id, previous_digest) WHERE previous_digest IS NOT NULL;

CREATE TABLE webhook_endpoints (
    tenant_id        uuid NOT NULL REFERENCES tenants (id),
    id               uuid NOT NULL,
    url              text NOT NULL,
    description      text NOT NULL DEFAULT '',
    types            text[] NOT NULL DEFAULT '{}',
    project_id       uuid,
    secret           text NOT NULL,
    previous_secret  text,
    previous_until   timestamptz,
    state            text NOT NULL CHECK (state IN ('active', 'paused', 'disabled')),
    reason           text NOT NULL DEFAULT '',
    epoch            uuid NOT NULL,
    cursor_seq       bigint NOT NULL,
    attempt          integer NOT NULL DEFAULT 0,
    next_attempt_at  timestamptz,
    failing_since    timestamptz,
    lease_by         uuid,
    lease_until      timestamptz,
    created_by_name  text NOT NULL,
    created_at       timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id)
);

CREATE TABLE webhook_deliveries (
    tenant_id    uuid NOT NULL,
    id           uuid NOT NULL,
    endpoint_id  uuid NOT NULL,
    message_id   text NOT NULL,
    type         text NOT NULL,
    seq          bigint,
    attempt      integer NOT NULL,
    at           timestamptz NOT NULL,
    ok           boolean NOT NULL,
    status       integer,
    latency_ms   integer NOT NULL,
    error        text NOT NULL DEFAULT '',
    response     text NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, endpoint_id) REFERENCES webhook_endpoints (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (tenant_id, endpoint_id, id DESC);

CREATE TABLE calendar_links (
    tenant_id        uuid NOT NULL REFERENCES tenants (id),
    id               uuid NOT NULL,
    artist_id        uuid,
    project_id       uuid,
    digest           bytea NOT NULL,
    created_kind     text NOT NULL CHECK (created_kind IN ('member', 'api_key')),
    created_by       uuid NOT NULL,
    created_by_name  text NOT NULL,
    created_at       timestamptz NOT NULL,
    last_used_at     timestamptz,
    revoked_at       timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, artist_id) REFERENCES artists (tenant_id, id),
    FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id),
    CONSTRAINT calendar_subject CHECK (artist_id IS NOT NULL OR project_id IS NOT NULL)
);
CREATE UNIQUE INDEX calendar_links_by_digest ON calendar_links (tenant_id, digest);

-- Append-only: who made, changed or ended which of the above; never a secret.
CREATE TABLE integration_log (
    tenant_id     uuid NOT NULL REFERENCES tenants (id),
    id            uuid NOT NULL,
    at            timestamptz NOT NULL,
    actor_kind    text NOT NULL,
    actor_id      uuid,
    actor_name    text NOT NULL,
    action        text NOT NULL,
    subject_id    uuid NOT NULL,
    subject_name  text NOT NULL,
    details       text NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id)
);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY[
        'api_keys', 'webhook_endpoints', 'webhook_deliveries', 'calendar_links', 'integration_log'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format(
            'CREATE POLICY tenant_only ON %I USING (tenant_id = (SELECT current_tenant()))'
            ' WITH CHECK (tenant_id = (SELECT current_tenant()))', t);
    END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE ON api_keys, calendar_links TO production_tool_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_endpoints, webhook_deliveries TO production_tool_app;
GRANT SELECT, INSERT ON integration_log TO production_tool_app;

-- Which endpoints there are, for workers that look for work before they know a tenant: ids only, and so, like
-- the queue, without row-level security. Kept by a trigger, whoever writes.
CREATE TABLE jobs.webhook_endpoints (
    tenant_id    uuid NOT NULL,
    endpoint_id  uuid NOT NULL,
    PRIMARY KEY (tenant_id, endpoint_id)
);
-- One row: when somebody last looked. Whoever moves it looks; the other workers wait for the next turn.
CREATE TABLE jobs.webhook_rounds (
    one  boolean PRIMARY KEY DEFAULT true CHECK (one),
    at   timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO jobs.webhook_rounds DEFAULT VALUES;
GRANT SELECT, INSERT, DELETE ON jobs.webhook_endpoints TO production_tool_app;
GRANT SELECT, UPDATE ON jobs.webhook_rounds TO production_tool_app;

CREATE FUNCTION keep_webhook_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' AND NEW.state = 'active' THEN
        INSERT INTO jobs.webhook_endpoints VALUES (NEW.tenant_id, NEW.id) ON CONFLICT DO NOTHING;
    ELSE
        DELETE FROM jobs.webhook_endpoints WHERE tenant_id = OLD.tenant_id AND endpoint_id = OLD.id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_webhook_work AFTER INSERT OR DELETE ON webhook_endpoints
    FOR EACH ROW EXECUTE FUNCTION keep_webhook_work();
CREATE TRIGGER keep_webhook_work_changed AFTER UPDATE OF state ON webhook_endpoints
    FOR EACH ROW EXECUTE FUNCTION keep_webhook_work();
