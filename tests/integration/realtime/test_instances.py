"""Two instances of one studio: what one commits the other delivers, whatever the bus does."""

import asyncio
import contextlib
import random
from unittest import mock

import pytest

from db.pool import transaction
from db.queries import members
from realtime.announcer import Announcer
from realtime.bus import Exchange, InProcessBus
from realtime.execute import Executor
from realtime.redis_bus import RedisBus
from realtime.redis_link import Times
from server.auth.sessions import Sessions
from server.auth.tokens import Signer
from tests.harness.evil_bus import EvilBus
from tests.harness.following import book, reaches, replica_of, truth
from tests.harness.live import Tokens, client_of, member_of, serving, until
from tests.harness.redis import redis_server, servers
from tests.harness.studio import Studio, envelope


@contextlib.asynccontextmanager
async def two_instances(pool, first_bus, second_bus, *, head_seconds=None):
    tokens = Tokens()
    async with (
        serving(pool, bus=first_bus, tokens=tokens) as one,
        serving(pool, bus=second_bus, tokens=tokens) as two,
    ):
        if head_seconds is not None:
            one.realtime.fanout._head_seconds = two.realtime.fanout._head_seconds = head_seconds
        yield one, two


async def head_of(live, studio):
    return (await live.realtime.fanout._log.head(studio.tenant.id)).seq


@pytest.fixture(params=["in-process", *servers()])
def buses(request):
    """Two buses that hear each other."""
    if request.param == "in-process":
        exchange = Exchange()
        yield InProcessBus(exchange), InProcessBus(exchange)
    else:
        with redis_server(servers()[request.param]) as server:
            yield RedisBus(server.url), RedisBus(server.url)


async def test_what_one_commits_the_other_delivers_without_reading_the_log(pool, buses):
    """[D2]"""
    async with two_instances(pool, *buses, head_seconds=60.0) as (one, two):
        studio = await one.studio(pool)
        artist, actor = await studio.artist(), await member_of(studio)
        async with client_of(two, actor, sync=False) as client:
            replica = await replica_of(client)
            await until(lambda: two.realtime.switchboard.healthy)
            reads = 0
            since = two.realtime.fanout._log.since

            async def counted(*args):
                nonlocal reads
                reads += 1
                return await since(*args)

            two.realtime.fanout._log.since = counted
            # The subscription is made within moments; until then the head check would repair.
            first = await book(studio, artist, 1)

            def looked_and_heard():
                two.realtime.fanout.resumed(studio.tenant.id)
                return client.all("events")

            await until(looked_and_heard)
            reads = 0
            for day in range(2, 12):
                await book(studio, artist, day)
            head = await head_of(two, studio)
            await reaches(replica, client, head)
            assert reads == 0
            assert replica.state() == await truth(studio)
            assert first["id"] in {b["id"] for b in replica.state()["bookings"]}


async def test_what_a_worker_commits_is_heard_without_reading_the_log(pool):
    """[D2] [I4] A process without sockets tells those that have some."""
    exchange = Exchange()
    announcer = Announcer(InProcessBus(exchange), secret=b"tests")
    await announcer.start()
    async with serving(pool, bus=InProcessBus(exchange)) as live:
        studio = await live.studio(pool)
        worker = Executor(pool, publish=announcer.publish)
        async with client_of(live, await member_of(studio)) as client:
            live.realtime.fanout._watch.cancel()  # nobody looks at the head
            with mock.patch.object(live.realtime.fanout._log, "since", side_effect=AssertionError):
                answer = await worker.execute(studio.system, envelope("artist.add", {"name": "Ada"}))
                (body,) = await client.wait_for("events")
        assert body["to_seq"] == answer.seq
        await worker.close()
    await announcer.close()


@pytest.mark.parametrize("seed", [1, 2, 3, 20261121])
async def test_a_bus_in_bad_weather_changes_no_final_state(pool, seed):
    """[D1] [D2] [D3] Both instances write, both have readers, the bus loses, doubles, reorders and forges."""
    exchange = Exchange()
    first, second = EvilBus(exchange, seed), EvilBus(exchange, seed + 1)
    async with two_instances(pool, first, second, head_seconds=0.2) as (one, two):
        studio = await one.studio(pool)
        elsewhere = Studio(pool, studio.tenant, two.realtime.executor)
        artists = [await studio.artist(name=f"Artist {n}") for n in range(3)]
        actor = await member_of(studio)
        chance = random.Random(seed)
        async with client_of(one, actor, sync=False) as a, client_of(two, actor, sync=False) as b:
            replicas = [await replica_of(client) for client in (a, b)]

            async def write(where):
                for number in range(40):
                    await book(where, chance.choice(artists), 1 + number % 28)
                    if chance.random() < 0.3:
                        await asyncio.sleep(0.005)

            await asyncio.gather(write(studio), write(elsewhere))
            head = await head_of(one, studio)
            assert head == 84
            for replica, client in zip(replicas, (a, b), strict=True):
                await reaches(replica, client, head)
            expected = await truth(studio)
            assert [replica.state() for replica in replicas] == [expected, expected]
            numbers = [e["seq"] for batch in a.all("events") for e in batch["events"]]
            assert len(numbers) == len(set(numbers)), "nothing was sent twice"
        fates = {**first.fates}
        for fate, count in second.fates.items():
            fates[fate] = fates.get(fate, 0) + count
        assert {"lose", "double", "late", "forge", "garble"} <= set(fates), "the weather was bad"


async def test_a_member_who_signs_out_is_put_out_of_every_instance(pool, buses):
    """[C8]"""
    async with two_instances(pool, *buses) as (one, two):
        studio = await one.studio(pool)
        actor, other = await member_of(studio), await member_of(studio)
        async with client_of(two, actor) as client, client_of(two, other) as bystander:

            def said_and_done():
                one.gateway.sign_out(studio.tenant.id, actor.id)  # the subscription is made within moments
                return client.gone.is_set()

            await until(said_and_done)
            assert client.all("closing")[0]["code"] == "unauthenticated"
            assert not bystander.gone.is_set()


async def test_a_member_who_signs_out_while_redis_is_down_is_put_out_all_the_same(pool):
    """[C8] One sign-in of two, on an instance that no word of it can reach."""
    with redis_server(servers()["valkey"]) as server:
        buses = RedisBus(server.url), RedisBus(server.url)
        server.stop()
        async with two_instances(pool, *buses) as (one, two):
            studio = await one.studio(pool)
            actor = await member_of(studio)
            signer = Signer(["k" * 40])
            sessions = Sessions(pool, signer)
            async with transaction(pool, studio.tenant.id) as connection:
                member = await members.by_id(connection, studio.tenant.id, actor.id)
            assert member is not None
            grants = [await sessions.begin(studio.tenant.id, member) for _ in range(2)]
            families = [signer.read(grant.access_token).family_id for grant in grants]
            async with (
                client_of(two, actor, family_id=families[0]) as client,
                client_of(two, actor, family_id=families[1]) as other,
            ):
                ended = await sessions.end(grants[0].refresh_token)
                one.gateway.sign_out(ended.tenant_id, ended.member_id, session=ended.family_id)
                await until(client.gone.is_set, 30)
                assert client.all("closing")[0]["code"] == "unauthenticated"
                assert not other.gone.is_set()
                assert not two.realtime.switchboard.healthy


def refusing(decode, refused):
    """Notes the topics of hints that are not believed."""

    def watched(topic, payload):
        hint = decode(topic, payload)
        if hint is None:
            refused.append(topic)
        return hint

    return watched


async def test_an_instance_with_another_key_is_not_believed(pool, monkeypatch):
    """[D3] Its hints are noise; the head check still delivers what is in the log."""
    exchange = Exchange()
    async with (
        serving(pool, bus=InProcessBus(exchange)) as one,
        serving(pool, bus=InProcessBus(exchange), secret=b"another") as stranger,
    ):
        stranger.realtime.fanout._head_seconds = 0.1
        codec = one.realtime.switchboard._codec
        refused: list[str] = []
        monkeypatch.setattr(codec, "decode", refusing(codec.decode, refused))
        studio = await one.studio(pool)
        artist, actor = await studio.artist(), await member_of(studio)
        async with client_of(stranger, actor, sync=False) as client, client_of(one, actor) as mine:
            replica = await replica_of(client)
            await book(studio, artist, 1)
            head = await head_of(one, studio)
            await reaches(replica, client, head)
            assert replica.state() == await truth(studio)
            await until(lambda: refused, what="the stranger said who is there, and was not believed")
            told = len(mine.all("presence"))
            await mine.call("presence", {"selection": [str(artist)]})
            await mine.wait_for("presence", told + 1)
            for message in mine.all("presence"):
                people = [*message.get("full", []), *message.get("diff", {}).get("joined", [])]
                assert {person["member_id"] for person in people} <= {str(actor.id)}
                assert len(people) <= 1, "strangers are not shown"


@pytest.mark.parametrize("program", servers())
async def test_redis_may_go_and_come(pool, program):
    """[D2] [D8] Commands are acknowledged and delivered while it is away, and after."""
    with redis_server(servers()[program]) as server:
        buses = [RedisBus(server.url, Times(beat=0.1, silence=0.6, patience=0.5)) for _ in range(2)]
        async with two_instances(pool, *buses, head_seconds=0.2) as (one, two):
            studio = await one.studio(pool)
            artist, actor = await studio.artist(), await member_of(studio)
            async with client_of(two, actor, sync=False) as client:
                replica = await replica_of(client)
                await until(lambda: two.realtime.switchboard.healthy)
                await book(studio, artist, 1)
                server.stop()
                for day in range(2, 7):
                    await book(studio, artist, day)
                head = await head_of(one, studio)
                await reaches(replica, client, head)
                server.start()
                await until(lambda: two.realtime.switchboard.healthy and one.realtime.switchboard.healthy)
                await book(studio, artist, 8)
                head = await head_of(one, studio)
                await reaches(replica, client, head)
                assert replica.state() == await truth(studio)
