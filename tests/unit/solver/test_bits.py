"""Sets of slots as numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.solver.bits import each, first, runs, span, spans, union

SLOTS = st.sets(st.integers(0, 60), max_size=40)


def number(slots: set[int]) -> int:
    return sum(1 << slot for slot in slots)


@given(SLOTS, st.integers(1, 20))
def test_a_run_is_found_exactly_where_all_its_slots_are_free(free, length):
    expected = [s for s in range(61) if all(s + k in free for k in range(length))]
    assert list(each(runs(number(free), length))) == expected


@given(SLOTS)
def test_spans_are_the_same_slots(free):
    assert union(spans(number(free))) == number(free)
    assert all(a < b for a, b in spans(number(free)))


@pytest.mark.parametrize(("start", "end", "slots"), [(2, 5, [2, 3, 4]), (4, 4, []), (5, 2, [])])
def test_a_span_is_half_open_and_never_negative(start, end, slots):
    assert list(each(span(start, end))) == slots


def test_the_first_of_nothing_is_no_slot():
    assert first(0) == -1
    assert first(0b1000) == 3
