"""Rules over who may see what: oneself, one's own work, and nothing of another studio."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import msgspec

from tests.harness.history.model import Answered, Entry, Heard, History, Json, Reader, Synced, Truth, Welcomed

MASKED = {"id", "artist_id", "start", "end", "status", "version"}
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SECRET_FIELDS = ("title", "notes", "client", "email", "rate", "phone")
SHORT = 6
"""Words shorter than this may stand anywhere by chance."""


def text_of(entry: Entry) -> str:
    """What was read from the socket, as text."""
    match entry:
        case Answered():
            return msgspec.json.encode(entry.answer).decode()
        case Welcomed() | Heard():
            return msgspec.json.encode(entry.body).decode()
        case Synced():
            return msgspec.json.encode(entry.pages).decode()
        case _:
            return ""


def welcomed_as_themselves(history: History) -> Iterator[str]:
    """A connection is welcomed as the person, the role and the studio of its token."""
    for reader in history.readers:
        expected = (reader.tenant_id, reader.member_id, reader.role, reader.artist_id)
        for entry in reader.entries:
            if isinstance(entry, Welcomed):
                member = entry.body["member"]
                told = (entry.body["tenant_id"], member["id"], member["role"], member.get("artist_id"))
                if told != expected:
                    yield f"{reader.name}: welcomed as {told}, is {expected}"


def artists_see_others_masked(history: History) -> Iterator[str]:
    """[M1] [M4] Others' bookings are ranges that are busy or free; who did it, and how, is hidden."""
    for reader in history.readers:
        if reader.staff:
            continue
        for entry in reader.entries:
            for booking in _bookings_shown(entry):
                if booking["artist_id"] != reader.artist_id and not _is_masked(booking):
                    yield f"{reader.name}: was shown {sorted(booking.keys() - MASKED)} of {booking['id']}"
            for event in _events_shown(entry):
                masked = event["type"] == "booking.masked"
                if masked and (event["actor"] != {"kind": "hidden"} or "command_id" in event):
                    yield f"{reader.name}: was told who did event {event['seq']}"


def _is_masked(booking: Json) -> bool:
    return booking.keys() == MASKED and booking["status"] in {"busy", "free"}


def _events_shown(entry: Entry) -> Iterator[Json]:
    if isinstance(entry, Heard) and entry.name == "events":
        yield from entry.body["events"]
    elif isinstance(entry, Synced) and entry.pages[0]["kind"] == "events":
        yield from entry.pages[0]["events"]


def _bookings_shown(entry: Entry) -> Iterator[Json]:
    for event in _events_shown(entry):
        if event["entity"]["kind"] == "booking":
            yield event["data"]["booking"]
    if isinstance(entry, Synced) and entry.pages[0]["kind"] == "snapshot":
        for page in entry.pages:
            yield from page["state"].get("bookings", [])


def artists_hear_no_word_of_others(history: History) -> Iterator[str]:
    """[M5] No title, note, client, address or rate of others' work is in any byte an artist is sent."""
    for reader in history.readers:
        if reader.staff:
            continue
        hidden = _words_of_others(history.studios[reader.tenant_id], str(reader.artist_id))
        pattern = re.compile("|".join(map(re.escape, sorted(hidden)))) if hidden else None
        for entry in reader.entries:
            found = pattern.search(text_of(entry)) if pattern else None
            if found is not None:
                yield f"{reader.name}: was sent {found[0]!r} in a {type(entry).__name__}"


def _words_of_others(studio: Truth, artist_id: str) -> set[str]:
    own: set[str] = set()
    others: set[str] = set()
    for row in studio.log:
        kind = row.body["entity"]["kind"]
        entity = row.body["data"].get(kind, {})
        mine = artist_id in (entity.get("artist_id"), entity.get("id"))
        (own if mine else others).update(_secrets(entity))
    return others - own


def _secrets(entity: Json) -> Iterator[str]:
    for name in _SECRET_FIELDS:
        value = entity.get(name)
        if isinstance(value, dict):
            value = value.get("amount")
        if value is not None and len(str(value)) >= SHORT:
            yield str(value)


def no_byte_of_another_studio(history: History) -> Iterator[str]:
    """No id, title or address of one studio is in any byte that a reader of another is sent."""
    marks = {tenant_id: _marks(studio) for tenant_id, studio in history.studios.items()}
    foreign: dict[str, set[str]] = defaultdict(set)
    for tenant_id, own in marks.items():
        for other, theirs in marks.items():
            if other != tenant_id:
                foreign[tenant_id] |= theirs - own
    for reader in history.readers:
        yield from _foreign_marks(reader, foreign[reader.tenant_id])


def _marks(studio: Truth) -> set[str]:
    marks = {studio.tenant_id, studio.epoch}
    for row in studio.log:
        marks.update(_ID.findall(row.text))
        marks.update(_secrets(row.body["data"].get(row.body["entity"]["kind"], {})))
    return marks


def _foreign_marks(reader: Reader, foreign: set[str]) -> Iterator[str]:
    words = sorted(mark for mark in foreign if not _ID.fullmatch(mark))
    pattern = re.compile("|".join(map(re.escape, words))) if words else None
    for entry in reader.entries:
        text = text_of(entry)
        found = foreign.intersection(_ID.findall(text))
        word = pattern.search(text) if pattern else None
        if found or word:
            yield f"{reader.name}: a {type(entry).__name__} holds {found or {word[0]}} of another studio"
