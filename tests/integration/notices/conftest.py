"""A studio with accounts on a real Postgres, a way out of the house that remembers, and a clock to move."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

import msgspec
import pytest

from db.pool import Connection, Pool, create_pool, transaction
from db.queries import notices
from db.queries.notices import NoticeRow
from realtime.execute import Executor
from scheduling.model import Member
from scheduling.permissions import Actor
from server.notices.channel import HandOver, Outcome, Outgoing, Retry, Sent
from server.notices.courier import Courier
from server.notices.decider import Decider, Windowing
from tests.harness.asking import ok
from tests.harness.postgres import Database
from tests.harness.studio import Studio, publish_nothing

AT_ONCE = Windowing(still=timedelta(0), longest=timedelta(minutes=1))
"""A window is over as soon as it is looked at."""


class Clock:
    """The machine's, and further by what a test says."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Remembering:
    """A channel that keeps what it was given, and answers as it is told."""

    def __init__(self, name: Literal["email", "push"] = "email") -> None:
        self.name: Literal["email", "push"] = name
        self.sent: list[Outgoing] = []
        self.answer: Callable[[Outgoing], Outcome] = lambda _message: Sent(provider_id="1")
        self.unreachable: set[UUID] = set()

    async def reaches(
        self, connection: Connection, tenant_id: UUID, members: Sequence[Member]
    ) -> frozenset[UUID]:
        return frozenset(m.id for m in members) - self.unreachable

    async def send(self, message: Outgoing, hand_over: HandOver) -> Outcome:
        if not await hand_over():
            return Retry(reason="taken over")
        outcome = self.answer(message)
        if isinstance(outcome, Sent):
            self.sent.append(message)
        return outcome

    async def close(self) -> None:
        pass

    def said(self, member_id: UUID) -> list[str]:
        """What somebody was told, in order."""
        return [n.kind for m in self.sent if m.member.id == member_id for n in m.notices]


class Desk:
    """A studio with a manager, an artist with an account, and what tells them things."""

    def __init__(self, studio: Studio, clock: Clock) -> None:
        self.studio = studio
        self.pool: Pool = studio.pool
        self.clock = clock
        self.email = Remembering()
        self.owner = studio.actor("studio_owner", name="Olu")
        self.manager = studio.actor(name="Mai")
        self.artist_id = uuid4()
        self.artist = studio.actor("freelancer", self.artist_id, name="Ada")
        self.days = 0
        self.titles: dict[str, int] = {}

    @property
    def tenant_id(self) -> UUID:
        return self.studio.tenant.id

    async def fill(self) -> None:
        ok(await self.studio.run("artist.add", {"id": str(self.artist_id), "name": "Ada"}))
        for actor in (self.owner, self.manager, self.artist):
            await self.account(actor)

    async def account(self, actor: Actor) -> None:
        """An account for somebody."""
        args = {
            "id": actor.id,
            "name": actor.name,
            "role": actor.role,
            "artist_id": actor.artist_id,
            "email": f"{actor.name.lower()}-{actor.id.hex[:6]}@example.test",
        }
        ok(await self.studio.run("member.add", msgspec.to_builtins(args)))

    async def place(self, actor: Actor | None = None, **fields: Any) -> str:
        """A hold on days that nobody has yet; its id."""
        self.days += 1
        start = datetime(2031, 6, 2, 9, tzinfo=UTC) + timedelta(days=self.days)
        args = {"id": uuid4(), "artist_id": self.artist_id, "title": f"Shot {self.days}", "start": start}
        args |= {"end": start + timedelta(hours=8), **fields}
        ok(await self.studio.run("booking.place", msgspec.to_builtins(args), actor=actor or self.manager))
        self.titles[str(args["id"])] = self.days
        return str(args["id"])

    async def ask(self, op: str, booking: str, actor: Actor | None = None, **fields: Any) -> None:
        args = msgspec.to_builtins({"booking_id": booking, **fields})
        ok(await self.studio.run(f"booking.{op}", args, actor=actor or self.manager))

    async def move(self, booking: str, days: int) -> None:
        """So many days after the first of June."""
        start = datetime(2031, 9, 1, 9, tzinfo=UTC) + timedelta(days=days)
        await self.ask("move", booking, start=start, end=start + timedelta(hours=8))

    def decider(self, windowing: Windowing = AT_ONCE, *channels: Any) -> Decider:
        return Decider(self.pool, channels or (self.email,), windowing, self.clock)

    def courier(self, *channels: Any) -> Courier:
        return Courier(self.pool, channels or (self.email,), self.clock)

    async def tell(self) -> None:
        """Decide what there is, and send it."""
        await self.decider().look(self.tenant_id)
        await self.courier().deliver(self.tenant_id)

    async def inbox(self, actor: Actor) -> list[NoticeRow]:
        """What somebody was told, the oldest first."""
        async with transaction(self.pool, self.tenant_id) as connection:
            rows = await notices.page(
                connection, self.tenant_id, actor.id, unread=False, before=None, limit=500
            )
        return rows[::-1]

    async def deliveries(self) -> list[Any]:
        async with transaction(self.pool, self.tenant_id) as connection:
            return await connection.fetch("SELECT * FROM notice_deliveries ORDER BY created_at, id")


@pytest.fixture
async def pool(module_database: Database) -> AsyncIterator[Pool]:
    """Each test has a studio of its own."""
    pool = await create_pool(module_database.dsn, min_size=1, max_size=8)
    yield pool
    await pool.close()


@pytest.fixture
async def desk(pool: Pool) -> AsyncIterator[Desk]:
    executor = Executor(pool, publish=publish_nothing)
    desk = Desk(await Studio.open(pool, executor), Clock())
    await desk.fill()
    await desk.tell()
    yield desk
    await executor.close()
