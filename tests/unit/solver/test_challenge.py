"""What has to make way for a wish, at the least price."""

from __future__ import annotations

import time

import pytest
from msgspec import structs

from scheduling.solver.challenge import challenged, challenges
from scheduling.solver.cpsat import CpSat
from scheduling.solver.problem import BadProblem, Craft, Need, Person, Present, Problem, Task, Weights
from scheduling.solver.verify import faults
from tests.harness.patience import DEADLINE
from tests.harness.small_problems import cheapest, small

WISH = Task(id="wish", project="film", duration=4, needs=(Need(skill="comp"),), earliest=0, latest=4)


def claim(name: str, who: str, status="hold", *, rank: int = 1, project: str = "spot", **fields) -> Task:
    present = Present(start=0, people=(who,), status=status, rank=rank)
    pinned = status == "confirmed"
    fields = {"latest": 4, **fields}
    return Task(
        id=name,
        project=project,
        duration=4,
        needs=(Need(people=(who,)),),
        present=present,
        pinned=pinned,
        **fields,
    )


def ask(*claims: Task, people: tuple[str, ...] = ("anna", "ben"), **fields):
    problem = Problem(
        horizon=12,
        people=tuple(Person(id=p, crafts=(Craft(skill="comp"),)) for p in people),
        tasks=(WISH, *claims),
        weights=Weights(move_hold=6, move_pencil=20, near=0, nearness=0),
        **fields,
    )
    return challenges(problem, ("wish",), budget=DEADLINE, clock=time.monotonic, engine=CpSat())


def test_a_third_hold_is_challenged_before_a_first_and_a_first_before_a_pencil():
    way = ask(claim("first", "anna"), claim("third", "ben", rank=3))
    assert [(s.kind, s.task) for s in way.steps] == [("challenge", "third")]
    assert (way.cheapest, way.refused) == (True, ())
    way = ask(claim("pencil", "anna", "pencil"), claim("hold", "ben"))
    assert [s.task for s in way.steps] == ["hold"]
    assert way.wish[0].people == ("ben",)


def test_what_the_project_itself_holds_is_released_not_challenged():
    way = ask(claim("own", "anna", project="film"), people=("anna",))
    assert [(s.kind, s.task) for s in way.steps] == [("release", "own")]


def test_a_booking_that_may_go_elsewhere_is_moved_rather_than_ended():
    way = ask(claim("late", "anna", latest=None), people=("anna",))
    [step] = way.steps
    assert (step.kind, step.now.start) == ("move", 4)
    assert way.price == 6


def test_free_time_needs_no_step():
    way = ask(claim("hold", "anna"))
    assert (way.steps, way.price, way.wish[0].people) == ((), 0, ("ben",))


def test_confirmed_work_never_makes_way_and_the_wish_says_what_stands_there():
    way = ask(claim("sure", "anna", "confirmed"), people=("anna",))
    assert way.steps == ()
    [refused] = way.refused
    assert refused.reason.kind == "booked"
    assert refused.reason.tasks == ("sure",)
    assert "Confirmed among them: sure" in refused.reason.text


def test_a_wish_for_what_is_no_task_is_refused():
    with pytest.raises(BadProblem, match="no task"):
        challenged(small(1), ("nonsense",))


@pytest.mark.parametrize("seed", range(25))
def test_the_way_is_the_cheapest_of_all(seed):
    problem = structs.replace(small(seed, drops=False), links=())
    wish = (problem.tasks[0].id,)
    way = challenges(problem, wish, budget=DEADLINE, clock=time.monotonic, engine=CpSat())
    asked = challenged(problem, wish)
    assert faults(asked, way.plan) == []
    assert way.plan.score.total == cheapest(asked)
    assert way.price + 1000 * len(way.refused) == way.plan.score.total
    assert way.cheapest
