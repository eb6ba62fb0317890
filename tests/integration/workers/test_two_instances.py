"""Every kind of clock due while one of two instances is killed: each effect once, none missed, none early."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from msgspec import Struct, field

from db.pool import Pool
from realtime.execute import Executor
from scheduling.events import LoggedEvent
from scheduling.model import Challenge, TargetOutcome
from tests.harness.asking import no, ok
from tests.harness.due import hold, logged, soon, span, until
from tests.harness.postgres import Database
from tests.harness.process import server_process
from tests.harness.studio import Studio, publish_nothing

HOLDS, CHALLENGES, WINDOWS, PAUSED, ANSWERS = 60, 12, 18, 6, 6
SPREAD = 6
"""Seconds over which the deadlines fall due."""
Target = tuple[UUID, UUID]
"""A challenge and one claim that it asks."""

Line = tuple[UUID, UUID, tuple[UUID, ...]]
"""A challenge, its challenger, and the claims before it."""


class _Answered(Struct):
    challenge: Challenge


class Wound:
    """A clock that stands as long ago as a policy of hours needs for its deadline to be seconds away."""

    def __init__(self) -> None:
        self.ago = timedelta(hours=25)

    def __call__(self) -> datetime:
        return datetime.now(UTC) - self.ago

    def so_that(self, due: datetime, hours: int) -> None:
        """What is done next has `due` as its deadline after `hours`."""
        self.ago = datetime.now(UTC) - due + timedelta(hours=hours)


class Due(Struct, kw_only=True):
    """What was set up, with the time each of it falls due."""

    holds: dict[UUID, datetime] = field(default_factory=dict)
    targets: dict[Target, datetime] = field(default_factory=dict)
    windows: dict[UUID, datetime] = field(default_factory=dict)
    winners: dict[UUID, datetime] = field(default_factory=dict)
    paused: set[UUID] = field(default_factory=set)
    answers: set[UUID] = field(default_factory=set)


@pytest.fixture
def clock() -> Wound:
    return Wound()


@pytest.fixture
async def studio(pool: Pool, clock: Wound) -> AsyncIterator[Studio]:
    executor = Executor(pool, publish=publish_nothing, clock=clock)
    yield await Studio.open(pool, executor)
    await executor.close()


async def test_every_clock_due_while_one_of_two_is_killed_strikes_once_and_not_early(
    studio: Studio, clock: Wound, database: Database
) -> None:
    settings = {"DATABASE_URL": database.dsn, "LOG_LEVEL": "warning"}
    with server_process("worker", **settings) as one, server_process("worker", **settings) as other:
        for worker in (one, other):
            await asyncio.to_thread(worker.wait_for, "The worker is ready")
        due = await set_up(studio, clock)

        async def every_kind_struck() -> bool:
            events = await struck(studio)
            return min(expiries(events).total(), lapses(events).total(), requeues(events).total()) >= 2

        await until(every_kind_struck)
        one.stop(signal.SIGKILL)
        killed_at = datetime.now(UTC)

        async def nothing_due_is_left() -> bool:
            left = await studio.pool.fetchval(
                "SELECT count(*) FROM jobs.pgqueuer WHERE execute_after <= $1", last
            )
            return left == 0 and datetime.now(UTC) > last

        last = max(*due.holds.values(), *due.targets.values(), *due.windows.values())
        await until(nothing_due_is_left)
        assert other.stop() == 0
    events = await struck(studio)
    assert any(e.at > killed_at for e in events), "nothing was left to do for the other one"
    check_counts(events, due)
    check_times(events, due)
    await check_what_has_no_effect(studio, clock, due)


# -- setting up ----------------------------------------------------------------------------


async def set_up(studio: Studio, clock: Wound) -> Due:
    """A day's worth of commands given in the past, all of whose deadlines are a few seconds ahead."""
    artists = {name: await studio.artist(name=name) for name in ("Ada", "Ben", "Cem", "Dia")}
    due, first = Due(), soon(3)
    dues = [first + timedelta(seconds=n) for n in range(SPREAD)]
    await _hold_on(studio, artists["Dia"], dues, due)
    asked = await _line_up(studio, artists["Ben"], CHALLENGES, targets=2)
    won = await _line_up(studio, artists["Cem"], WINDOWS, targets=1)
    for n, (challenge, challenger, targets) in enumerate(asked):
        at = dues[n % SPREAD]
        clock.so_that(at, hours=24)
        await _open(studio, challenge, challenger)
        due.targets |= {(challenge, target): at for target in targets}
    for n, (challenge, challenger, targets) in enumerate(won):
        at = dues[n % SPREAD]
        clock.so_that(at, hours=4)
        await _open(studio, challenge, challenger)
        answer = {"challenge_id": str(challenge), "booking_id": str(targets[0]), "answer": "release"}
        ok(await studio.run("challenge.answer", answer))
        due.windows[challenge] = due.winners[challenger] = at
    clock.ago = timedelta(0)
    await _pause(studio, artists["Dia"], dues[-1], due)
    placed = [dues[n % SPREAD] for n in range(HOLDS)]
    ids = await asyncio.gather(
        *(hold(studio, artists["Ada"], n, expires_at=at) for n, at in enumerate(placed))
    )
    due.holds |= dict(zip(ids, placed, strict=True))
    # What was asked for a day ago waits in the queue since then.
    written = "(convert_from(payload, 'UTF8')::jsonb ->> 'due')::timestamptz"
    await studio.pool.execute(f"UPDATE jobs.pgqueuer SET execute_after = {written}")
    return due


async def _hold_on(studio: Studio, artist: UUID, dues: list[datetime], due: Due) -> None:
    """Holds whose answer falls due: the clock has nothing to do with those."""
    for n in range(ANSWERS):
        due.answers.add(await hold(studio, artist, 100 + n, response_deadline=dues[n % SPREAD]))


async def _line_up(studio: Studio, artist: UUID, groups: int, targets: int) -> list[Line]:
    """Challenges to be opened, each with its challenger and a claim before it on each of its days."""
    lines: list[Line] = []
    items: list[dict[str, Any]] = []
    for day in range(0, groups * targets, targets):
        before = tuple(uuid4() for _ in range(targets))
        line = (uuid4(), uuid4(), before)
        places = [(target, day + n, 1) for n, target in enumerate(before)]
        for booking, on, days in (*places, (line[1], day, targets)):
            args = {"id": booking, "artist_id": artist, **span(on, days)}
            items.append({"op": "booking.place", "args": args})
        lines.append(line)
    ok(await studio.run("bulk.apply", msgspec.to_builtins({"items": items})))
    return lines


async def _open(studio: Studio, challenge: UUID, challenger: UUID) -> None:
    ok(await studio.run("challenge.open", {"booking_id": str(challenger), "id": str(challenge)}))


async def _pause(studio: Studio, artist: UUID, at: datetime, due: Due) -> None:
    """Holds that fall due while a challenge makes their expiry stand still, from the first moment on."""
    items: list[dict[str, Any]] = []
    for n in range(PAUSED):
        target, challenger = uuid4(), uuid4()
        place = {"artist_id": artist, **span(n)}
        items += [
            {"op": "booking.place", "args": {"id": target, "expires_at": at, **place}},
            {"op": "booking.place", "args": {"id": challenger, **place}},
            {"op": "challenge.open", "args": {"booking_id": challenger}},
        ]
        due.paused.add(target)
    ok(await studio.run("bulk.apply", msgspec.to_builtins({"items": items})))


# -- what came of it -----------------------------------------------------------------------


async def struck(studio: Studio) -> list[LoggedEvent]:
    """What the clock did, which is what the studio's own system did not."""
    return [event for event in await logged(studio) if event.actor.name == "Clock"]


def expiries(events: Iterable[LoggedEvent]) -> Counter[UUID]:
    return Counter(e.entity.id for e in events if e.type == "booking.expired")


def requeues(events: Iterable[LoggedEvent]) -> Counter[UUID]:
    return Counter(e.entity.id for e in events if e.type == "booking.requeued")


def lapses(events: Iterable[LoggedEvent]) -> Counter[Target]:
    return Counter(target for target, _at in lapsed(events))


def lapsed(events: Iterable[LoggedEvent]) -> list[tuple[Target, datetime]]:
    """Each lapse with its time: an answered challenge says so of all targets, the newest is the news."""
    found: list[tuple[Target, datetime]] = []
    known: set[Target] = set()
    for event in events:
        if event.type != "challenge.answered":
            continue
        challenge = msgspec.json.decode(event.data, type=_Answered).challenge
        silent = {
            (challenge.id, t.booking_id) for t in challenge.targets if t.outcome is TargetOutcome.LAPSED
        }
        news = silent - known
        assert len(news) == 1, f"{event.seq} says nothing new of its challenge, or too much"
        known |= news
        found.append((news.pop(), event.at))
    return found


def check_counts(events: list[LoggedEvent], due: Due) -> None:
    """Each effect exactly once, and none of anything else."""
    opened = {challenge for challenge, _ in due.targets}
    assert expiries(events) == Counter(due.holds.keys())
    assert lapses(events) == Counter(due.targets.keys())
    assert requeues(events) == Counter(due.winners.keys())
    kinds = [(e.type, e.entity.id) for e in events]
    for once, kind in (
        ([target for _, target in due.targets], "booking.released"),
        (opened, "challenge.won"),
        (due.windows.keys(), "challenge.closed"),
    ):
        assert Counter(i for t, i in kinds if t == kind) == Counter(once), kind


def check_times(events: list[LoggedEvent], due: Due) -> None:
    """Nothing happened before it was due; a challenge is won no sooner than its last claim lapsed."""
    assert [t for t, at in lapsed(events) if at < due.targets[t]] == []
    deadlines = {
        "booking.expired": due.holds,
        "booking.released": {booking: at for (_, booking), at in due.targets.items()},
        "challenge.won": {challenge: at for (challenge, _), at in due.targets.items()},
        "challenge.closed": due.windows,
        "booking.requeued": due.winners,
    }
    timed = [(e, deadlines[e.type][e.entity.id]) for e in events if e.type in deadlines]
    assert [(e.type, e.at, at) for e, at in timed if e.at < at] == []


async def check_what_has_no_effect(studio: Studio, clock: Wound, due: Due) -> None:
    """An expiry that stands still, and a deadline to answer, which only refuses the late answer."""
    state = await studio.state()
    assert due.paused | due.answers <= set(state.bookings.keys())
    assert not (due.paused | due.answers) & {e.entity.id for e in await struck(studio)}
    for booking in due.answers:
        no(await studio.run("booking.accept", {"booking_id": str(booking)}), "deadline_passed")
