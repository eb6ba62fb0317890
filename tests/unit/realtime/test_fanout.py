"""A room delivers each number once and in order, whatever becomes of the hints."""

import asyncio
import contextlib
import random
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.bus import InProcessBus
from realtime.connections import Closing, audience_of
from realtime.fanout import Fanout
from realtime.hints import AskPeople, events_hint
from realtime.log_reader import UnknownTenant
from realtime.rooms import MESSAGE_BYTES, MESSAGE_EVENTS
from realtime.switchboard import Switchboard
from tests.harness.delivery import MemoryLog, actor_in, batches, covered, greeted, packets
from tests.harness.live import until


class Nobody:
    def resumed(self, tenant_id):
        pass

    def hinted(self, tenant_id, hint): ...


@contextlib.asynccontextmanager
async def fanout_over(log, *, head_seconds=60.0):
    switchboard = Switchboard(InProcessBus(), key=b"tests", instance="here")
    fanout = Fanout(log, switchboard, head_seconds=head_seconds)
    await switchboard.start(fanout, Nobody(), Nobody())
    fanout.start()
    try:
        yield fanout
    finally:
        await fanout.close()
        await switchboard.close()


async def reader(fanout, log, *, at=None):
    """A connection that joined at `at`, or at the head."""
    connection = greeted(actor_in(log.tenant_id))
    position = await fanout.enter(connection, log.tenant_id)
    assert await fanout.join(connection, log.tenant_id, position.seq if at is None else at, None)
    return connection


def hint(committed):
    return events_hint("elsewhere", committed.epoch, committed.from_seq, committed.to_seq, committed.bodies)


async def test_what_is_published_here_is_sent_at_once_and_in_order():
    """[D1]"""
    log = MemoryLog()
    log.commit(3)
    async with fanout_over(log) as fanout:
        one, two = await reader(fanout, log), await reader(fanout, log)
        for count in (1, 5, 2):
            await fanout.publish(log.commit(count))
        assert covered(one, 3) == covered(two, 3) == 11
        assert log.reads == 0, "nothing had to be read"
        assert one.outbox._packets[0] is two.outbox._packets[0], "encoded once [D6]"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_lost_doubled_late_and_reordered_hints_change_nothing(data):
    """[D1] [D2] [D4]"""
    seed = data.draw(st.integers(0, 2**32), label="seed")

    async def scenario():
        chance = random.Random(seed)
        log = MemoryLog()
        async with fanout_over(log, head_seconds=0.05) as fanout:
            connection = await reader(fanout, log)
            waiting = []
            for _ in range(chance.randrange(1, 12)):
                committed = log.commit(chance.randrange(1, 4))
                fate = chance.choice(["publish", "hint", "hint", "lose", "double", "late", "forged number"])
                if fate == "publish":
                    await fanout.publish(committed)
                if fate in {"hint", "double"}:
                    waiting += [committed] * (2 if fate == "double" else 1)
                if fate == "late":
                    waiting.insert(0, committed)
                if fate == "forged number":
                    number = len(log.bodies) + 50
                    fanout.hinted(log.tenant_id, events_hint("elsewhere", log.epoch, number, number, ()))
                if chance.random() < 0.5:
                    chance.shuffle(waiting)
                    while waiting and chance.random() < 0.8:
                        fanout.hinted(log.tenant_id, hint(waiting.pop()))
                if chance.random() < 0.3:
                    await asyncio.sleep(0)
            await until(lambda: covered(connection, 0) == len(log.bodies))

    asyncio.run(scenario())


async def test_a_gap_is_waited_for_and_then_read_once():
    """[D4]"""
    log = MemoryLog()
    async with fanout_over(log) as fanout:
        connection = await reader(fanout, log)
        first, second, third = log.commit(), log.commit(), log.commit()
        fanout.hinted(log.tenant_id, hint(third))
        assert batches(connection) == []
        fanout.hinted(log.tenant_id, hint(second))
        fanout.hinted(log.tenant_id, hint(first))
        await until(lambda: covered(connection, 0) == 3)
        assert log.reads == 0, "the missing one came by itself"
        log.commit()
        fanout.hinted(log.tenant_id, hint(log.commit()))
        fanout.hinted(log.tenant_id, hint(log.commit()))
        await until(lambda: covered(connection, 0) == 6)
        assert log.reads == 1


async def test_without_any_hint_the_head_is_noticed():
    """[D2]"""
    log = MemoryLog()
    async with fanout_over(log, head_seconds=0.02) as fanout:
        connection = await reader(fanout, log)
        log.commit(700)
        await until(lambda: covered(connection, 0) == 700)


async def test_what_is_delivered_while_the_head_is_read_is_no_other_history():
    """[D7]"""
    log = MemoryLog()
    log.commit(3)
    async with fanout_over(log) as fanout:
        connection = await reader(fanout, log)
        log.meanwhile = lambda: fanout.publish(log.commit(2))
        fanout.resumed(log.tenant_id)
        await until(lambda: covered(connection, 3) >= 5)
        await until(lambda: fanout._rooms[log.tenant_id].pump is None, what="the head was looked at")
        assert not isinstance(connection.state, Closing)


async def test_after_a_resubscription_the_head_is_looked_at():
    """[B3]"""
    log = MemoryLog()
    async with fanout_over(log) as fanout:
        connection = await reader(fanout, log)
        log.commit(2)
        fanout.resumed(log.tenant_id)
        await until(lambda: covered(connection, 0) == 2)


async def test_a_database_that_is_away_delays_and_loses_nothing():
    log = MemoryLog()
    async with fanout_over(log, head_seconds=0.02) as fanout:
        connection = await reader(fanout, log)
        log.away = True
        log.commit(2)
        fanout.hinted(log.tenant_id, hint(log.commit()))
        await until(lambda: log.refused >= 3, what="it tried")
        assert batches(connection) == []
        log.away = False
        await until(lambda: covered(connection, 0) == 3)


@pytest.mark.parametrize("how", ["hint", "head", "shorter"])
async def test_a_replaced_history_closes_everybody(how):
    """[D7]"""
    log = MemoryLog()
    log.commit(5)
    async with fanout_over(log, head_seconds=60.0 if how == "hint" else 0.02) as fanout:
        connection = await reader(fanout, log)
        if how == "shorter":
            del log.bodies[3:]
        else:
            log.epoch = uuid4()
        if how == "hint":
            fanout.hinted(log.tenant_id, hint(log.commit()))
        await until(lambda: isinstance(connection.state, Closing))
        assert packets(connection)[-1][1]["code"] == "replaced"
        assert batches(connection) == []
        again = greeted(actor_in(log.tenant_id))
        position = await fanout.enter(again, log.tenant_id)
        assert (position.epoch, position.seq) == (log.epoch, len(log.bodies)), "a room of the new history"


@pytest.mark.parametrize("at", [0, 1, 2, 7, 299, 300])
async def test_joining_anywhere_leaves_no_gap(at):
    """[S3]"""
    log = MemoryLog()
    log.commit(100)
    async with fanout_over(log) as fanout:
        first = await reader(fanout, log, at=0)
        await fanout.publish(log.commit(200))
        second = await reader(fanout, log, at=at)
        await fanout.publish(log.commit(3))
        await until(lambda: covered(first, 0) == covered(second, at) == 303)


async def test_joining_ahead_of_the_room_waits_for_it():
    """[S3] The snapshot may be newer than what the room delivered."""
    log = MemoryLog()
    async with fanout_over(log) as fanout:
        first = await reader(fanout, log)
        log.commit(4)
        second = await reader(fanout, log, at=4)
        await fanout.publish(log.commit())
        assert covered(first, 0) == 5
        assert covered(second, 4) == 5


async def test_joining_while_others_write_leaves_no_gap():
    """[S3]"""
    log = MemoryLog()
    log.commit(50)
    async with fanout_over(log) as fanout:
        first = await reader(fanout, log)

        async def write():
            for _ in range(200):
                await fanout.publish(log.commit(3))
                await asyncio.sleep(0)

        writing = asyncio.create_task(write())
        readers = []
        while not writing.done():
            at = random.randrange(len(log.bodies) + 1)
            readers.append((at, await reader(fanout, log, at=at)))
            await asyncio.sleep(0)
        await writing
        assert len(readers) > 20
        await until(lambda: covered(first, 50) == 650)
        for at, connection in readers:
            assert covered(connection, at) == 650


async def test_a_long_batch_is_sent_in_bounded_messages_and_lets_others_run():
    """[D6]"""
    log = MemoryLog()
    async with fanout_over(log) as fanout:
        connection = await reader(fanout, log)
        await fanout.publish(log.commit(1_000))
        await fanout.publish(log.commit(3, size=9_000))
        await fanout.publish(log.commit(40, size=9_000))
        assert covered(connection, 0) < 1_043, "not all of it in one turn of the loop"
        await until(lambda: covered(connection, 0) == 1_043)
        for batch, packet in zip(batches(connection), connection.outbox._packets, strict=True):
            assert len(batch["events"]) <= MESSAGE_EVENTS
            assert packet.size < MESSAGE_BYTES + 1_000 or len(batch["events"]) == 1


async def test_an_empty_room_is_shut_and_a_failed_one_tried_again():
    log = MemoryLog()
    async with fanout_over(log) as fanout:
        connection = greeted(actor_in(log.tenant_id))
        log.away = True
        with pytest.raises(ConnectionError):
            await fanout.enter(connection, log.tenant_id)
        log.away = False
        await fanout.enter(connection, log.tenant_id)
        fanout.leave(connection, log.tenant_id)
        assert fanout.standing(log.tenant_id) is None
        with pytest.raises(UnknownTenant):
            await fanout.enter(connection, uuid4())
        assert fanout._rooms == {}


async def test_a_paused_listener_gets_nothing_until_it_joins_again():
    """[S4]"""
    log = MemoryLog()
    async with fanout_over(log) as fanout:
        connection = await reader(fanout, log)
        fanout.pause(connection, log.tenant_id)
        await fanout.publish(log.commit(2))
        assert batches(connection) == []
        assert await fanout.join(connection, log.tenant_id, 1, None)
        assert covered(connection, 1) == 2


async def test_hints_of_other_kinds_and_tenants_touch_no_room():
    log = MemoryLog()
    async with fanout_over(log) as fanout:
        connection = await reader(fanout, log)
        fanout.hinted(uuid4(), hint(log.commit()))
        fanout._switchboard._receive(f"tenant:{log.tenant_id}", b"forged")
        fanout._switchboard._receive("nonsense", b"")
        topic = f"tenant:{log.tenant_id}"
        codec = fanout._switchboard._codec
        fanout._switchboard._receive(topic, codec.encode(topic, AskPeople(instance="elsewhere")))
        assert batches(connection) == []
        assert audience_of(connection.actor).staff
