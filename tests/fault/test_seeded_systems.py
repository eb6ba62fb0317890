"""The server itself with a bug put into it: the history of a short run tells which rule it broke."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import msgspec
import pytest

from db.queries import answers, batches
from db.unit import Unit
from realtime import catchup, rooms, sealing
from realtime.catchup import Catchup
from realtime.fanout import Fanout
from realtime.hints import EventsHint
from realtime.rooms import Batch
from realtime.snapshots import DatabaseLoader, Loaded
from scheduling.permissions import event_actor
from tests.harness.history.check import check
from tests.harness.history.rehearsal import rehearsing

BUGS: dict[str, tuple[set[str], Callable]] = {}


def bug(*rules):
    """The rules of which one must catch it."""

    def keep(seed):
        BUGS[seed.__name__] = (set(rules), seed)
        return seed

    return keep


@bug("once", "same-answer")
def deduplication_is_dropped(monkeypatch):
    async def nothing(*_args):
        return {}

    async def first_one_only(connection, batch):
        fresh = tuple(answer for answer in batch.answers if answer.command_id not in answered)
        answered.update(answer.command_id for answer in fresh)
        return await append(connection, msgspec.structs.replace(batch, answers=fresh))

    answered, append = set[UUID](), batches.append
    monkeypatch.setattr(answers, "by_ids", nothing)
    monkeypatch.setattr(batches, "append", first_one_only)


@bug("same-answer", "answer-kept")
def an_answer_is_made_up_anew(monkeypatch):
    by_ids = answers.by_ids

    async def another(*args):
        found = await by_ids(*args)
        return {i: msgspec.structs.replace(a, answer=_one_higher(a)) for i, a in found.items()}

    def _one_higher(stored):
        answer = msgspec.json.decode(stored.answer)
        return msgspec.json.encode({**answer, "seq": answer["seq"] + 1} if answer["ok"] else answer)

    monkeypatch.setattr(answers, "by_ids", another)


@bug("committed-first", "acknowledged")
def a_commit_is_forgotten(monkeypatch):
    """Acknowledged, and rolled back: what a lying disk, or an answer before the commit, comes to."""
    turns = iter(range(10**6))

    async def forgotten(unit, written):
        if next(turns) <= 60:
            await finish(unit, written)

    finish = Unit.finish
    monkeypatch.setattr(Unit, "finish", forgotten)


@bug("masked", "hidden-words")
def masking_is_dropped(monkeypatch):
    monkeypatch.setattr(rooms, "mask", lambda sight, _event, body: (sight, [body]))


@bug("contiguous")
def a_gap_is_skipped(monkeypatch):
    """Every tenth batch goes to nobody, and the room goes on as if it had."""
    deliver, turns = rooms.Room.deliver, iter(range(10**6))

    def careless(room, batch):
        audiences = room.audiences
        if next(turns) % 10 == 9:
            room.audiences = {}
        deliver(room, batch)
        room.audiences = audiences

    monkeypatch.setattr(rooms.Room, "deliver", careless)


@bug("contiguous")
def batches_are_delivered_twice(monkeypatch):
    deliver = rooms.Room.deliver

    def twice(room, batch):
        before = room.position
        deliver(room, batch)
        room.position = before
        deliver(room, batch)

    monkeypatch.setattr(rooms.Room, "deliver", twice)


@bug("snapshot", "view")
def a_snapshot_is_older_than_it_says(monkeypatch):
    load = DatabaseLoader.__call__
    first: dict[UUID, Loaded] = {}

    async def stale(loader, tenant_id):
        loaded = await load(loader, tenant_id)
        old = first.setdefault(tenant_id, loaded)
        return msgspec.structs.replace(old, position=loaded.position, loaded_at=0.0)

    monkeypatch.setattr(DatabaseLoader, "__call__", stale)
    monkeypatch.setattr(catchup, "_near", lambda _head, _request: False)


@bug("resume")
def a_resume_begins_one_too_late(monkeypatch):
    answer = Catchup.answer

    async def late(self, actor, request):
        if request.since is not None:
            request = msgspec.structs.replace(request, since=request.since + 1)
        return await answer(self, actor, request)

    monkeypatch.setattr(Catchup, "answer", late)


@bug("own-studio")
def a_hint_reaches_the_wrong_studio(monkeypatch):
    """Rooms believe what other tenants' topics say, as where a topic is not part of the signature."""
    hinted = Fanout.hinted

    def everywhere(self, tenant_id, hint):
        for other, room in list(self._rooms.items()):
            if other != tenant_id and room.position is not None and isinstance(hint, EventsHint):
                room.deliver(Batch(room.last + 1, tuple(bytes(b) for b in hint.bodies or ())))
        hinted(self, tenant_id, hint)

    monkeypatch.setattr(Fanout, "hinted", everywhere)


@bug("true-events", "view")
def what_is_told_is_not_what_is_stored(monkeypatch):
    publish = Fanout.publish

    async def embellished(self, committed):
        bodies = tuple(body.replace(b'"hold"', b'"pencil"') for body in committed.bodies)
        await publish(self, msgspec.structs.replace(committed, bodies=bodies))

    monkeypatch.setattr(Fanout, "publish", embellished)


@bug("actor")
def events_name_nobody_in_particular(monkeypatch):

    def somebody(actor):
        return msgspec.structs.replace(event_actor(actor), id=uuid4())

    monkeypatch.setattr(sealing, "event_actor", somebody)


@bug("true-events", "contiguous", "view")
def events_are_told_that_were_rolled_back(monkeypatch):
    """Published first, written afterwards: here they are not written at all."""
    publish, turns = Fanout.publish, iter(range(10**6))

    async def rash(self, committed):
        await publish(self, committed)
        if next(turns) == 40:
            phantom = tuple(
                body.replace(b'"seq":%d,' % seq, b'"seq":%d,' % (committed.to_seq + 1))
                for seq, body in enumerate(committed.bodies[:1], committed.from_seq)
            )
            after = committed.to_seq + 1
            await publish(
                self, msgspec.structs.replace(committed, from_seq=after, to_seq=after, bodies=phantom)
            )

    monkeypatch.setattr(Fanout, "publish", rash)


@pytest.mark.parametrize("name", BUGS)
async def test_a_server_with_a_bug_is_found_out(database, monkeypatch, name):
    rules, seed = BUGS[name]
    with monkeypatch.context() as patched:
        seed(patched)
        async with rehearsing(database.dsn) as rehearsal:
            await rehearsal.work(28, hang_ups=4)
            await rehearsal.catch_up()
            found = {finding.rule for finding in check(await rehearsal.history())}
    assert rules & found, found
