"""A past of a million events for the studio of the schedule's benchmarks, written by SQL.

Every booking was placed and then moved or edited nine times, each time a day on, so that at any number
in between the schedule was another one. Bodies are as the write path writes them; links are not made.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from db.pool import Pool, transaction
from loadtests.schedule import Studio

ROUNDS = 10
FIRST_EVENT = datetime(2025, 1, 1, tzinfo=UTC)


async def fill_log(pool: Pool, studio: Studio) -> int:
    """Write the log; how many events it has."""
    async with transaction(pool, studio.tenant_id) as connection:
        await connection.execute("SET LOCAL statement_timeout = 0")
        await connection.execute(_PEOPLE, studio.tenant_id, FIRST_EVENT, timeout=600)
        last: int = await connection.fetchval(
            "SELECT max(seq) FROM event_log WHERE tenant_id = $1", studio.tenant_id
        )
    for number in range(ROUNDS):
        async with transaction(pool, studio.tenant_id) as connection:
            await connection.execute("SET LOCAL statement_timeout = 0")
            at = FIRST_EVENT + timedelta(days=1 + 30 * number)
            await connection.execute(_BOOKINGS, studio.tenant_id, last, number, at, timeout=600)
            last = await connection.fetchval(
                "SELECT max(seq) FROM event_log WHERE tenant_id = $1", studio.tenant_id
            )
    async with transaction(pool, studio.tenant_id) as connection:
        await connection.execute(
            "UPDATE tenant_heads SET seq = $2 WHERE tenant_id = $1", studio.tenant_id, last
        )
    return last


_BODY = """json_build_object('seq', {seq}, 'at', {at}, 'type', {type},
        'actor', json_build_object('kind', 'system', 'id', NULL, 'name', 'Production Tool'),
        'command_id', command, 'entity', json_build_object('kind', {kind}, 'id', id, 'version', {version}),
        'data', json_build_object({kind}, {entity}))"""

_TIME = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""

_PEOPLE = f"""
    WITH things AS (
        SELECT id, 'artist' AS kind, gen_random_uuid() AS command, json_build_object(
            'id', id, 'name', name, 'skills', skills, 'zone', zone, 'working_hours', working_hours,
            'rate', rate, 'tags', tags, 'email', email, 'version', version) AS entity
        FROM artists WHERE tenant_id = $1
        UNION ALL
        SELECT id, 'project', gen_random_uuid(), json_build_object(
            'id', id, 'name', name, 'client', client, 'colour', colour, 'status', status,
            'start', start_date, 'end', end_date, 'version', version)
        FROM projects WHERE tenant_id = $1),
    numbered AS (SELECT *, row_number() OVER (ORDER BY kind, id) AS seq FROM things)
    INSERT INTO event_log (tenant_id, seq, at, type, command_id, entity_kind, entity_id, entity_version, body,
        hash, artist_id, project_id)
    SELECT $1, seq, $2, kind || '.added', command, kind, id, 1, {
    _BODY.format(
        seq="seq",
        at=_TIME.format("$2::timestamptz"),
        type="kind || '.added'",
        kind="kind",
        version="1",
        entity="entity",
    )
},
        '\\x', CASE kind WHEN 'artist' THEN id END, CASE kind WHEN 'project' THEN id END
    FROM numbered
"""
_BOOKINGS = f"""
    WITH moved AS (
        SELECT *, starts_at + interval '1 day' * ($3::int - {ROUNDS - 1}) AS s,
            ends_at + interval '1 day' * ($3::int - {ROUNDS - 1}) AS e, gen_random_uuid() AS command,
            row_number() OVER (ORDER BY id) AS n,
            CASE WHEN $3::int = {ROUNDS - 1} THEN status ELSE 'hold' END AS then_status,
            CASE $3::int WHEN 0 THEN 'booking.placed' ELSE 'booking.moved' END AS type
        FROM bookings WHERE tenant_id = $1)
    INSERT INTO event_log (tenant_id, seq, at, type, command_id, entity_kind, entity_id, entity_version, body,
        hash, artist_id, project_id, starts_at, ends_at, live)
    SELECT $1, $2::bigint + n, $4::timestamptz + interval '10 seconds' * n, type, command, 'booking', id,
        $3::int + 1, {
    _BODY.format(
        seq="$2::bigint + n",
        at=_TIME.format("($4::timestamptz + interval '10 seconds' * n)"),
        type="type",
        kind="'booking'",
        version="$3::int + 1",
        entity=f'''json_build_object('id', id, 'artist_id', artist_id, 'start', {_TIME.format("s")},
            'end', {_TIME.format("e")}, 'title', title, 'project_id', project_id, 'phase_id', NULL,
            'notes', notes, 'zone', zone, 'status', then_status, 'response', response, 'counter', NULL,
            'claims', json_build_array(json_build_object('number', n, 'start', {_TIME.format("s")},
                'end', {_TIME.format("e")})),
            'standby', false, 'response_deadline', NULL, 'expires_at', NULL, 'reason', '',
            'external_id', '', 'granularity', 'time', 'series_id', NULL, 'version', $3::int + 1,
            'created_by', NULL, 'created_at', {_TIME.format("created_at")},
            'updated_at', {_TIME.format("updated_at")}, 'rank', 1,
            'segments', json_build_array(json_build_object('start', {_TIME.format("s")},
                'end', {_TIME.format("e")}, 'rank', 1)))''',
    )
}, '\\x', artist_id, project_id, s, e, then_status = 'hold'
    FROM moved
"""
