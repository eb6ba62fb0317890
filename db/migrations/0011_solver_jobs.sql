-- Plans that are worked on by solver workers: what was asked, how far each is, what came of it.

CREATE TABLE solver_jobs (
    tenant_id        uuid NOT NULL REFERENCES tenants (id),
    id               uuid NOT NULL,
    kind             text NOT NULL CHECK (kind IN ('allocate', 'repair', 'challenge')),
    name             text NOT NULL,
    ask              jsonb NOT NULL,
    quick            boolean NOT NULL,
    priority         smallint NOT NULL,
    state            text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    stop             text NOT NULL DEFAULT '' CHECK (stop IN ('', 'drop', 'keep')),
    attempts         smallint NOT NULL DEFAULT 0,
    progress         jsonb,
    outcome          jsonb,
    scenario_id      uuid,
    error            jsonb,
    created_kind     text NOT NULL CHECK (created_kind IN ('member', 'api_key')),
    created_by       uuid NOT NULL,
    created_by_name  text NOT NULL,
    created_at       timestamptz NOT NULL,
    started_at       timestamptz,
    ended_at         timestamptz,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX solver_jobs_by_time ON solver_jobs (tenant_id, created_at DESC, id);
CREATE INDEX solver_jobs_unfinished ON solver_jobs (tenant_id, state) WHERE state IN ('queued', 'running');

ALTER TABLE solver_jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE solver_jobs FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON solver_jobs USING (tenant_id = (SELECT current_tenant()))
    WITH CHECK (tenant_id = (SELECT current_tenant()));
GRANT SELECT, INSERT, UPDATE, DELETE ON solver_jobs TO production_tool_app;

-- Which of them there are to work on, for workers that look for work before they know a tenant: ids, order and
-- whose they are at present, and so, like the queue, without row-level security. Kept by a trigger.
CREATE TABLE jobs.solver_queue (
    tenant_id    uuid NOT NULL,
    job_id       uuid NOT NULL,
    quick        boolean NOT NULL,
    priority     smallint NOT NULL,
    queued_at    timestamptz NOT NULL DEFAULT now(),
    worker       uuid,
    lease_until  timestamptz NOT NULL DEFAULT '-infinity',
    attempts     smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, job_id)
);
-- When each studio was last served: whoever waits longest is next.
CREATE TABLE jobs.solver_turns (
    tenant_id  uuid PRIMARY KEY,
    served_at  timestamptz NOT NULL
);
-- Who is there to work.
CREATE TABLE jobs.solver_workers (
    worker     uuid PRIMARY KEY,
    processes  smallint NOT NULL,
    seen_at    timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON jobs.solver_queue, jobs.solver_turns, jobs.solver_workers
    TO production_tool_app;

CREATE FUNCTION keep_solver_queue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO jobs.solver_queue (tenant_id, job_id, quick, priority)
            VALUES (NEW.tenant_id, NEW.id, NEW.quick, NEW.priority) ON CONFLICT DO NOTHING;
    ELSIF TG_OP = 'DELETE' OR NEW.state NOT IN ('queued', 'running') THEN
        DELETE FROM jobs.solver_queue WHERE tenant_id = OLD.tenant_id AND job_id = OLD.id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_solver_queue AFTER INSERT OR DELETE ON solver_jobs
    FOR EACH ROW EXECUTE FUNCTION keep_solver_queue();
CREATE TRIGGER keep_solver_queue_changed AFTER UPDATE OF state ON solver_jobs
    FOR EACH ROW EXECUTE FUNCTION keep_solver_queue();
