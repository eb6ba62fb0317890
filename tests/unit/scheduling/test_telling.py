"""Sentences about what happened: every type of event has one, and they read like a person wrote them."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from scheduling.decide import Accepted
from scheduling.events import EVENTS, Event, entity_of, log
from scheduling.model import Entity
from scheduling.permissions import Actor, event_actor
from scheduling.state import Key, find, key_of
from scheduling.telling import SENTENCES, Names, Scene, changes_of, tell
from scheduling.telling.dates import ordinal, span
from tests.harness.desk import (
    ADA,
    ARTIST,
    BO,
    FRI,
    MANAGER,
    MON,
    OWNER,
    PHASES,
    PROJECT,
    SYSTEM,
    THU,
    TUE,
    WED,
    Desk,
    at,
    days,
    ident,
)
from tests.harness.golden import random_action
from tests.harness.tenancy import Tenancy

BERLIN = ZoneInfo("Europe/Berlin")


def test_every_type_of_event_has_a_sentence():
    assert set(SENTENCES) == set(EVENTS)


def scene(
    event: Event,
    before: Entity | None = None,
    *,
    by: Actor = MANAGER,
    zone: ZoneInfo | None = None,
    **names: dict[UUID, str],
) -> Scene:
    logged = log(event, seq=1, at=at(MON), actor=event_actor(by), command_id=UUID(int=1))
    known = {"artists": {ADA: "Anna", BO: "Jonas"}, "projects": {PROJECT: "Meridian"}, **names}
    return Scene(logged=logged, event=event, before=before, names=Names(**known), zone=ZoneInfo("UTC"))


def told(desk: Desk, op: str, about: UUID, *, by: Actor = MANAGER, **args: object) -> list[str]:
    """Do something to a booking, and tell what happened."""
    before = desk.state
    events = desk.on(op, about, by=by, **args)
    titles = {b.id: b.title or "another booking" for b in desk.state.bookings.values()}
    return [tell(scene(e, find(before, e.kind, entity_of(e).id), by=by, bookings=titles)) for e in events]


def test_a_move_to_somebody_else():
    desk = Desk()
    booking = desk.hold(ADA, MON, title="Compositing")
    target: dict[str, Any] = {"start": at(WED), "end": at(THU), "artist_id": BO}
    assert told(desk, "move", booking, **target) == [
        "Mai moved Compositing from Mon 2 to Wed 4 March and handed it to Jonas"
    ]


def test_whoever_moves_up_hears_why():
    desk = Desk()
    first = desk.hold(ADA, MON, FRI, title="Title sequence")
    desk.hold(ADA, MON, FRI, title="Compositing")
    assert told(desk, "release", first) == [
        "Mai released Title sequence, Mon 2 to Fri 6 March",
        "Compositing moved up to 1st because Mai released Title sequence",
    ]


def test_a_phase_that_is_pushed_tells_what_pushed_it():
    desk = Desk()
    ends = {"from_phase_id": PHASES[0], "to_phase_id": PHASES[1]}
    desk.do("dependency.add", ends)
    for number, day_ in enumerate((MON, TUE)):
        place = {"start": at(day_, 8), "end": at(day_, 17)}
        desk.do("phase.edit", {"phase_id": PHASES[number], **place})
    before = desk.state
    events = desk.do("phase.move", {"phase_id": PHASES[0], "start": at(WED, 8)})
    names = {PHASES[0]: "Comp", PHASES[1]: "Grade"}
    said = [tell(scene(e, find(before, e.kind, entity_of(e).id), phases=names)) for e in events]
    assert said == [
        "Mai moved Phase 0 from Mon 2 to Wed 4 March",
        "Mai moved Phase 1 from Tue 3 to Thu 5 March because it waits for Comp",
    ]


def test_a_project_that_is_moved_tells_by_how_much():
    desk = Desk()
    desk.do("project.edit", {"project_id": PROJECT, "start": "2026-03-02"})
    desk.do("milestone.add", {"project_id": PROJECT, "name": "Lock", "date": "2026-03-06"})
    events = desk.do("project.shift", {"project_id": PROJECT, "days": -1, "unit": "working_days"})
    assert [tell(scene(e)) for e in events] == [
        "Mai moved Meridian 1 working day earlier",
        "Mai moved Lock to Thu 5 March because Mai moved the whole project",
    ]


def test_the_trade_in_words():
    desk = Desk()
    hold = desk.hold(ADA, MON, TUE, title="Roto")
    assert told(desk, "edit", hold, title="Roto 2") == ["Mai renamed Roto to Roto 2"]
    assert told(desk, "resize", hold, start=at(MON), end=at(FRI)) == [
        "Mai extended Roto 2 from Mon 2 to Tue 3 March to Mon 2 to Thu 5 March"
    ]
    assert told(desk, "counter", hold, by=ARTIST, start=at(TUE), end=at(WED), note="rather") == [
        "Ada proposed Tue 3 March for Roto 2 instead: rather"
    ]
    assert told(desk, "accept", hold, by=ARTIST) == ["Ada accepted Roto 2, which is pencilled now"]
    assert told(desk, "reassign", hold, artist_id=BO) == ["Mai handed Roto 2 from Anna to Jonas"]
    assert told(desk, "confirm", hold) == ["Mai confirmed Roto 2"]
    assert told(desk, "cancel", hold, reason="client pulled it") == [
        "Mai cancelled Roto 2, Mon 2 to Thu 5 March: client pulled it"
    ]


def test_only_some_days():
    desk = Desk()
    hold = desk.hold(ADA, MON, FRI, title="Roto")
    assert told(desk, "release", hold, start=at(WED), end=at(THU)) == [
        "Mai released some days of Roto, which keeps Mon 2 to Tue 3 March",
        "Roto keeps Thu 5 to Fri 6 March as a booking of its own because Mai released the days between",
    ]


def test_the_clock_is_called_so():
    desk = Desk()
    hold = desk.hold(ADA, MON, title="Roto", expires_at=at(MON))
    desk.now = at(WED)
    assert told(desk, "expire", hold, by=SYSTEM) == ["The hold on Roto expired"]


def test_what_a_reader_may_not_know_stays_unnamed():
    desk = Desk()
    first = desk.hold(ADA, MON, title="Secret")
    desk.hold(ADA, MON, title="Mine")
    events = desk.on("release", first)
    assert tell(scene(events[1])) == "Mine moved up to 1st because Mai released another booking"
    [moved] = desk.on("edit", desk.hold(BO, MON), project_id=PROJECT)
    assert tell(scene(moved, projects={})) == "Mai moved a booking to a project"


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ((3, 1, 23), (3, 2, 23), "Mon 2 March"),
        ((3, 1, 23), (4, 2, 22), "Mon 2 March to Thu 2 April"),
        ((3, 2, 8), (3, 2, 17), "Mon 2 March 09:00–18:00"),
        ((3, 2, 8), (3, 3, 17), "Mon 2 March 09:00 to Tue 3 March 18:00"),
    ],
)
def test_dates_by_the_readers_clock(start, end, words):
    (a, b, c), (x, y, z) = start, end
    first, last = datetime(2026, a, b, c, tzinfo=UTC), datetime(2026, x, y, z, tzinfo=UTC)
    assert span(first, last, BERLIN, 2026) == words


def test_the_year_is_said_where_it_is_another():
    day = datetime(2027, 3, 1, 23, tzinfo=UTC)
    assert span(day, day.replace(day=2), BERLIN, 2026) == "Tue 2 March 2027"


def test_ordinals():
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == [
        "1st",
        "2nd",
        "3rd",
        "4th",
        "11th",
        "12th",
        "13th",
        "21st",
        "112th",
    ]


def test_whatever_happens_can_be_told():
    """Random work by random people: sentences for all of it, with nothing of the machine in them."""
    heard = set()
    for seed in range(12):
        rng, studio = random.Random(seed), Tenancy()
        known: dict[Key, Entity] = {}
        for _ in range(90):
            outcome = studio.step(random_action(rng))
            if not isinstance(outcome, Accepted):
                continue
            for event in outcome.events:
                entity = entity_of(event)
                before = known.get(key_of(entity))
                one = scene(event, before, by=OWNER)
                sentence = tell(one)
                heard.add(event.type)
                assert sentence
                assert not sentence.endswith(".")
                assert sentence[0] == sentence[0].upper()
                assert "None" not in sentence
                assert not re.search(r"[0-9a-f]{8}-|\{|_", sentence), sentence
                changes_of(before, entity)
                known[key_of(entity)] = entity
    assert len(heard) > 35, sorted(set(EVENTS) - heard)


def test_scenarios_in_words():
    desk = Desk()
    plan = {"scenario_id": ident("plan")}
    one, other = desk.hold(ADA, MON, title="Roto"), desk.hold(BO, MON, title="Comp")
    titles = {one: "Roto", other: "Comp"}

    def said(op: str, args: dict[str, Any], **names: Any) -> list[str]:
        before = desk.state
        events = desk.do(op, args)
        known = {"bookings": titles, **names}
        return [tell(scene(e, find(before, e.kind, entity_of(e).id), **known)) for e in events]

    assert said("scenario.add", {"id": ident("plan"), "name": "Plan A"}) == ["Mai opened the scenario Plan A"]
    assert said("scenario.edit", {**plan, "name": "Plan B"}) == ["Mai renamed the scenario Plan A to Plan B"]
    moved = {"action": "move", "booking_id": one, **days(TUE), "reason": "the client asked"}
    drawn = [moved, {"action": "end", "booking_id": other}]
    assert said("scenario.change", {**plan, "changes": drawn}) == [
        "Mai drew a move of Roto in a scenario",
        "Mai drew an end of Comp in a scenario",
        "Mai drew 2 changes in the scenario Plan B",
    ]
    assert said("scenario.rebase", plan)[-1] == "Mai held the scenario Plan B against the schedule"
    to_staff = said("scenario.commit", plan, scenarios={ident("plan"): "Plan B"})
    assert to_staff[0] == "Mai committed the scenario Plan B: 1 booking moved and 1 booking ended"
    assert "Mai moved Roto from Mon 2 to Tue 3 March because Mai committed Plan B" in to_staff[2]
    assert said("history.undo", {"command_id": desk.last})[-1] == "Mai opened the scenario Plan B again"
    desk.do("scenario.rebase", {**plan, "take": {str(one): "mine", str(other): "mine"}})
    assert " because the plan changed" in said("scenario.commit", plan)[2]
