-- Tenants, people, work, bookings, the event log and stored answers.
--
-- Every table carries tenant_id, every key and foreign key is composite over it, and row-level
-- security is forced: the application role (made by the migration runner) owns nothing and
-- sees only the rows of the tenant set for its transaction. An unset tenant is '' or NULL and
-- matches nothing.

CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE FUNCTION current_tenant() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.tenant', true), '')::uuid $$;

-- ---------------------------------------------------------------------------- studio

CREATE TABLE tenants (
    id                   uuid PRIMARY KEY,
    name                 text NOT NULL,
    slug                 text NOT NULL UNIQUE,
    zone                 text NOT NULL DEFAULT 'UTC',
    hold_response_hours  integer NOT NULL DEFAULT 48,
    hold_expiry_hours    integer NOT NULL DEFAULT 336,
    version              bigint NOT NULL DEFAULT 1,
    created_at           timestamptz NOT NULL DEFAULT now()
);

-- The row every write locks first: it gives the tenant's events their order.
CREATE TABLE tenant_heads (
    tenant_id   uuid PRIMARY KEY REFERENCES tenants (id),
    epoch       uuid NOT NULL,
    seq         bigint NOT NULL DEFAULT 0,
    next_claim  bigint NOT NULL DEFAULT 1,
    hash        bytea NOT NULL DEFAULT '\x'
) WITH (fillfactor = 40);

-- ---------------------------------------------------------------------------- people

CREATE TABLE artists (
    tenant_id      uuid NOT NULL REFERENCES tenants (id),
    id             uuid NOT NULL,
    name           text NOT NULL,
    skills         jsonb NOT NULL DEFAULT '[]',
    zone           text NOT NULL,
    working_hours  jsonb NOT NULL,
    rate           jsonb,
    tags           text[] NOT NULL DEFAULT '{}',
    email          text NOT NULL DEFAULT '',
    notes          text NOT NULL DEFAULT '',
    external_id    text NOT NULL DEFAULT '',
    active         boolean NOT NULL DEFAULT true,
    version        bigint NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX artists_by_name ON artists (tenant_id, lower(name), id);

CREATE TABLE members (
    tenant_id  uuid NOT NULL REFERENCES tenants (id),
    id         uuid NOT NULL,
    email      text NOT NULL,
    name       text NOT NULL,
    role       text NOT NULL CHECK (role IN ('studio_owner', 'studio_manager', 'freelancer')),
    artist_id  uuid,
    active     boolean NOT NULL DEFAULT true,
    version    bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, artist_id) REFERENCES artists (tenant_id, id)
);
CREATE UNIQUE INDEX members_by_email ON members (tenant_id, lower(email));
CREATE INDEX members_sign_in ON members (lower(email));
CREATE UNIQUE INDEX members_by_artist ON members (tenant_id, artist_id) WHERE artist_id IS NOT NULL;

-- Apart from members, so that no password hash ever travels with an account.
CREATE TABLE credentials (
    tenant_id      uuid NOT NULL,
    member_id      uuid NOT NULL,
    password_hash  text NOT NULL,
    changed_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, member_id),
    FOREIGN KEY (tenant_id, member_id) REFERENCES members (tenant_id, id)
);

-- A family is one sign-in; its token rotates, and the use of an old one ends the family.
CREATE TABLE refresh_tokens (
    tenant_id    uuid NOT NULL,
    token_hash   bytea NOT NULL,
    member_id    uuid NOT NULL,
    family_id    uuid NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    rotated_at   timestamptz,
    revoked_at   timestamptz,
    PRIMARY KEY (tenant_id, token_hash),
    FOREIGN KEY (tenant_id, member_id) REFERENCES members (tenant_id, id)
);
CREATE INDEX refresh_tokens_by_family ON refresh_tokens (tenant_id, family_id);
CREATE INDEX refresh_tokens_by_age ON refresh_tokens (tenant_id, expires_at);

CREATE TABLE socket_tickets (
    tenant_id    uuid NOT NULL,
    ticket_hash  bytea NOT NULL,
    member_id    uuid NOT NULL,
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, ticket_hash),
    FOREIGN KEY (tenant_id, member_id) REFERENCES members (tenant_id, id)
);

-- ---------------------------------------------------------------------------- work

CREATE TABLE projects (
    tenant_id    uuid NOT NULL REFERENCES tenants (id),
    id           uuid NOT NULL,
    name         text NOT NULL,
    client       text NOT NULL DEFAULT '',
    colour       text NOT NULL,
    status       text NOT NULL,
    start_date   date,
    end_date     date,
    notes        text NOT NULL DEFAULT '',
    external_id  text NOT NULL DEFAULT '',
    version      bigint NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX projects_by_name ON projects (tenant_id, lower(name), id);

CREATE TABLE phases (
    tenant_id       uuid NOT NULL,
    id              uuid NOT NULL,
    project_id      uuid NOT NULL,
    name            text NOT NULL,
    duration_hours  double precision NOT NULL CHECK (duration_hours > 0),
    skills          jsonb NOT NULL DEFAULT '[]',
    starts_at       timestamptz,
    ends_at         timestamptz,
    progress        integer NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
    external_id     text NOT NULL DEFAULT '',
    version         bigint NOT NULL,
    deleted         boolean NOT NULL DEFAULT false,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id)
);
CREATE INDEX phases_by_project ON phases (tenant_id, project_id);

CREATE TABLE dependencies (
    tenant_id      uuid NOT NULL,
    id             uuid NOT NULL,
    project_id     uuid NOT NULL,
    from_phase_id  uuid NOT NULL,
    to_phase_id    uuid NOT NULL,
    kind           text NOT NULL,
    lag_hours      double precision NOT NULL DEFAULT 0,
    version        bigint NOT NULL,
    deleted        boolean NOT NULL DEFAULT false,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id),
    FOREIGN KEY (tenant_id, from_phase_id) REFERENCES phases (tenant_id, id),
    FOREIGN KEY (tenant_id, to_phase_id) REFERENCES phases (tenant_id, id)
);
CREATE INDEX dependencies_by_project ON dependencies (tenant_id, project_id);
CREATE INDEX dependencies_by_from ON dependencies (tenant_id, from_phase_id);
CREATE INDEX dependencies_by_to ON dependencies (tenant_id, to_phase_id);

-- ---------------------------------------------------------------------------- bookings

CREATE TABLE bookings (
    tenant_id          uuid NOT NULL,
    id                 uuid NOT NULL,
    artist_id          uuid NOT NULL,
    project_id         uuid,
    phase_id           uuid,
    title              text NOT NULL DEFAULT '',
    notes              text NOT NULL DEFAULT '',
    starts_at          timestamptz NOT NULL,
    ends_at            timestamptz NOT NULL,
    zone               text NOT NULL,
    status             text NOT NULL CHECK (status IN (
                           'hold', 'pencil', 'confirmed', 'declined', 'withdrawn', 'released',
                           'expired', 'bumped', 'cancelled')),
    response           text NOT NULL CHECK (response IN ('none', 'accepted', 'countered')),
    counter            jsonb,
    claims             jsonb NOT NULL,
    standby            boolean NOT NULL DEFAULT false,
    response_deadline  timestamptz,
    expires_at         timestamptz,
    reason             text NOT NULL DEFAULT '',
    external_id        text NOT NULL DEFAULT '',
    version            bigint NOT NULL,
    created_by         uuid,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, artist_id) REFERENCES artists (tenant_id, id),
    FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id),
    FOREIGN KEY (tenant_id, phase_id) REFERENCES phases (tenant_id, id),
    CONSTRAINT booking_range CHECK (starts_at < ends_at AND ends_at - starts_at <= interval '366 days'),
    -- Deferred, because one transaction carries many commands: A may leave the place that B
    -- takes, in either order of rows. The write path sets it IMMEDIATE before it answers.
    CONSTRAINT no_double_booking EXCLUDE USING gist (
        tenant_id WITH =, artist_id WITH =, tstzrange(starts_at, ends_at) WITH &&
    ) WHERE (status IN ('pencil', 'confirmed')) DEFERRABLE INITIALLY DEFERRED
);
-- Range operators are not leakproof, so under row-level security only these btrees can serve
-- an overlap: starts_at < b AND starts_at > a - the longest booking AND ends_at > a.
CREATE INDEX bookings_live_by_artist ON bookings (tenant_id, artist_id, starts_at)
    WHERE status IN ('hold', 'pencil', 'confirmed');
CREATE INDEX bookings_by_start ON bookings (tenant_id, starts_at, id);
CREATE INDEX bookings_by_project ON bookings (tenant_id, project_id, starts_at);
CREATE INDEX bookings_by_artist ON bookings (tenant_id, artist_id, starts_at);
CREATE INDEX bookings_by_phase ON bookings (tenant_id, phase_id) WHERE phase_id IS NOT NULL;

-- ---------------------------------------------------------------------------- history

-- `body` is the event exactly as it was encoded once, so that its hash and its readers see
-- the same bytes; the columns beside it are for finding it.
CREATE TABLE event_log (
    tenant_id       uuid NOT NULL REFERENCES tenants (id),
    seq             bigint NOT NULL CHECK (seq > 0),
    at              timestamptz NOT NULL,
    type            text NOT NULL,
    actor_id        uuid,
    command_id      uuid NOT NULL,
    entity_kind     text NOT NULL,
    entity_id       uuid NOT NULL,
    entity_version  bigint NOT NULL,
    body            json NOT NULL,
    hash            bytea NOT NULL,
    PRIMARY KEY (tenant_id, seq)
);
CREATE INDEX event_log_by_entity ON event_log (tenant_id, entity_id, seq);
CREATE INDEX event_log_by_command ON event_log (tenant_id, command_id);
CREATE INDEX event_log_by_time ON event_log (tenant_id, at);

CREATE TABLE command_answers (
    tenant_id   uuid NOT NULL REFERENCES tenants (id),
    command_id  uuid NOT NULL,
    actor_id    uuid NOT NULL,
    op          text NOT NULL,
    at          timestamptz NOT NULL,
    seq         bigint,
    answer      json NOT NULL,
    PRIMARY KEY (tenant_id, command_id)
);

-- ---------------------------------------------------------------------------- imports

CREATE TABLE import_jobs (
    tenant_id    uuid NOT NULL REFERENCES tenants (id),
    id           uuid NOT NULL,
    created_by   uuid,
    kind         text NOT NULL,
    filename     text NOT NULL,
    mode         text NOT NULL CHECK (mode IN ('atomic', 'skip')),
    dry_run      boolean NOT NULL,
    status       text NOT NULL CHECK (status IN ('queued', 'running', 'done', 'failed')),
    progress     jsonb NOT NULL DEFAULT '{}',
    report       jsonb,
    created_at   timestamptz NOT NULL DEFAULT now(),
    finished_at  timestamptz,
    PRIMARY KEY (tenant_id, id)
);

-- ---------------------------------------------------------------------------- row-level security

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY[
        'tenant_heads', 'artists', 'members', 'credentials', 'refresh_tokens', 'socket_tickets',
        'projects', 'phases', 'dependencies', 'bookings', 'event_log', 'command_answers',
        'import_jobs'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format(
            'CREATE POLICY tenant_only ON %I USING (tenant_id = (SELECT current_tenant()))'
            ' WITH CHECK (tenant_id = (SELECT current_tenant()))', t);
    END LOOP;
END
$$;

ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON tenants
    USING (id = (SELECT current_tenant())) WITH CHECK (id = (SELECT current_tenant()));

-- Before sign-in no tenant is known: these two let the application look up by exactly one
-- e-mail address or one slug, which it sets for the transaction, and only read.
CREATE POLICY sign_in ON members FOR SELECT
    USING (lower(email) = (SELECT nullif(current_setting('app.sign_in_email', true), '')));
CREATE POLICY sign_in ON tenants FOR SELECT
    USING (slug = (SELECT nullif(current_setting('app.sign_in_slug', true), '')));

-- The log is append-only and answers are final, for the application as well.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO production_tool_app;
REVOKE UPDATE, DELETE ON event_log, command_answers FROM production_tool_app;
REVOKE DELETE ON tenants, tenant_heads, artists, members, projects, phases, dependencies, bookings
    FROM production_tool_app;
GRANT USAGE ON SCHEMA public TO production_tool_app;
