"""iCalendar files: events, repeating ones with their exceptions, to bookings of one artist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from dateutil.relativedelta import relativedelta
from icalendar import Event

from scheduling.model import Status
from server.imports.drafts import BookingDraft, ImportOptions, Parsed, unreadable
from server.imports.ics_event import Entry, read_entry
from server.imports.ics_recur import Budget, Horizon
from server.imports.ics_series import Context, Instance, instances_of
from server.imports.ics_text import split_calendar
from server.imports.ics_times import Zones, whens
from server.imports.problems import Problem, problem
from server.imports.table import MAX_ROWS

MONTHS_BACK = 1
MONTHS_AHEAD = 18
_STATUSES = {"TENTATIVE": Status.HOLD, "CONFIRMED": Status.CONFIRMED}


def read_calendar(text: str, options: ImportOptions, now: datetime) -> Parsed:
    """Return the events of an iCalendar file as bookings.

    Endless repetitions are taken from one month before to 18 months after `now`; those that end by themselves
    from their beginning, to the same far end. Cancelled events and those marked as free are left out.
    """
    split = split_calendar(text)
    if isinstance(split, Problem):
        return unreadable("calendar", split)
    if not split.events:
        reason = "there is no event in this calendar"
        return unreadable("calendar", problem("no_rows", reason, line=1, blocks_file=True))
    context = Context(
        zones=Zones(split.zones),
        horizon=Horizon(
            begin=now - relativedelta(months=MONTHS_BACK), end=now + relativedelta(months=MONTHS_AHEAD)
        ),
        budget=Budget(),
        counts=Counter(),
    )
    problems: list[Problem] = []
    groups: dict[str, list[Entry]] = {}
    for block in split.events:
        entry = read_entry(block, context.zones)
        if isinstance(entry, Problem):
            problems.append(entry)
        else:
            groups.setdefault(entry.uid, []).append(entry)
    drafts: list[BookingDraft] = []
    for entries in groups.values():
        instances = instances_of(entries, context)
        if isinstance(instances, Problem):
            problems.append(instances)
            continue
        for instance in instances:
            _keep(drafts, instance, options, context.counts)
        if len(drafts) > MAX_ROWS:
            return unreadable("calendar", _too_many())
    counts = context.counts
    drafts.sort(key=lambda draft: (draft.start.local, draft.line))
    skipped = sum(counts[what] for what in ("cancelled", "free", "empty", "stray"))
    return Parsed(
        kind="calendar",
        rows=len(drafts) + skipped + len(problems),
        bookings=tuple(drafts),
        problems=tuple(problems),
        skipped=skipped,
        notes=tuple(_notes(counts, context.horizon)),
    )


def _keep(
    drafts: list[BookingDraft], instance: Instance, options: ImportOptions, counts: Counter[str]
) -> None:
    """Add the draft of an instance, or count why it is left out."""
    entry = instance.entry
    times = whens(instance.start, instance.length)
    if entry.cancelled:
        counts["cancelled"] += 1
    elif entry.free:
        counts["free"] += 1
    elif times is None:
        counts["empty"] += 1
    else:
        drafts.append(
            BookingDraft(
                line=entry.line,
                start=times[0],
                end=times[1],
                title=_cut(" ".join(str(entry.event.get("SUMMARY", "")).split()), 300),
                notes=_cut(_describe(entry.event), 10_000),
                zone=instance.start.name,
                status=_status(entry.event, options),
                external_id=instance.identity if len(instance.identity) <= 200 else "",
                identity=instance.identity,
            )
        )


def _status(event: Event, options: ImportOptions) -> Status:
    said = _STATUSES.get(str(event.get("STATUS", "")).upper())
    return said or Status(options.status or "confirmed")


def _describe(event: Event) -> str:
    parts = [str(event.get("DESCRIPTION", "")).strip(), str(event.get("LOCATION", "")).strip()]
    return "\n\n".join(part for part in parts if part)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _notes(counts: Counter[str], horizon: Horizon) -> Iterable[str]:
    span = f"taken from {horizon.begin:%Y-%m-%d} to {horizon.end:%Y-%m-%d}"
    for what, one, many in (
        ("cancelled", "1 cancelled event was left out", "{} cancelled events were left out"),
        (
            "free",
            "1 event marked as free time was left out",
            "{} events marked as free time were left out",
        ),
        ("empty", "1 event without a length was left out", "{} events without a length were left out"),
        (
            "stray",
            "1 change to an instance that its series does not have was left out",
            "{} changes to instances that their series do not have were left out",
        ),
        ("endless", f"1 event repeats for ever: {span}", f"{{}} events repeat for ever: {span}"),
    ):
        if counts[what]:
            yield one if counts[what] == 1 else many.format(counts[what])


def _too_many() -> Problem:
    return problem(
        "too_many_rows",
        f"the calendar has more than {MAX_ROWS:,} events",
        expected=f"at most {MAX_ROWS:,} events a file; export a shorter time",
        blocks_file=True,
    )
