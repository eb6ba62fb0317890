"""Whose turn it is: no job twice, no studio before its turn, no more at once than agreed."""

from __future__ import annotations

import asyncio
from collections import Counter
from uuid import uuid4

import msgspec
import pytest

from db.pool import create_pool, transaction
from db.queries import solver_jobs
from db.solver_queue import RUNNING_EACH, claim, give_back, hold_on, sign_in
from realtime.execute import Executor
from realtime.protocol.jobs import SolverJob
from scheduling.refusals import Code, Refused
from server.auth.sessions import utc_now
from server.solving.jobs import QUEUED_EACH, Wanted
from tests.harness.studio import Studio, publish_nothing
from tests.integration.solving.conftest import Planned, planned_studio


@pytest.fixture
async def studios(pool):
    """Three studios without any work."""
    executor = Executor(pool, publish=publish_nothing)
    yield [planned_studio(await Studio.open(pool, executor)) for _ in range(3)]
    await executor.close()


async def end(planned: Planned, job_id) -> None:
    async with transaction(planned.pool, planned.tenant_id) as connection:
        await solver_jobs.finish(connection, planned.tenant_id, job_id, state="done", now=utc_now())


async def test_no_job_is_claimed_twice_however_many_ask_at_once(studios, pool, database):
    for planned in studios:
        for _ in range(RUNNING_EACH):
            await planned.ask(budget_seconds=60)
    other = await create_pool(database.dsn, min_size=1, max_size=8)
    claims = await asyncio.gather(*(claim(one, uuid4()) for one in (pool, other) for _ in range(12)))
    await other.close()
    found = Counter(c.job_id for c in claims if c is not None)
    assert set(found.values()) == {1}
    assert len(found) == 3 * RUNNING_EACH
    assert Counter(c.tenant_id for c in claims if c is not None) == {
        p.tenant_id: RUNNING_EACH for p in studios
    }


async def test_studios_take_turns_and_none_has_more_running_than_agreed(studios, pool):
    many, few, none = studios
    for _ in range(5):
        await many.ask(budget_seconds=60)
    await few.ask(budget_seconds=60)
    worker = uuid4()
    claims = [await claim(pool, worker) for _ in range(6)]
    order = [c.tenant_id for c in claims if c is not None]
    assert order == [many.tenant_id, few.tenant_id, many.tenant_id]
    assert RUNNING_EACH == 2
    first = next(c for c in claims if c is not None)
    await end(many, first.job_id)
    late = await none.ask(budget_seconds=60)
    # Whoever was never served comes first, though it asked last.
    for expected in (late.id, None):
        found = await claim(pool, worker)
        assert found is not None
        assert expected is None or found.job_id == expected
    assert await claim(pool, worker) is None


async def test_within_a_studio_priority_goes_before_age_and_position_says_so(studios, pool):
    planned = studios[0]
    old = await planned.ask(budget_seconds=60)
    low = await planned.ask(budget_seconds=60, priority=-1)
    high = await planned.ask(budget_seconds=60, priority=5)
    positions = {job.id: (await planned.job(job)).position for job in (old, low, high)}
    assert positions == {high.id: 1, old.id: 2, low.id: 3}
    claims = [await claim(pool, uuid4()) for _ in range(2)]
    assert [c.job_id for c in claims if c] == [high.id, old.id]


async def test_a_quick_search_does_not_wait_behind_long_ones(studios, pool):
    planned = studios[0]
    for _ in range(3):
        await planned.ask(budget_seconds=60)
    assert [bool(await claim(pool, uuid4())) for _ in range(3)] == [True, True, False]
    quick = await planned.ask(budget_seconds=1)
    found = await claim(pool, uuid4(), quick_only=True)
    assert found is not None
    assert found.job_id == quick.id


async def test_a_claim_that_is_not_kept_up_is_another_s_and_counts(studios, pool):
    planned, dead, other = studios[0], uuid4(), uuid4()
    job = await planned.ask()
    first = await claim(pool, dead)
    assert await claim(pool, other) is None
    await pool.execute("UPDATE jobs.solver_queue SET lease_until = now() - interval '1 s'")
    second = await claim(pool, other)
    assert first is not None
    assert second is not None
    assert (first.job_id, first.attempts, second.job_id, second.attempts) == (job.id, 1, job.id, 2)
    async with transaction(pool, planned.tenant_id) as connection:
        assert not await hold_on(connection, dead, planned.tenant_id, job.id)
        assert await hold_on(connection, other, planned.tenant_id, job.id)
    await give_back(pool, other)
    third = await claim(pool, dead)
    assert third is not None
    assert third.attempts == 2


async def test_what_is_over_leaves_the_queue(studios, pool):
    planned = studios[0]
    job = await planned.ask()
    await planned.cancel(job)
    assert await claim(pool, uuid4()) is None
    assert await pool.fetchval("SELECT count(*) FROM jobs.solver_queue") == 0


async def test_a_studio_may_have_so_many_waiting_and_is_told(studios):
    planned, other, _ = studios
    for _ in range(QUEUED_EACH):
        await planned.ask()
    refused = await planned.jobs.create(planned.actor, Wanted(kind="allocate"), uuid4())
    assert isinstance(refused, Refused)
    assert (refused.code, refused.retryable) == (Code.BUSY, True)
    assert str(QUEUED_EACH) in refused.message
    assert isinstance(await other.ask(), SolverJob)


async def test_the_same_request_is_the_same_job(studios):
    planned, job_id = studios[0], uuid4()
    first = await planned.jobs.create(planned.actor, Wanted(kind="allocate"), job_id)
    again = await planned.jobs.create(planned.actor, Wanted(kind="allocate", seed=1), job_id)
    assert isinstance(first, SolverJob)
    assert isinstance(again, SolverJob)
    assert first.seed == again.seed
    listed = await planned.jobs.recent(planned.actor)
    assert isinstance(listed, list)
    assert [job.id for job in listed] == [job_id]


async def test_whether_anybody_is_there_to_work_is_said(studios, pool):
    planned = studios[0]
    job = await planned.ask()
    assert not job.worker_alive
    await sign_in(pool, uuid4(), 1)
    assert (await planned.job(job)).worker_alive


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "repair"}, "event"),
        ({"kind": "challenge"}, "phase_ids"),
        ({"kind": "allocate", "start": "2031-01-02", "end": "2031-01-01"}, "end"),
        ({"kind": "allocate", "start": "2031-01-02", "end": "2033-01-01"}, "end"),
        ({"kind": "allocate", "start": "2021-01-02", "end": "2021-02-01"}, "end"),
        (
            {
                "kind": "allocate",
                "event": {"kind": "cancellation", "booking_id": "0189f7a0-0000-7000-8000-000000000000"},
            },
            "event",
        ),
        (
            {"kind": "repair", "event": {"kind": "slip", "phase_id": "0189f7a0-0000-7000-8000-000000000000"}},
            "event",
        ),
    ],
)
async def test_what_cannot_be_asked_is_refused_with_its_field(studios, fields, field):
    planned = studios[0]
    wanted = msgspec.convert(fields, Wanted)
    refused = await planned.jobs.create(planned.actor, wanted, uuid4())
    assert isinstance(refused, Refused)
    assert refused.code is Code.INVALID
    assert refused.data is not None
    assert refused.data.path == field


async def test_artists_ask_for_nothing_and_see_nothing(studios):
    planned = studios[0]
    job = await planned.ask()
    artist = planned.studio.actor("freelancer", artist_id=uuid4())
    for answer in (
        await planned.jobs.create(artist, Wanted(kind="allocate"), uuid4()),
        await planned.jobs.get(artist, job.id),
        await planned.jobs.recent(artist),
        await planned.jobs.cancel(artist, job.id, keep=False),
    ):
        assert isinstance(answer, Refused)
        assert answer.code is Code.FORBIDDEN


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "allocate", "project_ids": [str(uuid4())]},
        {"kind": "challenge", "phase_ids": [str(uuid4())]},
        {"kind": "repair", "event": {"kind": "slip", "phase_id": str(uuid4()), "days": 1}},
        {"kind": "repair", "event": {"kind": "cancellation", "booking_id": str(uuid4())}},
        {
            "kind": "repair",
            "event": {
                "kind": "absence",
                "artist_id": str(uuid4()),
                "start": "2031-03-03T00:00:00Z",
                "end": "2031-03-05T00:00:00Z",
            },
        },
    ],
    ids=lambda fields: fields["kind"],
)
async def test_what_is_not_there_cannot_be_asked_about(studios, fields):
    refused = await studios[0].jobs.create(studios[0].actor, msgspec.convert(fields, Wanted), uuid4())
    assert isinstance(refused, Refused)
    assert refused.code is Code.NOT_FOUND
