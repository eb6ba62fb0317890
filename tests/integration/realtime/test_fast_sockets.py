"""Sockets that are written to directly: which ones, in which order, and what a broken one costs.

Rules F1 to F5 of docs/subsystems/realtime.md.
"""

import asyncio
import gc
from uuid import uuid4

import msgspec
import pytest
from websockets.server import ServerProtocol

from realtime.connections import Closing
from realtime.courier import Courier, Group
from realtime.fast_socket import HIGH_WATER, FastSocket
from realtime.frames import Packet
from realtime.websocket import FastProtocol, HttpProtocol
from tests.harness.delivery import NoWire, actor_in, greeted
from tests.harness.live import QUICK, client_of, member_of, serving, until
from tests.harness.patience import DEADLINE


async def test_the_studios_sockets_are_fast_unless_told_otherwise(live, studio):
    """[F1]"""
    async with client_of(live, await member_of(studio)):
        (connection,) = live.gateway._connections
        assert isinstance(connection.lane, FastSocket)


async def test_a_fast_socket_takes_nothing_of_its_handshake_along(live, studio):
    """[F1] Nothing is left in circles either, which the collector finds late or not at all."""
    kinds = (HttpProtocol, FastProtocol, ServerProtocol)
    gc.collect()
    gc.disable()
    try:
        async with client_of(live, await member_of(studio)), client_of(live, await member_of(studio)):
            left = "what read the handshakes is gone"
            await until(lambda: not [o for o in gc.get_objects() if isinstance(o, kinds)], what=left)
            assert all(isinstance(c.lane, FastSocket) for c in live.gateway._connections)
            assert len(live.gateway._connections) == 2
    finally:
        gc.enable()


async def test_by_one_setting_they_are_not(pool, monkeypatch):
    """[F2]"""
    monkeypatch.setattr("tests.harness.live.fast_sockets", False)
    async with serving(pool) as live:
        studio = await live.studio(pool)
        async with client_of(live, await member_of(studio)) as client:
            (connection,) = live.gateway._connections
            assert connection.lane is None
            await studio.run("artist.add", {"name": "Ada"})
            await client.wait_for("events")


async def test_frames_sent_before_the_handshake_is_answered_are_served_all_the_same(live, studio):
    """[F1] Such a client stays on the stock path: its bytes were read by it already."""
    token = live.tokens.issue(await member_of(studio))
    reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
    payload = f'40{{"token":"{token}"}}'.encode()
    frame = bytes([0x81, 0x80 | len(payload)]) + bytes(4) + payload
    head = (
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    writer.write(head)
    await reader.readuntil(b"\r\n\r\n")
    writer.write(frame)
    await asyncio.wait_for(reader.readuntil(b'["welcome"'), DEADLINE)
    writer.close()


# -- order, without a network ----------------------------------------------------------------


class Pipe(asyncio.Transport):
    """A transport that keeps what it is given."""

    def __init__(self):
        super().__init__()
        self.writes = []
        self.closed = self.aborted = False

    def write(self, data):
        if self.aborted:
            raise RuntimeError("unable to perform operation on a closed transport")
        self.writes.append(bytes(data))

    def set_write_buffer_limits(self, high=None, low=None):
        assert high == HIGH_WATER

    def close(self):
        self.closed = True

    def abort(self):
        self.aborted = True


class Behind:
    """The owner of a fast socket."""

    def __init__(self, connection):
        self.connection = connection
        self.messages = []
        self.lost = False

    def took(self, message):
        self.messages.append(message)

    def gone(self):
        self.lost = True


class Wired(NoWire):
    """Hands on what a connection asks of its socket."""

    socket: FastSocket

    def finish(self):
        super().finish()
        self.socket.finish()

    def abort(self):
        super().abort()
        self.socket.abort()


def wired(courier, **bounds):
    """A connection on a fast socket, its transport and the socket."""
    connection = greeted(actor_in(uuid4()), msgspec.structs.replace(QUICK, **bounds))
    connection._wire = Wired()
    pipe = Pipe()
    socket = FastSocket(pipe, set(), 1_000, courier, Behind(connection))
    connection._wire.socket = socket
    socket.begin()
    return connection, pipe, socket


def said(pipe):
    """The payloads of the frames that were written."""
    data, found = b"".join(pipe.writes), []
    while data:
        size, start = (data[1], 2) if data[1] < 126 else (int.from_bytes(data[2:4], "big"), 4)
        found.append(data[start : start + size].decode("latin-1"))
        data = data[start + size :]
    return found


def packet(text):
    return Packet(text.encode())


async def test_one_turn_is_one_write_in_the_order_of_sending():
    """[F3]"""
    courier = Courier()
    group = Group(courier)
    (one, first, _), (two, second, _) = wired(courier), wired(courier)
    group.add(one)
    group.add(two)
    group.send(packet("a"))
    one.send(packet("own 1"))
    group.send(packet("b"))
    group.send(packet("c"))
    one.send(packet("own 2"))
    one.send(packet("own 3"))
    assert first.writes == second.writes == []
    await asyncio.sleep(0)
    assert said(first) == ["a", "own 1", "b", "c", "own 2", "own 3"]
    assert said(second) == ["a", "b", "c"]
    assert len(first.writes) == len(second.writes) == 1


async def test_answers_before_events_are_one_write_too():
    """[F3]"""
    courier = Courier()
    group = Group(courier)
    (one, first, _), (two, second, _) = wired(courier), wired(courier)
    group.add(one)
    group.add(two)
    one.send(packet("answer 1"))
    one.send(packet("answer 2"))
    group.send(packet("a"))
    group.send(packet("b"))
    await asyncio.sleep(0)
    assert said(first) == ["answer 1", "answer 2", "a", "b"]
    assert said(second) == ["a", "b"]
    assert len(first.writes) == len(second.writes) == 1


async def test_who_joins_in_the_middle_of_a_turn_gets_what_comes_after():
    """[F3]"""
    courier = Courier()
    group = Group(courier)
    (one, first, _), (two, second, _) = wired(courier), wired(courier)
    group.add(one)
    group.send(packet("a"))
    two.send(packet("answer"))
    group.add(two)
    group.send(packet("b"))
    group.discard(one)
    group.send(packet("c"))
    await asyncio.sleep(0)
    assert said(first) == ["a", "b"]
    assert said(second) == ["answer", "b", "c"]


async def test_a_transport_that_raises_costs_nobody_else_anything():
    """[F4]"""
    courier = Courier()
    group = Group(courier)
    everybody = [wired(courier) for _ in range(5)]
    for connection, _, _ in everybody:
        group.add(connection)
    everybody[1][1].aborted = True  # by the system: nobody told us yet
    everybody[3][2].abort()
    group.send(packet("a"))
    await asyncio.sleep(0)
    assert [said(pipe) for _, pipe, _ in everybody] == [["a"], [], ["a"], [], ["a"]]
    group.send(packet("b"))
    await asyncio.sleep(0)
    assert [said(pipe) for _, pipe, _ in everybody] == [["a", "b"], [], ["a", "b"], [], ["a", "b"]]


async def test_while_the_transport_is_full_packets_wait_in_the_outbox_in_order():
    """[F5] [C6]"""
    courier = Courier()
    group = Group(courier)
    connection, pipe, socket = wired(courier, outbox_packets=4)
    group.add(connection)
    group.send(packet("a"))
    await asyncio.sleep(0)
    socket.pause_writing()
    group.send(packet("b"))
    connection.send(packet("own"))
    await asyncio.sleep(0)
    assert said(pipe) == ["a"]
    socket.resume_writing()
    group.send(packet("c"))
    await asyncio.sleep(0)
    assert said(pipe) == ["a", "b", "own", "c"]
    socket.pause_writing()
    for number in range(6):
        group.send(packet(str(number)))
        await asyncio.sleep(0)
    assert isinstance(connection.state, Closing)
    assert connection.state.code == "slow_consumer"
    socket.resume_writing()
    assert "slow_consumer" in said(pipe)[-2]
    assert said(pipe)[-1] == "\x03\xe8", "and a close frame"


@pytest.mark.parametrize("how", ["peer", "us", "lost"])
async def test_nothing_is_written_after_the_end(how):
    """[F4]"""
    courier = Courier()
    group = Group(courier)
    connection, pipe, socket = wired(courier)
    group.add(connection)
    group.send(packet("a"))
    if how == "peer":
        socket.data_received(b"\x88\x82" + bytes(4) + b"\x03\xe9")
    elif how == "us":
        connection.close("restart", "Bye.")
    else:
        socket.connection_lost(None)
    written = len(pipe.writes)
    connection.send(packet("own"))
    group.send(packet("b"))
    socket.data_received(b"\x81\x81" + bytes(4) + b"3")
    await asyncio.sleep(0)
    assert len(pipe.writes) == written
    if how != "lost":
        assert said(pipe)[0] == "a"
    assert socket._owner.messages == []


async def test_a_command_is_answered_before_its_socket_hears_of_the_next(live, studio):
    """[F3] Answers and events of one socket keep the order in which they were sent."""
    actor = await member_of(studio)
    async with client_of(live, actor) as client:
        for number in range(20):
            answer = await client.command("artist.add", {"name": "Ada"})
            await client.wait_for("events", number + 1)
            assert client.all("events")[number]["to_seq"] == answer["seq"]
        numbers = [n for body in client.all("events") for n in range(body["from_seq"], body["to_seq"] + 1)]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
