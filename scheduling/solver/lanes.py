"""Everybody who may take a seat in one whole number: a lane of slots for each, side by side.

One shift moves all lanes at once, so the places of a hundred people are found in the time of a few. Each lane
is wider than the horizon, and its last slots are never free: no run of slots reaches into the next lane.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress
from operator import itemgetter


class Lanes:
    """What is free of some people, in their order; brought up to date by each `fits`."""

    def __init__(self, people: tuple[int, ...], horizon: int) -> None:
        self.people = people
        self.bytes = horizon // 8 + 1
        self._width = 8 * self.bytes
        self._length = self.bytes * len(people)
        self._ones = sum(1 << self._width * lane for lane in range(len(people)))
        self._halves = _halves(len(people))
        self._pick = _picker(people)
        self._seen: tuple[int, ...] = (0,) * len(people)
        self._packed = 0

    def fits(self, free: Sequence[int], shifts: Sequence[int]) -> int:
        """The slots from which each has as many free in a row as `shifts` make (see `bits.runs`)."""
        now, seen = self._pick(free), self._seen
        if now != seen:
            width, packed = self._width, self._packed
            for lane, (new, old) in enumerate(zip(now, seen, strict=True)):
                if new is not old:
                    packed ^= (new ^ old) << width * lane
            self._packed, self._seen = packed, now
        found = self._packed
        for shift in shifts:
            found &= found >> shift
        return found

    def all(self, slots: int) -> int:
        """The same slots in every lane."""
        return slots * self._ones

    def anyone(self, found: int) -> int:
        """The slots of all lanes, one over the other."""
        for half in self._halves:
            shift = self._width * half
            found = (found >> shift) | (found & ((1 << shift) - 1))
        return found

    def apart(self, found: int) -> bytes:
        """The lanes one behind the other, `self.bytes` for each."""
        return found.to_bytes(self._length, "little")

    def at(self, found: int, slot: int) -> list[int]:
        """Those whose lanes have the slot."""
        flags = ((found >> slot) & self._ones).to_bytes(self._length, "little")
        return list(compress(self.people, flags[:: self.bytes]))


def _halves(count: int) -> list[int]:
    result = []
    while count > 1:
        count = (count + 1) // 2
        result.append(count)
    return result


def _picker(people: tuple[int, ...]) -> Callable[[Sequence[int]], tuple[int, ...]]:
    if len(people) > 1:
        return itemgetter(*people)
    return lambda free: tuple(free[p] for p in people)
