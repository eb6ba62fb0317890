"""From a studio's records to answers: allocations, repairs and challenges as changes of bookings."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from uuid import uuid4, uuid5

from msgspec import structs

from scheduling.model import Dependency, Status
from scheduling.refusals import Refused
from scheduling.solver.asks import Absence, Ask, Cancellation, Slip
from scheduling.solver.plan import Plan
from scheduling.solver.planner import Search, answer
from scheduling.solver.told import Best, Outcome
from tests.unit.solver.test_studio import ANNA, BEN, COMP, FILM, MONDAY, NOW, SPOT, at, booked, phase, records

JOB = uuid4()
THIRD = structs.replace(BEN, id=uuid4(), name="Cleo", skills=COMP)


def asked(kind, known, *, end=date(2027, 3, 26), seed=1, start_from=None, **fields) -> Outcome:
    found = tried(kind, known, end=end, seed=seed, start_from=start_from, **fields)
    assert isinstance(found, Outcome), found
    return found


def tried(kind, known, *, end, seed, start_from=None, **fields) -> Outcome | Refused:
    ticks = itertools.count()
    told: list[Best] = []
    ask = Ask(kind=kind, start=MONDAY, end=end, budget_seconds=40, seed=seed, **fields)
    search = Search(
        now=NOW,
        clock=lambda: float(next(ticks)),
        new_id=lambda name: uuid5(JOB, name),
        report=told.append,
        start_from=start_from,
    )
    found = answer(ask, known, search)
    assert isinstance(found, Refused) or told
    return found


def test_the_same_seed_and_ticks_give_the_same_changes():
    known = records(*(phase(f"Shot {n}", 16) for n in range(6)), artists=(ANNA, BEN, THIRD))
    assert asked("allocate", known) == asked("allocate", known)


def test_phases_named_are_planned_and_what_is_booked_stays():
    wanted, other, there = phase("Wanted", 8), phase("Other", 8), phase("There", 8)
    held = booked(ANNA, at(0), at(1), Status.HOLD, project_id=FILM.id, phase_id=there.id)
    known = records(wanted, other, there, bookings=(held,))
    [change] = asked("allocate", known, phase_ids=(wanted.id,)).changes
    assert (change.action, change.phase_id, change.title) == ("place", wanted.id, "Wanted")
    assert change.zone == "Europe/Paris"


def test_a_hold_behind_another_is_a_wish_and_its_phase_is_left_alone():
    waiting = phase("Waiting", 8)
    first = booked(ANNA, at(1), at(2), Status.CONFIRMED, project_id=SPOT.id, rank=1)
    behind = booked(ANNA, at(1), at(2), Status.HOLD, project_id=FILM.id, phase_id=waiting.id, rank=2)
    known = records(waiting, bookings=(first, behind))
    found = asked("allocate", known, phase_ids=(waiting.id,))
    assert found.changes == ()
    [left] = found.unplaced
    assert (left.phase_id, left.reason.kind) == (waiting.id, "set_aside")


def test_what_is_booked_in_parts_holds_back_what_follows_it():
    first, second = phase("Anim", 40), phase("Comp", 8)
    parts = [
        booked(ANNA, at(day), at(day + 1), Status.PENCIL, project_id=FILM.id, phase_id=first.id)
        for day in (0, 3)
    ]
    tie = Dependency(id=uuid4(), project_id=FILM.id, from_phase_id=first.id, to_phase_id=second.id)
    known = records(first, second, bookings=tuple(parts), dependencies=(tie,))
    [change] = asked("allocate", known).changes
    assert change.phase_id == second.id
    assert change.start is not None
    assert change.start >= at(4)


def test_a_booking_on_a_day_off_stays_where_it_is():
    """Slots cannot say it, so nobody may think that it was to be moved."""
    saturday = phase("Weekend", 8)
    known = records(
        saturday,
        bookings=(booked(ANNA, at(4, 12), at(6), Status.HOLD, project_id=FILM.id, phase_id=saturday.id),),
    )
    assert asked("allocate", known).changes == ()


def test_a_reason_speaks_of_names_and_days_and_not_of_ids_and_slots():
    long = phase("Long", 8 * 60)
    [left] = asked("allocate", records(long), end=date(2027, 3, 12)).unplaced
    assert left.reason.kind == "too_long"
    assert "half days" in left.reason.text
    full, late = phase("Full", 8 * 9), phase("Late", 8 * 9)
    sure = booked(ANNA, at(1), at(12), Status.CONFIRMED, project_id=FILM.id, phase_id=full.id)
    known = records(full, late, artists=(ANNA,), bookings=(sure,))
    [left] = asked("allocate", known, end=date(2027, 3, 12)).unplaced
    assert left.reason.kind == "booked"
    assert "Film: Full" in left.reason.text
    assert left.reason.phase_ids == (full.id,)
    assert str(full.id) not in left.reason.text


def test_a_phase_that_somebody_is_missing_for_is_never_passed_over_in_silence():
    two = structs.replace(phase("Two", 8), skills=phase("x", 1).skills * 2)
    one = booked(ANNA, at(1), at(2), Status.HOLD, project_id=FILM.id, phase_id=two.id)
    [left] = asked("allocate", records(two, bookings=(one,))).unplaced
    assert (left.phase_id, left.reason.kind) == (two.id, "set_aside")
    assert left.reason.text.startswith("It is booked with 1 fewer than the 2 it needs")
    nothing = structs.replace(phase("Nothing", 8), skills=())
    [left] = asked("allocate", records(nothing), phase_ids=(nothing.id,)).unplaced
    assert left.reason.text.startswith("It names no skills")


def test_whoever_would_like_to_work_on_a_project_does():
    fan = structs.replace(ANNA, preferred_projects=(FILM.id,))
    spot, film = phase("Spot", 8, SPOT), phase("Film", 8)
    found = asked("allocate", records(spot, film, artists=(fan, BEN)))
    does = {c.phase_id: c.artist_id for c in found.changes}
    assert does == {film.id: ANNA.id, spot.id: BEN.id}


# -- repairs ---------------------------------------------------------------------------------


def test_an_absence_hands_over_what_is_to_come_and_nothing_else_is_touched():
    work = phase("Work", 16)
    hit = booked(ANNA, at(2), at(4), Status.CONFIRMED, project_id=FILM.id, phase_id=work.id)
    other = booked(BEN, at(7), at(8), Status.PENCIL, project_id=SPOT.id)
    known = records(work, bookings=(hit, other))
    event = Absence(artist_id=ANNA.id, start=at(2), end=at(5))
    [change] = asked("repair", known, event=event).changes
    assert (change.action, change.booking_id, change.artist_id) == ("move", hit.id, BEN.id)
    assert (change.start, change.confirmed) == (None, True)


def test_under_somebody_in_another_zone_the_same_days_of_theirs_are_taken():
    east = structs.replace(BEN, zone="Asia/Tokyo")
    work = phase("Work", 16)
    event = Absence(artist_id=ANNA.id, start=at(2), end=at(5))
    days = {"project_id": FILM.id, "phase_id": work.id, "zone": "Europe/Paris"}
    clocked = booked(ANNA, at(2, 9), at(3, 18), Status.HOLD, granularity="time", **days)
    whole = booked(ANNA, at(2), at(4), Status.HOLD, granularity="day", **days)
    known = records(work, artists=(ANNA, east), bookings=(clocked,))
    [change] = asked("repair", known, event=event).changes
    # Midnight in Tokyo is four in the afternoon of the day before in Paris.
    assert (change.artist_id, change.granularity) == (BEN.id, "time")
    assert (change.start, change.end) == (at(1, 16), at(3, 16))
    [change] = asked("repair", structs.replace(known, bookings=(whole,)), event=event).changes
    # Whole days change clocks by themselves.
    assert (change.artist_id, change.start, change.end) == (BEN.id, None, None)


def test_running_work_is_cut_and_its_rest_goes_on_elsewhere():
    work = phase("Work", 40)
    running = booked(
        ANNA, at(0), at(5), Status.CONFIRMED, project_id=FILM.id, phase_id=work.id, zone="Europe/Paris"
    )
    event = Absence(artist_id=ANNA.id, start=at(2), end=at(30))
    found = asked("repair", records(work, bookings=(running,)), event=event)
    cut, rest = sorted(found.changes, key=lambda c: c.action)
    assert (cut.action, cut.booking_id, cut.artist_id, cut.start) == ("move", running.id, None, at(0))
    assert cut.end == at(2)
    assert (rest.action, rest.artist_id, rest.start, rest.end) == ("place", BEN.id, at(2), at(5))
    assert (rest.phase_id, rest.project_id) == (work.id, FILM.id)


def test_where_nobody_can_take_it_it_is_given_up_and_said():
    alone = structs.replace(ANNA, skills=(structs.replace(COMP[0], name="Stereo"),))
    work = structs.replace(
        phase("Work", 16), skills=(structs.replace(phase("x", 1).skills[0], name="stereo"),)
    )
    hit = booked(alone, at(2), at(4), Status.PENCIL, project_id=FILM.id, phase_id=work.id)
    event = Absence(artist_id=alone.id, start=at(0), end=at(30))
    found = asked("repair", records(work, artists=(alone, BEN), bookings=(hit,)), event=event)
    [change] = found.changes
    assert (change.action, change.booking_id) == ("end", hit.id)
    assert [(u.booking_id, u.reason.kind) for u in found.unplaced] == [(hit.id, "left_open")]


def test_a_cancelled_booking_is_somebody_else_s_also_when_it_is_over_already():
    work = phase("Work", 8)
    hit = booked(ANNA, at(2), at(3), Status.CONFIRMED, project_id=FILM.id, phase_id=work.id)
    event = Cancellation(booking_id=hit.id)
    [change] = asked("repair", records(work, bookings=(hit,)), event=event).changes
    assert (change.action, change.artist_id) == ("move", BEN.id)
    gone = structs.replace(hit, status=Status.CANCELLED)
    [change] = asked("repair", records(work, bookings=(gone,)), event=event).changes
    assert (change.action, change.artist_id, change.start) == ("place", BEN.id, at(2))


def test_a_slip_takes_longer_or_begins_later_and_pushes_what_follows():
    first, second = phase("Anim", 8), phase("Comp", 8)
    tie = Dependency(id=uuid4(), project_id=FILM.id, from_phase_id=first.id, to_phase_id=second.id)
    one = booked(ANNA, at(0), at(1), Status.HOLD, project_id=FILM.id, phase_id=first.id, zone="Europe/Paris")
    two = booked(ANNA, at(1), at(2), Status.HOLD, project_id=FILM.id, phase_id=second.id, zone="Europe/Paris")
    known = records(first, second, artists=(ANNA,), bookings=(one, two), dependencies=(tie,))
    longer = {c.booking_id: c for c in asked("repair", known, event=Slip(phase_id=first.id, days=1)).changes}
    assert (longer[one.id].start, longer[one.id].end) == (at(0), at(2))
    assert longer[two.id].start == at(2)
    later = {
        c.booking_id: c for c in asked("repair", known, event=Slip(phase_id=first.id, start=at(2))).changes
    }
    assert (later[one.id].start, later[two.id].start) == (at(2), at(3))


def test_an_event_about_nothing_is_refused():
    work = phase("Work", 8)
    end = date(2027, 3, 26)
    for event in (
        Absence(artist_id=uuid4(), start=at(0), end=at(1)),
        Slip(phase_id=uuid4(), days=1),
        Slip(phase_id=work.id, days=1),
        Cancellation(booking_id=uuid4()),
    ):
        assert isinstance(tried("repair", records(work), end=end, seed=1, event=event), Refused)


# -- challenges ------------------------------------------------------------------------------


def test_another_project_s_hold_is_challenged_by_people_and_stands_in_the_scenario():
    wish = phase("Wish", 32)
    holds = [booked(who, at(1), at(5), Status.HOLD, project_id=SPOT.id, rank=1) for who in (ANNA, BEN)]
    known = records(wish, bookings=tuple(holds))
    found = asked("challenge", known, end=MONDAY + timedelta(days=4), phase_ids=(wish.id,))
    [step] = found.steps
    assert step.kind == "challenge"
    assert step.text.startswith("Challenge Spot of ")
    assert set(step.booking_ids) <= {h.id for h in holds}
    assert [(c.action, c.phase_id) for c in found.changes] == [("place", wish.id)]


def test_a_plan_to_go_on_from_is_not_lost():
    known = records(*(phase(f"Shot {n}", 16) for n in range(4)))
    first = asked("allocate", known)
    again = asked("allocate", known, start_from=Plan(placements=first.best.placements))
    assert again.best.price.total <= first.best.price.total
