"""Plans of studios whose people live far apart, judged by their clocks and by the studio's own rules."""

from __future__ import annotations

import math

import pytest

from scheduling.solver.asks import Absence
from tests.harness.abroad import Abroad


@pytest.mark.parametrize("seed", range(16))
def test_everybody_works_full_half_days_of_their_own_in_order_and_the_plan_can_be_committed(seed):
    studio = Abroad(seed)
    found = studio.plan(seed)
    touched = studio.commit(found)
    assert list(studio.faults(touched)) == []
    left = {u.phase_id for u in found.unplaced}
    for phase_id in set(studio.phases) - left:
        phase = studio.desk.state.phases[phase_id]
        booked = studio.live(phase_id)
        assert len(booked) == len(phase.skills)
        assert {studio.halves(b) for b in booked} == {math.ceil(phase.duration_hours / 4)}
    assert all(u.reason.kind in {"no_artist", "too_few"} for u in found.unplaced)


@pytest.mark.parametrize("seed", range(16, 28))
def test_a_repair_hands_work_over_onto_the_other_s_own_days(seed):
    studio = Abroad(seed)
    touched = studio.commit(studio.plan(seed))
    if not touched:
        pytest.fail("nothing was planned: another seed says more")
    first = min(touched, key=lambda b: (b.start, b.id))
    whole = {p: sum(studio.halves(b) for b in studio.live(p)) for p in studio.phases}
    event = Absence(artist_id=first.artist_id, start=first.start, end=first.end)
    found = studio.plan(seed, event)
    moved = studio.commit(found)
    assert list(studio.faults(moved)) == []
    given_up = {u.booking_id for u in found.unplaced}
    for phase_id in studio.phases:
        if not given_up:
            assert sum(studio.halves(b) for b in studio.live(phase_id)) == whole[phase_id]
    away = [b for b in studio.live(first.phase_id) if b.artist_id == first.artist_id]
    assert all(b.end <= event.start or b.start >= event.end for b in away)
