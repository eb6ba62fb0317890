"""The write path against the model: slices, batches and stored answers change no outcome.

The model knows everything and decides one command after the other; the write path loads what
each command needs and commits them in groups. They must never differ.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta
from unittest import mock
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.pool import Pool, create_pool
from realtime.execute import Executor
from realtime.protocol import Answer, CommandRequest, OkAnswer
from scheduling.decide import Accepted, Outcome
from scheduling.events import LoggedEvent, entity_of, read
from scheduling.permissions import Actor, system_actor
from scheduling.state import find, snapshot
from tests.harness.actions import NOW, Action, actions, setup_requests
from tests.harness.postgres import Database
from tests.harness.studio import load_state, open_studio, publish_nothing, read_log
from tests.harness.sweep import sweep
from tests.harness.tenancy import Tenancy


class Path:
    """A loop, a pool and an executor that all examples share."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.runner = asyncio.Runner()
        self.pool: Pool = self.runner.run(create_pool(dsn, min_size=1, max_size=4))
        self.now = NOW
        self.executor = Executor(self.pool, publish=publish_nothing, clock=lambda: self.now)

    def close(self) -> None:
        self.runner.run(self.executor.close())
        self.runner.run(self.pool.close())
        self.runner.close()


@pytest.fixture(scope="module")
def path(module_database: Database) -> Iterator[Path]:
    """With as little loaded around what is asked as there can be, so that slices have edges."""
    path = Path(module_database.dsn)
    nothing = timedelta(0)
    with mock.patch("realtime.batch.NEAR", nothing), mock.patch("realtime.known.FAR", nothing):
        yield path
    path.close()


RUNS = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
Batches = list[list[Action]]


@RUNS
@given(batches=st.lists(st.lists(actions, min_size=1, max_size=8), max_size=8))
def test_groups_of_commands_end_as_the_model_does(path: Path, batches: Batches) -> None:
    path.runner.run(_compare(path, batches))


async def _compare(path: Path, batches: Batches) -> None:
    tenant = await open_studio(path.pool, tenant_id=uuid4())
    model = Tenancy()
    path.now = model.now
    await _set_up(path, tenant.id)
    for batch in batches:
        model.now += timedelta(hours=batch[0].wait)
        path.now = model.now
        asked: list[tuple[Actor, CommandRequest]] = []
        outcomes: list[tuple[CommandRequest, Outcome]] = []
        for action in batch:
            actor, request = model.request(action)
            outcomes.append((request, model.run(actor, request)))
            asked.append((msgspec.structs.replace(actor, tenant_id=tenant.id), request))
        answers = await asyncio.gather(*(path.executor.execute(a, r) for a, r in asked))
        _assert_same(model, outcomes, answers)
        if batch[0].repeat:
            again = await asyncio.gather(*(path.executor.execute(a, r) for a, r in asked))
            assert [msgspec.json.encode(a) for a in again] == [msgspec.json.encode(a) for a in answers]
    loaded = snapshot(await load_state(path.pool, tenant.id))
    expected = snapshot(model.state)
    assert {**loaded, "tenant": None} == {**expected, "tenant": None}
    bodies = await read_log(path.pool, tenant.id)
    events = [read(msgspec.json.decode(body, type=LoggedEvent)) for body in bodies]
    assert events == model.events
    assert await sweep(path.dsn, tenant.id) == len(model.events)


async def _set_up(path: Path, tenant_id: UUID) -> None:
    for request in setup_requests():
        answer = await path.executor.execute(system_actor(tenant_id), request)
        assert isinstance(answer, OkAnswer), answer


def _assert_same(
    model: Tenancy,
    outcomes: Sequence[tuple[CommandRequest, Outcome]],
    answers: Sequence[Answer],
) -> None:
    for (request, outcome), answer in zip(outcomes, answers, strict=True):
        assert answer.id == request.id
        if isinstance(outcome, Accepted):
            assert isinstance(answer, OkAnswer), (request.op, answer)
            if outcome.primary is not None:
                primary = entity_of(outcome.primary)
                latest = find(outcome.state, outcome.primary.kind, primary.id) or primary
                told = msgspec.json.decode(answer.result)[outcome.primary.kind]
                assert told == msgspec.json.decode(msgspec.json.encode(latest)), (request, told, latest)
        else:
            assert not isinstance(answer, OkAnswer), (request.op, outcome)
            assert answer.error.code == outcome.code, (request.op, answer.error, outcome)
            assert answer.error.message == outcome.message
            if outcome.data is not None and outcome.data.blocking:
                assert answer.error.data is not None
                assert answer.error.data.blocking == outcome.data.blocking
                assert answer.error.data.rank == outcome.data.rank
