"""Sets of slots as whole numbers: bit s is slot s. A year of half days is one number of 500 bits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def span(start: int, end: int) -> int:
    """The slots `[start, end)`; none where they end before they start."""
    return (1 << end) - (1 << start) if start < end else 0


def union(spans: Iterable[tuple[int, int]]) -> int:
    """All slots of all spans."""
    result = 0
    for start, end in spans:
        result |= span(start, end)
    return result


def runs(free: int, length: int) -> int:
    """The slots from which `length` slots in a row are free, in log2(length) shifts."""
    have = 1
    while have < length:
        step = min(have, length - have)
        free &= free >> step
        have += step
    return free


def first(slots: int) -> int:
    """The lowest slot; -1 of an empty set."""
    return (slots & -slots).bit_length() - 1


def each(slots: int) -> Iterator[int]:
    """All slots in rising order."""
    while slots:
        low = slots & -slots
        yield low.bit_length() - 1
        slots ^= low


def spans(slots: int) -> Iterator[tuple[int, int]]:
    """The same slots as spans `[start, end)`, in order, none touching the next."""
    at = 0
    while slots:
        skip = first(slots)
        slots >>= skip
        length = first(~slots)
        yield at + skip, at + skip + length
        slots >>= length
        at += skip + length
