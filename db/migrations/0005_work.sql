-- Milestones, budgets, and the studio's working hours, by which phases take time.

CREATE TABLE milestones (
    tenant_id    uuid NOT NULL,
    id           uuid NOT NULL,
    project_id   uuid NOT NULL,
    phase_id     uuid,
    name         text NOT NULL,
    day          date NOT NULL,
    done         boolean NOT NULL DEFAULT false,
    notes        text NOT NULL DEFAULT '',
    external_id  text NOT NULL DEFAULT '',
    version      bigint NOT NULL,
    deleted      boolean NOT NULL DEFAULT false,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id),
    FOREIGN KEY (tenant_id, phase_id) REFERENCES phases (tenant_id, id)
);
CREATE INDEX milestones_by_project ON milestones (tenant_id, project_id);
CREATE INDEX milestones_by_phase ON milestones (tenant_id, phase_id) WHERE phase_id IS NOT NULL;

ALTER TABLE milestones ENABLE ROW LEVEL SECURITY;
ALTER TABLE milestones FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON milestones USING (tenant_id = (SELECT current_tenant()))
    WITH CHECK (tenant_id = (SELECT current_tenant()));
GRANT SELECT, INSERT, UPDATE ON milestones TO production_tool_app;

ALTER TABLE projects
    ADD COLUMN budget_days double precision CHECK (budget_days >= 0),
    ADD COLUMN budget_money jsonb;

-- Monday to Friday, 9:00 to 18:00, as artists have it unless somebody says otherwise.
ALTER TABLE tenants ADD COLUMN working_hours jsonb NOT NULL DEFAULT
    '[{"day":0,"start":"09:00","end":"18:00"},{"day":1,"start":"09:00","end":"18:00"},{"day":2,"start":"09:00","end":"18:00"},{"day":3,"start":"09:00","end":"18:00"},{"day":4,"start":"09:00","end":"18:00"}]';
