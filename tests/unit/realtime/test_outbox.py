"""The outbox keeps order, gives up what is lossy first, and says when its reader is too slow. [C6]"""

import asyncio

import pytest

from realtime.frames import Packet
from realtime.outbox import Outbox, Put
from tests.harness.patience import DEADLINE


def packet(name, size=10, *, lossy=False):
    made = Packet(name.encode(), lossy=lossy)
    made.size = size
    return made


def outbox(**bounds):
    return Outbox(
        **{
            "max_packets": 4,
            "max_bytes": 100,
            "low_bytes": 25,
            "lossy_packets": 2,
            "lossy_bytes": 50,
            **bounds,
        }
    )


async def drained(box):
    box.end()
    texts = []
    while (found := await box.get()) is not None:
        texts.append(found.text)
    return texts


async def test_packets_come_out_in_order():
    box = outbox()
    for name in "abc":
        assert box.put(packet(name)) is Put.QUEUED
    assert await drained(box) == ["a", "b", "c"]


async def test_a_waiting_writer_is_woken():
    box = outbox()
    writer = asyncio.create_task(box.get())
    await asyncio.sleep(0)
    box.put(packet("a"))
    assert (await writer).text == "a"


async def test_lossy_packets_are_not_queued_behind_much():
    box = outbox()
    box.put(packet("a"))
    assert box.put(packet("ghost", lossy=True)) is Put.QUEUED
    assert box.put(packet("ghost", lossy=True)) is Put.DROPPED
    assert await drained(box) == ["a", "ghost"]


async def test_lossy_packets_make_room_for_others():
    box = outbox(lossy_packets=4)
    for name in ("g1", "g2", "g3"):
        box.put(packet(name, lossy=True))
    for name in "abcd":
        assert box.put(packet(name)) is Put.QUEUED
    assert await drained(box) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(("sizes", "bounds"), [([10] * 5, {}), ([60, 60], {})])
async def test_too_many_or_too_large_is_an_overflow(sizes, bounds):
    box = outbox(**bounds)
    results = [box.put(packet(str(n), size)) for n, size in enumerate(sizes)]
    assert results[-1] is Put.OVERFLOW
    assert Put.OVERFLOW not in results[:-1]


async def test_one_packet_larger_than_the_bound_goes_through():
    box = outbox()
    assert box.put(packet("snapshot page", 1_000)) is Put.QUEUED


async def test_the_end_takes_nothing_more_and_lets_the_rest_out():
    box = outbox()
    box.put(packet("a"))
    box.end(packet("closing"))
    assert box.put(packet("late")) is Put.DROPPED
    assert await drained(box) == ["a", "closing"]


async def test_discarding_leaves_the_last_word_only():
    box = outbox()
    box.put(packet("a"))
    box.end(packet("closing"), discard=True)
    assert await drained(box) == ["closing"]
    assert box.waiting_bytes == 0


async def test_bulky_answers_wait_until_little_is_left():
    box = outbox(max_packets=8)
    for name in "abcdef":
        box.put(packet(name))
    waiting = asyncio.create_task(box.low())
    for _ in range(3):
        await box.get()
        await asyncio.sleep(0)
        assert not waiting.done()
    await box.get()
    await asyncio.wait_for(waiting, DEADLINE)
    stuck = outbox()
    stuck.put(packet("a", 90))
    waiting = asyncio.create_task(stuck.low())
    await asyncio.sleep(0)
    stuck.end(discard=True)
    await asyncio.wait_for(waiting, DEADLINE)
