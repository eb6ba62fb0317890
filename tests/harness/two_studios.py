"""Two studios with a row in every table, so that a wall between them can be tried from both sides."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct, field

from db.pool import Connection, Pool, acquire, create_pool, transaction
from db.queries import (
    api_keys,
    auth,
    calendars,
    deliveries,
    import_jobs,
    integration_log,
    notice_deliveries,
    notice_people,
    notices,
    push_subscriptions,
    solver_jobs,
    tenants,
    webhooks,
)
from db.queries.tenants import Head
from scheduling.notices.kinds import Facts
from scheduling.notices.preferences import Preferences
from tests.harness.actions import NOW
from tests.harness.asking import executor_on, ok, slot
from tests.harness.postgres import Database
from tests.harness.studio import Studio


class Filled(Struct, frozen=True, kw_only=True):
    """A studio and what can be asked for in it."""

    tenant_id: UUID
    slug: str
    email: str
    artist: UUID = field(default_factory=uuid4)
    stand_in: UUID = field(default_factory=uuid4)
    member: UUID = field(default_factory=uuid4)
    project: UUID = field(default_factory=uuid4)
    phase: UUID = field(default_factory=uuid4)
    dependency: UUID = field(default_factory=uuid4)
    milestone: UUID = field(default_factory=uuid4)
    booking: UUID = field(default_factory=uuid4)
    waiting: UUID = field(default_factory=uuid4)
    challenge: UUID = field(default_factory=uuid4)
    time_off: UUID = field(default_factory=uuid4)
    series: UUID = field(default_factory=uuid4)
    scenario: UUID = field(default_factory=uuid4)
    drawn: UUID = field(default_factory=uuid4)
    command: UUID = field(default_factory=uuid4)
    family: UUID = field(default_factory=uuid4)
    ended_family: UUID = field(default_factory=uuid4)
    job: UUID = field(default_factory=uuid4)
    token: bytes = field(default_factory=lambda: uuid4().bytes)
    key: UUID = field(default_factory=uuid4)
    endpoint: UUID = field(default_factory=uuid4)
    worker: UUID = field(default_factory=uuid4)
    notice: UUID = field(default_factory=uuid4)
    message: UUID = field(default_factory=uuid4)
    calendar: UUID = field(default_factory=uuid4)
    browser: UUID = field(default_factory=uuid4)
    solver_job: UUID = field(default_factory=uuid4)
    calendar_digest: bytes = field(default_factory=lambda: uuid4().bytes)
    key_digest: bytes = field(default_factory=lambda: uuid4().bytes)
    ticket: bytes = field(default_factory=lambda: uuid4().bytes)
    head: Head = field(default_factory=lambda: Head(epoch=uuid4(), seq=0, next_claim=1, hash=b""))


async def fill_two(database: Database) -> tuple[Filled, Filled]:
    """Open and fill two studios that have nothing in common but an address."""
    pool = await create_pool(database.dsn, min_size=1, max_size=2)
    executor = executor_on(pool)
    email = f"{uuid4().hex}@example.test"
    try:
        studios = [await Studio.open(pool, executor) for _ in range(2)]
        one, other = [await _fill(pool, studio, email) for studio in studios]
        return one, other
    finally:
        await executor.close()
        await pool.close()


async def _fill(pool: Pool, studio: Studio, email: str) -> Filled:
    filled = Filled(tenant_id=studio.tenant.id, slug=studio.tenant.slug, email=email)
    for op, args in _commands(filled):
        first = args.get("id") == str(filled.booking)
        request: dict[str, Any] = {"command_id": filled.command} if first else {}
        ok(await studio.run(op, args, **request))
    async with transaction(pool, filled.tenant_id) as connection:
        await auth.store_password(connection, filled.tenant_id, filled.member, "hash")
        later = NOW + timedelta(days=20_000)
        who: dict[str, Any] = {"member_id": filled.member, "expires_at": later}
        await auth.store_refresh_token(
            connection, filled.tenant_id, filled.token, family_id=filled.family, now=NOW, **who
        )
        await auth.store_refresh_token(
            connection, filled.tenant_id, uuid4().bytes, family_id=filled.ended_family, now=NOW, **who
        )
        await auth.revoke_family(connection, filled.tenant_id, filled.ended_family, NOW)
        await auth.store_ticket(connection, filled.tenant_id, filled.ticket, **who)
        await import_jobs.insert(connection, filled.tenant_id, job(filled.job))
        for one in (filled.solver_job, over := uuid4()):
            await solver_jobs.insert(connection, filled.tenant_id, solver_job(one), most=10)
        await solver_jobs.begin(connection, filled.tenant_id, filled.solver_job, attempts=1, now=NOW)
        await solver_jobs.finish(connection, filled.tenant_id, over, state="done", now=NOW)
        await api_keys.insert(connection, filled.tenant_id, api_key(filled.key), filled.key_digest)
        await integration_log.append(connection, filled.tenant_id, integration_change())
        await webhooks.insert(connection, filled.tenant_id, endpoint(filled.endpoint, filled.project))
        await deliveries.record(connection, filled.tenant_id, delivery(filled.endpoint))
        await webhooks.lease(
            connection, filled.tenant_id, filled.endpoint, by=filled.worker, now=NOW, until=NOW
        )
        made = calendar_link(filled.calendar, filled.artist, filled.project)
        await calendars.insert(connection, filled.tenant_id, made, filled.calendar_digest)
        mine = browser(filled.browser, filled.member, filled.family)
        await push_subscriptions.put(connection, filled.tenant_id, mine)
        await _fill_notices(connection, filled)
        head = await tenants.head(connection, filled.tenant_id)
    assert head
    return msgspec.structs.replace(filled, head=head)


async def _fill_notices(connection: Connection, filled: Filled) -> None:
    me = filled.tenant_id
    await notices.insert(connection, me, [notice(filled.notice, filled.member, filled.booking)])
    await notice_deliveries.insert(connection, me, message(filled.message, filled.member))
    await notice_deliveries.add_items(connection, me, filled.message, "email", [filled.notice])
    taken: dict[str, Any] = {"by": filled.worker, "now": NOW, "until": NOW, "limit": 1}
    await notice_deliveries.take(connection, me, ["email"], **taken)
    await notice_people.set_preferences(connection, me, filled.member, Preferences(), NOW)
    await notice_people.add_bounce(connection, me, bounce(filled.email))
    await notice_people.add_link_key(connection, me, link_key(1))


def notice(notice_id: UUID, member_id: UUID, booking_id: UUID, *, window: str = "1") -> notices.NoticeRow:
    """What a member was told of a booking."""
    facts = Facts(kind="hold_asked", for_artist=True, artist_id=uuid4())
    return notices.NoticeRow(
        id=notice_id,
        number=1,
        member_id=member_id,
        kind=facts.kind,
        subject_kind="booking",
        subject_id=booking_id,
        window=window,
        facts=facts,
        at=NOW,
    )


def message(message_id: UUID, member_id: UUID) -> notice_deliveries.DeliveryRow:
    """A message that nobody has sent yet."""
    return notice_deliveries.DeliveryRow(
        id=message_id, member_id=member_id, channel="email", due_at=NOW, created_at=NOW
    )


def bounce(address: str) -> notice_people.Bounce:
    """An address that was refused."""
    return notice_people.Bounce(address=address.lower(), at=NOW, reason="550 no such user")


def link_key(kid: int) -> notice_people.LinkKey:
    """A key of links."""
    return notice_people.LinkKey(kid=kid, key=b"secret", created_at=NOW)


def api_key(key_id: UUID) -> api_keys.ApiKey:
    """A key that was just made."""
    return api_keys.ApiKey(
        id=key_id,
        name="Robot",
        scopes=("schedule:read",),
        hint="wxyz",
        created_by=None,
        created_by_name="Ada",
        created_at=NOW,
    )


def integration_change() -> integration_log.IntegrationChange:
    """A line of the record of integrations."""
    return integration_log.IntegrationChange(
        id=uuid4(),
        at=NOW,
        actor_kind="member",
        actor_id=None,
        actor_name="Ada",
        action="api_key.created",
        subject_id=uuid4(),
        subject_name="Robot",
    )


def endpoint(endpoint_id: UUID, project_id: UUID | None) -> webhooks.EndpointRow:
    """An endpoint that was given nothing yet."""
    return webhooks.EndpointRow(
        id=endpoint_id,
        url="https://hooks.example.test/",
        description="",
        types=(),
        project_id=project_id,
        secret="whsec_AAAA",
        epoch=uuid4(),
        cursor_seq=0,
        created_by_name="Ada",
        created_at=NOW,
    )


def delivery(endpoint_id: UUID) -> deliveries.Delivery:
    """An attempt that went well."""
    return deliveries.Delivery(
        id=uuid4(),
        endpoint_id=endpoint_id,
        message_id="evt_1",
        type="booking.placed",
        seq=1,
        attempt=1,
        at=NOW,
        ok=True,
        status=200,
        latency_ms=3,
    )


def calendar_link(link_id: UUID, artist_id: UUID | None, project_id: UUID | None) -> calendars.CalendarLink:
    """A link that nobody has used."""
    return calendars.CalendarLink(
        id=link_id,
        artist_id=artist_id,
        project_id=project_id,
        created_kind="member",
        created_by=uuid4(),
        created_by_name="Ada",
        created_at=NOW,
    )


def browser(browser_id: UUID, member_id: UUID, family_id: UUID) -> push_subscriptions.PushRow:
    """A browser that was pushed nothing yet."""
    return push_subscriptions.PushRow(
        id=browser_id,
        member_id=member_id,
        family_id=family_id,
        endpoint=f"https://push.example.test/{browser_id}",
        p256dh=b"\x04",
        auth=b"auth",
        application_key="key",
        label="Phone",
        created_at=NOW,
    )


def job(job_id: UUID) -> import_jobs.JobRow:
    """An import that just began."""
    return import_jobs.JobRow(
        id=job_id,
        created_by=None,
        kind="csv",
        filename="bookings.csv",
        mode="skip",
        dry_run=False,
        status="queued",
        progress="{}",
        report=None,
        created_at=NOW,
        finished_at=None,
    )


def solver_job(job_id: UUID) -> solver_jobs.SolverJobRow:
    """A plan that waits for its turn."""
    return solver_jobs.SolverJobRow(
        id=job_id,
        kind="allocate",
        name="March",
        ask="{}",
        quick=False,
        priority=0,
        created_kind="member",
        created_by=uuid4(),
        created_by_name="Ada",
        created_at=NOW,
    )


def _commands(filled: Filled) -> list[tuple[str, dict[str, Any]]]:
    skills = [{"name": "comp"}]
    project: dict[str, Any] = {"project_id": str(filled.project)}
    successor, waiting, away = str(uuid4()), str(filled.waiting), str(uuid4())
    tie = {"from_phase_id": str(filled.phase), "to_phase_id": successor}
    account = {"email": filled.email, "name": "Ada", "role": "freelancer", "artist_id": str(filled.artist)}
    return [
        ("artist.add", {"id": str(filled.artist), "name": "Ada", "skills": skills}),
        ("artist.add", {"id": str(filled.stand_in), "name": "Bo", "skills": skills}),
        ("member.add", {"id": str(filled.member), **account}),
        ("project.add", {"id": str(filled.project), "name": "Meridian"}),
        ("phase.add", {"id": str(filled.phase), "name": "Comp", "duration_hours": 8, **project}),
        ("phase.add", {"id": successor, "name": "Grade", "duration_hours": 8, **project}),
        ("dependency.add", {"id": str(filled.dependency), **tie}),
        (
            "milestone.add",
            {
                "id": str(filled.milestone),
                "name": "Lock",
                "date": "2026-04-01",
                "phase_id": successor,
                **project,
            },
        ),
        (
            "booking.place",
            slot(filled.artist, id=str(filled.booking), phase_id=str(filled.phase), **project),
        ),
        ("booking.edit", {"booking_id": str(filled.booking), "title": "Shot 12"}),
        ("booking.place", slot(filled.artist, id=waiting, status="hold")),
        (
            "series.place",
            {
                "id": str(filled.series),
                "artist_id": str(filled.stand_in),
                "pattern": {"first": "2026-09-01", "count": 3, "part": "am"},
            },
        ),
        (
            "time_off.request",
            {
                "id": str(filled.time_off),
                "artist_id": str(filled.artist),
                "start": "2026-08-03T00:00:00Z",
                "end": "2026-08-05T00:00:00Z",
            },
        ),
        (
            "time_off.request",
            {
                "id": away,
                "artist_id": str(filled.artist),
                "start": "2026-08-13T00:00:00Z",
                "end": "2026-08-15T00:00:00Z",
            },
        ),
        ("time_off.answer", {"time_off_id": away, "answer": "approve"}),
        ("booking.accept", {"booking_id": waiting}),
        ("challenge.open", {"id": str(filled.challenge), "booking_id": waiting}),
        (
            "scenario.add",
            {
                "id": str(filled.scenario),
                "name": "Plan B",
                "changes": [{"id": str(filled.drawn), "action": "end", "booking_id": str(filled.booking)}],
            },
        ),
    ]


class Owner:
    """Looks at rows as they are stored; as superuser, at every row of every tenant."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def tables(self) -> dict[str, str]:
        """Our tables, each with the column that names the tenant."""
        rows = await self.connection.fetch(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public' ORDER BY c.relname"
        )
        return {row["relname"]: "id" if row["relname"] == "tenants" else "tenant_id" for row in rows}

    async def rows(self, table: str, of: Filled) -> list[dict[str, Any]]:
        """A studio's rows, as JSON."""
        column = (await self.tables())[table]
        rows = await self.connection.fetch(
            f"SELECT row_to_json(t)::text AS row FROM {table} t WHERE {column} = $1 ORDER BY 1", of.tenant_id
        )
        return [msgspec.json.decode(row["row"]) for row in rows]

    async def fingerprint(self, of: Filled) -> dict[str, list[dict[str, Any]]]:
        """Everything a studio has."""
        return {table: await self.rows(table, of) for table in await self.tables()}


@asynccontextmanager
async def tried(pool: Pool, tenant_id: UUID | None) -> AsyncIterator[Connection]:
    """A transaction of one studio, or of none, that is rolled back."""
    async with acquire(pool) as connection:
        attempt = connection.transaction()
        await attempt.start()
        try:
            if tenant_id is not None:
                await connection.execute("SELECT set_config('app.tenant', $1, true)", str(tenant_id))
            yield connection
        finally:
            await attempt.rollback()


async def insert(connection: Connection, table: str, row: dict[str, Any]) -> None:
    """Insert a row given as JSON; columns that Postgres computes are left to it."""
    given = await connection.fetchval(
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
        " WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
        table,
    )
    await connection.execute(
        f"INSERT INTO {table} ({given}) SELECT {given} FROM jsonb_populate_record(NULL::{table}, $1::jsonb)",
        msgspec.json.encode(row).decode(),
    )
