"""Working hours as people write them: “Mon-Fri 09:00-18:00; Sat 10-14”."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scheduling.model import WorkingHours
from server.imports.problems import Fault
from server.imports.words import plain, words

_TOKEN = re.compile(
    r"\s*(?:(?P<time>\d{1,2}(?:[:.h]\d{2})?\s*(?:[ap]\.?m\.?(?![^\W\d_])|uhr(?![^\W\d_])|h(?![^\W\d_]))?)"
    r"|(?P<to>[-–—]|(?:to|bis|until|till|à|a)(?![^\W\d_]))"
    r"|(?P<word>[^\W\d_]+)\.?|(?P<and>[,;&+/\n:|]))",
    re.IGNORECASE,
)
_MINUTES_A_DAY = 24 * 60


def parse_working_hours(text: str) -> tuple[WorkingHours, ...] | Fault:
    """Return the weekly hours in `text`, sorted; hours without days are for Monday to Friday.

    Hours past midnight (“Fri 22:00-06:00”) go on in the next day. Overlapping hours of one day are joined.
    """
    spans: list[tuple[int, int]] = []
    for days, start, end in _sentences(text):
        if start is None or end is None:
            return _bad()
        until = end if start < end else end + _MINUTES_A_DAY
        spans.extend((day * _MINUTES_A_DAY + start, day * _MINUTES_A_DAY + until) for day in days)
    if not spans:
        return _bad()
    hours = tuple(_as_hours(_join(_within_week(spans))))
    return hours if len(hours) <= 21 else _bad()


def _sentences(text: str) -> Iterator[tuple[list[int], int | None, int | None]]:
    """Yield (days, start, end) in minutes for each pair of times; None where the text makes no sense."""
    days: list[int] = []
    open_days, to, start = True, False, None
    for kind, value in _tokens(text):
        if kind == "word":
            named = _days_of(value, days[-1] if to and days else None)
            if named is None or start is not None:
                yield [], None, None
                return
            days, open_days, to = ([*days, *named] if open_days else named), True, False
        elif kind == "to":
            to = True
        elif kind == "time":
            minutes = _minutes(value)
            if minutes is None or (start is not None and not to):
                yield [], None, None
                return
            if start is None:
                start, to = minutes, False
            else:
                yield days or list(range(5)), start, minutes
                start, open_days, to = None, False, False
        elif kind == "bad":
            yield [], None, None
            return
    if start is not None or to or open_days:
        yield [], None, None


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    position = 0
    text = text.rstrip()
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None or found.lastgroup is None:
            yield "bad", text[position:]
            return
        yield found.lastgroup, found[found.lastgroup].casefold()
        position = found.end()


def _days_of(word: str, first: int | None) -> list[int] | None:
    """Return the weekdays a word names; `first` is the day before a dash."""
    named = words().weekdays.get(plain(word))
    if named is None or first is None:
        return None if named is None else list(named)
    return [(first + step) % 7 for step in range(1, (named[0] - first) % 7 + 1)]


def _minutes(text: str) -> int | None:
    found = re.match(r"(\d{1,2})(?:[:.h](\d{2}))?\s*([ap])?", text)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3] == "p" else 0)
    total = hour * 60 + minute
    return total if minute < 60 and total <= _MINUTES_A_DAY else None


def _within_week(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the spans cut at midnights, Sunday night's rest put on Monday."""
    for start, end in spans:
        midnight = (start // _MINUTES_A_DAY + 1) * _MINUTES_A_DAY
        yield start, min(end, midnight)
        if end > midnight:
            shift = -7 * _MINUTES_A_DAY if midnight >= 7 * _MINUTES_A_DAY else 0
            yield midnight + shift, end + shift


def _join(spans: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        same_day = bool(joined) and joined[-1][0] // _MINUTES_A_DAY == start // _MINUTES_A_DAY
        if same_day and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _as_hours(spans: list[tuple[int, int]]) -> Iterator[WorkingHours]:
    for start, end in spans:
        day = start // _MINUTES_A_DAY
        opening, closing = start - day * _MINUTES_A_DAY, end - day * _MINUTES_A_DAY
        yield WorkingHours(
            day=day,
            start=f"{opening // 60:02}:{opening % 60:02}",
            end=f"{closing // 60:02}:{closing % 60:02}",
        )


def _bad() -> Fault:
    return Fault(
        code="bad_hours",
        reason="these are not working hours",
        expected="hours such as “Mon-Fri 09:00-18:00; Sat 10:00-14:00”",
    )
