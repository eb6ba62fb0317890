"""The ways to break the world. Each breaks it once and mends it; what follows is the world's to show."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence

from redis.asyncio import Redis

from tests.harness.faults.nuisances import Manner, Nuisance
from tests.harness.faults.redis_wire import RedisWire
from tests.harness.faults.world import World
from tests.harness.live import until

Kind = Callable[[World, random.Random], Awaitable[int]]
"""Breaks and mends; how many faults that was."""

PATIENCE = 60.0
"""Seconds until there must have been something to break, on a machine that has other work."""
CROWD = 12
"""Most nuisances at a time."""
PARTY, CUTS = 5, 3
"""Most nuisances that come, and most answers that are cut off at one instance, in one go."""
LIES = ("lost", "doubled", "reordered", "forged")
TOLD = 5
"""How often each lie is told before the truth comes back."""


async def kill_an_instance(world: World, chance: random.Random) -> int:
    """kill -9 of a server process, and another one in its place."""
    instance = chance.choice(world.instances)
    instance.kill()
    await asyncio.sleep(chance.uniform(0, 0.1))
    await instance.start()
    return 1


async def kill_redis(world: World, chance: random.Random) -> int:
    """kill -9 of Redis; it comes back with nothing."""
    world.redis.stop()
    await asyncio.sleep(chance.uniform(0, 0.3))
    world.redis.start()
    return 1


async def pause_redis(world: World, chance: random.Random) -> int:
    """Redis stands still with its connections open."""
    world.redis.pause()
    await asyncio.sleep(chance.uniform(0.05, 0.4))
    world.redis.resume()
    return 1


async def flush_redis(world: World, chance: random.Random) -> int:
    """Everything Redis knows is gone, its subscribers too."""
    redis = Redis.from_url(world.redis.url)
    try:
        await redis.flushall()
        await redis.client_kill_filter(_type=chance.choice(["pubsub", "normal"]), skipme=True)
    finally:
        await redis.aclose()
    await asyncio.sleep(chance.uniform(0, 0.1))
    return 1


async def let_redis_lie(world: World, chance: random.Random) -> int:
    """Messages to one or both instances are lost, doubled, reordered, forged and misdirected for a while."""
    wires = chance.sample(world.redis_wires, chance.randint(1, len(world.redis_wires)))
    before = _told(wires)
    for wire in wires:
        wire.lying = True
    await until(lambda: _rarest(_told(wires), before) >= TOLD, PATIENCE, "every kind of lie about a hint")
    for wire in wires:
        wire.lying = False
    return _rarest(_told(wires), before)


def _told(wires: Sequence[RedisWire]) -> Mapping[str, int]:
    """How often each lie was told over these wires."""
    return {lie: sum(wire.fates[lie] for wire in wires) for lie in LIES}


def _rarest(now: Mapping[str, int], before: Mapping[str, int]) -> int:
    """How often the rarest of the lies was told since."""
    return min(now[lie] - before[lie] for lie in LIES)


async def kill_postgres(world: World, chance: random.Random) -> int:
    """kill -9 of the postmaster; a new one recovers what was committed."""
    world.kill_postgres()
    await asyncio.sleep(chance.uniform(0, 0.1))
    await world.start_postgres()
    return 1


async def cut_before_the_acknowledgement(world: World, chance: random.Random) -> int:
    """Committed and answered, but the line ends before the answer is there; some at each instance."""
    wires = [instance.wire for instance in world.instances]
    before, cuts = sum(wire.cuts for wire in wires), 0
    for wire in wires:
        for _ in range(chance.randint(1, CUTS)):
            wire.cut_at_next_yes()
            cuts += 1
    await until(lambda: sum(wire.cuts for wire in wires) >= before + cuts, PATIENCE, "answers to cut off")
    return cuts


async def lose_the_word_of_a_commit(world: World, _chance: random.Random) -> int:
    """Committed, but the server's line to Postgres ends before it hears of it."""
    wire = world.postgres_wire
    before = wire.dropped
    wire.drop_next_commit()
    await until(lambda: wire.dropped > before, PATIENCE, "a commit whose word is lost")
    return 1


async def lose_the_network_to_postgres(world: World, _chance: random.Random) -> int:
    """Every line of a server to Postgres goes dead without a word; mended once the server let go of them."""
    wire = world.postgres_wire
    await until(lambda: wire.go_dead() > 0, PATIENCE, "lines to Postgres")
    await until(lambda: wire.dead == 0, PATIENCE, "the server to notice that its lines are dead")
    return 1


async def _come(world: World, chance: random.Random, nuisance: Nuisance) -> None:
    company = chance.choice(world.companies)
    actor = chance.choice([*company.cast.managers, *company.cast.freelancers])
    await nuisance.come(chance.choice(world.instances).wire, world.token(actor))


def bother(manner: Manner) -> Kind:
    """A few more clients that read slowly, not at all, or are not there any more; the oldest leave."""

    async def come(world: World, chance: random.Random) -> int:
        coming = [Nuisance(manner) for _ in range(chance.randint(1, PARTY))]
        await asyncio.gather(*(_come(world, chance, nuisance) for nuisance in coming))
        world.nuisances += coming
        while len(world.nuisances) > CROWD:
            await world.nuisances.pop(0).leave()
        return len(coming)

    return come


KINDS: Mapping[str, Kind] = {
    "instance killed": kill_an_instance,
    "Redis killed": kill_redis,
    "Redis paused": pause_redis,
    "Redis flushed": flush_redis,
    "Redis lies": let_redis_lie,
    "Postgres killed": kill_postgres,
    "cut before the answer": cut_before_the_acknowledgement,
    "word of a commit lost": lose_the_word_of_a_commit,
    "slow clients": bother("slow"),
    "stalled clients": bother("stalled"),
    "half-open clients": bother("half-open"),
}

SLOW_KINDS: Mapping[str, Kind] = {"Postgres half-open": lose_the_network_to_postgres}
"""What takes seconds to be noticed, each time: for the long run."""
