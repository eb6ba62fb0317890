"""Random small studios whose people live far apart, and the judge of their plans by everybody's clock."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from scheduling.calendars import calendar_of, spans_of
from scheduling.model import Artist, Booking, Phase
from scheduling.solver.asks import Ask, JobKind, Trouble
from scheduling.solver.planner import Search, answer
from scheduling.solver.records import Records
from scheduling.solver.told import Outcome
from scheduling.working_time import Span
from server.solving.landing import changes_of
from tests.harness.actions import NOW
from tests.harness.desk import OWNER, Desk, ident

ZONES = (
    "Europe/Berlin",
    "Europe/London",
    "America/Argentina/Buenos_Aires",
    "America/Los_Angeles",
    "Asia/Tokyo",
    "Pacific/Auckland",
    "Asia/Kolkata",
)
LENIENT = timedelta(hours=3)
"""Zones so near to each other share their half days."""
SKILLS = ("comp", "light")


class Abroad:
    """A studio in Berlin: people of all zones, one project of phases in a chain, and some bookings."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.desk = Desk()
        self.desk.do("tenant.edit", {"zone": "Europe/Berlin"}, by=OWNER)
        self.project = ident("far", "project")
        self.desk.do("project.add", {"id": self.project, "name": "Far"})
        self.artists = [self._artist(n) for n in range(self.draw.choice((2, 3, 4)))]
        self.phases = [self._phase(n) for n in range(self.draw.choice((3, 4, 5)))]
        self.ties = [pair for pair in itertools.pairwise(self.phases) if self.draw.random() < 0.7]
        for number, (before, after) in enumerate(self.ties):
            ends = {"from_phase_id": before, "to_phase_id": after}
            self.desk.do("dependency.add", {"id": ident("far", "tie", number), **ends})

    def _artist(self, number: int) -> UUID:
        artist_id = ident("far", "artist", number)
        known = self.draw.sample(SKILLS, self.draw.choice((1, 2, 2)))
        skills = [{"name": name, "level": 3} for name in known]
        zone = self.draw.choice(ZONES)
        self.desk.do("artist.add", {"id": artist_id, "name": f"A{number}", "zone": zone, "skills": skills})
        return artist_id

    def _phase(self, number: int) -> UUID:
        phase_id = ident("far", "phase", number)
        needs = self.draw.sample(SKILLS, 1 if self.draw.random() < 0.8 else 2)
        self.desk.do(
            "phase.add",
            {
                "id": phase_id,
                "project_id": self.project,
                "name": f"P{number}",
                "duration_hours": self.draw.choice((4, 8, 8, 12, 20)),
                "skills": [{"name": name, "level": 1, "days": 1} for name in needs],
            },
        )
        return phase_id

    def artist(self, artist_id: UUID) -> Artist:
        return self.desk.state.artists[artist_id]

    def records(self) -> Records:
        """What a solver reads of it."""
        state = self.desk.state
        return Records(
            tenant=state.tenant,
            artists=tuple(self.artist(i) for i in self.artists),
            projects=(state.projects[self.project],),
            phases=tuple(state.phases[i] for i in self.phases),
            dependencies=tuple(d for d in state.dependencies.values() if d.project_id == self.project),
            bookings=tuple(b for b in state.bookings.values() if b.artist_id in self.artists),
            times_off=tuple(t for t in state.times_off.values() if t.state == "approved"),
        )

    def plan(self, seed: int, event: Trouble | None = None) -> Outcome:
        """A plan of three weeks, by a clock that ticks at every look; its verifier has looked at it."""
        ticks = itertools.count()
        kind: JobKind = "allocate" if event is None else "repair"
        last = NOW.date() + timedelta(days=20)
        found = answer(
            Ask(kind=kind, start=NOW.date(), end=last, budget_seconds=25, seed=seed, event=event),
            self.records(),
            Search(
                now=NOW,
                clock=lambda: float(next(ticks)),
                new_id=lambda name: uuid5(ident("far", "job", kind), name),
            ),
        )
        assert isinstance(found, Outcome), found
        return found

    def commit(self, outcome: Outcome) -> list[Booking]:
        """Make the plan true by the studio's own rules, which refuse what does not fit; what it touched."""
        if not outcome.changes:
            return []
        before = self.desk.state.bookings
        scenario = ident("far", "scenario", len(self.desk.events))
        changes = changes_of(outcome.changes)
        self.desk.do("scenario.add", {"id": scenario, "name": "Plan", "changes": changes})
        self.desk.do("scenario.commit", {"scenario_id": scenario})
        after = self.desk.state.bookings
        return [b for i, b in after.items() if b.live and before.get(i) != b]

    def live(self, phase_id: UUID | None) -> list[Booking]:
        return [b for b in self.desk.state.bookings.values() if b.phase_id == phase_id and b.live]

    # -- the judge -----------------------------------------------------------------------

    def faults(self, touched: list[Booking]) -> Iterator[str]:
        """What is wrong with bookings that a plan made, looked at by the clock of whoever does them."""
        for booking in touched:
            yield from self._faults_of(booking)
        for before, after in self.ties:
            ends = [self._worked(b)[-1].end for b in self.live(before)]
            starts = [self._worked(b)[0].start for b in self.live(after)]
            if ends and starts and min(starts) < max(ends) - LENIENT:
                yield f"{after} begins at {min(starts)}, before {before} ends at {max(ends)}"

    def _faults_of(self, booking: Booking) -> Iterator[str]:
        artist = self.artist(booking.artist_id)
        phase = self.desk.state.phases[booking.phase_id] if booking.phase_id else None
        if booking.end <= NOW:
            yield f"{booking.id} lies in the past"
        if phase is not None and not _can(artist, phase):
            yield f"{artist.name} cannot do {phase.name}"
        for edge in (booking.start, booking.end):
            local = _local(edge, artist.zone)
            if local.hour not in {0, 12} or local.minute:
                yield f"{booking.id} has an edge at {local}"

    def halves(self, booking: Booking) -> int:
        """How many half days of their own somebody works for a booking."""
        zone = self.artist(booking.artist_id).zone
        found = set()
        for span in self._worked(booking):
            start, end = _local(span.start, zone), _local(span.end - timedelta(minutes=1), zone)
            for hour in range(math.ceil((end - start) / timedelta(hours=1)) + 1):
                at = min(start + timedelta(hours=hour), end)
                found.add((at.date(), at.hour >= 12))
        return len(found)

    def _worked(self, booking: Booking) -> tuple[Span, ...]:
        calendar = calendar_of(self.desk.state.tenant, self.artist(booking.artist_id))
        return spans_of(calendar, booking.start, booking.end)


def _can(artist: Artist, phase: Phase) -> bool:
    levels = {s.name: s.level for s in artist.skills}
    return any(levels.get(need.name, -1) >= need.level for need in phase.skills)


def _local(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone))
