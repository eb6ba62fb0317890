"""What an illness, a slip or a cancellation changes: the least, and never the work that was done."""

from __future__ import annotations

import random
import time

import pytest
from msgspec import structs

from scheduling.solver.changes import changes
from scheduling.solver.problem import Craft, Link, Need, Person, Present, Problem, Task, Weights
from scheduling.solver.repair import Absence, Cancelled, Event, Slip, disrupt, patch
from scheduling.solver.search import solve
from scheduling.solver.verify import faults
from tests.harness.small_problems import small
from tests.harness.studio_problem import studio

COMP = (Craft(skill="comp", level=2),)
WEIGHTS = Weights(move_hold=6, move_pencil=20, near=4, nearness=1, stranger=2)


def task(name: str, start: int, who: str, length: int = 4, status="pencil", **fields) -> Task:
    present = Present(start=start, people=(who,), status=status)
    pinned = status == "confirmed"
    need = (Need(skill="comp", level=1),)
    return Task(
        id=name, project="film", duration=length, needs=need, present=present, pinned=pinned, **fields
    )


def problem(*tasks: Task, people: tuple[str, ...] = ("anna", "ben"), links: tuple[Link, ...] = ()) -> Problem:
    named = tuple(Person(id=p, crafts=COMP, price=1) for p in people)
    return Problem(horizon=24, people=named, tasks=tasks, links=links, weights=WEIGHTS)


def repaired(before: Problem, event: Event, now: int = 0):
    after = disrupt(before, event, now=now)
    plan = patch(after)
    assert faults(after, plan) == []
    return {c.task: c for c in changes(after, plan)}, {p.task: p for p in plan.placements}, after, plan


def test_running_work_is_handed_over_and_what_was_done_stays():
    changed, at, _, _ = repaired(
        problem(task("a", 0, "anna")), Absence(person="anna", start=2, end=20), now=2
    )
    assert (at["a"].start, at["a"].end, at["a"].people) == (0, 2, ("anna",))
    assert (at["a~rest"].start, at["a~rest"].end, at["a~rest"].people) == (2, 4, ("ben",))
    assert changed.keys() == {"a~rest"}
    assert changed["a~rest"].kind == "split"
    assert changed["a~rest"].people == ("ben",)


def test_where_nobody_else_can_the_rest_waits_until_they_are_back():
    alone = problem(task("a", 0, "anna"), people=("anna",))
    changed, at, _, _ = repaired(alone, Absence(person="anna", start=2, end=6), now=2)
    assert (at["a~rest"].start, at["a~rest"].people) == (6, ("anna",))
    assert changed["a~rest"].kind == "split"


def test_where_they_do_not_come_back_the_seat_is_left_open_so_there_is_an_answer():
    alone = problem(task("a", 0, "anna"), people=("anna",))
    changed, at, _, plan = repaired(alone, Absence(person="anna", start=2, end=24), now=2)
    assert at["a~rest"].people == (None,)
    assert changed["a~rest"].kind == "left_open"
    assert plan.score.open_seats > 0


def test_work_that_has_not_begun_goes_to_others_and_everybody_else_stays():
    before = problem(task("a", 4, "anna"), task("b", 8, "ben"), task("c", 12, "anna"))
    changed, at, _, _ = repaired(before, Absence(person="anna", start=3, end=9))
    assert changed.keys() == {"a"}
    assert (at["a"].start, at["a"].people) == (4, ("ben",))
    assert changed["a"].kind == "handed_over"


def test_a_confirmed_booking_of_somebody_ill_is_the_only_confirmed_one_that_moves():
    before = problem(task("a", 4, "anna", status="confirmed"), task("b", 4, "ben", status="confirmed"))
    changed, at, after, _ = repaired(before, Absence(person="anna", start=3, end=9))
    assert at["b"].people == ("ben",)
    assert changed.keys() == {"a"}
    assert [t.id for t in after.tasks if t.pinned] == ["b"]


def test_a_slip_pushes_what_follows_and_no_more():
    before = problem(
        task("a", 0, "anna"), task("b", 4, "anna"), task("x", 8, "ben"), links=(Link(before="a", after="b"),)
    )
    changed, at, _, _ = repaired(before, Slip(task="a", by=2))
    assert (at["a~rest"].start, at["b"].start) == (4, 6)
    assert "x" not in changed


def test_cancelled_work_leaves_its_time_free():
    before = problem(task("a", 0, "anna", status="confirmed"), task("b", 4, "anna"))
    changed, at, _, _ = repaired(before, Cancelled(task="a"))
    assert at.keys() == {"b"}
    assert changed == {}


def test_an_artist_who_cancels_is_replaced():
    before = problem(task("a", 4, "anna", status="confirmed"))
    changed, at, _, _ = repaired(before, Cancelled(task="a", person="anna"))
    assert (at["a"].start, at["a"].people) == (4, ("ben",))
    assert changed["a"].kind == "handed_over"


@pytest.mark.parametrize(
    "event", [Slip(task="x", by=1), Cancelled(task="x"), Cancelled(task="a", person="ben")]
)
def test_what_is_not_there_is_an_error(event):
    with pytest.raises(KeyError):
        disrupt(problem(task("a", 4, "anna")), event, now=0)


@pytest.mark.parametrize("seed", range(40))
def test_a_repair_always_has_a_sound_answer_and_more_time_never_makes_it_worse(seed):
    draw = random.Random(seed)
    before = small(seed, tasks=6)
    plan = solve(before, budget=3, clock=iter(range(10_000)).__next__, seed=seed)
    placed = {p.task: p for p in plan.placements}
    tasks = tuple(
        structs.replace(
            t,
            present=Present(start=placed[t.id].start, people=placed[t.id].people, status="pencil"),
            pinned=draw.random() < 0.2,
        )
        for t in before.tasks
        if t.id in placed
    )
    if not tasks:
        return
    links = tuple(link for link in before.links if {link.before, link.after} <= placed.keys())
    running = structs.replace(before, tasks=tasks, links=links)
    who = draw.choice(running.people).id
    start = draw.randrange(running.horizon)
    events: list[Event] = [
        Absence(person=who, start=start, end=min(running.horizon, start + 3)),
        Slip(task=draw.choice(tasks).id, by=1),
        Cancelled(task=draw.choice(tasks).id),
    ]
    event = draw.choice(events)
    after = disrupt(running, event, now=draw.randrange(3))
    first = patch(after)
    assert faults(after, first) == []
    better = solve(after, budget=3, clock=iter(range(10_000)).__next__, seed=seed, start_from=first)
    assert faults(after, better) == []
    assert better.score.total <= first.score.total


def test_a_studio_of_real_size_is_repaired_without_touching_most_of_it():
    before = studio(5, artists=60, projects=12, phases=160, standing=0.0)
    plan = solve(before, budget=1.0, clock=time.monotonic, seed=1)
    at = {p.task: p for p in plan.placements}
    tasks = tuple(
        structs.replace(t, present=Present(start=at[t.id].start, people=at[t.id].people, status="pencil"))
        for t in before.tasks
        if t.id in at
    )
    running = structs.replace(before, tasks=tasks)
    busiest = max((p.id for p in running.people), key=lambda p: sum(p in q.people for q in plan.placements))
    after = disrupt(running, Absence(person=busiest, start=40, end=80), now=40)
    first = patch(after)
    assert faults(after, first) == []
    assert 0 < len(changes(after, first)) < 30
