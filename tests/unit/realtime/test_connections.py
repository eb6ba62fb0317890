"""A connection's life: what it takes when, in which order it answers, how it ends."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import msgspec
import pytest

from realtime.bounds import Bounds
from realtime.connections import (
    Closed,
    Closing,
    Connection,
    Greeted,
    Live,
    Paging,
    Waiting,
    over,
    renewed,
    retry_after,
    signed_in,
)
from realtime.frames import EventFrame, Packet
from tests.harness.delivery import Handles, NoWire, Owner, actor_in, packets
from tests.harness.live import until
from tests.harness.patience import DEADLINE

ACTOR = actor_in(uuid4())
OWNER = Owner(ACTOR)
STATES = [Waiting(0), Greeted(OWNER), Paging(OWNER), Live(OWNER), Closing("restart", 0), Closed()]


def message(number, size=10, name="sync"):
    return EventFrame(name, msgspec.Raw(b"%d" % number), number, size)


async def echo(connection, frame):
    await asyncio.sleep(0)
    connection.answer(frame, bytes(frame.body))


def connection_with(handler=echo, **bounds):
    connection = Connection("c", NoWire(), Bounds(**bounds), Handles(handler))
    connection.state = Greeted(OWNER)
    return connection


def acks(connection):
    return [packet.text for packet in connection.outbox._packets]


@pytest.mark.parametrize("state", STATES, ids=lambda s: type(s).__name__)
def test_every_state_says_who_is_there_and_whether_it_is_over(state):
    somebody = isinstance(state, Greeted | Paging | Live)
    assert (signed_in(state) is OWNER) == somebody
    assert over(state) == isinstance(state, Closing | Closed)
    fresh = Owner(ACTOR, datetime(2027, 1, 1, tzinfo=UTC))
    after = renewed(state, fresh)
    assert type(after) is type(state)
    assert signed_in(after) is (fresh if somebody else None)


async def test_answers_come_in_the_order_of_the_messages():
    """[C3]"""
    connection = connection_with()
    for number in range(50):
        assert connection.post(message(number))
    await connection.settled(DEADLINE)
    assert acks(connection) == [f"43{n}[{n}]" for n in range(50)]


async def test_a_message_runs_when_the_one_before_is_answered():
    """[C3]"""
    running, most = 0, 0

    async def handler(connection, frame):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001)
        running -= 1

    connection = connection_with(handler)
    for number in range(10):
        connection.post(message(number))
    await connection.settled(DEADLINE)
    assert most == 1


class Commands:
    """Answers commands when told to."""

    def __init__(self):
        self.asked = {}

    def begin(self, connection, frame, answer):
        self.asked[frame.ack] = answer

    def answer(self, number):
        self.asked[number](b"%d" % number)


def commanding(**bounds):
    connection, commands = connection_with(**bounds), Commands()
    connection._handler = Handles(echo, commands.begin)
    return connection, commands


async def test_commands_are_put_in_line_as_they_come_and_answered_in_their_order():
    """[C3]"""
    connection, commands = commanding()
    for number in range(5):
        assert connection.post(message(number, name="command"))
    assert list(commands.asked) == [0, 1, 2, 3, 4]
    for number in (3, 1, 0, 4, 2):
        commands.answer(number)
        await asyncio.sleep(0)
    assert acks(connection) == [f"43{n}[{n}]" for n in range(5)]
    assert connection._mailbox is None, "nothing is left of it"


async def test_a_sync_waits_for_the_commands_before_it_and_keeps_those_behind_it():
    """[C3]"""
    connection, commands = commanding()
    for number, name in enumerate(["command", "sync", "command"]):
        connection.post(message(number, name=name))
    await asyncio.sleep(0.01)
    assert list(commands.asked) == [0]
    commands.answer(0)
    await until(lambda: 2 in commands.asked)
    commands.answer(2)
    await connection.settled(DEADLINE)
    assert acks(connection) == ["430[0]", "431[1]", "432[2]"]


@pytest.mark.parametrize(("bounds", "taken"), [({"mailbox_messages": 3}, 3), ({"mailbox_bytes": 25}, 2)])
async def test_commands_that_are_not_answered_yet_fill_the_mailbox(bounds, taken):
    """[C3]"""
    connection, commands = commanding(**bounds)
    posted = [connection.post(message(n, name="command")) for n in range(5)]
    assert posted == [n < taken for n in range(5)]
    commands.answer(0)
    await asyncio.sleep(0)
    assert connection.post(message(9, name="command"))


async def test_answers_to_a_connection_that_is_gone_go_nowhere():
    """[C9]"""
    connection, commands = commanding()
    connection.post(message(0, name="command"))
    connection.lost()
    commands.answer(0)
    await connection.settled(DEADLINE)
    assert acks(connection) == []


@pytest.mark.parametrize(
    ("bounds", "size", "taken"), [({"mailbox_messages": 3}, 1, 3), ({"mailbox_bytes": 100}, 40, 2)]
)
async def test_a_full_mailbox_takes_nothing_more(bounds, size, taken):
    """[C3]"""
    connection = connection_with(**bounds)
    assert [connection.post(message(n, size)) for n in range(5)] == [n < taken for n in range(5)]
    await connection.settled(DEADLINE)
    assert connection.post(message(9, size)), "it is empty again"
    await connection.settled(DEADLINE)


async def test_closing_says_why_and_takes_nothing_more():
    """[C4]"""
    connection = connection_with()
    connection.send(Packet(b"before"))
    connection.close("invalid", "Nonsense.")
    assert connection._wire.finished
    assert isinstance(connection.state, Closing)
    assert not connection.send(Packet(b"after"))
    connection.post(message(1))
    connection.close("restart", "A second reason does not count.")
    assert acks(connection)[0] == "before"
    assert msgspec.json.decode(acks(connection)[1][2:]) == [
        "closing",
        {"code": "invalid", "reason": "Nonsense.", "retry_after_ms": 1_000},
    ]


async def test_nobody_is_told_nothing():
    connection = connection_with()
    connection.state = Waiting(0)
    connection.close("unauthenticated", "Nobody signed in.")
    assert acks(connection) == []
    assert connection._wire.finished


async def test_a_reader_that_is_too_slow_is_told_so_and_loses_its_queue():
    """[C6]"""
    connection = connection_with(outbox_packets=3)
    assert [connection.send(Packet(b"%d" % n)) for n in range(4)] == [True, True, True, False]
    ((name, body),) = packets(connection)
    assert (name, body["code"]) == ("closing", "slow_consumer")


async def test_what_runs_when_the_socket_goes_is_finished_and_the_rest_is_not_begun():
    """[C9]"""
    begun, finished, go = [], [], asyncio.Event()

    async def handler(connection, frame):
        begun.append(frame.ack)
        await go.wait()
        finished.append(frame.ack)

    connection = connection_with(handler)
    connection.post(message(1))
    connection.post(message(2))
    await asyncio.sleep(0)
    connection.lost()
    go.set()
    await connection.settled(DEADLINE)
    assert begun == finished == [1]
    assert isinstance(connection.state, Closed)


def test_a_crowd_is_told_to_come_back_at_different_times():
    """[C4]"""
    assert len({retry_after("restart") for _ in range(100)}) > 50
