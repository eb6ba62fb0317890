"""Rules over what readers were sent: in order, whole, true, and in the end the same for everybody."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from msgspec import Struct

from tests.harness.following import merged
from tests.harness.history.model import Heard, History, Json, Reader, Synced, Truth, Welcomed
from tests.harness.replica import Replica


class Batch(Struct, frozen=True, kw_only=True):
    """An `events` message, or the answer to a `sync` that holds events."""

    reader: Reader
    body: Json


def batches(history: History) -> Iterator[Batch]:
    """Everything that carried events."""
    for reader in history.readers:
        for entry in reader.entries:
            if isinstance(entry, Heard) and entry.name == "events":
                yield Batch(reader=reader, body=entry.body)
            elif isinstance(entry, Synced) and entry.pages[0]["kind"] == "events":
                yield Batch(reader=reader, body=entry.pages[0])


def batches_follow_each_other(history: History) -> Iterator[str]:
    """[D5] On a connection, each batch begins after the last one's end, from the `sync` on."""
    for reader in history.readers:
        at: int | None = None
        for entry in reader.entries:
            match entry:
                case Welcomed():
                    at = None
                case Synced():
                    at = _end_of(entry)
                case Heard(name="events"):
                    first = entry.body["from_seq"]
                    if at is None:
                        yield f"{reader.name}: events from {first} on before any sync"
                    elif first != at + 1:
                        yield f"{reader.name}: a batch begins at {first} after {at}"
                    at = entry.body["to_seq"]
                case _:
                    pass


def _end_of(sync: Synced) -> int:
    page = sync.pages[0]
    return int(page["to_seq"] if page["kind"] == "events" else page["seq"])


def events_stand_in_their_batch(history: History) -> Iterator[str]:
    """Events of a batch are numbered within it, upwards."""
    for batch in batches(history):
        numbers = [event["seq"] for event in batch.body["events"]]
        inside = all(batch.body["from_seq"] <= n <= batch.body["to_seq"] for n in numbers)
        # A project may be shown under the number of the booking it is shown for [M3].
        twice = {n for n in numbers if numbers.count(n) > 1} if len(set(numbers)) < len(numbers) else set()
        shown = {e["seq"] for e in batch.body["events"] if e["type"] == "project.shown"}
        if not inside or numbers != sorted(numbers) or twice - shown:
            span = f"{batch.body['from_seq']} to {batch.body['to_seq']}"
            yield f"{batch.reader.name}: the batch from {span} holds {numbers}"


def staff_hear_every_number(history: History) -> Iterator[str]:
    """A batch for staff holds every number it covers, once."""
    for batch in batches(history):
        if batch.reader.staff:
            numbers = [event["seq"] for event in batch.body["events"]]
            expected = list(range(batch.body["from_seq"], batch.body["to_seq"] + 1))
            if numbers != expected:
                missing = sorted(set(expected) - set(numbers))
                yield f"{batch.reader.name}: {missing or numbers} is missing from, or double in, a batch"


def events_are_those_of_the_log(history: History) -> Iterator[str]:
    """What staff were told under a number stands in the log under it."""
    for batch in batches(history):
        if not batch.reader.staff:
            continue
        log = history.studios[batch.reader.tenant_id].log
        for event in batch.body["events"]:
            at = event["seq"] - 1
            if not 0 <= at < len(log):
                yield f"{batch.reader.name}: event {event['seq']} is beyond the log"
            elif log[at].body != event:
                yield f"{batch.reader.name}: event {event['seq']} is another one in the log"


def snapshots_are_of_their_number(history: History) -> Iterator[str]:
    """A snapshot for staff is what the log makes up to the number it says; all its pages say the same."""
    for tenant_id, studio in history.studios.items():
        taken = [
            (entry.pages[0]["seq"], reader.name, entry)
            for reader in history.readers
            if reader.tenant_id == tenant_id and reader.staff
            for entry in reader.entries
            if isinstance(entry, Synced) and entry.pages[0]["kind"] == "snapshot"
        ]
        replica = _empty(studio)
        for seq, name, entry in sorted(taken, key=lambda item: item[0]):
            _advance(replica, studio, seq)
            shown = Replica(entry.pages[0]["epoch"], seq, merged(list(entry.pages))).state()
            if shown != replica.state():
                yield f"{name}: the snapshot of {seq} differs in {_difference(shown, replica.state())}"
            if len({page["seq"] for page in entry.pages}) > 1:
                yield f"{name}: the pages of the snapshot of {seq} are of several numbers"


def _empty(studio: Truth) -> Replica:
    """A replica before the first event. The studio's own record was there before any."""
    return Replica(studio.epoch, 0, {"tenant": copy.deepcopy(studio.fresh["staff"]["tenant"])})


def _advance(replica: Replica, studio: Truth, seq: int) -> None:
    bodies = [row.body for row in studio.log[replica.seq : seq]]
    if bodies:
        replica.receive({"epoch": studio.epoch, "from_seq": replica.seq + 1, "to_seq": seq, "events": bodies})


def resumes_where_asked(history: History) -> Iterator[str]:
    """A sync since a number is answered with the events after it, or with a snapshot."""
    for reader in history.readers:
        for entry in reader.entries:
            if isinstance(entry, Synced) and entry.pages[0]["kind"] == "events":
                since, first = entry.request.get("since"), entry.pages[0]["from_seq"]
                if since is None or first != since + 1:
                    yield f"{reader.name}: asked for what follows {since}, got what follows {first - 1}"


def history_is_one(history: History) -> Iterator[str]:
    """Every message names the studio's one history."""
    for reader in history.readers:
        epoch = history.studios[reader.tenant_id].epoch
        for entry in reader.entries:
            named = {
                body["epoch"]
                for body in (entry.pages if isinstance(entry, Synced) else _bodies(entry))
                if "epoch" in body
            }
            if named - {epoch}:
                yield f"{reader.name}: {type(entry).__name__} of {named}, the studio's history is {epoch}"


def _bodies(entry: object) -> tuple[Json, ...]:
    return (entry.body,) if isinstance(entry, Heard | Welcomed) else ()


def everybody_ends_with_the_same(history: History) -> Iterator[str]:
    """Snapshot and events together are a fresh snapshot for the reader's audience, at the head."""
    for reader in history.readers:
        studio = history.studios[reader.tenant_id]
        replica = replayed(reader)
        if replica is None:
            yield f"{reader.name}: never got a snapshot"
        elif replica.seq != studio.head:
            yield f"{reader.name}: is at {replica.seq}, the head is {studio.head}"
        else:
            shown, fresh = replica.state(), Replica(studio.epoch, 0, studio.fresh[reader.audience]).state()
            if shown != fresh and _difference(shown, _kept_projects(fresh, shown, reader)):
                what = _difference(shown, _kept_projects(fresh, shown, reader))
                yield f"{reader.name}: differs from a fresh snapshot in {what}"


def _kept_projects(fresh: Json, shown: Json, reader: Reader) -> Json:
    """[M3] An artist may keep a project after the last booking of it, until the next snapshot."""
    if reader.staff:
        return fresh
    ids = {project["id"] for project in fresh["projects"]}
    more = [project for project in shown["projects"] if project["id"] not in ids]
    return {**fresh, "projects": sorted([*fresh["projects"], *more], key=lambda project: project["id"])}


def replayed(reader: Reader) -> Replica | None:
    """The reader's replica after everything it was sent, as a client would keep it."""
    replica: Replica | None = None
    for entry in reader.entries:
        match entry:
            case Synced() if entry.pages[0]["kind"] == "snapshot":
                page = entry.pages[0]
                replica = Replica(page["epoch"], page["seq"], copy.deepcopy(merged(list(entry.pages))))
            case Synced() if replica is not None:
                replica.receive(entry.pages[0])
            case Heard(name="events") if replica is not None:
                replica.receive(entry.body)
            case _:
                pass
    return replica


def _difference(one: Json, other: Json) -> list[str]:
    """The kinds of records that differ, with an example."""
    found = []
    for kind in sorted(one.keys() | other.keys()):
        mine, theirs = one.get(kind), other.get(kind)
        if mine == theirs:
            continue
        if isinstance(mine, list) and isinstance(theirs, list):
            example = next(
                (record for record in [*mine, *theirs] if record not in mine or record not in theirs), None
            )
            found.append(f"{kind}: {str(example)[:160]}")
        else:
            found.append(kind)
    return found
