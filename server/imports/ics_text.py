"""The text of an iCalendar file cut into its events and time zones, each with the line it begins on."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from server.imports.problems import Problem, problem

_EVENT_PROPERTIES = frozenset(
    {
        "BEGIN", "END", "UID", "DTSTART", "DTEND", "DURATION", "SUMMARY", "DESCRIPTION", "LOCATION", "STATUS",
        "TRANSP", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "SEQUENCE", "LAST-MODIFIED",
    }
)  # fmt: skip
"""What of an event matters here; guests, alarms and vendors' extras are left out before parsing."""
TZID = "X-TZID"
"""What TZID is called in the text of events: the parser is not to look for zones itself, for it would keep
those that one file defines for the next file."""
_TZID = re.compile(r"^([^:]*?;)TZID=", re.IGNORECASE)
_NAME = re.compile(r"(?:[A-Za-z0-9-]+\.)?(?P<name>[A-Za-z0-9-]+)")


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """The unfolded text of one component and the line of its BEGIN."""

    line: int
    text: str

    def value_of(self, name: str) -> str:
        """Return the value of the first property of this name as written, in upper case, or ""."""
        for content in self.text.splitlines():
            if _NAME.match(content) and _name_and_value(content)[0] == name:
                return content.rpartition(":")[2].strip().upper()
        return ""


class CalendarText(msgspec.Struct, frozen=True, kw_only=True):
    """The events of a file, and the zones it defines by their TZID."""

    events: tuple[Block, ...]
    zones: dict[str, Block]


def split_calendar(text: str) -> CalendarText | Problem:
    """Return the events and time zones in `text`, or why it is no whole calendar."""
    events: list[Block] = []
    zones: dict[str, Block] = {}
    stack: list[str] = []
    kept: list[str] = []
    began = 0
    for line, content in _unfolded(text):
        name, value = _name_and_value(content)
        if name == "BEGIN":
            stack.append(value)
            if value in {"VEVENT", "VTIMEZONE"} and _inside(stack) == value:
                began, kept = line, []
        elif name == "END" and (not stack or stack[-1] != value):
            return _broken(line, f"END:{value} closes nothing that is open")
        component = _inside(stack)
        if component == "VTIMEZONE" or (component == "VEVENT" and name in _EVENT_PROPERTIES):
            kept.append(_with_our_tzid(content) if component == "VEVENT" else content)
        if name == "END":
            if component == "VEVENT" and stack[-1] == "VEVENT":
                events.append(Block(line=began, text=_joined(kept)))
            elif component == "VTIMEZONE" and stack[-1] == "VTIMEZONE":
                zones[_tzid(kept)] = Block(line=began, text=_joined(kept))
            stack.pop()
    if stack:
        return _broken(None, f"{stack[-1]} is never closed, so the end of the file is missing")
    return CalendarText(events=tuple(events), zones=zones)


def _inside(stack: list[str]) -> str | None:
    """Return VEVENT or VTIMEZONE where the innermost components belong to one; None inside an alarm."""
    if "VTIMEZONE" in stack:
        return "VTIMEZONE"
    return "VEVENT" if stack and stack[-1] == "VEVENT" else None


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line number, content line) with continuation lines joined."""
    content: list[str] = []
    began = 0
    for line, part in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if part[:1] in {" ", "\t"} and content:
            content.append(part[1:])
            continue
        if content:
            yield began, "".join(content)
        content, began = ([part], line) if part.strip() else ([], line)
    if content:
        yield began, "".join(content)


def _name_and_value(content: str) -> tuple[str, str]:
    found = _NAME.match(content)
    name = found["name"].upper() if found is not None else ""
    value = content.partition(":")[2].strip().upper() if name in {"BEGIN", "END"} else ""
    return name, value


def _with_our_tzid(content: str) -> str:
    return _TZID.sub(rf"\1{TZID}=", content, count=1)


def _tzid(lines: list[str]) -> str:
    for content in lines:
        if content.upper().startswith("TZID"):
            return content.partition(":")[2].strip()
    return ""


def _joined(lines: list[str]) -> str:
    return "\r\n".join(lines) + "\r\n"


def _broken(line: int | None, reason: str) -> Problem:
    return problem(
        "broken_calendar",
        reason,
        line=line,
        expected="a whole iCalendar file; export it again",
        blocks_file=True,
    )
