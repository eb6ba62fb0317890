"""Who may ask for what: the table of roles, operation by operation.

Rules P1 of docs/subsystems/domain.md.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from scheduling.commands import COMMANDS
from scheduling.permissions import Actor
from scheduling.refusals import Refused
from tests.harness.desk import (
    ADA,
    ARTIST,
    BO,
    CY,
    FRI,
    MANAGER,
    MON,
    NOWHERE,
    OWNER,
    PHASES,
    PROJECT,
    SYSTEM,
    THU,
    WED,
    Desk,
    days,
    ident,
)

OWNERS_ONLY = {"member.add", "member.edit", "tenant.edit"}
CLOCKS_ONLY = {"booking.expire", "challenge.lapse"}
ANSWERS = {"booking.accept", "booking.decline", "booking.withdraw", "booking.counter"}
OWN_RECORD = {"artist.edit", "history.undo", "time_off.request", "time_off.cancel"}

ROLES: dict[str, Actor] = {"owner": OWNER, "manager": MANAGER, "artist": ARTIST, "system": SYSTEM}


def may(role: str, op: str) -> bool:
    """The table, in one place."""
    if role == "system":
        return True
    if op in CLOCKS_ONLY:
        return False
    if role == "artist":
        return op in ANSWERS | OWN_RECORD
    return role == "owner" or op not in OWNERS_ONLY


def everything_possible(desk: Desk, actor: Actor) -> dict[str, dict[str, Any]]:
    """Arguments under which each operation succeeds for whoever may ask for it."""
    hold = desk.hold(ADA, WED, expires_at=desk.now)
    edited = desk.hold(BO, THU)
    then = len(desk.events)
    desk.on("edit", edited, title="other")
    accepted = desk.hold(ADA, WED)
    desk.on("accept", accepted)
    confirmed, pencil = desk.confirmed(BO, WED), desk.pencil(BO, FRI)
    desk.do("dependency.add", {"id": ident("tie"), "from_phase_id": PHASES[0], "to_phase_id": PHASES[1]})
    mark = {"id": ident("mark"), "project_id": PROJECT, "name": "Lock", "date": "2026-03-05"}
    desk.do("milestone.add", mark)
    desk.do("artist.edit", {"artist_id": ADA, "zone": "Asia/Tokyo"}, by=actor)
    own = desk.last
    of = {"booking_id": hold}
    countered, challenged = desk.hold(ADA, FRI), desk.hold(CY, WED)
    desk.on("counter", countered, **days(THU))
    challenger, other = desk.hold(CY, WED), desk.hold(CY, WED)
    time_off = {"time_off_id": desk.ask_off(ADA, MON)}
    mornings = {"first": "2026-06-01", "freq": "daily", "count": 3, "part": "am"}
    series = {"series_id": ident("series")}
    desk.do("series.place", {"id": ident("series"), "artist_id": CY, "pattern": mornings})
    drawn = [{"action": "end", "booking_id": countered}]
    desk.do("scenario.add", {"id": ident("plan"), "name": "Plan B", "changes": drawn})
    plan = {"scenario_id": ident("plan")}
    challenge = {"challenge_id": desk.challenge(challenger)}
    desk.now += timedelta(hours=24)
    return {
        "booking.place": {"artist_id": ADA, **days(FRI)},
        "booking.move": {**of, **days(FRI)},
        "booking.resize": {**of, **days(WED, FRI)},
        "booking.reassign": {**of, "artist_id": ident("artist", 2)},
        "booking.edit": {**of, "title": "Shot 12"},
        "booking.accept": of,
        "booking.decline": of,
        "booking.withdraw": {"booking_id": accepted},
        "booking.counter": {**of, **days(FRI)},
        "booking.answer_counter": {"booking_id": countered, "take": False},
        "booking.confirm": {"booking_id": pencil},
        "booking.release": of,
        "booking.cancel": {"booking_id": confirmed, "reason": "client pulled it"},
        "booking.expire": of,
        "artist.add": {"name": "Xia"},
        "artist.edit": {"artist_id": ADA, "zone": "Europe/Oslo"},
        "artist.archive": {"artist_id": BO},
        "project.add": {"name": "Yonder"},
        "project.edit": {"project_id": PROJECT, "name": "Yonder"},
        "project.archive": {"project_id": PROJECT},
        "project.shift": {"project_id": PROJECT, "days": 3},
        "phase.add": {"project_id": PROJECT, "name": "Comp", "duration_hours": 8},
        "phase.edit": {"phase_id": PHASES[0], "progress": 50},
        "phase.move": {"phase_id": PHASES[0], "start": days(WED)["start"]},
        "phase.delete": {"phase_id": PHASES[0]},
        "dependency.add": {"from_phase_id": PHASES[1], "to_phase_id": PHASES[2]},
        "dependency.edit": {"dependency_id": ident("tie"), "lag_hours": 4},
        "dependency.delete": {"dependency_id": ident("tie")},
        "milestone.add": {"project_id": PROJECT, "name": "Delivery", "date": "2026-03-06"},
        "milestone.edit": {"milestone_id": ident("mark"), "done": True},
        "milestone.delete": {"milestone_id": ident("mark")},
        "member.add": {"email": "zoe@northlight.test", "name": "Zoe", "role": "freelancer"},
        "member.edit": {"member_id": ARTIST.id, "name": "Ada L."},
        "tenant.edit": {"name": "Southlight"},
        "challenge.open": {"booking_id": other},
        "challenge.answer": {**challenge, "booking_id": challenged, "answer": "release"},
        "challenge.withdraw": challenge,
        "challenge.lapse": {**challenge, "booking_id": challenged},
        "time_off.request": {"artist_id": ADA, **days(FRI)},
        "time_off.answer": {**time_off, "answer": "approve"},
        "time_off.cancel": time_off,
        "series.place": {"artist_id": ADA, "pattern": mornings},
        "series.edit": {**series, "title": "Rig tests"},
        "series.release": series,
        "scenario.add": {"name": "Plan C"},
        "scenario.edit": {**plan, "name": "Plan D"},
        "scenario.change": {**plan, "changes": [{"action": "end", "booking_id": edited}]},
        "scenario.drop_change": {**plan, "booking_ids": [countered]},
        "scenario.rebase": plan,
        "scenario.commit": plan,
        "scenario.discard": plan,
        "history.undo": {"command_id": own},
        "history.restore": {"to": then, "kind": "booking", "entity_id": edited},
    }


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("op", sorted(set(COMMANDS) - {"bulk.apply"}))
def test_each_role_may_do_what_the_table_says(role: str, op: str) -> None:
    desk = Desk()
    actor = ROLES[role]
    args = everything_possible(desk, actor)[op]
    if may(role, op):
        assert desk.do(op, args, by=actor)
    else:
        desk.refused("forbidden", op, args, by=actor)


def test_a_refusal_names_who_may() -> None:
    desk = Desk()
    refused = desk.refused("forbidden", "tenant.edit", {"name": "Southlight"}, by=MANAGER)
    assert refused.message == "Only the studio's owner may use tenant.edit."
    refused = desk.refused("forbidden", "project.add", {"name": "Yonder"}, by=ARTIST)
    assert refused.message == "Artists may not use project.add."


# -- what artists may know of ------------------------------------------------------------


@pytest.mark.parametrize("verb", ["accept", "decline", "withdraw", "counter"])
def test_others_bookings_look_like_none_to_an_artist(verb: str) -> None:
    """An id cannot be probed: what is not yours is answered as what does not exist."""
    desk = Desk()

    def shape(refused: Refused, booking_id: UUID) -> tuple[str, object]:
        return refused.message.replace(str(booking_id), "…"), refused.data

    others, args = desk.hold(BO, WED), days(FRI) if verb == "counter" else {}
    real = desk.refuse_on("not_found", verb, others, by=ARTIST, **args)
    invented = desk.refuse_on("not_found", verb, NOWHERE, by=ARTIST, **args)
    assert shape(real, others) == shape(invented, NOWHERE)


def test_an_artist_without_a_record_has_no_bookings() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED)
    unlinked = Actor(kind="member", id=ident("u"), name="Uma", role="freelancer", tenant_id=ARTIST.tenant_id)
    desk.refuse_on("not_found", "accept", booking, by=unlinked)
    desk.refused("not_found", "artist.edit", {"artist_id": ADA, "zone": "UTC"}, by=unlinked)


def test_another_artists_record_looks_like_none() -> None:
    desk = Desk()
    desk.refused("not_found", "artist.edit", {"artist_id": BO, "zone": "UTC"}, by=ARTIST)


@pytest.mark.parametrize(
    "fields",
    [
        {"skills": [{"name": "compositing"}]},
        {"zone": "Europe/Oslo"},
        {"working_hours": [{"day": 0, "start": "10:00", "end": "16:00"}]},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_artists_keep_their_own_availability_and_skills(fields: dict[str, Any]) -> None:
    assert Desk().do("artist.edit", {"artist_id": ADA, **fields}, by=ARTIST)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "The Great Ada"},
        {"rate": {"amount": 9999, "currency": "EUR"}},
        {"active": False},
        {"tags": ["star"]},
        {"notes": ""},
        {"zone": "Europe/Oslo", "email": "ada@elsewhere.test"},
    ],
    ids=min,
)
def test_the_rest_of_their_record_is_the_studios(fields: dict[str, Any]) -> None:
    refused = Desk().refused("forbidden", "artist.edit", {"artist_id": ADA, **fields}, by=ARTIST)
    assert (fields.keys() - {"zone"}).pop() in refused.message
