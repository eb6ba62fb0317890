"""Who takes which seat at one start: cheapest first, and by augmenting paths where a seat stays empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scheduling.solver.index import NOBODY, Group


def seat(
    groups: Sequence[Group],
    fits: Mapping[int, int],
    start: int,
    may_be_open: bool,
    wanted: Sequence[int] = (),
) -> tuple[int, ...] | None:
    """Different people on all seats, or None. `fits[p]` are the starts at which p is free.

    `wanted` sit first where they can. With `may_be_open` a seat nobody can take stays open.
    """
    bit = 1 << start
    # Groups with the fewest candidates choose first; the result is in the groups' own order.
    order = sorted(range(len(groups)), key=lambda g: len(groups[g].people))
    taken: dict[int, int] = {}
    short = []
    for g in order:
        count, people = groups[g]
        left = count
        if wanted:
            people = (*(p for p in wanted if p in people), *people)
        for p in people:
            if left == 0:
                break
            if p not in taken and fits[p] & bit:
                taken[p] = g
                left -= 1
        short += [g] * left
    matching = _Matching(groups, fits, bit, taken)
    for g in short:
        if not matching.add(g, set()) and not may_be_open:
            return None
    seated: list[list[int]] = [[] for _ in groups]
    for p, g in taken.items():
        seated[g].append(p)
    return tuple(
        p for g, group in enumerate(groups) for p in seated[g] + [NOBODY] * (group.size - len(seated[g]))
    )


class _Matching(NamedTuple):
    groups: Sequence[Group]
    fits: Mapping[int, int]
    bit: int
    taken: dict[int, int]

    def add(self, g: int, tried: set[int]) -> bool:
        """Find one more person for group `g`, moving others to seats they can take as well (Kuhn 1955)."""
        for p in self.groups[g].people:
            if p in tried or not self.fits[p] & self.bit:
                continue
            tried.add(p)
            if p not in self.taken or self.add(self.taken[p], tried):
                self.taken[p] = g
                return True
        return False
