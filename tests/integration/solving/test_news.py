"""Progress on screens: staff of the studio hear of it on every instance, and nobody else."""

from __future__ import annotations

import pytest

from realtime.redis_bus import RedisBus
from tests.harness.live import Client, Tokens, client_of, member_of, serving, until
from tests.harness.redis import redis_server, servers
from tests.integration.solving.conftest import planned_studio, solver_process

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def redis():
    name = next(iter(servers()))
    with redis_server(servers()[name]) as server:
        yield server


async def heard(client: Client, state: str) -> None:
    """The client was told of a job with a plan in this state."""
    await until(
        lambda: any(job["state"] == state and job.get("progress") for job in client.all("progress")), 30.0
    )


async def test_a_worker_s_progress_reaches_staff_on_every_instance_and_no_artist(pool, database, redis):
    tokens, secret = Tokens(), SECRET.encode()
    with solver_process(database, REDIS_URL=redis.url, SECRET_KEY=SECRET):
        await _hear(pool, redis, tokens, secret)


async def _hear(pool, redis, tokens: Tokens, secret: bytes) -> None:
    async with (
        serving(pool, bus=RedisBus(redis.url), tokens=tokens, secret=secret) as one,
        serving(pool, bus=RedisBus(redis.url), tokens=tokens, secret=secret) as two,
    ):
        studio = await one.studio(pool)
        planned = await planned_studio(studio, await member_of(studio)).fill()
        await planned.crowd()
        planned.jobs._tell = one.realtime.news.tell
        artist = await member_of(studio, "freelancer", artist_id=planned.artists[0])
        elsewhere = await two.studio(pool)
        stranger = await member_of(elsewhere)
        async with (
            client_of(one, planned.actor) as here,
            client_of(two, planned.actor) as there,
            client_of(two, artist) as freelancer,
            client_of(two, stranger) as other,
        ):
            await until(lambda: one.realtime.switchboard.healthy and two.realtime.switchboard.healthy)
            job = await planned.ask(budget_seconds=300)
            for client in (here, there):
                await heard(client, "running")
            # Whoever comes late hears of it within moments, without asking.
            async with client_of(two, planned.actor) as late:
                await until(lambda: late.all("progress"), 30.0)
                assert late.all("progress")[0]["progress"]["placed"] == len(planned.phases)
            await planned.cancel(job, keep=True)
            for client in (here, there):
                await heard(client, "cancelled")
                assert client.all("progress")[-1]["state"] == "cancelled"
            assert {j["id"] for j in there.all("progress")} == {str(job.id)}
            assert freelancer.all("progress") == other.all("progress") == []
