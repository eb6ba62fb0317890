"""Pushing and slack on random networks, held against slow ways to the same answers.

Rules F2 to F5 of docs/subsystems/domain.md.
"""

from __future__ import annotations

from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.model import DependencyKind, with_changes
from scheduling.network import Network, Task, Tie, critical_path, follow, violated, weight

RUNS = settings(max_examples=120, deadline=None)
KINDS: tuple[DependencyKind, ...] = ("finish_start", "start_start", "finish_finish", "start_finish")


def ident(number: int) -> UUID:
    return UUID(int=number)


@st.composite
def networks(draw: st.DrawFn, *, placed: bool = True) -> Network:
    """A few tasks, tied forwards only, so that there is no cycle; ids say nothing of the order."""
    size = draw(st.integers(1, 7))
    ids = [ident(n + 1) for n in draw(st.permutations(range(size)))]
    starts = st.integers(0, 60) if placed else st.none() | st.integers(0, 60)
    tasks = [Task(id=i, length=draw(st.integers(0, 12)), start=draw(starts)) for i in ids]
    ties = []
    for number in range(draw(st.integers(0, 10)) if size > 1 else 0):
        before = draw(st.integers(0, size - 2))
        after = draw(st.integers(before + 1, size - 1))
        kind = draw(st.sampled_from(KINDS))
        lag = draw(st.integers(-8, 8))
        ties.append(Tie(id=ident(100 + number), before=ids[before], after=ids[after], kind=kind, lag=lag))
    return Network(tasks, ties)


def holds(tie: Tie, before: Task, after: Task) -> bool:
    """What the four kinds say, in their own words."""
    assert before.start is not None
    assert after.start is not None
    finish, other = before.start + before.length, after.start + after.length
    return {
        "finish_start": after.start >= finish + tie.lag,
        "start_start": after.start >= before.start + tie.lag,
        "finish_finish": other >= finish + tie.lag,
        "start_finish": other >= before.start + tie.lag,
    }[tie.kind]


def settled(network: Network) -> Network:
    """The same tasks, each late enough for its ties: by pushing whatever is violated until nothing is."""
    tasks = dict(network.tasks)
    while broken := [t for t in network.ties if not holds(t, tasks[t.before], tasks[t.after])]:
        for tie in broken:
            after = tasks[tie.after]
            tasks[after.id] = with_changes(after, start=(after.start or 0) + 1)
    return Network(tasks.values(), network.ties)


def after_move(network: Network, moved: Task, *, pull: bool = False) -> dict[UUID, Task]:
    tasks = {**network.tasks, moved.id: moved}
    for shift in follow(network, moved, pull=pull):
        tasks[shift.id] = with_changes(tasks[shift.id], start=shift.start)
    return tasks


@RUNS
@given(networks())
def test_a_tie_is_violated_where_its_kind_says_so(network: Network) -> None:
    expected = [t for t in network.ties if not holds(t, network.tasks[t.before], network.tasks[t.after])]
    assert list(violated(network, network.tasks)) == expected


@RUNS
@given(networks(), st.integers(0, 6), st.integers(-20, 40))
def test_a_push_ends_at_the_least_places_that_the_ties_allow(network: Network, which: int, by: int) -> None:
    network = settled(network)
    task = sorted(network.tasks.values(), key=lambda t: t.id)[which % len(network.tasks)]
    moved = with_changes(task, start=(task.start or 0) + by)
    tasks = after_move(network, moved)
    assert tasks[moved.id] == moved
    assert not [t for t in violated(network, tasks) if t.after != moved.id]
    # The slow way: a second at a time, whoever stands too early, but never the one that was moved.
    slow = {**network.tasks, moved.id: moved}
    while broken := [
        t for t in network.ties if t.after != moved.id and not holds(t, slow[t.before], slow[t.after])
    ]:
        after = slow[broken[0].after]
        slow[after.id] = with_changes(after, start=(after.start or 0) + 1)
    assert tasks == slow


@RUNS
@given(networks(placed=False), st.integers(0, 6), st.integers(0, 60))
def test_only_what_has_a_place_and_a_cause_is_pushed(network: Network, which: int, start: int) -> None:
    task = sorted(network.tasks.values(), key=lambda t: t.id)[which % len(network.tasks)]
    moved = with_changes(task, start=start)
    changed = {moved.id}
    for shift in follow(network, moved):
        assert network.tasks[shift.id].start is not None
        assert shift.tie.before in changed
        assert shift.tie.after == shift.id
        assert shift.by > 0
        changed.add(shift.id)


@RUNS
@given(networks(), st.integers(0, 6), st.integers(1, 40))
def test_a_pull_brings_nothing_further_than_its_ties_and_its_cause_allow(
    network: Network, which: int, by: int
) -> None:
    network = settled(network)
    task = sorted(network.tasks.values(), key=lambda t: t.id)[which % len(network.tasks)]
    moved = with_changes(task, start=(task.start or 0) - by)
    tasks = after_move(network, moved, pull=True)
    assert not [t for t in violated(network, tasks) if t.after != moved.id]
    for shift in follow(network, moved, pull=True):
        assert shift.kind == "pulled"
        assert -by <= shift.by < 0


@RUNS
@given(networks())
def test_slack_is_what_a_phase_may_slip_before_the_end_slips(network: Network) -> None:
    """By trying: slip one, push what waits for it, and look at the last end."""
    network = settled(network)
    path = critical_path(network, 0)
    end = max((t.start or 0) + t.length for t in network.tasks.values())
    assert path.finish == end
    for one in path.floats:
        task = network.tasks[one.id]
        assert one.earliest == task.start, "nothing is earlier or later than where it was put"
        for slip, later in ((one.total, False), (one.total + 1, True)):
            tasks = after_move(network, with_changes(task, start=one.earliest + slip))
            assert (max((t.start or 0) + t.length for t in tasks.values()) > end) is later
        others = follow(network, with_changes(task, start=one.earliest + one.free))
        assert not others
        assert one.free <= one.total


@RUNS
@given(networks(placed=False), st.integers(0, 30))
def test_the_earliest_places_are_the_longest_ways(network: Network, origin: int) -> None:
    """By walking every way into a task."""

    def longest(task_id: UUID) -> int:
        task = network.tasks[task_id]
        ways = [longest(t.before) + weight(t, network.tasks[t.before], task) for t in network.into[task_id]]
        return max([origin if task.start is None else task.start, *ways])

    path = critical_path(network, origin)
    assert {one.id: one.earliest for one in path.floats} == {i: longest(i) for i in network.tasks}
    assert any(one.critical for one in path.floats)
    for one in path.floats:
        assert one.total >= 0
        assert one.earliest + one.length <= path.finish
