"""What was wrong with a file, said so that the person who sent it can mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import msgspec

MAX_VALUE = 80
"""Characters of the offending value that a report repeats."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that cannot be imported as it stands.

    `line` is the row a spreadsheet shows (for CSV) or the line of the text (iCalendar, iMOPSE), counted from
    1; None where the file as a whole is meant. `column` is the header as the file spells it. `blocks_file` is
    set where nothing of the file can be trusted, so that leaving out one row would not help.
    """

    line: int | None = None
    column: str | None = None
    value: str | None = None
    code: str
    reason: str
    expected: str | None = None
    blocks_file: bool = False


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Why one value could not be read, before anybody knows where it stood."""

    code: str
    reason: str
    expected: str | None = None


def at(fault: Fault, *, line: int, column: str, value: str) -> Problem:
    """Return `fault` as the problem of the cell it was found in."""
    return problem(fault.code, fault.reason, line=line, column=column, value=value, expected=fault.expected)


def problem(
    code: str,
    reason: str,
    *,
    line: int | None = None,
    column: str | None = None,
    value: str | None = None,
    expected: str | None = None,
    blocks_file: bool = False,
) -> Problem:
    """Return a problem whose value is cut to a length that fits a table."""
    return Problem(
        line=line,
        column=column,
        value=None if value is None else shorten(value),
        code=code,
        reason=reason,
        expected=expected,
        blocks_file=blocks_file,
    )


def shorten(value: str) -> str:
    """Return `value` on one line, printable, and at most `MAX_VALUE` characters long."""
    flat = "".join(character if character.isprintable() else " " for character in value)
    return flat if len(flat) <= MAX_VALUE else flat[: MAX_VALUE - 1] + "…"


def fold(name: str) -> str:
    """Return `name` as names are compared: without case, outer spaces and doubled spaces."""
    return " ".join(name.casefold().split())


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that `name` is most likely a misspelling of, or None where none is near."""
    spelled = {fold(other): other for other in known}
    near = difflib.get_close_matches(fold(name), spelled, n=1, cutoff=0.72)
    return spelled[near[0]] if near else None


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """Return the `expected` text for an unknown name: the nearest known one, else `otherwise`."""
    near = closest(name, known)
    return f"did you mean “{near}”?" if near is not None else otherwise
