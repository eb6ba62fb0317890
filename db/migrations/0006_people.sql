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
