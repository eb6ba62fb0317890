"""A short run of two studios on two instances in this process: what the checker is tested with."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from uuid import UUID

from db.pool import Pool, create_pool, transaction
from realtime.bus import Exchange, InProcessBus
from scheduling.permissions import Actor
from tests.harness.history.load import Desk
from tests.harness.history.model import History
from tests.harness.history.player import Token, playing
from tests.harness.history.scene import Company, history_of, open_scene
from tests.harness.live import Live, Tokens, serving, until

PACE = 0.01


class Rehearsal:
    """Two instances, two companies, everybody connected to both."""

    def __init__(self, pool: Pool, dsn: str, instances: Sequence[Live], companies: list[Company]) -> None:
        self.pool = pool
        self.instances = instances
        self.companies = companies
        self._dsn = dsn
        for company in companies:
            for desk in company.desks:
                desk.look = self._look

    async def work(self, commands: int, *, hang_ups: int = 0) -> None:
        """Let everybody work until each studio has asked for so many commands; cut lines meanwhile."""
        desks = [desk for company in self.companies for desk in company.desks]
        working = [asyncio.create_task(desk.work(PACE)) for desk in desks]
        chance = random.Random(commands)
        players = [player for company in self.companies for player in company.players]
        for share in range(1, hang_ups + 2):
            goal = commands * len(self.companies) * share // (hang_ups + 1)
            await until(partial(_asked, desks, goal), 60)
            if share <= hang_ups:
                chance.choice(players).hang_up()
        for desk in desks:
            desk.stopped = True
        await asyncio.gather(*working)

    async def settle(self) -> None:
        """Wait until everybody was told everything."""
        for company in self.companies:
            head = (await self.instances[0].realtime.fanout._log.head(company.cast.tenant_id)).seq
            for player in company.players:
                await until(partial(player.has, head), what=f"{player.name} at {head}")

    async def catch_up(self) -> None:
        """Wait until the heads were looked at and everybody had their turn; what is missing, stays so."""
        for _ in range(2):  # who was thrown out by the first look has come back by the second
            for instance in self.instances:
                for room in list(instance.realtime.fanout._rooms.values()):
                    instance.realtime.fanout.resumed(room.tenant_id)
            await until(self._is_quiet, what="the rooms delivered what they could")
            for company in self.companies:
                await asyncio.gather(*(player.has_read() for player in company.players))

    def _is_quiet(self) -> bool:
        rooms = [room for one in self.instances for room in one.realtime.fanout._rooms.values()]
        return not any(room.suspect or room.pump for room in rooms)

    async def history(self) -> History:
        """Everything so far."""
        return await history_of(self._dsn, self.companies)

    async def _look(self, tenant_id: str, command_id: str) -> bool:
        async with transaction(self.pool, UUID(tenant_id), readonly=True) as connection:
            return bool(
                await connection.fetchval(
                    "SELECT EXISTS (SELECT FROM event_log WHERE tenant_id = $1 AND command_id = $2)",
                    UUID(tenant_id),
                    UUID(command_id),
                )
            )


def _asked(desks: Sequence[Desk], goal: int) -> bool:
    return sum(desk.outcomes.total() for desk in desks) >= goal


@asynccontextmanager
async def rehearsing(dsn: str) -> AsyncIterator[Rehearsal]:
    """Everything is up and everybody connected."""
    pool = await create_pool(dsn, min_size=1, max_size=8)
    exchange, tokens = Exchange(), Tokens()
    async with (
        serving(pool, bus=InProcessBus(exchange), tokens=tokens) as one,
        serving(pool, bus=InProcessBus(exchange), tokens=tokens) as two,
    ):
        casts = await open_scene(pool, one.realtime.executor)
        places = {"A": lambda: one.url, "B": lambda: two.url}

        def issue(actor: Actor) -> Token:
            async def token() -> str:
                return tokens.issue(actor)

            return token

        companies = [Company(cast, places, issue, seed) for seed, cast in enumerate(casts)]
        players = [player for company in companies for player in company.players]
        async with playing(players):
            for player in players:
                await until(player.live.is_set, what=f"{player.name} is live")
            yield Rehearsal(pool, dsn, (one, two), companies)
    await pool.close()
