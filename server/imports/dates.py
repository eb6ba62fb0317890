"""Dates and times as spreadsheets and people write them, and which of two numbers is the day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Literal

import msgspec

from server.imports.problems import Fault, Problem, problem
from server.imports.words import plain, words

DateOrder = Literal["dmy", "mdy"]


class When(msgspec.Struct, frozen=True, kw_only=True):
    """What a cell says about time: wall-clock `local`, or the day alone where `whole_day`.

    `offset` is set where the cell named one ("Z", "+02:00"); otherwise the zone comes from elsewhere.
    """

    local: datetime
    whole_day: bool
    offset: timezone | None = None


_EXCEL_EPOCH = date(1899, 12, 30)
"""Day 0 of a spreadsheet's serial numbers (they count a 29 February 1900 that never was)."""
_SERIALS = range(36_526, 73_416)
"""Serial numbers of the years 2000 to 2100."""

_REST = r"(?:(?:\s*,\s*|\s+|[Tt])(?P<rest>\S.*))?$"
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})" + _REST)
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:T(?P<rest>\d{4,6}Z?))?$")
_NUMERIC = re.compile(r"(?P<a>\d{1,2})(?P<sep>[./-])\s?(?P<b>\d{1,2})(?P=sep)\s?(?P<y>\d{4}|\d{2})" + _REST)
_DAY_MONTH = re.compile(
    r"(?P<d>\d{1,2})(?:st|nd|rd|th|er|\.)?[\s-]*(?:de\s+)?(?P<m>[^\W\d_]+)\.?[\s,-]*(?:de\s+)?(?P<y>\d{4}|\d{2})"
    + _REST
)
_MONTH_DAY = re.compile(
    r"(?P<m>[^\W\d_]+)\.?[\s-]+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?[\s-]+(?P<y>\d{4})" + _REST
)
_SERIAL = re.compile(r"(?P<day>\d{5})(?:[.,](?P<part>\d{1,12}))?$")
_WEEKDAY = re.compile(r"(?P<name>[^\W\d_]{2,10})\.?,?\s+(?=\S)")
_TIME = re.compile(
    r"(?P<h>\d{1,2})(?:[:h.](?P<m>\d{2}))?(?::(?P<s>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[ap]\.?\s?m\.?|uhr|h)?\s*(?P<zone>z|utc|gmt|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_COMPACT_TIME = re.compile(r"(?P<h>\d{2})(?P<m>\d{2})(?P<s>\d{2})?(?P<zone>Z)?(?P<half>)$")

_EXPECTED_DATE = "a date such as 2026-12-31, 31.12.2026 or 31 Dec 2026, with a time such as 09:00 if you like"
_EXPECTED_TIME = "a time such as 09:00, 9:00 am or 17:30:00"


def parse_when(text: str, order: DateOrder | None) -> When | Fault:
    """Return what `text` says; `order` settles 03/04/2026 (without it such a date is a fault)."""
    text = text.strip()
    serial = _SERIAL.match(text)
    if serial is not None:
        return _from_serial(serial)
    text = _without_weekday(text)
    for pattern in (_YEAR_FIRST, _COMPACT, _NUMERIC, _DAY_MONTH, _MONTH_DAY):
        found = pattern.match(text)
        if found is not None:
            day = _day_of(found, order)
            return day if isinstance(day, Fault) else _with_rest(day, found["rest"])
    return Fault(code="bad_date", reason="this is not a date", expected=_EXPECTED_DATE)


def parse_clock(text: str) -> tuple[time, bool, timezone | None] | Fault:
    """Return (time of day, whether it is 24:00, offset named beside it) of a time cell."""
    text = text.strip()
    found = _TIME.match(text) or _COMPACT_TIME.match(text)
    if found is None or (found["m"] is None and not found["half"]):
        share = _share_of_a_day(text)
        return share if share is not None else _bad_time()
    hour, minute, second = int(found["h"]), int(found["m"] or 0), int(found["s"] or 0)
    half = (found["half"] or "").casefold().replace(".", "").replace(" ", "")
    if half in {"am", "pm"}:
        if not 1 <= hour <= 12:
            return _bad_time()
        hour = hour % 12 + (12 if half == "pm" else 0)
    midnight = (hour, minute, second) == (24, 0, 0)
    if not midnight and (hour > 23 or minute > 59 or second > 59):
        return _bad_time()
    return time(0 if midnight else hour, minute, second), midnight, _offset(found["zone"])


def infer_order(cells: Iterable[tuple[int, str, str]]) -> DateOrder | Problem | None:
    """Return which number of dates such as 03/04/2026 is the day, judging by all of them together.

    Args:
        cells: (line, column title, text) of every date cell of the file.

    Returns:
        The order; None where no date needs one; a problem asking for it where every date reads both ways, or
        where some can only be day first and others only month first. With dots (03.04.2026) the day comes
        first unless a date of the file says otherwise.
    """
    seen: dict[DateOrder, tuple[int, str, str]] = {}
    unsure: tuple[int, str, str] | None = None
    dotted = False
    for line, column, text in cells:
        found = _NUMERIC.match(_without_weekday(text.strip()))
        if found is None:
            continue
        first, second = int(found["a"]), int(found["b"])
        if first > 12 >= second:
            seen.setdefault("dmy", (line, column, text))
        elif second > 12 >= first:
            seen.setdefault("mdy", (line, column, text))
        elif first != second and first <= 12 and unsure is None:
            unsure, dotted = (line, column, text), found["sep"] == "."
    if len(seen) == 1:
        return next(iter(seen))
    if unsure is None:
        return None
    if not seen and dotted:
        return "dmy"
    return _unsure(unsure, seen)


def _day_of(found: re.Match[str], order: DateOrder | None) -> date | Fault:
    groups = found.groupdict()
    year = int(groups["y"]) + (2000 if len(groups["y"]) == 2 else 0)
    if "a" in groups:
        first, second = int(groups["a"]), int(groups["b"])
        month, day = (first, second) if _month_first(first, second, order) else (second, first)
        if order is None and first != second and max(first, second) <= 12:
            return Fault(
                code="ambiguous_date",
                reason="this date can be read day first and month first",
                expected="the date order given as an option, or dates such as 2026-12-31",
            )
    else:
        month = int(groups["m"]) if groups["m"].isdigit() else words().months.get(plain(groups["m"]), 0)
        day = int(groups["d"])
    try:
        return date(year, month, day)
    except ValueError:
        return Fault(code="bad_date", reason="there is no such day", expected=_EXPECTED_DATE)


def _month_first(first: int, second: int, order: DateOrder | None) -> bool:
    """Whether the first number is the month; without an order the numbers themselves may tell."""
    if order is None:
        return second > 12 >= first
    return order == "mdy"


def _with_rest(day: date, rest: str | None) -> When | Fault:
    if rest is None:
        return When(local=datetime.combine(day, time()), whole_day=True)
    clock = parse_clock(rest)
    if isinstance(clock, Fault):
        return clock
    return combine(day, clock)


def combine(day: date, clock: tuple[time, bool, timezone | None]) -> When:
    """Return the moment of a date cell and a time cell (as from `parse_clock`)."""
    at, midnight, offset = clock
    local = datetime.combine(day, at) + (timedelta(days=1) if midnight else timedelta())
    return When(local=local, whole_day=False, offset=offset)


def _from_serial(found: re.Match[str]) -> When | Fault:
    number = int(found["day"])
    if number not in _SERIALS:
        return Fault(
            code="bad_date", reason="this number is no date of 2000 to 2100", expected=_EXPECTED_DATE
        )
    local = datetime.combine(_EXCEL_EPOCH + timedelta(days=number), time())
    part = found["part"]
    if part is None or not part.strip("0"):
        return When(local=local, whole_day=True)
    return When(local=local + timedelta(seconds=round(float(f"0.{part}") * 86_400)), whole_day=False)


def _share_of_a_day(text: str) -> tuple[time, bool, timezone | None] | None:
    """Return the time a spreadsheet means by a fraction of a day such as 0.375."""
    found = re.match(r"0?[.,](\d{1,12})$", text)
    if found is None:
        return None
    seconds = round(float(f"0.{found[1]}") * 86_400)
    return time(seconds // 3600 % 24, seconds // 60 % 60, seconds % 60), seconds == 86_400, None


def _without_weekday(text: str) -> str:
    found = _WEEKDAY.match(text)
    if found is None or plain(found["name"]) not in words().weekdays:
        return text
    rest = text[found.end() :]
    month = plain(found["name"]) in words().months  # “mar” is Tuesday in Paris and March in London
    return text if month and not (_NUMERIC.match(rest) or _YEAR_FIRST.match(rest)) else rest


def _offset(text: str | None) -> timezone | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(min(shift, timedelta(hours=23)) * (-1 if text[0] == "-" else 1))


def _bad_time() -> Fault:
    return Fault(code="bad_time", reason="this is not a time of day", expected=_EXPECTED_TIME)


def _unsure(cell: tuple[int, str, str], seen: dict[DateOrder, tuple[int, str, str]]) -> Problem:
    line, column, text = cell
    reason = "this date can be read day first and month first, and so can every other date of the file"
    if seen:
        reason = (
            "this date can be read day first and month first, and the file has both: "
            f"{seen['dmy'][2]} in row {seen['dmy'][0]}, {seen['mdy'][2]} in row {seen['mdy'][0]}"
        )
    return problem(
        "ambiguous_date",
        reason,
        line=line,
        column=column,
        value=text,
        expected="the date order given as an option: dmy (day first) or mdy (month first)",
        blocks_file=True,
    )
