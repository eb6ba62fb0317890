-- What people are told: notices in the app, messages that carry them elsewhere, and how each wants to hear.
--
-- A notice is decided from the log, one window of it at a time, in the transaction that moves the cursor.

CREATE TABLE notice_cursors (
    tenant_id     uuid PRIMARY KEY REFERENCES tenants (id),
    epoch         uuid NOT NULL,
    seq           bigint NOT NULL,
    -- Whoever has to answer a hold before this was reminded.
    deadlines_at  timestamptz NOT NULL
);

CREATE TABLE notices (
    tenant_id     uuid NOT NULL,
    id            uuid NOT NULL,
    -- Of the studio's notices, counted on with each and with each change of what became of one.
    number        bigint NOT NULL,
    changed       bigint NOT NULL,
    member_id     uuid NOT NULL,
    kind          text NOT NULL,
    subject_kind  text NOT NULL CHECK (subject_kind IN ('booking', 'time_off')),
    subject_id    uuid NOT NULL,
    "window"      text NOT NULL,
    facts         text NOT NULL,
    at            timestamptz NOT NULL,
    read_at       timestamptz,
    seen_at       timestamptz,
    seen_by       text CHECK (seen_by IN ('app', 'link')),
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, member_id) REFERENCES members (tenant_id, id),
    -- One message per person, subject and window, whoever decides it and however often.
    UNIQUE (tenant_id, member_id, subject_kind, subject_id, "window")
);
CREATE INDEX notices_by_member ON notices (tenant_id, member_id, number DESC);
CREATE INDEX notices_unread ON notices (tenant_id, member_id) WHERE read_at IS NULL;
CREATE INDEX notices_by_subject ON notices (tenant_id, subject_id, at);
CREATE INDEX notices_changed ON notices (tenant_id, changed);

-- One message through one channel: what a worker sends, retries, and says the outcome of.
CREATE TABLE notice_deliveries (
    tenant_id    uuid NOT NULL,
    id           uuid NOT NULL,
    member_id    uuid NOT NULL,
    channel      text NOT NULL CHECK (channel IN ('email', 'push')),
    state        text NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'bounced', 'dropped')),
    -- A digest, or the end of quiet hours: what is held until then is one message.
    slot         timestamptz,
    due_at       timestamptz NOT NULL,
    attempts     integer NOT NULL DEFAULT 0,
    lease_by     uuid,
    -- How often it was handed over without a word of what came of it: the other side may have it.
    handed       integer NOT NULL DEFAULT 0,
    sent_at      timestamptz,
    error        text NOT NULL DEFAULT '',
    provider_id  text NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, member_id) REFERENCES members (tenant_id, id)
);
CREATE UNIQUE INDEX notice_deliveries_held ON notice_deliveries (tenant_id, member_id, channel, slot)
    WHERE slot IS NOT NULL;
CREATE INDEX notice_deliveries_due ON notice_deliveries (tenant_id, due_at) WHERE state IN ('waiting', 'sending');

CREATE TABLE notice_delivery_items (
    tenant_id    uuid NOT NULL,
    notice_id    uuid NOT NULL,
    channel      text NOT NULL CHECK (channel IN ('email', 'push')),
    delivery_id  uuid NOT NULL,
    PRIMARY KEY (tenant_id, notice_id, channel),
    FOREIGN KEY (tenant_id, notice_id) REFERENCES notices (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, delivery_id) REFERENCES notice_deliveries (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX notice_delivery_items_by_delivery ON notice_delivery_items (tenant_id, delivery_id);

CREATE TABLE notice_preferences (
    tenant_id    uuid NOT NULL,
    member_id    uuid NOT NULL,
    preferences  text NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, member_id),
    FOREIGN KEY (tenant_id, member_id) REFERENCES members (tenant_id, id)
);

-- Addresses that a mail server refused for good, in lower case.
CREATE TABLE mail_bounces (
    tenant_id  uuid NOT NULL REFERENCES tenants (id),
    address    text NOT NULL,
    at         timestamptz NOT NULL,
    reason     text NOT NULL,
    PRIMARY KEY (tenant_id, address)
);

-- What links in messages are signed with; the newest signs, all that are kept are believed.
CREATE TABLE link_keys (
    tenant_id   uuid NOT NULL REFERENCES tenants (id),
    kid         integer NOT NULL CHECK (kid > 0),
    key         bytea NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, kid)
);

-- Studios that are there already are told of nothing that is past.
ALTER TABLE tenant_heads NO FORCE ROW LEVEL SECURITY;
INSERT INTO notice_cursors (tenant_id, epoch, seq, deadlines_at)
SELECT tenant_id, epoch, seq, now() FROM tenant_heads;

-- Which studios there are to look at, and when next, for workers that do not know them: ids only, and so, like
-- the queue, without row-level security. `number` is that of the studio's last notice.
CREATE TABLE jobs.notice_studios (
    tenant_id  uuid PRIMARY KEY,
    due_at     timestamptz NOT NULL DEFAULT '-infinity'
);
CREATE INDEX notice_studios_due ON jobs.notice_studios (due_at);
CREATE TABLE jobs.notice_heads (
    tenant_id  uuid PRIMARY KEY,
    number     bigint NOT NULL DEFAULT 0
);
INSERT INTO jobs.notice_studios (tenant_id) SELECT tenant_id FROM tenant_heads;
INSERT INTO jobs.notice_heads (tenant_id) SELECT tenant_id FROM tenant_heads;
ALTER TABLE tenant_heads FORCE ROW LEVEL SECURITY;

CREATE FUNCTION keep_notice_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO jobs.notice_studios (tenant_id) VALUES (NEW.tenant_id) ON CONFLICT DO NOTHING;
    INSERT INTO jobs.notice_heads (tenant_id) VALUES (NEW.tenant_id) ON CONFLICT DO NOTHING;
    INSERT INTO notice_cursors (tenant_id, epoch, seq, deadlines_at)
    VALUES (NEW.tenant_id, NEW.epoch, 0, now()) ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_notice_work AFTER INSERT ON tenant_heads
    FOR EACH ROW EXECUTE FUNCTION keep_notice_work();

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY[
        'notice_cursors', 'notices', 'notice_deliveries', 'notice_delivery_items', 'notice_preferences',
        'mail_bounces', 'link_keys'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format(
            'CREATE POLICY tenant_only ON %I USING (tenant_id = (SELECT current_tenant()))'
            ' WITH CHECK (tenant_id = (SELECT current_tenant()))', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO production_tool_app', t);
    END LOOP;
END
$$;
GRANT SELECT, INSERT, UPDATE, DELETE ON jobs.notice_studios, jobs.notice_heads TO production_tool_app;

-- Holds whose answer is due soon.
CREATE INDEX bookings_to_answer ON bookings (tenant_id, response_deadline)
    WHERE status = 'hold' AND response = 'none' AND response_deadline IS NOT NULL;
