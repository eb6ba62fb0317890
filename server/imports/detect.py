"""Which kind of file it is, where nobody says: by its name, its first lines and its header."""

from __future__ import annotations

from pathlib import PurePath

from server.imports.drafts import Kind
from server.imports.headers import CSV_KINDS, CsvKind, likely_kinds
from server.imports.problems import Problem, problem
from server.imports.table import find_header
from server.imports.words import plain

_NAMES: dict[CsvKind, tuple[str, ...]] = {
    "artists": (
        "artist",
        "people",
        "person",
        "freelancer",
        "crew",
        "talent",
        "kunstler",
        "personen",
        "artista",
    ),
    "projects": ("project", "show", "projekt", "projet", "proyecto"),
    "bookings": ("booking", "schedule", "hold", "buchung", "reservation", "reserva"),
}


def detect_kind(text: str, filename: str) -> Kind | Problem:
    """Return the kind of a file from its content, with the name to settle what the header leaves open."""
    head = text[:4096].lstrip().casefold()
    if head.startswith("begin:vcalendar"):
        return "calendar"
    if "resourceid" in head and "salary" in head:
        return "imopse"
    suffix = PurePath(filename).suffix.casefold()
    if suffix in {".ics", ".ical", ".ifb", ".icalendar"}:
        return "calendar"
    if suffix == ".def":
        return "imopse"
    return _csv_kind(text, filename)


def _csv_kind(text: str, filename: str) -> CsvKind | Problem:
    header = find_header(text)
    if isinstance(header, Problem):
        return header
    kinds = likely_kinds(header.cells)
    if len(kinds) == 1:
        return kinds[0]
    name = plain(PurePath(filename).stem)
    hinted = [
        kind
        for kind in CSV_KINDS
        if any(word in name for word in _NAMES[kind]) and kind in (kinds or CSV_KINDS)
    ]
    if len(hinted) == 1:
        return hinted[0]
    return problem(
        "unknown_kind",
        "the header fits " + (" and ".join(kinds) if kinds else "neither artists, projects nor bookings"),
        line=header.line,
        value=", ".join(cell.strip() for cell in header.cells),
        expected="the kind given as an option: artists, projects or bookings",
        blocks_file=True,
    )
