"""CSV files of artists, projects and bookings: from rows to drafts, with what is wrong in each cell."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TypeVar, cast

from scheduling.model import ProjectStatus
from server.imports import cells
from server.imports.dates import DateOrder, When, combine, infer_order, parse_clock, parse_when
from server.imports.drafts import (
    ArtistDraft,
    BookingDraft,
    ImportOptions,
    Parsed,
    ProjectDraft,
    Reference,
    unreadable,
)
from server.imports.headers import CsvKind
from server.imports.problems import Fault, Problem, at
from server.imports.table import Row, Table, read_table
from server.imports.working_hours import parse_working_hours

T = TypeVar("T")

_LIMITS = {"name": 200, "title": 300, "notes": 10_000, "external_id": 200, "client": 200, "email": 320}
_LONGEST_OTHERWISE = 2_000
_DATE_COLUMNS = ("start", "end")


class _Reader:
    """Reads the cells of one row and keeps what is wrong with them."""

    def __init__(self, row: Row, table: Table) -> None:
        self._row = row
        self._titles = table.titles
        self.problems: list[Problem] = []

    def text(self, key: str) -> str | None:
        """Return the cell of column `key`, or None where it is empty, missing or too long."""
        value = self._row.cells.get(key)
        limit = _LIMITS.get(key, _LONGEST_OTHERWISE)
        if value is not None and len(value) > limit:
            self.fail(
                key,
                Fault(
                    code="too_long_text", reason=f"{len(value):,} characters", expected=f"at most {limit:,}"
                ),
            )
            return None
        return value

    def parse(self, key: str, parser: Callable[[str], T | Fault]) -> T | None:
        """Return the parsed cell of column `key`, or None where it is empty or wrong."""
        value = self.text(key)
        if value is None:
            return None
        result = parser(value)
        if isinstance(result, Fault):
            self.fail(key, result)
            return None
        return result

    def fail(self, key: str, fault: Fault) -> None:
        self.problems.append(
            at(
                fault,
                line=self._row.line,
                column=self._titles.get(key, key),
                value=self._row.cells.get(key, ""),
            )
        )

    def require(self, key: str, what: str) -> None:
        self.fail(key, Fault(code="required", reason="the cell is empty", expected=what))

    @property
    def line(self) -> int:
        return self._row.line


def read_csv(text: str, kind: CsvKind, options: ImportOptions) -> Parsed:
    """Return the drafts of a CSV file of `kind` and every problem of every row."""
    table = read_table(text, kind)
    if isinstance(table, Problem):
        return unreadable(kind, table)
    order = options.date_order or infer_order(
        (row.line, table.titles[key], row.cells[key])
        for row in table.rows
        for key in _DATE_COLUMNS
        if key in row.cells and kind != "artists"
    )
    problems = list(table.problems)
    if isinstance(order, Problem):
        problems.append(order)
        order = None
    notes = [f"column “{title}” is not known and was ignored" for title in table.ignored]
    artists: list[ArtistDraft] = []
    projects: list[ProjectDraft] = []
    bookings: list[BookingDraft] = []
    skipped = 0
    for row in table.rows:
        reader = _Reader(row, table)
        if kind == "artists":
            _keep(artists, _artist(reader, options.currency), reader, problems)
        elif kind == "projects":
            _keep(projects, _project(reader, order), reader, problems)
        elif _ended(reader):
            skipped += 1
            notes.append(f"row {row.line}: a booking that has ended is not imported")
        else:
            _keep(bookings, _booking(reader, order), reader, problems)
    return Parsed(
        kind=kind,
        rows=len(table.rows),
        artists=tuple(artists),
        projects=tuple(projects),
        bookings=tuple(bookings),
        problems=tuple(_without_echo(problems)),
        skipped=skipped,
        notes=tuple(notes),
        titles=dict(table.titles),
    )


def _keep(drafts: list[T], draft: T | None, reader: _Reader, problems: list[Problem]) -> None:
    problems.extend(reader.problems)
    if draft is not None and not reader.problems:
        drafts.append(draft)


def _without_echo(problems: list[Problem]) -> list[Problem]:
    """Leave out each row's ambiguous date where the file as a whole is asked for its date order."""
    if not any(found.code == "ambiguous_date" and found.blocks_file for found in problems):
        return problems
    return [found for found in problems if found.code != "ambiguous_date" or found.blocks_file]


def _artist(reader: _Reader, currency: str) -> ArtistDraft | None:
    both = " ".join(part for part in (reader.text("first_name"), reader.text("last_name")) if part)
    name = reader.text("name") or both
    if not name:
        reader.require("name", "the artist's name")
        return None
    said_currency = reader.text("currency")
    return ArtistDraft(
        line=reader.line,
        name=" ".join(name.split()),
        external_id=reader.text("external_id") or "",
        email=reader.parse("email", _email),
        skills=reader.parse("skills", cells.parse_skills),
        zone=reader.parse("zone", cells.parse_zone),
        working_hours=reader.parse("working_hours", parse_working_hours),
        rate=reader.parse("rate", lambda text: cells.parse_rate(text, said_currency, currency)),
        tags=reader.parse("tags", cells.parse_tags),
        notes=reader.text("notes"),
        active=reader.parse("active", cells.parse_yes_no),
    )


def _project(reader: _Reader, order: DateOrder | None) -> ProjectDraft | None:
    name = reader.text("name")
    if not name:
        reader.require("name", "the project's name")
        return None
    start = reader.parse("start", lambda text: _day(text, order))
    end = reader.parse("end", lambda text: _day(text, order))
    if start is not None and end is not None and end < start:
        reader.fail(
            "end", Fault(code="bad_range", reason="the project ends before it starts", expected="a later day")
        )
    return ProjectDraft(
        line=reader.line,
        name=" ".join(name.split()),
        external_id=reader.text("external_id") or "",
        client=reader.text("client"),
        colour=reader.parse("colour", cells.parse_colour),
        status=cast("ProjectStatus | None", reader.parse("status", cells.parse_project_status)),
        start=start,
        end=end,
        notes=reader.text("notes"),
    )


def _booking(reader: _Reader, order: DateOrder | None) -> BookingDraft | None:
    artist = _reference(reader, "artist_external_id", "artist_email", "artist")
    if artist is None:
        reader.require("artist", "the artist's name, e-mail address or external id")
    times = _times(reader, order)
    external_id = reader.text("external_id") or ""
    zone = reader.parse("zone", cells.parse_zone)
    status = reader.parse("status", cells.parse_booking_status)
    if artist is None or times is None:
        return None
    return BookingDraft(
        line=reader.line,
        artist=artist,
        project=_reference(reader, "project_external_id", "project"),
        phase=reader.text("phase"),
        title=" ".join((reader.text("title") or "").split()),
        start=times[0],
        end=times[1],
        zone=zone,
        status=status,
        notes=reader.text("notes"),
        external_id=external_id,
        identity=f"external id {external_id}" if external_id else None,
    )


def _times(reader: _Reader, order: DateOrder | None) -> tuple[When, When] | None:
    """Return start and end of a booking row; problems go to the reader."""
    if reader.text("start") is None:
        reader.require("start", "the day, or day and time, on which the booking starts")
        return None
    start = reader.parse("start", lambda text: parse_when(text, order))
    end = reader.parse("end", lambda text: parse_when(text, order))
    if start is None or (end is None and reader.text("end") is not None):
        return None
    if end is None:
        end = When(local=start.local.replace(hour=0, minute=0, second=0), whole_day=True)
        if reader.text("end_time") is None and (not start.whole_day or reader.text("start_time") is not None):
            reader.require("end", "the day, or day and time, on which the booking ends")
            return None
    start, end = _with_clock(reader, "start", start), _with_clock(reader, "end", end)
    return None if reader.problems else (start, end)


def _with_clock(reader: _Reader, key: str, when: When) -> When:
    clock = reader.parse(f"{key}_time", parse_clock)
    if clock is None:
        return when
    if not when.whole_day and when.local.time() != clock[0]:
        reader.fail(
            f"{key}_time",
            Fault(
                code="bad_time", reason=f"the {key} has a time of its own", expected="the time in one column"
            ),
        )
        return when
    return combine(when.local.date(), clock)


def _ended(reader: _Reader) -> bool:
    text = reader.text("status")
    return text is not None and cells.parse_booking_status(text) is None


def _reference(reader: _Reader, *keys: str) -> Reference | None:
    for key in keys:
        text = reader.text(key)
        if text is not None:
            return Reference(key=key, text=text)
    return None


def _day(text: str, order: DateOrder | None) -> date | Fault:
    when = parse_when(text, order)
    return when if isinstance(when, Fault) else when.local.date()


def _email(text: str) -> str | Fault:
    address = text.removeprefix("mailto:").strip()
    if re.fullmatch(r"[^@\s]+@[^@\s]+", address):
        return address
    return Fault(
        code="bad_email",
        reason="this is not an e-mail address",
        expected="an address such as ada@studio.example",
    )
