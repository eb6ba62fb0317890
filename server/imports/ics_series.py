"""All VEVENTs of one UID: a series, the changes made to its instances, and what takes place in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec
from icalendar.prop import vRecur

from server.imports.ics_event import Entry, listed, moments_of, raw_value
from server.imports.ics_recur import Budget, Horizon, Repetition, expand
from server.imports.ics_times import Length, Moment, Zones, key, utc
from server.imports.problems import Fault, Problem, at


class Instance(msgspec.Struct, frozen=True, kw_only=True):
    """One event as it takes place: when, for how long, described by which VEVENT, and its name for good."""

    start: Moment
    length: Length
    entry: Entry
    identity: str


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for a whole file; `counts` gathers what the report says about it."""

    zones: Zones
    horizon: Horizon
    budget: Budget
    counts: Counter[str]


def instances_of(entries: Sequence[Entry], context: Context) -> list[Instance] | Problem:
    """Return everything that takes place under one UID."""
    masters = [entry for entry in entries if entry.instance is None]
    changes = [entry for entry in entries if entry.instance is not None]
    if not masters:
        return [_alone(entry) for entry in changes]
    master = max(masters, key=lambda entry: entry.sequence)
    repeats = any(name in master.event for name in ("RRULE", "RDATE"))
    if not repeats or master.cancelled or master.free:
        return [
            Instance(start=master.start, length=master.length, entry=master, identity=f"uid {master.uid}")
        ]
    return _series(master, changes, context)


def _series(master: Entry, changes: Sequence[Entry], context: Context) -> list[Instance] | Problem:
    extra = moments_of(master.event, "RDATE", context.zones)
    without = moments_of(master.event, "EXDATE", context.zones)
    if isinstance(extra, Fault):
        return at(extra, line=master.line, column="RDATE", value=raw_value(master.event, "RDATE"))
    if isinstance(without, Fault):
        return at(without, line=master.line, column="EXDATE", value=raw_value(master.event, "EXDATE"))
    repetition = Repetition(
        start=master.start,
        rules=tuple(rule for rule in listed(master.event, "RRULE") if isinstance(rule, vRecur)),
        extra=tuple(start for start, _ in extra),
        without=tuple(start for start, _ in without),
        without_rules=tuple(rule for rule in listed(master.event, "EXRULE") if isinstance(rule, vRecur)),
    )
    series = expand(repetition, context.horizon, context.budget)
    if isinstance(series, Fault):
        return at(series, line=master.line, column="RRULE", value=raw_value(master.event, "RRULE"))
    context.counts["endless"] += series.endless
    lengths = {key(start): length for start, length in extra if length is not None}
    single, onwards = _changes(changes, master)
    instances = [
        _changed(start, lengths.get(key(start), master.length), master, single, onwards)
        for start in series.starts
    ]
    strays = [entry for name, entry in single.items() if name not in series.names]
    context.counts["stray"] += len(strays)
    return instances


def _changes(changes: Sequence[Entry], master: Entry) -> tuple[dict[str, Entry], list[Entry]]:
    """Return the changes of single instances by instance, and those from an instance onwards in order."""
    single: dict[str, Entry] = {}
    onwards: dict[str, Entry] = {}
    for entry in sorted(changes, key=lambda entry: entry.sequence):
        if entry.instance is not None:
            (onwards if entry.from_here_on else single)[_as_in_series(entry.instance, master)] = entry
    return single, sorted(onwards.values(), key=lambda entry: utc(entry.instance or entry.start))


def _as_in_series(instance: Moment, master: Entry) -> str:
    """Return the key of an instance; one named by its day alone is the one at the series' usual time."""
    if instance.all_day and not master.start.all_day:
        local = datetime.combine(instance.local.date(), master.start.local.time())
        return key(msgspec.structs.replace(master.start, local=local))
    return key(instance)


def _changed(
    start: Moment, length: Length, master: Entry, single: dict[str, Entry], onwards: Sequence[Entry]
) -> Instance:
    """Return one instance of a series after the changes made to it."""
    name = key(start)
    identity = f"uid {master.uid} at {name}"
    change = single.get(name)
    if change is not None:
        return Instance(start=change.start, length=change.length, entry=change, identity=identity)
    later = [entry for entry in onwards if utc(entry.instance or entry.start) <= utc(start)]
    if not later:
        return Instance(start=start, length=length, entry=master, identity=identity)
    entry = later[-1]
    original = entry.instance or entry.start
    shift = entry.start.local - _wall(original, entry.start)
    moved = msgspec.structs.replace(entry.start, local=_wall(start, entry.start) + shift)
    return Instance(start=moved, length=entry.length, entry=entry, identity=identity)


def _wall(at: Moment, like: Moment) -> datetime:
    """Return the wall-clock time of `at` in the zone of `like`."""
    if at.zone is None or like.zone is None:
        return at.local
    return utc(at).astimezone(like.zone).replace(tzinfo=None)


def _alone(entry: Entry) -> Instance:
    """Return a changed instance whose series is not in the file."""
    instance = entry.instance or entry.start
    identity = f"uid {entry.uid} at {key(instance)}"
    return Instance(start=entry.start, length=entry.length, entry=entry, identity=identity)
