"""Breaks the world so and so often while people work in it, and has the history judged."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from tests.harness.faults.kinds import Kind
from tests.harness.faults.world import World
from tests.harness.history.check import Finding, check
from tests.harness.history.model import Heard, History, Unheard
from tests.harness.history.player import Player, playing
from tests.harness.history.scene import Company, history_of
from tests.harness.live import until

HEALING_PATIENCE = 60.0
"""Seconds after which a world that does not heal is a fault of its own."""


class NotHealed(Exception):
    """Somebody still misses something long after everything was mended."""


class Suffered(Struct, kw_only=True):
    """Faults of one kind: how many, and seconds until everybody had everything again."""

    faults: int = 0
    healing: list[float] = field(default_factory=list)
    back: list[float] = field(default_factory=list)
    """Of these, the seconds until everybody had a connection again."""


class Report(Struct, kw_only=True):
    """What a run came to; `fates` are those of the hints while Redis lied."""

    kinds: dict[str, Suffered]
    outcomes: Counter[str]
    fates: Counter[str]
    unheard: int
    connections: int
    batches: int
    events: int
    findings: list[Finding]


async def suffer(
    world: World, kinds: Mapping[str, Kind], *, faults: int, seed: int, pace: float, look_every: int
) -> Report:
    """Let two fresh studios work through so many faults of each kind, then judge what they saw.

    `pace` is the seconds between two commands of a person; healing is measured after every
    `look_every` faults.
    """
    chance = random.Random(seed)
    companies = await world.open_companies(seed)
    desks = [desk for company in companies for desk in company.desks]
    for desk in desks:
        desk.look = world.is_logged
    players = [player for company in companies for player in company.players]
    suffered = {name: Suffered() for name in kinds}
    async with playing(players):
        await _everybody_has(world, companies)
        async with asyncio.TaskGroup() as working:
            for desk in desks:
                working.create_task(desk.work(pace), name="desk")
            for name, kind in kinds.items():
                toll = _Toll(world, chance, look_every)
                await toll.take(kind, suffered[name], faults)
            for nuisance in world.nuisances:
                await nuisance.leave()
            world.nuisances.clear()
            for desk in desks:
                desk.stopped = True
        await _everybody_has(world, companies)
    history = await history_of(world.database.dsn, companies)
    outcomes, fates = Counter[str](), Counter[str]()
    for desk in desks:
        outcomes.update(desk.outcomes)
    for wire in world.redis_wires:
        fates.update(wire.fates)
        wire.fates.clear()
    return Report(
        kinds=suffered,
        outcomes=outcomes,
        fates=fates,
        unheard=_count(history, Unheard),
        connections=sum(player.connections for player in players),
        batches=_count(history, Heard),
        events=sum(studio.head for studio in history.studios.values()),
        findings=check(history),
    )


class _Toll(Struct, frozen=True):
    """How a world is broken: by what chance, and how often it is looked at."""

    world: World
    chance: random.Random
    look_every: int

    async def take(self, kind: Kind, suffered: Suffered, faults: int) -> None:
        """So many faults of one kind."""
        turns = 0
        while suffered.faults < faults:
            suffered.faults += await kind(self.world, self.chance)
            turns += 1
            if turns % self.look_every == 0 or suffered.faults >= faults:
                back, healed = await _everybody_has(self.world, self.world.companies)
                suffered.back.append(back)
                suffered.healing.append(healed)
            await self._work_goes_on()

    async def _work_goes_on(self) -> None:
        """Wait for a command or more to be answered: faults that nobody works through prove little."""
        desks = [desk for company in self.world.companies for desk in company.desks]
        goal = sum(desk.outcomes.total() for desk in desks) + self.chance.randint(1, 4)
        await until(lambda: sum(desk.outcomes.total() for desk in desks) >= goal, HEALING_PATIENCE, "work")


async def _everybody_has(world: World, companies: Sequence[Company]) -> tuple[float, float]:
    """Wait until everybody was told what is committed now.

    The seconds until all were connected, and until they had it. The clock begins when what was broken
    is mended, which is when the kind of fault returns: see docs/subsystems/faults.md.
    """
    begun, back = time.monotonic(), 0.0
    heads = [(company, await world.head(company.cast.tenant_id)) for company in companies]
    missing: list[Player] = [player for company, _ in heads for player in company.players]
    while missing:
        if time.monotonic() - begun > HEALING_PATIENCE:
            who = ", ".join(f"{player.name} ({player.seq})" for player in missing)
            raise NotHealed(f"{[head for _, head in heads]} is committed, not heard of by {who}")
        await asyncio.sleep(0.005)
        if not all(player.live.is_set() for player in missing):
            back = time.monotonic() - begun
        missing = [player for company, head in heads for player in company.players if not player.has(head)]
    return back, time.monotonic() - begun


def _count(history: History, kind: type) -> int:
    return sum(isinstance(entry, kind) for reader in history.readers for entry in reader.entries)
