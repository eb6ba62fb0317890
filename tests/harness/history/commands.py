"""Rules over commands and their answers: kept, done once, in the order of time, and answered alike."""

from __future__ import annotations

import bisect
import itertools
from collections import defaultdict
from collections.abc import Iterator

from msgspec import Struct

from tests.harness.history.model import Answered, History, Invoked, Json, Truth, Witnessed

UNDECIDED = {"busy", "internal", "rate_limited"}
"""Codes after which the same id may still be done: nothing was stored under it."""


class Said(Struct, frozen=True):
    """An answer, and to whom."""

    reader: str
    tenant_id: str
    entry: Answered

    @property
    def definite(self) -> bool:
        """Whether it is the command's one answer, rather than "not now"."""
        answer = self.entry.answer
        return bool(answer["ok"]) or answer["error"]["code"] not in UNDECIDED


def said(history: History) -> Iterator[Said]:
    """Every answer of the history."""
    for reader in history.readers:
        for entry in reader.entries:
            if isinstance(entry, Answered):
                yield Said(reader.name, reader.tenant_id, entry)


def places(studio: Truth) -> dict[str, list[int]]:
    """The numbers of each command's events."""
    found: dict[str, list[int]] = defaultdict(list)
    for row in studio.log:
        found[row.body["command_id"]].append(row.seq)
    return found


def acknowledged_is_in_the_log(history: History) -> Iterator[str]:
    """A command that was answered yes is in the log, and ends at the number it was told."""
    where = {tenant_id: places(studio) for tenant_id, studio in history.studios.items()}
    for one in said(history):
        if not one.entry.answer["ok"]:
            continue
        numbers, told = where[one.tenant_id].get(one.entry.id, []), one.entry.answer["seq"]
        if not numbers:
            yield f"{one.reader}: {one.entry.id} was acknowledged as {told} and is not in the log"
        elif numbers[-1] != told:
            yield f"{one.reader}: {one.entry.id} was acknowledged as {told} and ends at {numbers[-1]}"


def acknowledged_was_committed(history: History) -> Iterator[str]:
    """Who looks right after the yes finds it in the database."""
    for reader in history.readers:
        for entry in reader.entries:
            if isinstance(entry, Witnessed) and not entry.found:
                yield f"{reader.name}: {entry.id} was acknowledged before it was committed"


def done_once(history: History) -> Iterator[str]:
    """A command's events stand together: an id has one effect, however often it was sent."""
    for studio in history.studios.values():
        groups = [
            command_id for command_id, _ in itertools.groupby(studio.log, key=lambda r: r.body["command_id"])
        ]
        seen: set[str] = set()
        for command_id in groups:
            if command_id in seen:
                yield f"{studio.tenant_id}: {command_id} stands in the log more than once"
            seen.add(command_id)


def refused_did_nothing(history: History) -> Iterator[str]:
    """A command that was refused is not in the log."""
    where = {tenant_id: places(studio) for tenant_id, studio in history.studios.items()}
    for one in said(history):
        if not one.entry.answer["ok"] and one.definite and one.entry.id in where[one.tenant_id]:
            code = one.entry.answer["error"]["code"]
            yield f"{one.reader}: {one.entry.id} was refused ({code}) and is in the log"


def order_is_that_of_time(history: History) -> Iterator[str]:
    """If A was acknowledged before B was sent, A's number is lower."""
    for tenant_id, studio in history.studios.items():
        where = places(studio)
        acknowledged = sorted(_first_yes(history, tenant_id).items(), key=lambda item: item[1])
        moments = [at for _, at in acknowledged]
        highest = list(
            itertools.accumulate((where[i][-1] if i in where else 0 for i, _ in acknowledged), max)
        )
        for command_id, sent in _first_sent(history, tenant_id).items():
            before = bisect.bisect_left(moments, sent)
            if before and command_id in where and where[command_id][0] <= highest[before - 1]:
                yield (
                    f"{tenant_id}: {command_id} is number {where[command_id][0]}, and was sent after"
                    f" {highest[before - 1]} was acknowledged"
                )


def _first_yes(history: History, tenant_id: str) -> dict[str, float]:
    first: dict[str, float] = {}
    for one in said(history):
        if one.tenant_id == tenant_id and one.entry.answer["ok"]:
            first[one.entry.id] = min(one.entry.at, first.get(one.entry.id, one.entry.at))
    return first


def _first_sent(history: History, tenant_id: str) -> dict[str, float]:
    first: dict[str, float] = {}
    for reader in history.readers:
        for entry in reader.entries:
            if isinstance(entry, Invoked) and reader.tenant_id == tenant_id:
                first[entry.id] = min(entry.at, first.get(entry.id, entry.at))
    return first


def one_id_one_answer(history: History) -> Iterator[str]:
    """Whoever sends an id again gets the first answer."""
    first: dict[tuple[str, str], Said] = {}
    for one in said(history):
        if not one.definite:
            continue
        known = first.setdefault((one.tenant_id, one.entry.id), one)
        if known.entry.answer != one.entry.answer:
            yield (
                f"{one.entry.id} was answered {_in_short(known.entry.answer)} to {known.reader}"
                f" and {_in_short(one.entry.answer)} to {one.reader}"
            )


def _in_short(answer: Json) -> str:
    return f"yes ({answer['seq']})" if answer["ok"] else f"no ({answer['error']['code']})"


def answers_are_kept(history: History) -> Iterator[str]:
    """What was answered is stored, word for word, for whoever asks again."""
    for one in said(history):
        if not one.definite or _was_not_read(one.entry.answer):
            continue
        kept = history.studios[one.tenant_id].answers.get(one.entry.id)
        if kept is None:
            yield f"{one.reader}: the answer to {one.entry.id} is not kept"
        elif kept.answer != one.entry.answer:
            yield f"{one.reader}: another answer to {one.entry.id} is kept than was given"


def _was_not_read(answer: Json) -> bool:
    """Arguments that cannot be read leave the id unused [E1]."""
    return not answer["ok"] and answer["error"]["code"] == "invalid"


def answers_tell_the_log(history: History) -> Iterator[str]:
    """The entity in a yes is the one that the command's last event of it tells."""
    for one in said(history):
        answer = one.entry.answer
        if not answer["ok"]:
            continue
        told = {e["id"]: e for e in answer["result"].values() if isinstance(e, dict) and "version" in e}
        for row in reversed(history.studios[one.tenant_id].log[: answer["seq"]]):
            if row.body["command_id"] != one.entry.id:
                break
            entity = told.pop(row.body["entity"]["id"], None)
            if entity is not None and entity != row.body["data"][row.body["entity"]["kind"]]:
                yield f"{one.reader}: the yes to {one.entry.id} tells another entity than event {row.seq}"


def answers_are_to_questions(history: History) -> Iterator[str]:
    """An answer carries the id of a command that this reader sent."""
    for reader in history.readers:
        asked = {entry.id for entry in reader.entries if isinstance(entry, Invoked)}
        for entry in reader.entries:
            if isinstance(entry, Answered) and not (entry.id == entry.answer["id"] and entry.id in asked):
                yield f"{reader.name}: {entry.answer['id']} was answered where {entry.id} was asked"


def nothing_went_wrong_inside(history: History) -> Iterator[str]:
    """No answer speaks of a fault of the server's own."""
    for one in said(history):
        if not one.entry.answer["ok"] and one.entry.answer["error"]["code"] == "internal":
            yield f"{one.reader}: {one.entry.id} was answered `internal`"
