"""Which column a header means: by its documented name, a synonym or another language."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from server.imports.problems import Problem, problem
from server.imports.words import plain, words

CsvKind = Literal["artists", "projects", "bookings"]
CSV_KINDS: tuple[CsvKind, ...] = ("artists", "projects", "bookings")

REQUIRED: Mapping[CsvKind, tuple[tuple[str, ...], ...]] = {
    "artists": (("name", "first_name", "last_name"),),
    "projects": (("name",),),
    "bookings": (("artist", "artist_email", "artist_external_id"), ("start",)),
}
"""Column keys a kind cannot do without; of each group one is enough."""


def recognised(cells: Iterable[str]) -> int:
    """Return how many of the cells are the name of a column of some kind."""
    known = _known_anywhere()
    return sum(1 for cell in cells if plain(cell) in known)


def columns_of(kind: CsvKind, cells: Sequence[str]) -> dict[str, int] | Problem:
    """Return {column key: position} for the header `cells`, or what is missing or said twice.

    Where two headers mean the same column, the documented name wins; two synonyms are refused.
    """
    synonyms = _synonyms(kind)
    columns: dict[str, int] = {}
    for index, cell in enumerate(cells):
        key = synonyms.get(plain(cell))
        if key is None:
            continue
        earlier = columns.get(key)
        if earlier is None or plain(cell) == plain(key):
            columns[key] = index
        elif plain(cells[earlier]) != plain(key):
            return _said_twice(key, cells[earlier], cell)
    for group in REQUIRED[kind]:
        if not any(key in columns for key in group):
            return _missing(kind, group, cells)
    return columns


def likely_kinds(cells: Sequence[str]) -> tuple[CsvKind, ...]:
    """Return the kinds whose required columns are all there and that know most of the header."""
    scores: dict[CsvKind, int] = {}
    for kind in CSV_KINDS:
        columns = columns_of(kind, cells)
        if not isinstance(columns, Problem):
            scores[kind] = len(columns)
    best = max(scores.values(), default=0)
    return tuple(kind for kind, score in scores.items() if score == best)


def documented(key: str) -> str:
    """Return the documented spelling of a column key."""
    return key.replace("_", " ")


@functools.cache
def _synonyms(kind: CsvKind) -> Mapping[str, str]:
    return {name: key for key, names in words().columns[kind].items() for name in (*names, plain(key))}


@functools.cache
def _known_anywhere() -> frozenset[str]:
    return frozenset(name for kind in CSV_KINDS for name in _synonyms(kind))


def _said_twice(key: str, first: str, second: str) -> Problem:
    return problem(
        "duplicate_column",
        f"the columns “{first.strip()}” and “{second.strip()}” both mean {documented(key)}",
        column=second.strip(),
        expected=f"one of them, or one named “{documented(key)}”",
        blocks_file=True,
    )


def _missing(kind: CsvKind, group: tuple[str, ...], cells: Sequence[str]) -> Problem:
    wanted = " or ".join(f"“{documented(key)}”" for key in group)
    return problem(
        "missing_column",
        f"a file of {kind} needs a column {wanted}",
        value=", ".join(cell.strip() for cell in cells),
        expected=f"a header row with {wanted}",
        blocks_file=True,
    )
