-- What artists show and prefer, days nobody works, what a booking was meant as, and series.

ALTER TABLE tenants
    ADD COLUMN holiday_country      text NOT NULL DEFAULT '',
    ADD COLUMN holiday_subdivision  text NOT NULL DEFAULT '',
    ADD COLUMN closures             jsonb NOT NULL DEFAULT '[]';

ALTER TABLE artists
    ADD COLUMN portfolio            jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN preferred_projects   uuid[] NOT NULL DEFAULT '{}',
    ADD COLUMN preferred_hours      jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN holiday_country      text,
    ADD COLUMN holiday_subdivision  text;

ALTER TABLE bookings
    ADD COLUMN granularity  text NOT NULL DEFAULT 'time' CHECK (granularity IN ('time', 'half_day', 'day')),
    ADD COLUMN series_id    uuid;
CREATE INDEX bookings_by_series ON bookings (tenant_id, series_id) WHERE series_id IS NOT NULL;

-- An overlap needs a lower bound on the start (see 0001), and 366 days of one reach over everything
-- that began in a year. Most bookings are short: these few are looked for apart, by the same bound, and
-- all others by one of two weeks.
CREATE INDEX bookings_long ON bookings (tenant_id, starts_at, id)
    WHERE ends_at - starts_at > interval '14 days';
CREATE INDEX bookings_long_by_artist ON bookings (tenant_id, artist_id, starts_at)
    WHERE ends_at - starts_at > interval '14 days' AND status IN ('hold', 'pencil', 'confirmed');
