"""Rules over the log alone: whole, unbroken, and never with two people in one place."""

from __future__ import annotations

import hashlib
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator

from tests.harness.history.model import History, Invoked, Json, Logged, Taken, Truth


def numbers_have_no_gap(history: History) -> Iterator[str]:
    """The log is numbered 1, 2, 3 … up to its head, in the row and in the event."""
    for studio in history.studios.values():
        numbers = [row.seq for row in studio.log]
        if numbers != list(range(1, studio.head + 1)):
            yield f"{studio.tenant_id}: head {studio.head}, but the numbers are {_in_short(numbers)}"
        for row in studio.log:
            if row.body["seq"] != row.seq:
                yield f"{studio.tenant_id}: event {row.seq} calls itself {row.body['seq']}"


def _in_short(numbers: list[int]) -> str:
    gaps = [(a, b) for a, b in itertools.pairwise(numbers) if b != a + 1]
    return f"{numbers[:1]} … {numbers[-1:]}, breaking at {gaps[:3]}"


def chain_holds(history: History) -> Iterator[str]:
    """Each link is the hash of the one before and the event's digest; the head is the last one."""
    for studio in history.studios.values():
        previous = b""
        for row in studio.log:
            digest = hashlib.sha256(row.text.encode()).digest()
            previous = hashlib.sha256(previous + digest).digest()
            if previous != row.hash:
                yield f"{studio.tenant_id}: the chain breaks at {row.seq}"
                previous = row.hash
        if previous != studio.head_hash:
            yield f"{studio.tenant_id}: the head is not the last link"


def versions_count_up(history: History) -> Iterator[str]:
    """Each event of an entity has the version after the one before.

    A change of place in the waiting line is no edit: it keeps the version.
    """
    for studio in history.studios.values():
        versions: dict[str, int] = {}
        for row in studio.log:
            entity = row.body["entity"]
            before = versions.get(entity["id"])
            kept = row.body["type"] in {"booking.promoted", "booking.demoted"}
            if before is not None and entity["version"] != before + (0 if kept else 1):
                yield (
                    f"{studio.tenant_id}: {entity['kind']} {entity['id']} is version"
                    f" {entity['version']} after {before}, in event {row.seq}"
                )
            versions[entity["id"]] = entity["version"]


def nobody_is_booked_twice(history: History) -> Iterator[str]:
    """No two exclusive ranges of an artist share time, in the rows as they stand."""
    for studio in history.studios.values():
        yield from _overlaps(studio.tenant_id, studio.taken, "at the end")


def nobody_ever_was_booked_twice(history: History) -> Iterator[str]:
    """… nor at the end of any command, as the log tells it."""
    for studio in history.studios.values():
        yield from _replayed_overlaps(studio)


def _replayed_overlaps(studio: Truth) -> Iterator[str]:
    taken: dict[str, Taken] = {}
    for command_id, rows in itertools.groupby(studio.log, key=lambda row: row.body["command_id"]):
        touched: set[str] = set()
        for row in rows:
            touched |= _take(taken, row)
        by_artist: dict[str, list[Taken]] = defaultdict(list)
        for one in taken.values():
            by_artist[one.artist_id].append(one)
        for artist_id in touched:
            yield from _overlaps(studio.tenant_id, by_artist[artist_id], f"after command {command_id}")


def _take(taken: dict[str, Taken], row: Logged) -> set[str]:
    """Keep the range an event tells of; the artists it touches."""
    kind, entity_id = row.body["entity"]["kind"], row.body["entity"]["id"]
    if kind not in {"booking", "time_off"}:
        return set()
    entity: Json = row.body["data"][kind]
    exclusive = entity.get("status") in {"pencil", "confirmed"} or (
        kind == "time_off" and entity["state"] == "approved"
    )
    if not exclusive:
        taken.pop(entity_id, None)
        return set()
    taken[entity_id] = Taken(
        id=entity_id, artist_id=entity["artist_id"], start=entity["start"], end=entity["end"]
    )
    return {entity["artist_id"]}


def _overlaps(tenant_id: str, taken: Iterable[Taken], when: str) -> Iterator[str]:
    ordered = sorted(taken, key=lambda one: (one.artist_id, one.start, one.end))
    for one, following in itertools.pairwise(ordered):
        if one.artist_id == following.artist_id and following.start < one.end:
            yield f"{tenant_id}: {one.id} and {following.id} of {one.artist_id} share time {when}"


def nothing_was_done_unasked(history: History) -> Iterator[str]:
    """Every command in the log was sent by somebody."""
    asked: dict[str, set[str]] = defaultdict(set)
    for reader in history.readers:
        asked[reader.tenant_id] |= {e.id for e in reader.entries if isinstance(e, Invoked)}
    for studio in history.studios.values():
        known = asked[studio.tenant_id] | studio.strangers
        for row in studio.log:
            if row.body["command_id"] not in known:
                yield f"{studio.tenant_id}: event {row.seq} is of {row.body['command_id']}, which nobody sent"


def events_name_who_asked(history: History) -> Iterator[str]:
    """An event's actor is who sent its command."""
    asked = {
        (reader.tenant_id, entry.id): reader.member_id
        for reader in history.readers
        for entry in reader.entries
        if isinstance(entry, Invoked)
    }
    for studio in history.studios.values():
        for row in studio.log:
            sender = asked.get((studio.tenant_id, row.body["command_id"]))
            if sender is not None and row.body["actor"].get("id") != sender:
                yield (
                    f"{studio.tenant_id}: event {row.seq} names {row.body['actor'].get('id')},"
                    f" but {sender} sent its command"
                )
