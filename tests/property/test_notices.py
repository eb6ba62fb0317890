"""The laws of notices on the pure core, against a model that is too simple to be wrong.

Rules of docs/subsystems/notifications.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from realtime.masking import Sight, mask
from scheduling.decide import Accepted
from scheduling.events import EntityRef, EventActor, LoggedEvent, entity_of, log
from scheduling.model import Booking, Challenge, Member, Response, Role, TimeOff
from scheduling.notices import Facts, Person, Scene, Told, follow, tell
from scheduling.notices.preferences import Preferences, Quiet
from scheduling.notices.tell import lean
from scheduling.notices.timing import due_of, next_clock, quiet_end
from scheduling.permissions import Actor, event_actor
from server.notices.decider import Closed, Windowing, window_of
from tests.harness.actions import ARTIST, MANAGER, OWNER, SYSTEM, Action, actions, ident, who
from tests.harness.tenancy import Tenancy

RUNS = settings(max_examples=120, deadline=None)
_AFTER_PLACING = ("accept", "accept", "decline", "counter", "move", "move", "release", "confirm")
TRADE = st.builds(
    Action,
    op=st.sampled_from(
        [f"booking.{verb}" for verb in ("place", "place", *_AFTER_PLACING)] + ["history.undo"]
    ),
    actor=st.sampled_from([0, 0, 1, 2, 2]),
    entity=st.integers(0, 3),
    start=st.integers(0, 12),
    length=st.integers(1, 3),
)
"""What a manager and the first artist say to each other about a few bookings."""
STEPS = st.lists(
    st.tuples(st.one_of(actions, TRADE, TRADE), st.sampled_from([False, False, True])),
    min_size=4,
    max_size=40,
)
STAFF = (OWNER, MANAGER)


def account(actor: Actor) -> Member:
    return Member(
        id=actor.id,
        email=f"{actor.name}@northlight.test",
        name=actor.name,
        role=Role(actor.role),
        artist_id=actor.artist_id,
    )


class Window(Struct, kw_only=True):
    """A stretch of a log, and the images before it."""

    events: list[LoggedEvent]
    before: dict[Any, Any]
    now: datetime

    def told(self, bookings: dict[UUID, Booking]) -> tuple[Told, ...]:
        scene = Scene(
            people=tuple(Person(member=account(a)) for a in (OWNER, MANAGER, ARTIST)),
            artists={ident("artist", n): f"Artist {n}" for n in range(3)},
            projects={ident("project"): "Meridian"},
            bookings=bookings,
        )
        return tell(follow(self.events, self.before), scene, self.now)


class History(Struct, kw_only=True):
    """A log in windows, and what the artist saw of it in full."""

    windows: list[Window]
    seen: list[bytes]
    bookings: dict[UUID, Booking]


def history_of(steps: Sequence[tuple[Action, bool]]) -> History:
    """Run the steps; a window ends where a step says so."""
    studio = Tenancy()
    images: dict[Any, Any] = {}
    sight = Sight(artist_id=ARTIST.artist_id)
    found = History(windows=[], seen=[], bookings={})
    window = Window(events=[], before={}, now=studio.now)
    seq = 0
    for action, closes in steps:
        at = len(studio.events)
        outcome = studio.step(action)
        if not isinstance(outcome, Accepted):
            continue
        actor: EventActor = event_actor(who(action))
        for event in studio.events[at:]:
            seq += 1
            logged = log(event, seq=seq, at=studio.now, actor=actor, command_id=ident("command", seq))
            body = msgspec.json.encode(logged)
            sight, shown = mask(sight, logged, body)
            found.seen += [one for one in shown if one == body]
            entity = entity_of(event)
            if isinstance(entity, Booking | Challenge | TimeOff):
                key = (logged.entity.kind, logged.entity.id)
                if key in images:
                    window.before.setdefault(key, images[key])
                elif not any((e.entity.kind, e.entity.id) == key for e in window.events):
                    window.before.pop(key, None)
                window.events.append(logged)
            if isinstance(entity, Booking):
                found.bookings[entity.id] = entity
        window.now = studio.now
        if closes:
            found.windows.append(window)
            remember(window, images)
            window = Window(events=[], before={}, now=studio.now)
    found.windows.append(window)
    return found


def remember(window: Window, images: dict[Any, Any]) -> None:
    for logged in window.events:
        data: dict[str, Any] = msgspec.json.decode(logged.data)
        kind: Any = {"booking": Booking, "challenge": Challenge, "time_off": TimeOff}[logged.entity.kind]
        images[(logged.entity.kind, logged.entity.id)] = msgspec.convert(data[logged.entity.kind], kind)


def booking_in(logged: LoggedEvent) -> Booking:
    return msgspec.convert(msgspec.json.decode(logged.data)["booking"], Booking)


@RUNS
@given(STEPS)
def test_nobody_is_told_twice_of_a_booking_in_a_window(steps: list[tuple[Action, bool]]) -> None:
    """[N1]"""
    history = history_of(steps)
    for window in history.windows:
        told = [(one.member_id, one.facts.subject) for one in window.told(history.bookings)]
        assert len(told) == len(set(told))


@RUNS
@given(STEPS)
def test_an_artist_is_told_only_what_the_live_feed_shows_them(steps: list[tuple[Action, bool]]) -> None:
    """[N3] Each image is one that masking passed in full, and nothing names another booking or artist."""
    history = history_of(steps)
    shown = [booking_in(e) for e in map(_logged, history.seen) if e.entity.kind == "booking"]
    visible = [lean(booking) for booking in shown]
    others = [str(ident("artist", n)) for n in (1, 2)]
    for window in history.windows:
        for one in window.told(history.bookings):
            if one.member_id != ARTIST.id:
                continue
            facts = one.facts
            assert facts.for_artist
            assert facts.artist_id == ARTIST.artist_id
            for image in (facts.before, facts.after):
                assert image is None or image in visible
            text = msgspec.json.encode(facts).decode()
            assert not any(artist in text for artist in others)
            if facts.time_off is None:
                named = {str(b) for b in history.bookings if str(b) in text}
                assert named <= {str(facts.booking.id)}


@RUNS
@given(STEPS)
def test_what_came_and_went_is_not_told_and_what_stayed_is(steps: list[tuple[Action, bool]]) -> None:
    """[N2] The net effect, against first image and last."""
    history = history_of(steps)
    for window in history.windows:
        told = {
            o.facts.subject[1]: o.facts for o in window.told(history.bookings) if o.member_id == ARTIST.id
        }
        for booking_id, events in _by_booking(window).items():
            _check_artist(window, events, told.get(booking_id))


def _check_artist(window: Window, events: list[LoggedEvent], told: Facts | None) -> None:
    first = window.before.get(("booking", events[0].entity.id))
    was, now = _own(first), _own(booking_in(events[-1]))
    hands = {e.actor.id for e in events}
    answered = any(e.type.startswith("booking.counter_") for e in events)
    ahead = max(b.end for b in (first, booking_in(events[-1])) if b is not None) > window.now
    if was is None and now is None:
        assert told is None, "came and went"
    elif was is not None and now is not None and _standing(was) == _standing(now) and not answered:
        assert told is None, "moved and moved back"
    elif hands == {ARTIST.id}:
        assert told is None, "their own doing"
    elif ahead and ARTIST.id not in hands:
        fresh = was is None and first is None and SYSTEM.id in hands
        if (was is None) != (now is None) and not fresh:
            assert told is not None, "asked for, or gone"
        if was is not None and now is not None and (was.start, was.end) != (now.start, now.end):
            assert told is not None, "moved by somebody else"


@RUNS
@given(STEPS)
def test_staff_hears_every_no_and_nothing_of_their_own_doing(steps: list[tuple[Action, bool]]) -> None:
    """[N4]"""
    history = history_of(steps)
    for window in history.windows:
        told = {(o.member_id, o.facts.subject[1]): o.facts.kind for o in window.told(history.bookings)}
        doers = {e.actor.id for e in window.events}
        for person in STAFF:
            if doers <= {person.id}:
                assert not [key for key in told if key[0] == person.id]
        for booking_id, events in _by_booking(window).items():
            last = events[-1]
            before = window.before.get(("booking", booking_id))
            if last.type not in {"booking.declined", "booking.withdrawn"} or last.actor.id != ARTIST.id:
                continue
            booking = booking_in(last)
            if booking.end > window.now and (before is None or before.live):
                makers = [p.id for p in STAFF if p.id == booking.created_by] or [p.id for p in STAFF]
                kind = last.type.removeprefix("booking.")
                assert all(told[person, booking_id] == kind for person in makers)


def _logged(body: bytes) -> LoggedEvent:
    return msgspec.json.decode(body, type=LoggedEvent)


def _by_booking(window: Window) -> dict[UUID, list[LoggedEvent]]:
    found: dict[UUID, list[LoggedEvent]] = {}
    for logged in window.events:
        if logged.entity.kind == "booking":
            found.setdefault(logged.entity.id, []).append(logged)
    return found


def _own(booking: Booking | None) -> Booking | None:
    return booking if booking is not None and booking.live and booking.artist_id == ARTIST.artist_id else None


def _standing(booking: Booking) -> tuple[Any, ...]:
    said_yes = booking.response is Response.ACCEPTED
    return booking.start, booking.end, booking.status, said_yes, booking.counter, booking.rank


# -- windows ---------------------------------------------------------------------------------

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def _event(seq: int, at: datetime, kind: str) -> LoggedEvent:
    entity: Any = {"kind": kind, "id": ident("e", seq), "version": 1}
    return LoggedEvent(
        seq=seq,
        at=at,
        type=f"{kind}.placed",
        actor=EventActor(kind="system"),
        command_id=ident("c", seq),
        entity=msgspec.convert(entity, EntityRef),
        data=msgspec.Raw(b"{}"),
    )


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-3, 40), st.sampled_from(["booking", "project"])), min_size=1, max_size=30
    ),
    st.integers(0, 20),
    st.integers(0, 60),
)
def test_windows_share_the_log_out_without_a_gap(
    steps: list[tuple[int, str]], still: int, longest: int
) -> None:
    """[N1] However clocks jump, each event is in one window, and a window that is over stays what it was."""
    windowing = Windowing(still=timedelta(seconds=still), longest=timedelta(seconds=longest))
    at, events = NOON, []
    for seq, (seconds, kind) in enumerate(steps, start=1):
        at += timedelta(seconds=seconds)
        events.append(_event(seq, at, kind))
    late, told, rest = at + timedelta(hours=1), [], events
    while rest:
        window = window_of(rest, windowing, late, full=False)
        assert isinstance(window, Closed)
        assert window.seq >= rest[0].seq
        told += [e.seq for e in window.events]
        rest = [e for e in rest if e.seq > window.seq]
    assert told == [e.seq for e in events if e.entity.kind == "booking"]


# -- when ------------------------------------------------------------------------------------

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Havana"]
CLOCKS = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@settings(max_examples=300, deadline=None)
@given(
    now=MOMENTS,
    start=CLOCKS,
    end=CLOCKS,
    digest=CLOCKS,
    zone=st.sampled_from(ZONES),
    how=st.sampled_from(["at_once", "digest"]),
)
def test_nothing_goes_out_in_quiet_hours_and_nothing_waits_longer_than_two_days(
    *, now: datetime, start: str, end: str, digest: str, zone: str, how: Any
) -> None:
    """[N7]"""
    quiet = Quiet(start=start, end=end) if start != end else None
    wishes = Preferences(quiet=quiet, digest_at=digest)
    due = due_of(how, wishes, zone, now)
    assert due is not None
    assert now <= due.at <= now + timedelta(days=2, hours=3)
    assert due.slot == (due.at if due.at > now else None)
    if quiet is not None:
        assert quiet_end(quiet, zone, due.at) is None or _nothing_is_loud(quiet, zone, due.at)


def _nothing_is_loud(quiet: Quiet, zone: str, at: datetime) -> bool:
    """Where the clocks jump over the whole of the waking time, the end of the night begins the next."""
    end = quiet_end(quiet, zone, at)
    return end is not None and end - at < timedelta(days=1) and quiet.end <= quiet.start


@settings(max_examples=300, deadline=None)
@given(MOMENTS, CLOCKS, st.sampled_from(ZONES))
def test_a_digest_comes_when_the_clock_shows_its_hour(now: datetime, clock: str, zone: str) -> None:
    """[N7] Once a day, also on the days that clocks change."""
    at = next_clock(clock, zone, now)
    shown = at.astimezone(ZoneInfo(zone))
    assert now < at <= now + timedelta(hours=26)
    skipped = shown.utcoffset() != (at - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).utcoffset()
    assert f"{shown:%H:%M}" == clock or skipped


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-03-28T22:30:00Z", "2026-03-29T05:00:00Z"),  # the night the clocks jump: 7 is an hour sooner
        ("2026-10-24T22:30:00Z", "2026-10-25T06:00:00Z"),  # the night that has an hour twice
        ("2026-07-01T20:30:00Z", "2026-07-02T05:00:00Z"),
    ],
)
def test_quiet_hours_end_by_the_clock_on_the_wall(now: str, due: str) -> None:
    """[N7]"""
    wishes = Preferences(quiet=Quiet(start="22:00", end="07:00"))
    found = due_of("at_once", wishes, "Europe/Berlin", datetime.fromisoformat(now))
    assert found is not None
    assert found.at == datetime.fromisoformat(due)
