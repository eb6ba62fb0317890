-- Where the browsers of members take pushes.
--
-- The address is the push service's and secret; with the keys it is enough to send, but only the browser can
-- read. A subscription lives as long as the sign-in it was made in.

CREATE TABLE push_subscriptions (
    tenant_id        uuid NOT NULL REFERENCES tenants (id),
    id               uuid NOT NULL,
    member_id        uuid NOT NULL,
    family_id        uuid NOT NULL,
    endpoint         text NOT NULL,
    p256dh           bytea NOT NULL,
    auth             bytea NOT NULL,
    application_key  text NOT NULL,
    label            text NOT NULL DEFAULT '',
    created_at       timestamptz NOT NULL,
    last_taken_at    timestamptz,
    failing_since    timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, member_id) REFERENCES members (tenant_id, id)
);
-- One browser is one person's at a time: who signs in on it next takes it over.
CREATE UNIQUE INDEX push_subscriptions_by_endpoint ON push_subscriptions (tenant_id, endpoint);
CREATE INDEX push_subscriptions_by_member ON push_subscriptions (tenant_id, member_id, created_at DESC);

ALTER TABLE push_subscriptions ENABLE ROW LEVEL SECURITY;
ALTER TABLE push_subscriptions FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON push_subscriptions USING (tenant_id = (SELECT current_tenant()))
    WITH CHECK (tenant_id = (SELECT current_tenant()));
GRANT SELECT, INSERT, UPDATE, DELETE ON push_subscriptions TO production_tool_app;
