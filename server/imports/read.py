"""From the bytes of a file to drafts, whatever kind of file it is."""

from __future__ import annotations

from datetime import datetime

from server.imports.csv_files import read_csv
from server.imports.detect import detect_kind
from server.imports.drafts import ImportOptions, Parsed, unreadable
from server.imports.ics import read_calendar
from server.imports.imopse import read_imopse
from server.imports.problems import Problem
from server.imports.text import decode


def read_file(data: bytes, filename: str, options: ImportOptions, *, now: datetime, zone: str) -> Parsed:
    """Return what a file says, or why it cannot be read; never raises for what a file may contain.

    Args:
        data: The whole file.
        filename: Its name, which may tell the kind.
        options: How to take it.
        now: The instant from which horizons and default dates are counted.
        zone: The studio's IANA zone.
    """
    text = decode(data)
    if isinstance(text, Problem):
        return unreadable(options.kind, text)
    kind = options.kind or detect_kind(text, filename)
    if isinstance(kind, Problem):
        return unreadable(None, kind)
    match kind:
        case "calendar":
            return read_calendar(text, options, now)
        case "imopse":
            return read_imopse(text, filename, options, now=now, zone=zone)
        case "artists" | "projects" | "bookings":
            return read_csv(text, kind, options)
