"""The contract of a bus, over every bus there is; and what Redis alone can do to one."""

import asyncio
import contextlib
import time
from uuid import uuid4

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.crc import key_slot

from realtime.assembly import bus_of
from realtime.bus import Exchange, InProcessBus
from realtime.channels import CHANNELS, channel_of
from realtime.redis_bus import RedisBus
from realtime.redis_link import Times
from realtime.redis_servers import Server
from server.doctor import examine_redis
from server.settings import Settings
from tests.harness.live import until
from tests.harness.redis import redis_server, servers
from tests.harness.redis_cluster import redis_cluster


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

    async def is_heard_by(self, other, topic, payload):
        """Say it until the other hears it: this one may have yet to find out where the server is."""

        def said_and_heard():
            self.bus.publish(topic, payload)
            return payload in other.on(topic)

        await until(said_and_heard, what=f"{payload!r} on {topic}")

    async def resumes(self, topic, times):
        await until(lambda: self.resumed.count(topic) >= times, what=f"{topic} resumed {times} times")


class InProcess:
    """Buses of one process."""

    def __init__(self):
        self.exchange = Exchange()

    def bus(self, **_patience):
        return InProcessBus(self.exchange)


class OverRedis:
    """Buses over one server, or over a cluster, with little patience."""

    def __init__(self, server):
        self.server = server

    def bus(self, **patience):
        return RedisBus(self.server.url, Times(**{"beat": 0.1, "silence": 0.6, "patience": 0.5, **patience}))


@pytest.fixture(scope="module")
def cluster():
    """Three servers that share the slots; whoever breaks one mends it."""
    with redis_cluster(servers()["valkey"]) as formed:
        yield formed


@pytest.fixture(params=["in-process", "cluster", *servers()])
def place(request):
    """Where buses of one kind meet."""
    if request.param == "in-process":
        yield InProcess()
    elif request.param == "cluster":
        yield OverRedis(request.getfixturevalue("cluster"))
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


async def test_a_process_that_stood_still_hears_again(redis):
    """[B3] As after a laptop's sleep: longer than silence may last, with a timeout due in every task."""
    async with ears(redis, 2) as (one, two):
        await listening(two, "a")
        for round_ in range(3):
            await until(lambda: one.bus.healthy and two.bus.healthy)
            time.sleep(0.9)  # noqa: ASYNC251 - the fault itself
            await one.is_heard_by(two, "a", b"after %d" % round_)


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


async def test_studios_share_a_bounded_number_of_channels(redis):
    """[B6] Thousands of topics are a thousand subscriptions; who shares a channel by chance hears nothing."""
    async with ears(redis, 2) as (one, two), Redis.from_url(redis.server.url) as admin:
        topics = [uuid4().hex for _ in range(5_000)]
        await listening(two, *topics[:4_999])
        channels = await admin.execute_command("PUBSUB", "CHANNELS")
        assert len(channels) <= CHANNELS + 2, "theirs, and two heartbeats"
        neighbour = next(t for t in topics[:4_999] if channel_of(t) == channel_of(topics[-1]))
        for topic in (topics[-1], neighbour):
            one.bus.publish(topic, b"x")
        await two.hears(neighbour, b"x")
        assert two.heard == [(neighbour, b"x")]


async def test_a_topic_on_a_channel_that_is_heard_already_is_resumed_at_once(place):
    """[B3]"""
    first = uuid4().hex
    second = next(t for t in (uuid4().hex for _ in range(100_000)) if channel_of(t) == channel_of(first))
    async with ears(place, 2) as (one, two):
        await listening(two, first)
        two.bus.subscribe(second)
        await two.resumes(second, 1)
        one.bus.publish(second, b"x")
        await two.hears(second, b"x")


async def test_steady_traffic_does_not_drown_the_heartbeat(redis):
    """[B4] Who always has something to send, and hears nothing else, is not taken for silent."""
    async with (
        ears(redis, silence=3_600) as (one,),
        Redis.from_url(redis.server.url) as admin,
        admin.pubsub() as listener,
    ):
        await until(lambda: one.bus.healthy)
        await listener.psubscribe("production-tool:beat:*")
        beats = 0
        while beats < 3:
            one.bus.publish("a", b"x")
            await asyncio.sleep(0)
            message = await listener.get_message(timeout=0.001)
            beats += message is not None and message["type"] == "pmessage"


# -- a cluster ---------------------------------------------------------------------------------


async def test_a_cluster_shares_the_channels_out(cluster):
    """[B7] Sharded channels: each server carries a part, and repeats nothing to the others."""
    async with ears(OverRedis(cluster), 2) as (one, two):
        topics = [uuid4().hex for _ in range(60)]
        await listening(two, *topics)
        assert len(two.bus.servers) == len(cluster.servers)
        counts = cluster.subscribed()
        assert min(counts.values()) > 2, "channels beside the heartbeats"
        for topic in topics:
            one.bus.publish(topic, b"x")
        await until(lambda: len(two.heard) >= len(topics))
        assert sorted(two.heard) == sorted((topic, b"x") for topic in topics)


async def test_a_slot_that_moves_takes_its_studios_along(cluster):
    """[B7] [B3]"""
    async with ears(OverRedis(cluster), 2) as (one, two):
        await listening(two, "a")
        slot = key_slot(channel_of("a").encode())
        home = cluster.owner(slot)
        away = next(server for server in cluster.servers if server is not home)
        for turn, goal in enumerate((away, home), start=1):
            cluster.move(slot, goal)
            await two.resumes("a", turn + 1)
            await one.is_heard_by(two, "a", b"turn %d" % turn)
        await until(lambda: one.bus.healthy and two.bus.healthy)


async def test_a_server_of_a_cluster_that_ends_costs_the_others_nothing(cluster):
    """[B7] [B2] Its channels are silent until it is back, and said to be; the rest is heard all the time."""
    async with ears(OverRedis(cluster), 2) as (one, two):
        by_server: dict[int, str] = {}
        while len(by_server) < len(cluster.servers):
            topic = uuid4().hex
            by_server[cluster.owner(key_slot(channel_of(topic).encode())).port] = topic
        await listening(two, *by_server.values())
        await until(lambda: one.bus.healthy and two.bus.healthy)
        dead = cluster.servers[0]
        dead.stop()
        try:
            await until(lambda: not one.bus.healthy and not two.bus.healthy)
            others = [topic for port, topic in by_server.items() if port != dead.port]
            for topic in others:
                one.bus.publish(topic, b"meanwhile")
                await two.hears(topic, b"meanwhile")
            assert all(two.resumed.count(topic) == 1 for topic in others)
        finally:
            dead.start()
        await two.resumes(by_server[dead.port], 2)
        await until(lambda: one.bus.healthy and two.bus.healthy)
        await one.is_heard_by(two, by_server[dead.port], b"after")


async def test_one_seed_of_a_cluster_is_enough(cluster):
    """[B7]"""
    url = f"redis://127.0.0.1:1,127.0.0.1:{cluster.servers[1].port}/0"
    ear = Ear(RedisBus(url, Times(patience=0.5)))
    ear.bus.subscribe("a")
    await ear.bus.start(lambda t, p: ear.heard.append((t, p)), ear.resumed.append)
    try:
        await until(lambda: ear.bus.healthy and len(ear.bus.servers) == len(cluster.servers))
        await ear.resumes("a", 1)
    finally:
        await ear.bus.close()


async def test_the_doctor_says_what_the_address_leads_to(cluster):
    found = await examine_redis(Settings(redis_url=SecretStr(cluster.url)))
    assert found.said == "is a cluster; all 3 servers carry messages (sharded channels)"


def test_a_server_has_a_channel_of_its_own():
    assert Server("redis://one").channel("beat:") == "beat:0"
    assert Server("redis://one", ((0, 10),)).owns(Server("redis://one", ((0, 10),)).channel("beat:"))


def test_the_address_decides():
    assert isinstance(bus_of(None), InProcessBus)
    assert isinstance(bus_of("redis://localhost:6379/0"), RedisBus)
    with pytest.raises(ValueError, match="scheme"):
        bus_of("localhost:6379")
