"""Law 1, for every command there is: snapshot + events = fresh snapshot, for staff and for an artist.

Each command of the contract is asked once, with arguments under which it changes something; a command
that nobody taught this file fails it by name.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from realtime.masking import (
    mask,
    masked_artists,
    masked_bookings,
    masked_members,
    masked_projects,
    masked_times_off,
    sight_of,
)
from scheduling.commands import COMMANDS
from scheduling.events import Event, log
from scheduling.permissions import event_actor
from scheduling.state import State, snapshot
from tests.harness.actions import MANAGER, OWNER, SYSTEM
from tests.harness.desk import ADA, BO, CY, FRI, MON, PHASES, PROJECT, THU, TUE, WED, Desk, at, days, ident
from tests.harness.replica import Replica

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
MORNINGS = {"first": "2026-06-01", "freq": "daily", "count": 3, "part": "am"}
EPOCH = "00000000-0000-0000-0000-00000000000e"


class Scene(Desk):
    """A studio in which every command finds something to change; the artist is Ada."""

    def __init__(self) -> None:
        super().__init__()
        self.mine = self.hold(ADA, WED, title="Mine", project_id=PROJECT, expires_at=self.now)
        self.behind = self.hold(ADA, WED, THU, title="Behind")
        self.theirs = self.hold(BO, WED, title="Theirs")
        self.stale = self.hold(CY, FRI, title="Stale", expires_at=self.now)
        self.firm = self.confirmed(BO, FRI, title="Firm", project_id=PROJECT)
        self.yes = self.pencil(CY, MON, title="Yes")
        self.countered = self.hold(CY, TUE)
        self.on("counter", self.countered, **days(WED))
        self.fight = self.challenge(self.behind)
        self.asked_off = self.ask_off(ADA, FRI)
        self.tie = self._made("dependency.add", from_phase_id=PHASES[0], to_phase_id=PHASES[1])
        self.mark = self._made("milestone.add", project_id=PROJECT, name="Delivery", date="2026-03-20")
        self.series = ident("series")
        self.do("series.place", {"id": self.series, "artist_id": CY, "pattern": MORNINGS})
        self.plan = self._made("scenario.add", name="Plan B", changes=[self.ended(self.stale)])
        self.do("scenario.change", {"scenario_id": self.plan, "changes": [self.moved(self.mine)]})
        self.then = len(self.events)
        self.on("edit", self.theirs, title="Renamed")
        self.edited = self.last

    def ended(self, booking: UUID) -> dict[str, Any]:
        return {"action": "end", "booking_id": booking}

    def moved(self, booking: UUID) -> dict[str, Any]:
        return {"action": "move", "booking_id": booking, **days(THU)}

    def _made(self, op: str, **args: Any) -> UUID:
        return UUID(str(getattr(self.do(op, args)[0], op.split(".", maxsplit=1)[0]).id))


def arguments(scene: Scene) -> dict[str, dict[str, Any]]:
    """Arguments under which each command changes something."""
    mine = {"booking_id": scene.mine}
    fight = {"challenge_id": scene.fight}
    plan = {"scenario_id": scene.plan}
    return {
        "booking.place": {"artist_id": ADA, **days(MON)},
        "booking.move": {**mine, **days(MON)},
        "booking.resize": {**mine, "start": at(WED), "end": at(WED, 12)},
        "booking.reassign": {**mine, "artist_id": BO},
        "booking.edit": {**mine, "title": "New"},
        "booking.accept": mine,
        "booking.decline": mine,
        "booking.withdraw": {"booking_id": scene.yes},
        "booking.counter": {**mine, **days(MON)},
        "booking.answer_counter": {"booking_id": scene.countered, "take": True},
        "booking.confirm": {"booking_id": scene.yes},
        "booking.release": {**mine, "start": at(WED, 6), "end": at(WED, 12)},
        "booking.cancel": {"booking_id": scene.firm, "reason": "gone"},
        "booking.expire": {"booking_id": scene.stale},
        "challenge.open": {"booking_id": scene.hold(BO, WED)},
        "challenge.answer": {**fight, **mine, "answer": "release"},
        "challenge.withdraw": fight,
        "challenge.lapse": {**fight, **mine},
        "time_off.request": {"artist_id": BO, **days(MON)},
        "time_off.answer": {"time_off_id": scene.asked_off, "answer": "approve"},
        "time_off.cancel": {"time_off_id": scene.asked_off},
        "artist.add": {"name": "Dee"},
        "artist.edit": {"artist_id": ADA, "name": "Adele"},
        "artist.archive": {"artist_id": BO},
        "member.add": {"email": "d@x.test", "name": "Dee", "role": "studio_manager"},
        "member.edit": {"member_id": MANAGER.id, "name": "May"},
        "tenant.edit": {"name": "Southlight"},
        "project.add": {"name": "Yonder"},
        "project.edit": {"project_id": PROJECT, "name": "Renamed"},
        "project.archive": {"project_id": PROJECT},
        "project.shift": {"project_id": PROJECT, "days": 7},
        "phase.add": {"project_id": PROJECT, "name": "Roto", "duration_hours": 8},
        "phase.edit": {"phase_id": PHASES[0], "progress": 40},
        "phase.delete": {"phase_id": PHASES[0]},
        "phase.move": {"phase_id": PHASES[0], "start": at(MON), "end": at(WED)},
        "dependency.add": {"from_phase_id": PHASES[2], "to_phase_id": PHASES[3]},
        "dependency.edit": {"dependency_id": scene.tie, "lag_hours": 4},
        "dependency.delete": {"dependency_id": scene.tie},
        "milestone.add": {"project_id": PROJECT, "name": "First cut", "date": "2026-03-10"},
        "milestone.edit": {"milestone_id": scene.mark, "done": True},
        "milestone.delete": {"milestone_id": scene.mark},
        "series.place": {"artist_id": ADA, "pattern": MORNINGS},
        "series.edit": {"series_id": scene.series, "title": "Weekly"},
        "series.release": {"series_id": scene.series},
        "scenario.add": {"name": "Plan C", "changes": [scene.ended(scene.theirs)]},
        "scenario.edit": {**plan, "name": "Plan D"},
        "scenario.change": {**plan, "changes": [{**scene.moved(scene.stale), "artist_id": BO}]},
        "scenario.drop_change": {**plan, "booking_ids": [scene.stale]},
        "scenario.rebase": {**plan, "take": {scene.mine: "live"}},
        "scenario.commit": plan,
        "scenario.discard": plan,
        "history.undo": {"command_id": scene.edited},
        "history.restore": {"to": scene.then, "kind": "booking", "entity_id": scene.theirs},
    }


BULK = ("booking.edit", "project.edit", "booking.place")
"""What a bulk command is here; its events are its items'."""


def test_every_command_is_asked_here():
    assert set(arguments(Scene())) | {"bulk.apply"} == set(COMMANDS)


@pytest.mark.parametrize("op", sorted(COMMANDS))
def test_snapshot_and_events_are_a_fresh_snapshot(op: str):
    scene = Scene()
    given = arguments(scene)
    if op == "challenge.lapse":
        scene.now = at(WED)
    before, done = scene.state, len(scene.events)
    for one in BULK if op == "bulk.apply" else (op,):
        assert scene.do(one, given[one], by=SYSTEM if one in CLOCKS else MANAGER if one == UNDO else OWNER)
    events = scene.events[done:]
    assert events
    for audience in (None, ADA):
        start, end = seen(before, audience), seen(scene.state, audience)
        replica = Replica(EPOCH, 0, start)
        replica.receive(delivery(before, events, audience))
        shown = replica.state()
        if audience is not None:
            # After the last booking of a project its name may stay until the next snapshot (rule M3).
            kept = [p for p in start["projects"] if p not in end["projects"]]
            shown["projects"] = [p for p in shown["projects"] if p not in kept]
        for plural, records in end.items():
            assert shown[plural] == records, (op, "staff" if audience is None else "artist", plural)


CLOCKS = {"booking.expire", "challenge.lapse"}
UNDO = "history.undo"


def seen(state: State, audience: UUID | None) -> dict[str, Any]:
    """A snapshot, as staff or as an artist reads it."""
    whole: dict[str, Any] = snapshot(state)
    if audience is not None:
        sight = sight_of(audience, whole["bookings"], whole["projects"])
        whole = {
            "tenant": whole["tenant"],
            "members": masked_members(whole["members"]),
            "artists": masked_artists(audience, whole["artists"]),
            "projects": masked_projects(sight),
            "bookings": masked_bookings(audience, whole["bookings"]),
            "times_off": masked_times_off(audience, whole["times_off"]),
        }
    plain: dict[str, Any] = json.loads(msgspec.json.encode(whole))
    return plain


def delivery(before: State, events: list[Event], audience: UUID | None) -> dict[str, Any]:
    """The events as one batch of the wire."""
    actor = event_actor(OWNER)
    logged = [
        log(event, seq=n, at=AT, actor=actor, command_id=UUID(int=n)) for n, event in enumerate(events, 1)
    ]
    bodies = [msgspec.json.encode(one) for one in logged]
    if audience is not None:
        sight = sight_of(audience, before.bookings.values(), before.projects.values())
        shown: list[bytes] = []
        for one, body in zip(logged, bodies, strict=True):
            sight, parts = mask(sight, one, body)
            shown.extend(parts)
        bodies = shown
    return {"epoch": EPOCH, "from_seq": 1, "to_seq": len(logged), "events": [json.loads(b) for b in bodies]}
