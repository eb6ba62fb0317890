"""Lanes say of everybody at once what the slots of each say alone."""

from __future__ import annotations

import random

import pytest

from scheduling.solver.bits import runs, span
from scheduling.solver.lanes import Lanes


def shifts(length: int) -> list[int]:
    result, have = [], 1
    while have < length:
        result.append(min(have, length - have))
        have += result[-1]
    return result


@pytest.mark.parametrize("seed", range(30))
def test_lanes_find_the_runs_of_each_and_forget_nothing_that_changes(seed):
    draw = random.Random(seed)
    horizon = draw.choice((1, 7, 8, 9, 40, 63, 64, 65))
    free = [draw.getrandbits(horizon) | draw.getrandbits(horizon) for _ in range(12)]
    people = tuple(draw.sample(range(12), k=draw.randint(1, 12)))
    lanes = Lanes(people, horizon)
    for _ in range(6):
        length = draw.randint(1, horizon)
        found = lanes.fits(free, shifts(length))
        alone = {p: runs(free[p], length) for p in people}
        apart = lanes.apart(found)
        for lane, p in enumerate(people):
            own = apart[lane * lanes.bytes : (lane + 1) * lanes.bytes]
            assert int.from_bytes(own, "little") == alone[p]
        union = 0
        for slots in alone.values():
            union |= slots
        assert lanes.anyone(found) == union
        for slot in range(horizon):
            assert lanes.at(found, slot) == [p for p in people if alone[p] >> slot & 1]
        free[draw.choice(people)] = draw.getrandbits(horizon)


def test_what_takes_no_time_fits_everywhere_for_everybody():
    lanes = Lanes((4, 2, 7), 15)
    everywhere = lanes.all(span(0, 16))
    assert lanes.at(everywhere, 15) == [4, 2, 7]
    assert lanes.anyone(everywhere) == span(0, 16)
