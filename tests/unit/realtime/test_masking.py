"""What an artist sees: their own, and "busy". Whatever happens, nothing else gets through."""

from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.connections import Audience
from realtime.log_reader import Position
from realtime.masking import Sight, mask, sight_of
from realtime.snapshots import Loaded, _build
from scheduling.events import (
    ArtistEdited,
    BookingEdited,
    BookingMoved,
    BookingPlaced,
    Cause,
    EventActor,
    MemberEdited,
    MilestoneAdded,
    PhaseAdded,
    ProjectEdited,
    ScenarioAdded,
    ScenarioChangeAdded,
    ScenarioCommitted,
    TimeOffApproved,
    TimeOffCancelled,
    TimeOffRefused,
    TimeOffReopened,
    TimeOffRequested,
    TimeOffRestored,
    TimeOffWithdrawn,
    log,
)
from scheduling.model import (
    Artist,
    Booking,
    Member,
    Milestone,
    OffState,
    Phase,
    Project,
    Rate,
    Role,
    Scenario,
    ScenarioChange,
    Status,
    TimeOff,
    with_changes,
)
from scheduling.state import State
from tests.harness.actions import ARTIST, TENANT, actions, ident
from tests.harness.replica import Replica
from tests.harness.tenancy import Tenancy

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
SECRETS = ("SECRET-TITLE", "SECRET-NOTES", "SECRET-NAME", "secret@example.org", "SECRET-TAG", "987654.25")
ME, OTHER = uuid4(), uuid4()
MINE, THEIRS = uuid4(), uuid4()


def logged(event, seq=1):
    actor = EventActor(kind="member", id=uuid4(), name="Mai")
    return log(event, seq=seq, at=NOW, actor=actor, command_id=uuid4())


def see(event, sight=None):
    """What the artist `ME` gets of an event, decoded."""
    entry = logged(event)
    sight, seen = mask(sight or Sight(artist_id=ME), entry, msgspec.json.encode(entry))
    return sight, [msgspec.json.decode(body) for body in seen]


def booking(artist_id, **fields):
    return Booking(
        **{
            "id": uuid4(),
            "artist_id": artist_id,
            "start": NOW,
            "end": NOW.replace(hour=18),
            "title": "SECRET-TITLE",
            "notes": "SECRET-NOTES",
            "created_at": NOW,
            "updated_at": NOW,
            "rank": 2,
            **fields,
        }
    )


def project(project_id=MINE, **fields):
    return Project(id=project_id, name="Meridian", client="Acme", notes="SECRET-NOTES", **fields)


def test_others_bookings_are_taken_time_and_nothing_else():
    """[M1] [M4]"""
    theirs = booking(OTHER, project_id=THEIRS, status=Status.CONFIRMED, version=4)
    _, (event,) = see(BookingEdited(booking=theirs, changed=("title",), reason="SECRET-NOTES"))
    assert event == {
        "seq": 1,
        "at": "2026-03-02T08:00:00Z",
        "type": "booking.masked",
        "actor": {"kind": "hidden"},
        "entity": {"kind": "booking", "id": str(theirs.id), "version": 4},
        "data": {
            "booking": {
                "id": str(theirs.id),
                "artist_id": str(OTHER),
                "start": "2026-03-02T08:00:00Z",
                "end": "2026-03-02T18:00:00Z",
                "status": "busy",
                "version": 4,
            }
        },
    }


def test_others_ended_bookings_are_free():
    """[M1]"""
    _, (event,) = see(BookingEdited(booking=booking(OTHER, status=Status.DECLINED)))
    assert event["data"]["booking"]["status"] == "free"


def test_own_bookings_are_seen_whole_with_their_project():
    """[M1] [M3]"""
    sight = sight_of(ME, [], [project()])
    own = booking(ME, project_id=MINE)
    sight, (shown, event) = see(BookingPlaced(booking=own), sight)
    assert event["actor"]["name"] == "Mai"
    assert event["data"]["booking"]["title"] == "SECRET-TITLE"
    assert shown["type"] == "project.shown"
    assert shown["seq"] == event["seq"]
    assert shown["data"]["project"] == {
        "id": str(MINE),
        "name": "Meridian",
        "colour": "#4f7cac",
        "status": "active",
        "version": 1,
    }


def test_a_project_is_seen_while_a_live_booking_of_ones_own_belongs_to_it():
    """[M3]"""
    own = booking(ME, project_id=MINE)
    sight, seen = see(ProjectEdited(project=project()))
    assert seen == []
    sight, _ = see(BookingPlaced(booking=own), sight)
    sight, seen = see(ProjectEdited(project=project(colour="#000000", version=2)), sight)
    assert [e["data"]["project"]["colour"] for e in seen] == ["#000000"]
    assert "Acme" not in str(seen)
    sight, _ = see(BookingEdited(booking=with_changes(own, status=Status.RELEASED)), sight)
    _, seen = see(ProjectEdited(project=project(version=3)), sight)
    assert seen == []


def test_a_booking_that_went_to_somebody_else_becomes_taken_time():
    """[M1] [M3]"""
    own = booking(ME, project_id=MINE)
    sight, _ = see(BookingPlaced(booking=own), sight_of(ME, [], [project()]))
    sight, (event,) = see(BookingEdited(booking=with_changes(own, artist_id=OTHER)), sight)
    assert event["data"]["booking"]["status"] == "busy"
    assert not sight.sees_project(MINE)


def test_people_are_names():
    """[M2]"""
    artist = Artist(id=OTHER, name="Ben", rate=Rate(amount=1, currency="EUR"), tags=("SECRET-TAG",))
    _, (event,) = see(ArtistEdited(artist=artist, changed=("rate",)))
    assert event["data"] == {
        "artist": {"id": str(OTHER), "name": "Ben", "zone": "UTC", "active": True, "version": 1}
    }
    _, (event,) = see(ArtistEdited(artist=with_changes(artist, id=ME)))
    assert event["data"]["artist"]["rate"] == {"amount": 1.0, "currency": "EUR"}
    member = Member(id=OTHER, email="secret@example.org", name="Ben", role=Role.MANAGER, artist_id=ME)
    _, (event,) = see(MemberEdited(member=member))
    assert event["data"] == {"member": {"id": str(OTHER), "name": "Ben", "role": "studio_manager"}}


def test_phases_and_milestones_are_not_seen():
    """[M2]"""
    _, seen = see(PhaseAdded(phase=Phase(id=uuid4(), project_id=MINE, name="x", duration_hours=1)))
    assert seen == []
    milestone = Milestone(id=uuid4(), project_id=MINE, name="x", date=NOW.date())
    assert see(MilestoneAdded(milestone=milestone))[1] == []


def test_scenarios_are_not_seen_nor_named_by_what_they_make():
    """[M6]"""
    plan = Scenario(id=uuid4(), name="SECRET-NAME", created_at=NOW, updated_at=NOW)
    change = ScenarioChange(id=uuid4(), scenario_id=plan.id, action="end", booking_id=uuid4(), artist_id=ME)
    assert see(ScenarioAdded(scenario=plan))[1] == []
    assert see(ScenarioCommitted(scenario=plan))[1] == []
    assert see(ScenarioChangeAdded(scenario_change=change))[1] == []
    cause = Cause(kind="scenario", entity_id=plan.id)
    told = [
        see(BookingMoved(booking=booking(artist_id), changed=("start",), cause=cause, reason="moved up"))[1]
        for artist_id in (ME, OTHER)
    ]
    assert [event["type"] for [event] in told] == ["booking.moved", "booking.masked"]
    assert str(plan.id) not in str(told)
    assert told[0][0]["data"]["reason"] == "moved up"


def off(artist_id, state="approved"):
    return TimeOff(
        id=uuid4(),
        artist_id=artist_id,
        start=NOW,
        end=NOW.replace(hour=18),
        state=OffState(state),
        note="SECRET-NOTES",
        reason="SECRET-NAME",
        created_at=NOW,
        updated_at=NOW,
    )


def test_ones_own_time_off_is_seen_whole():
    _, [event] = see(TimeOffRequested(time_off=off(ME, "requested")))
    assert (event["type"], event["data"]["time_off"]["note"]) == ("time_off.requested", "SECRET-NOTES")


def test_others_time_off_is_time_away_once_approved():
    _, [event] = see(TimeOffApproved(time_off=off(OTHER), reason="SECRET-NAME"))
    assert event["type"] == "time_off.masked"
    assert event["data"]["time_off"].keys() == {"id", "artist_id", "start", "end", "state", "version"}
    assert "SECRET" not in str(event)


@pytest.mark.parametrize(
    "event",
    [
        TimeOffRequested(time_off=off(OTHER, "requested")),
        TimeOffRefused(time_off=off(OTHER, "refused")),
        TimeOffWithdrawn(time_off=off(OTHER, "cancelled")),
        TimeOffRestored(time_off=off(OTHER, "requested")),
    ],
    ids=lambda event: event.type,
)
def test_what_others_only_asked_for_is_not_seen(event):
    assert see(event)[1] == []


@pytest.mark.parametrize("event", [TimeOffCancelled, TimeOffReopened])
def test_others_time_that_is_free_again_is_gone(event):
    state = "cancelled" if event is TimeOffCancelled else "requested"
    _, [seen] = see(event(time_off=off(OTHER, state)))
    assert seen["data"]["time_off"]["state"] == "cancelled"


def test_an_account_without_an_artist_owns_nothing():
    """[M1] A missing artist is not everybody's artist."""
    sight, (event,) = see(BookingPlaced(booking=booking(OTHER, project_id=MINE)), Sight(artist_id=None))
    assert event["type"] == "booking.masked"
    assert not sight.own


# -- whole histories -------------------------------------------------------------------------


def loaded(state: State, seq: int) -> Loaded:
    def ordered(entities):
        return tuple(sorted(entities.values(), key=lambda e: e.id))

    live = {key: b for key, b in state.bookings.items() if b.live}
    return Loaded(
        position=Position(epoch=ident("epoch"), seq=seq),
        loaded_at=0,
        tenant=state.tenant,
        members=ordered(state.members),
        artists=ordered(state.artists),
        projects=ordered(state.projects),
        phases=ordered(state.phases),
        dependencies=ordered(state.dependencies),
        milestones=ordered(state.milestones),
        bookings=ordered(live),
        challenges=tuple(c for c in ordered(state.challenges) if c.closed_at is None),
        times_off=tuple(t for t in ordered(state.times_off) if t.live),
        scenarios=tuple(s for s in ordered(state.scenarios) if s.open),
        scenario_changes=ordered(state.scenario_changes),
    )


def snapshot_of(state, seq, audience):
    snapshot = _build(loaded(state, seq), audience)
    pages = [msgspec.json.decode(page) for page in snapshot.pages]
    merged = {"tenant": pages[0]["state"]["tenant"]}
    for page in pages:
        for kind, records in page["state"].items():
            if kind != "tenant":
                merged.setdefault(kind, []).extend(records)
    return snapshot, merged


def marked(event):
    """The event with secrets in everything that may be secret."""
    entity = getattr(event, event.kind)
    secrets: dict[str, dict[str, Any]] = {
        "booking": {"title": "SECRET-TITLE", "notes": "SECRET-NOTES", "reason": "SECRET-NOTES"},
        "artist": {
            "email": "secret@example.org",
            "notes": "SECRET-NOTES",
            "tags": ("SECRET-TAG",),
            "rate": Rate(amount=987654.25, currency="EUR"),
        },
        "member": {"email": "secret@example.org"},
        "project": {"client": "SECRET-NAME", "notes": "SECRET-NOTES"},
        "phase": {"name": "SECRET-NAME"},
        "time_off": {"note": "SECRET-NOTES", "reason": "SECRET-NAME"},
        "scenario": {"name": "SECRET-NAME", "note": "SECRET-NOTES"},
        "scenario_change": {"title": "SECRET-TITLE", "note": "SECRET-NOTES", "reason": "SECRET-NAME"},
    }
    secret = secrets.get(event.kind, {})
    return msgspec.structs.replace(event, **{event.kind: with_changes(entity, **secret)})


@settings(max_examples=60, deadline=None)
@given(st.lists(actions, max_size=25), st.integers(0, 25))
def test_snapshot_and_events_are_a_fresh_snapshot_for_staff_and_artists(wishes, cut):
    """[S6] [M3]"""
    tenancy = Tenancy()
    for wish in wishes[:cut]:
        tenancy.step(wish)
    before, begun = tenancy.state, len(tenancy.events)
    for wish in wishes[cut:]:
        tenancy.step(wish)
    for audience in (Audience(True), Audience(False, ARTIST.artist_id), Audience(False, None)):
        snapshot, state = snapshot_of(before, begun, audience)
        replica, sight = Replica(str(ident("epoch")), begun, state), snapshot.sight
        for seq, event in enumerate(tenancy.events[begun:], start=begun + 1):
            body = msgspec.json.encode(logged(event, seq))
            seen: tuple[bytes, ...] = (body,)
            if sight is not None:
                sight, seen = mask(sight, logged(event, seq), body)
            events = [msgspec.json.decode(one) for one in seen]
            replica.receive({"epoch": replica.epoch, "from_seq": seq, "to_seq": seq, "events": events})
        _, fresh = snapshot_of(tenancy.state, len(tenancy.events), audience)
        reached = replica.state()
        if not audience.staff:
            # [M3] a client may keep a project it no longer works on, but must have those it does
            needed = {b.get("project_id") for b in fresh["bookings"]} - {None}
            reached["projects"] = [p for p in reached["projects"] if p["id"] in needed]
        assert reached == fresh


@settings(max_examples=60, deadline=None)
@given(st.lists(actions, max_size=25))
def test_no_byte_of_others_secrets_leaks(wishes):
    """[M5]"""
    tenancy = Tenancy()
    for wish in wishes:
        tenancy.step(wish)
    stranger, numbers = uuid4(), count(1)
    sight = Sight(artist_id=stranger)
    for event in tenancy.events:
        entry = logged(marked(event), next(numbers))
        sight, seen = mask(sight, entry, msgspec.json.encode(entry))
        for body in seen:
            assert not [secret for secret in SECRETS if secret.encode() in body]
            assert b"project_id" not in body
            assert b'"project"' not in body
            assert b"Mai" not in body or event.kind == "member"
    snapshot, _ = snapshot_of(tenancy.state, len(tenancy.events), Audience(False, stranger))
    everything = b"".join(snapshot.pages)
    for found in tenancy.state.bookings.values():
        assert not found.title or found.title.encode() not in everything
    for project_id in tenancy.state.projects:
        assert str(project_id).encode() not in everything
    assert b"@" not in everything
    assert TENANT.name.encode() in everything
