"""The contract of a bus, over every bus there is; and what Redis alone can do to one."""

import asyncio
import contextlib
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from realtime.assembly import bus_of
from realtime.bus import Exchange, InProcessBus
from realtime.redis_bus import RedisBus
from tests.harness.live import until
from tests.harness.redis import redis_server, servers


class Ear:
    """A bus that was started, with everything it heard."""

    def __init__(self, bus):
        self.bus = bus
        self.heard = []
        self.resumed = []

    def on(self, topic):
        return [payload for name, payload in self.heard if name == topic]

    async def hears(self, topic, payload):
        await until(lambda: payload in self.on(topic), what=f"{payload!r} on {topic}")

    async def resumes(self, topic, times):
        await until(lambda: self.resumed.count(topic) >= times, what=f"{topic} resumed {times} times")


class InProcess:
    """Buses of one process."""

    def __init__(self):
        self.exchange = Exchange()

    def bus(self, **_patience):
        return InProcessBus(self.exchange)


class OverRedis:
    """Buses over one server, with little patience."""

    def __init__(self, server):
        self.server = server

    def bus(self, **patience):
        return RedisBus(self.server.url, **{"beat": 0.1, "silence": 0.6, "patience": 0.5, **patience})


@pytest.fixture(params=["in-process", *servers()])
def place(request):
    """Where buses of one kind meet."""
    if request.param == "in-process":
        yield InProcess()
    else:
        with redis_server(servers()[request.param]) as server:
            yield OverRedis(server)


@pytest.fixture(params=servers())
def redis(request):
    """A place over Redis."""
    with redis_server(servers()[request.param]) as server:
        yield OverRedis(server)


@contextlib.asynccontextmanager
async def ears(place, count=1, **patience):
    started = []
    try:
        for _ in range(count):
            ear = Ear(place.bus(**patience))
            await ear.bus.start(lambda t, p, e=ear: e.heard.append((t, p)), ear.resumed.append)
            started.append(ear)
        yield started
    finally:
        for ear in started:
            await ear.bus.close()


async def listening(ear, *topics):
    for topic in topics:
        ear.bus.subscribe(topic)
    await until(lambda: set(topics) <= set(ear.resumed), what="subscribed")


async def test_a_message_reaches_every_subscriber_of_its_topic_and_nobody_else(place):
    """[B1]"""
    async with ears(place, 3) as (one, two, three):
        await listening(one, "a")
        await listening(two, "a", "b")
        await listening(three, "b")
        one.bus.publish("a", b"\x00\xff binary")
        two.bus.publish("b", b"for b")
        await until(lambda: one.on("a") and two.on("a") and two.on("b") and three.on("b"))
        assert one.heard == [("a", b"\x00\xff binary")], "the publisher hears itself, and only its topics"
        assert sorted(two.heard) == [("a", b"\x00\xff binary"), ("b", b"for b")]
        assert three.heard == [("b", b"for b")]


async def test_messages_of_one_publisher_keep_their_order(place):
    """[B1]"""
    async with ears(place, 2) as (one, two):
        await listening(two, "a")
        sent = [b"%d" % n for n in range(300)]
        for payload in sent:
            one.bus.publish("a", payload)
        await until(lambda: len(two.heard) >= 300)
        assert two.on("a") == sent


async def test_a_message_waits_for_nothing_but_itself(place):
    """[B1] Heartbeats come once an hour here: what arrives was sent because it was there."""
    async with ears(place, 2, beat=3_600, silence=3_600) as (one, two):
        await listening(two, "a")
        for number in range(20):
            one.bus.publish("a", b"%d" % number)
            await two.hears("a", b"%d" % number)


async def test_nothing_arrives_after_unsubscribing(place):
    """[B1]"""
    async with ears(place, 2) as (one, two):
        await listening(two, "a", "b")
        two.bus.unsubscribe("a")
        one.bus.publish("a", b"late")
        one.bus.publish("b", b"after")
        await until(lambda: two.on("b"))
        assert two.on("a") == []


async def test_topics_may_be_subscribed_before_the_start(place):
    """[B3]"""
    ear = Ear(place.bus())
    ear.bus.subscribe("a")
    await ear.bus.start(lambda t, p: ear.heard.append((t, p)), ear.resumed.append)
    try:
        await until(lambda: ear.resumed == ["a"])
        ear.bus.publish("a", b"x")
        await until(lambda: ear.on("a"))
        await until(lambda: ear.bus.healthy)
    finally:
        await ear.bus.close()


async def test_publishing_does_not_wait(place):
    """[B2] Not one turn of the loop passes, and nothing is handed over meanwhile; all of it comes later."""
    async with ears(place) as (one,):
        await listening(one, "a")
        known = len(one.heard)
        turns: list[None] = []
        asyncio.get_running_loop().call_soon(turns.append, None)
        for number in range(200):
            one.bus.publish("a", b"%d" % number + b"x" * 1_000)
        assert (turns, len(one.heard)) == ([], known)
        await until(lambda: len(one.on("a")) >= 200)


async def test_a_large_message_arrives_whole(place):
    async with ears(place, 2) as (one, two):
        await listening(two, "a")
        one.bus.publish("a", payload := b"x" * 400_000)
        await until(lambda: two.on("a"))
        assert two.on("a") == [payload]


# -- Redis alone -------------------------------------------------------------------------------


async def test_no_server_is_only_silence(redis):
    """[B2]"""
    redis.server.stop()
    async with ears(redis) as (one,):
        one.bus.subscribe("a")
        for _ in range(5_000):
            one.bus.publish("a", b"lost")
        await asyncio.sleep(0.2)
        assert not one.bus.healthy
        assert one.heard == []
        redis.server.start()
        await until(lambda: one.resumed == ["a"] and one.bus.healthy)
        one.bus.publish("a", b"found")
        await until(lambda: b"found" in one.on("a"))


async def test_a_server_that_comes_back_is_used_again(redis):
    """[B3]"""
    async with ears(redis, 2) as (one, two):
        await listening(two, "a")
        for round_ in range(2):
            redis.server.stop()
            one.bus.publish("a", b"lost perhaps")
            await until(lambda: not two.bus.healthy)
            redis.server.start()
            await two.resumes("a", round_ + 2)
            one.bus.publish("a", b"after %d" % round_)
            await two.hears("a", b"after %d" % round_)


async def test_a_killed_subscription_is_made_anew_and_told(redis):
    """[B3]"""
    async with ears(redis, 2) as (one, two), Redis.from_url(redis.server.url) as admin:
        await listening(two, "a")
        await admin.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        await until(lambda: two.resumed.count("a") == 2)
        one.bus.publish("a", b"x")
        await until(lambda: two.on("a"))


async def test_silence_is_noticed_by_the_heartbeat(redis):
    """[B4] A server that takes connections and says nothing, as behind a broken network."""
    async with ears(redis) as (one,), Redis.from_url(redis.server.url) as admin:
        await listening(one, "a")
        await until(lambda: one.bus.healthy)
        await admin.execute_command("CLIENT", "PAUSE", "1500", "ALL")
        await until(lambda: not one.bus.healthy)
        await until(lambda: one.bus.healthy and one.resumed.count("a") >= 2)


async def test_many_topics_come_and_go(redis):
    async with ears(redis, 2) as (one, two):
        topics = [uuid4().hex for _ in range(200)]
        await listening(two, *topics)
        for topic in topics[::2]:
            two.bus.unsubscribe(topic)
        for topic in topics:
            one.bus.publish(topic, b"x")
        await until(lambda: len(two.heard) >= 100)
        assert {topic for topic, _ in two.heard} == set(topics[1::2])


def test_the_address_decides():
    assert isinstance(bus_of(None), InProcessBus)
    assert isinstance(bus_of("redis://localhost:6379/0"), RedisBus)
    with pytest.raises(ValueError, match="scheme"):
        bus_of("localhost:6379")
