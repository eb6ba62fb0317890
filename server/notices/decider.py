"""Decides who is told what: reads a window of the log, and keeps notices and messages with the cursor's step.

The transaction that writes what was decided moves the cursor: a worker that is killed before it left nothing
behind, after it everything. The cursor's row lets one worker in at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from msgspec import Struct

from db.notice_work import count_on
from db.pool import Connection, Pool, transaction
from db.queries import (
    artists,
    bookings,
    event_log,
    history,
    members,
    notice_deliveries,
    notice_people,
    notices,
    projects,
    tenants,
)
from db.queries.notice_deliveries import DeliveryRow
from db.queries.notices import Cursor, NoticeRow
from scheduling.events import LoggedEvent
from scheduling.model import Booking, Challenge, Tenant, TimeOff
from scheduling.notices import Person, Scene, Told, Tracks, follow, remind, tell
from scheduling.notices.preferences import Channel as ChannelName
from scheduling.notices.preferences import Preferences
from scheduling.notices.timing import due_of
from scheduling.state import Key
from server.feeds.record import new_id
from server.notices.channel import Channel

MOST_EVENTS = 2_000
"""A window that holds more is closed before its time."""
REMIND_BEFORE = timedelta(hours=4)
"""How long before it is due an answer is asked for again."""
_REMIND_EVERY = timedelta(seconds=30)
_JUST_ASKED = timedelta(hours=1)
_RELEVANT = frozenset({"booking", "challenge", "time_off"})
_KINDS = {"booking": Booking, "challenge": Challenge, "time_off": TimeOff}
_logged = msgspec.json.Decoder(LoggedEvent)


class Windowing(Struct, frozen=True, kw_only=True):
    """A window opens with a change and closes when all is `still` so long, at the latest after `longest`."""

    still: timedelta = timedelta(seconds=10)
    longest: timedelta = timedelta(seconds=60)

    @staticmethod
    def of_seconds(still: float, longest: float) -> Windowing:
        """From settings."""
        return Windowing(still=timedelta(seconds=still), longest=timedelta(seconds=longest))


class Open(Struct, frozen=True, kw_only=True):
    """The window is not to be decided before then."""

    until: datetime


class Closed(Struct, frozen=True, kw_only=True):
    """A window to decide; the cursor is at `seq` afterwards."""

    events: tuple[LoggedEvent, ...]
    seq: int


def window_of(
    events: Sequence[LoggedEvent], windowing: Windowing, now: datetime, *, full: bool
) -> Open | Closed:
    """What the next events make, of which there are some: a window that is over by `now`, or not yet.

    `full`: there are more events than these. What concerns nobody opens no window and closes none later.
    """
    relevant = [e for e in events if e.entity.kind in _RELEVANT]
    if not relevant:
        return Closed(events=(), seq=events[-1].seq)
    latest = relevant[0].at + windowing.longest
    inside = [e for e in events if e.at < latest or e.seq <= relevant[0].seq]
    over = len(inside) < len(events)
    if over:  # clocks of servers differ: it ends before the first event that is too late
        first = next(e for e in events if e.at >= latest and e.seq > relevant[0].seq)
        inside = [e for e in events if e.seq < first.seq]
    chosen = tuple(e for e in inside if e.entity.kind in _RELEVANT)
    closes = min(latest, chosen[-1].at + windowing.still)
    if not over and not full and now < closes:
        return Open(until=closes)
    return Closed(events=chosen, seq=inside[-1].seq)


class Decider:
    """Decides for one studio at a time. One per process."""

    def __init__(
        self,
        pool: Pool,
        channels: Sequence[Channel],
        windowing: Windowing,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._pool = pool
        self._channels = tuple(channels)
        self._windowing = windowing
        self._now = now

    async def look(self, tenant_id: UUID) -> datetime | None:
        """Decide what can be decided; when to look again at the latest, where that is known."""
        while True:
            async with transaction(self._pool, tenant_id, readonly=True) as connection:
                cursor = await notices.cursor(connection, tenant_id)
                head = await tenants.head(connection, tenant_id)
            if cursor is None or head is None:
                return None
            now = self._now()
            if cursor.deadlines_at < now + REMIND_BEFORE - _REMIND_EVERY:
                await self._remind(tenant_id)
            if (cursor.epoch, cursor.seq) == (head.epoch, head.seq):
                return None
            until = await self._decide(tenant_id)
            if until is not None:
                return until

    async def _decide(self, tenant_id: UUID) -> datetime | None:
        """One window, if it is over; when it is, where it is not."""
        async with transaction(self._pool, tenant_id) as connection:
            cursor = await notices.take_cursor(connection, tenant_id)
            if cursor is None:
                return self._now() + timedelta(seconds=1)  # somebody else is at it
            head = await tenants.head(connection, tenant_id)
            tenant = await tenants.get(connection, tenant_id)
            if head is None or tenant is None:
                return None
            if cursor.epoch != head.epoch or cursor.seq > head.seq or not head.keeps(cursor.seq):
                # History was replaced or shortened: what is past is told to nobody.
                await notices.move_cursor(connection, tenant_id, _at(cursor, head.epoch, head.seq))
                return None
            bodies = await event_log.since(
                connection, tenant_id, cursor.seq, limit=MOST_EVENTS, up_to=head.seq
            )
            if not bodies:
                return None
            events = [_logged.decode(body) for body in bodies]
            now = self._now()
            window = window_of(events, self._windowing, now, full=len(events) == MOST_EVENTS)
            if isinstance(window, Open):
                return window.until
            told = await _told(connection, tenant_id, cursor, window, now) if window.events else ()
            name = f"{head.epoch}/{cursor.seq + 1}"
            await self._keep(connection, tenant, [(one, name) for one in told], now)
            await notices.move_cursor(connection, tenant_id, _at(cursor, head.epoch, window.seq))
            return None

    async def _remind(self, tenant_id: UUID) -> None:
        async with transaction(self._pool, tenant_id) as connection:
            cursor = await notices.take_cursor(connection, tenant_id)
            tenant = await tenants.get(connection, tenant_id)
            if cursor is None or tenant is None:
                return
            now = self._now()
            until = now + REMIND_BEFORE
            ids = await notices.to_answer(connection, tenant_id, cursor.deadlines_at, until)
            found = await bookings.by_ids(connection, tenant_id, ids)
            due = [b for b in found if b.created_at < now - _JUST_ASKED and b.end > now]
            if due:
                scene = await _scene(connection, tenant_id, due)
                told = [(one, f"deadline/{b.response_deadline}") for b in due for one in remind(b, scene)]
                await self._keep(connection, tenant, told, now)
            moved = msgspec.structs.replace(cursor, deadlines_at=max(until, cursor.deadlines_at))
            await notices.move_cursor(connection, tenant_id, moved)

    async def _keep(
        self, connection: Connection, tenant: Tenant, told: Sequence[tuple[Told, str]], now: datetime
    ) -> None:
        """Keep notices, and a message for each person and channel that carries them."""
        if not told:
            return
        people = list(dict.fromkeys(one.member_id for one, _ in told))
        accounts = {m.id: m for m in await members.by_ids(connection, tenant.id, people)}
        wishes = await notice_people.preferences(connection, tenant.id, people)
        reached = {
            channel.name: await channel.reaches(connection, tenant.id, list(accounts.values()))
            for channel in self._channels
        }
        zones = await notice_people.zones(connection, tenant.id, people)
        rows = _rows(told, wishes, reached, now)
        if not rows:
            return
        last = await count_on(connection, tenant.id, len(rows))
        numbered = [
            msgspec.structs.replace(row, number=last - len(rows) + 1 + at) for at, row in enumerate(rows)
        ]
        fresh = set(await notices.insert(connection, tenant.id, numbered))
        messages = _messages([r for r in numbered if r.id in fresh], wishes, zones, reached, now)
        for message, carried in messages:
            await _post(connection, tenant.id, message, carried)


def _at(cursor: Cursor, epoch: UUID, seq: int) -> Cursor:
    return msgspec.structs.replace(cursor, epoch=epoch, seq=seq)


async def _told(
    connection: Connection, tenant_id: UUID, cursor: Cursor, window: Closed, now: datetime
) -> tuple[Told, ...]:
    keys: list[Key] = list(dict.fromkeys((e.entity.kind, e.entity.id) for e in window.events))
    images = await history.images(connection, tenant_id, keys, cursor.seq)
    before = {
        key: msgspec.json.decode(image.entity, type=_KINDS[key[0]])
        for key, image in images.items()
        if image.body is not None
    }
    tracks = follow(window.events, before)
    named = await bookings.by_ids(connection, tenant_id, list(_named(tracks)))
    mine = [b for t in tracks.bookings for b in (t.before, t.after) if b is not None]
    off = [t.after.artist_id for t in tracks.times_off]
    return tell(tracks, await _scene(connection, tenant_id, [*mine, *named], off), now)


def _named(tracks: Tracks) -> Iterable[UUID]:
    for track in tracks.challenges:
        if isinstance(track.after, Challenge):
            yield track.after.booking_id
            yield from (target.booking_id for target in track.after.targets)


async def _scene(
    connection: Connection, tenant_id: UUID, found: Sequence[Booking], artist_ids: Sequence[UUID] = ()
) -> Scene:
    """Accounts, wishes and names around some bookings."""
    accounts = [m for m in await members.everyone(connection, tenant_id) if m.active]
    wishes = await notice_people.preferences(connection, tenant_id, [m.id for m in accounts])
    of_artists = list({b.artist_id for b in found} | set(artist_ids))
    of_projects = list({b.project_id for b in found if b.project_id is not None})
    names = await artists.by_ids(connection, tenant_id, of_artists)
    works = await projects.by_ids(connection, tenant_id, of_projects)
    default = Preferences()
    return Scene(
        people=tuple(Person(member=m, follows=wishes.get(m.id, default).follows) for m in accounts),
        artists={a.id: a.name for a in names},
        projects={p.id: p.name for p in works},
        bookings={b.id: b for b in found},
    )


Reached = dict[ChannelName, frozenset[UUID]]


def _rows(
    told: Sequence[tuple[Told, str]], wishes: dict[UUID, Preferences], reached: Reached, now: datetime
) -> list[NoticeRow]:
    """What is kept; nothing for somebody who wants to hear of it in no way."""
    default, rows = Preferences(), []
    for one, window in told:
        wish, kind = wishes.get(one.member_id, default), one.facts.kind
        shown = wish.how(kind, "in_app") != "off"
        sent = any(one.member_id in who and wish.how(kind, way) != "off" for way, who in reached.items())
        if shown or sent:
            subject_kind, subject_id = one.facts.subject
            row = NoticeRow(
                id=new_id(),
                number=0,
                member_id=one.member_id,
                kind=kind,
                subject_kind=subject_kind,
                subject_id=subject_id,
                window=window,
                facts=one.facts,
                at=now,
                read_at=None if shown else now,
            )
            rows.append(row)
    return rows


def _messages(
    rows: Iterable[NoticeRow],
    wishes: dict[UUID, Preferences],
    zones: dict[UUID, str],
    reached: Reached,
    now: datetime,
) -> list[tuple[DeliveryRow, list[UUID]]]:
    """One message for each person, channel and time of sending, with what it carries."""
    default = Preferences()
    found: dict[tuple[UUID, ChannelName, datetime, datetime | None], list[UUID]] = {}
    for row in rows:
        wish, zone = wishes.get(row.member_id, default), zones[row.member_id]
        for channel, who in reached.items():
            due = due_of(wish.how(row.kind, channel), wish, zone, now) if row.member_id in who else None
            if due is not None:
                found.setdefault((row.member_id, channel, due.at, due.slot), []).append(row.id)
    return [
        (
            DeliveryRow(
                id=new_id(), member_id=member_id, channel=channel, slot=slot, due_at=at, created_at=now
            ),
            carried,
        )
        for (member_id, channel, at, slot), carried in found.items()
    ]


async def _post(connection: Connection, tenant_id: UUID, message: DeliveryRow, carried: list[UUID]) -> None:
    delivery_id = await notice_deliveries.insert(connection, tenant_id, message)
    if delivery_id is None:  # the one of this slot is on its way: a message of its own then
        alone = msgspec.structs.replace(message, slot=None)
        delivery_id = await notice_deliveries.insert(connection, tenant_id, alone)
    if delivery_id is not None:
        await notice_deliveries.add_items(connection, tenant_id, delivery_id, message.channel, carried)
