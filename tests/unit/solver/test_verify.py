"""The verifier finds each rule that is broken, and only that one."""

from __future__ import annotations

import msgspec
import pytest
from msgspec import structs

from scheduling.solver.plan import Placement, Plan, Reason, Unplaced
from scheduling.solver.prices import score
from scheduling.solver.problem import (
    BadProblem,
    Craft,
    Link,
    Need,
    Person,
    Pool,
    Present,
    Problem,
    Stretch,
    Task,
    Use,
    Weights,
    check,
)
from scheduling.solver.verify import faults

ANNA = Person(id="anna", crafts=(Craft(skill="comp", level=3),), closed=(Stretch(start=8, end=9),), price=2)
BEN = Person(id="ben", crafts=(Craft(skill="comp", level=1), Craft(skill="light", level=2)), price=1)
MODEL = Task(id="model", duration=2, needs=(Need(skill="comp", level=1),), uses=(Use(pool="gpu", amount=1),))
LIGHT = Task(id="light", duration=2, needs=(Need(skill="light"),), uses=(Use(pool="gpu", amount=1),), due=4)
PROBLEM = Problem(
    horizon=10,
    people=(ANNA, BEN),
    pools=(Pool(id="gpu", capacity=1),),
    tasks=(MODEL, LIGHT),
    links=(Link(before="model", after="light"),),
)


def plan(*placements: tuple[str, int, int, tuple[str | None, ...]], problem: Problem = PROBLEM) -> Plan:
    placed = tuple(Placement(task=t, start=a, end=b, people=who) for t, a, b, who in placements)
    return Plan(placements=placed, score=score(problem, placed))


def test_a_plan_that_holds_every_rule_has_no_faults():
    assert faults(PROBLEM, plan(("model", 0, 2, ("anna",)), ("light", 2, 4, ("ben",)))) == []


@pytest.mark.parametrize(
    ("placements", "says"),
    [
        ((("model", 0, 2, ("anna",)), ("light", 1, 3, ("ben",))), "does not keep its finish_start"),
        ((("model", 0, 2, ("ben",)), ("light", 0, 2, ("ben",))), "ben does model and light"),
        ((("model", 0, 2, ("anna",)), ("light", 2, 4, ("anna",))), "anna lacks light"),
        ((("model", 7, 9, ("anna",)), ("light", 2, 4, ("ben",))), "anna does not work all of model"),
        ((("model", 0, 1, ("anna",)), ("light", 2, 4, ("ben",))), "takes 1 slots instead of 2"),
        ((("model", 0, 2, ("anna",)), ("light", 9, 11, ("ben",))), "outside the time"),
        ((("model", 0, 2, ("anna",)), ("light", 2, 4, (None,))), "has an open seat"),
        ((("model", 0, 2, ("anna",)),), "light is named 0 times"),
        ((("model", 1, 3, ("anna",)), ("light", 2, 4, ("ben",))), "2 of 1 of gpu are used"),
    ],
)
def test_each_broken_rule_is_found(placements, says):
    assert any(says in fault for fault in faults(PROBLEM, plan(*placements)))


def test_people_that_nobody_knows_are_a_fault():
    placed = (Placement(task="model", start=0, end=2, people=("zoe",)),)
    with_zoe = structs.replace(PROBLEM, people=(*PROBLEM.people, Person(id="zoe")))
    stray = Plan(placements=placed, score=score(with_zoe, placed))
    assert "zoe of model is nobody" in faults(PROBLEM, stray)


def test_a_confirmed_booking_that_moves_is_a_fault():
    held = structs.replace(MODEL, present=Present(start=3, people=("anna",), status="confirmed"), pinned=True)
    problem = structs.replace(PROBLEM, tasks=(held, LIGHT))
    moved = plan(("model", 0, 2, ("anna",)), ("light", 2, 4, ("ben",)), problem=problem)
    assert "model is confirmed and was moved" in faults(problem, moved)


def test_a_wrong_price_and_a_bound_above_it_are_faults():
    right = plan(("model", 0, 2, ("anna",)), ("light", 2, 4, ("ben",)))
    assert any("the score is" in f for f in faults(PROBLEM, structs.replace(right, score=score(PROBLEM, ()))))
    assert any("is above what the plan costs" in f for f in faults(PROBLEM, structs.replace(right, bound=7)))


@pytest.mark.parametrize(
    "kind", ["no_artist", "too_few", "too_long", "order", "calendar", "pool", "booked", "price"]
)
def test_a_reason_that_is_not_so_is_a_fault(kind):
    placed = plan(("model", 0, 2, ("anna",)))
    said = structs.replace(placed, unplaced=(Unplaced(task="light", reason=Reason(kind=kind, text="")),))
    assert any(f"said to be out by {kind}" in fault for fault in faults(PROBLEM, said))


def test_problems_and_plans_cross_a_process_border_unchanged():
    whole = plan(("model", 0, 2, ("anna",)), ("light", 2, 4, ("ben",)))
    assert msgspec.json.decode(msgspec.json.encode(PROBLEM), type=Problem) == PROBLEM
    assert msgspec.json.decode(msgspec.json.encode(whole), type=Plan) == whole


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        (structs.replace(PROBLEM, tasks=(MODEL, MODEL)), "two of task model"),
        (structs.replace(PROBLEM, links=(Link(before="model", after="x"),)), "there is no task x"),
        (structs.replace(PROBLEM, pools=()), "there is no pool gpu"),
        (structs.replace(PROBLEM, tasks=(structs.replace(MODEL, preferred=("x",)), LIGHT)), "no person x"),
        (structs.replace(PROBLEM, tasks=(structs.replace(MODEL, pinned=True), LIGHT)), "stands nowhere"),
        (
            structs.replace(
                PROBLEM, tasks=(structs.replace(MODEL, present=Present(start=0, people=())), LIGHT)
            ),
            "are 1 seats",
        ),
    ],
)
def test_a_problem_that_contradicts_itself_is_refused_with_the_place(problem, says):
    with pytest.raises(BadProblem, match=says):
        check(problem)


def test_weights_of_zero_turn_a_price_off():
    free = structs.replace(PROBLEM, weights=Weights(cost=0, lateness=0))
    assert score(free, plan(("model", 0, 2, ("anna",)), ("light", 7, 9, ("ben",))).placements).total == 0
