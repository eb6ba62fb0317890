"""A whole HTTP side on a fresh database, and two studios with accounts, people, work and bookings."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from copy import copy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from argon2 import PasswordHasher

from db.pool import Pool, create_pool, transaction
from db.queries import auth as auth_rows
from realtime.execute import Executor
from realtime.protocol.jobs import SolverJob
from server.api.openapi import document
from server.api.routes import OPERATIONS
from server.api.services import Services
from server.api.site import site
from server.auth.identity import Authenticator
from server.auth.passwords import Passwords
from server.auth.sessions import Sessions
from server.auth.sign_in import SignIn
from server.auth.tokens import Signer
from server.feeds.poster import Poster
from server.imports.jobs import ImportJobs
from server.imports.run import Importer
from server.push.sender import PushSender
from server.push.vapid import Vapid
from server.solving.jobs import SolverJobs, Wanted
from tests.harness.api import Api, Contract
from tests.harness.postgres import Cluster
from tests.harness.push_service import subscription
from tests.harness.studio import Studio, publish_nothing

KEY = "0123456789abcdef0123456789abcdef"
VAPID = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
PASSWORD = "correct horse battery"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
ROLES = ("studio_owner", "studio_manager", "freelancer")
Work: TypeAlias = tuple[UUID, UUID, UUID, UUID, UUID, UUID, UUID, UUID]
NOWHERE = Path("/nonexistent")
MONDAY = datetime(2027, 3, 1, 9, tzinfo=UTC)


class Clock:
    """The present, which tests may move."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def monotonic(self) -> float:
        return self().timestamp()


@pytest.fixture
def clock():
    return Clock()


@contextlib.asynccontextmanager
async def serving(pool: Pool, clock: Clock) -> AsyncIterator[Services]:
    """All that the operations work with, on one database."""
    executor = Executor(pool, publish=publish_nothing)
    signer, passwords = Signer([KEY]), Passwords(QUICK)
    sessions = Sessions(pool, signer, now=clock)
    poster = Poster()
    imports = ImportJobs(Importer(executor=executor, pool=pool), clock=clock)
    solver = SolverJobs(pool, clock=clock, tell=lambda _tenant_id, _job: None, wake=lambda: None)
    yield Services(
        pool=pool,
        executor=executor,
        authenticator=Authenticator(pool, signer, clock=clock.monotonic),
        sign_in=SignIn(pool, passwords, sessions),
        sessions=sessions,
        passwords=passwords,
        imports=imports,
        poster=poster,
        push=PushSender(pool, poster, Vapid(VAPID)),
        solver=solver,
        allowed_origins=("https://studio.example",),
    )
    await imports.close()
    await poster.close()
    await executor.close()
    passwords.close()


@pytest.fixture
async def services(pool, clock):
    async with serving(pool, clock) as services:
        yield services


@pytest.fixture(scope="session")
def contract():
    encoded = msgspec.json.encode(document(OPERATIONS, version="test"))
    return Contract(msgspec.json.decode(encoded))


@pytest.fixture
def web_dist(tmp_path):
    return tmp_path / "dist"


@pytest.fixture
def phone_dist(tmp_path):
    return tmp_path / "phone"


@pytest.fixture
async def client(services, web_dist, phone_dist):
    async with calling(services, web_dist, phone_dist) as client:
        yield client


def calling(services: Services, web_dist: Path, phone_dist: Path) -> httpx.AsyncClient:
    """A client of the whole site, without a network between them."""
    app = site(services, version="test", web_dist=web_dist, phone_dist=phone_dist, bus_healthy=lambda: True)
    transport = httpx.ASGITransport(app=app, client=("203.0.113.7", 50000))
    return httpx.AsyncClient(transport=transport, base_url="http://testserver", verify=False)


@pytest.fixture
def api(client, contract):
    """Nobody."""
    return Api(client, contract)


class World:
    """One studio with an owner, a manager, a freelancer, two artists and some work."""

    def __init__(
        self, studio: Studio, people: dict[str, UUID], families: dict[str, UUID], work: Work
    ) -> None:
        self.studio = studio
        self.tenant_id = studio.tenant.id
        self.slug = studio.tenant.slug
        self.members = people
        self.families = families
        self.ada, self.ben, self.project, self.phase, self.other_phase, *rest = work
        self.dependency, self.milestone, self.booking = rest
        self.challenged: UUID
        self.challenger: UUID
        self.challenge: UUID
        self.time_off: UUID
        self.api_key: UUID
        self.series: UUID
        self.solver_job: UUID
        self.webhook: UUID
        self.calendar: UUID
        self.browser: UUID
        self.nobody: Api
        self.owner: Api
        self.manager: Api
        self.artist: Api

    def visited(self, services: Services, nobody: Api, signer: Signer) -> World:
        """The same studio in a copy of the database, with everybody signed in."""
        executor: Any = services.executor
        here = copy(self)
        here.studio = Studio(services.pool, self.studio.tenant, executor)
        here.nobody = nobody
        here.owner, here.manager, here.artist = (
            nobody.signed_in(
                signer.access_token(
                    tenant_id=self.tenant_id,
                    member_id=self.members[role],
                    family_id=self.families[role],
                    role=role,
                    name=role,
                    now=datetime.now(UTC),
                )
            )
            for role in ROLES
        )
        return here

    async def add(self, op: str, **args: Any) -> UUID:
        return await add(self.studio, op, **args)

    async def member(self, role: str, email: str, *, password: str = PASSWORD, **args: Any) -> UUID:
        return await add_member(self.studio, role, email, password=password, **args)

    async def book(self, artist_id: UUID, day: float, days: float = 1, **args: Any) -> UUID:
        return await book(self.studio, artist_id, day, days, **args)

    async def trade(self) -> None:
        """A challenge at Ben's door, days on which he asks to be away, and three of his mornings."""
        self.challenged = await self.book(self.ben, 60)
        self.challenger = await self.book(self.ben, 60)
        self.challenge = await self.add("challenge.open", booking_id=self.challenger)
        mornings = {"first": (MONDAY + timedelta(days=90)).date(), "count": 3, "part": "am"}
        self.series = await self.add("series.place", artist_id=self.ben, pattern=mornings)
        drawn = [{"action": "move", "booking_id": self.booking, "artist_id": self.ben}]
        self.scenario = await self.add("scenario.add", name="Plan B", changes=drawn)
        start = MONDAY + timedelta(days=70)
        self.time_off = await self.add(
            "time_off.request", artist_id=self.ben, start=start, end=start + timedelta(days=2)
        )

        self.solver_job = await self._plan()

    async def _plan(self) -> UUID:
        """A plan that waits for its turn."""
        jobs = SolverJobs(
            self.studio.pool, clock=Clock(), tell=lambda _tenant_id, _job: None, wake=lambda: None
        )
        asked = Wanted(kind="allocate", project_ids=(self.project,))
        job = await jobs.create(self.studio.actor(), asked, uuid4())
        assert isinstance(job, SolverJob), job
        return job.id

    def learn(self, here: World) -> None:
        """Know what was made on a visit."""
        vars(self).update({name: value for name, value in vars(here).items() if isinstance(value, UUID)})

    async def key(self, *scopes: str, **fields: Any) -> Api:
        """A caller with an API key of these scopes."""
        body = {"name": "Robot", "scopes": scopes, **fields}
        made = await self.owner.send("POST", "/api-keys", body)
        self.api_key = UUID(made["key"]["id"])
        return self.nobody.signed_in(made["secret"])

    async def integrate(self) -> None:
        """A key, a webhook that goes nowhere, a calendar link, and a browser that takes pushes."""
        made = {
            "api-keys": {"name": "Robot", "scopes": ["schedule:read"]},
            "webhooks": {"url": "https://hooks.invalid/"},
            "calendar-links": {"artist_id": self.ben},
            "push-subscriptions": subscription(),
        }
        for path, body in made.items():
            await self.owner.send("POST", f"/{path}", body)
        self.api_key, self.webhook, self.calendar, self.browser = [
            UUID((await self.owner.get(f"/{path}"))[0]["id"]) for path in made
        ]

    async def sign_in(self, role: str) -> Api:
        return await self.sign_in_as(f"{role}@{self.slug}.test")

    async def sign_in_as(self, email: str, password: str = PASSWORD) -> Api:
        granted = await self.nobody.send("POST", "/auth/login", {"email": email, "password": password})
        return self.nobody.signed_in(granted["access_token"])

    async def deactivate(self, member_id: UUID) -> None:
        answer = await self.studio.run("member.edit", {"member_id": member_id, "active": False})
        assert answer.ok, answer


async def add(studio: Studio, op: str, **args: Any) -> UUID:
    """Run a command that makes something, and name what it made."""
    new_id = uuid4()
    answer = await studio.run(op, {"id": new_id, **args})
    assert answer.ok, answer
    return new_id


async def add_member(studio: Studio, role: str, email: str, *, password: str = PASSWORD, **args: Any) -> UUID:
    """An account that can sign in."""
    member_id = await add(studio, "member.add", role=role, email=email, name=role.title(), **args)
    async with transaction(studio.pool, studio.tenant.id) as connection:
        await auth_rows.store_password(connection, studio.tenant.id, member_id, QUICK.hash(password))
    return member_id


async def book(studio: Studio, artist_id: UUID, day: float, days: float = 1, **args: Any) -> UUID:
    """A booking `day` days after the first Monday."""
    start = MONDAY + timedelta(days=day)
    return await add(
        studio,
        "booking.place",
        **{"artist_id": artist_id, "start": start, "end": start + timedelta(days=days), **args},
    )


async def furnish(pool: Pool) -> World:
    """Open and fill a studio."""
    studio = await Studio.open(pool)
    ada = await studio.artist(name="Ada", skills=[{"name": "Compositing"}], tags=["film"])
    ben = await studio.artist(name="Ben", email="ben@example.test")
    project = await add(studio, "project.add", name="Harbour")
    phase = await add(studio, "phase.add", project_id=project, name="Comp", duration_hours=40)
    other_phase = await add(studio, "phase.add", project_id=project, name="Grade", duration_hours=8)
    dependency = await add(studio, "dependency.add", from_phase_id=phase, to_phase_id=other_phase)
    milestone = await add(studio, "milestone.add", project_id=project, name="Lock", date="2027-03-12")
    people, families = {}, {}
    for role in ROLES:
        artist_id = ada if role == "freelancer" else None
        email = f"{role}@{studio.tenant.slug}.test"
        people[role] = await add_member(studio, role, email, artist_id=artist_id)
        families[role] = await open_family(studio, people[role])
    booking = await book(studio, ada, 0, project_id=project, title="Shot 10")
    work = (ada, ben, project, phase, other_phase, dependency, milestone, booking)
    return World(studio, people, families, work)


async def open_family(studio: Studio, member_id: UUID) -> UUID:
    """A sign-in that access tokens may name."""
    family_id, now = uuid4(), datetime.now(UTC)
    async with transaction(studio.pool, studio.tenant.id) as connection:
        await auth_rows.store_refresh_token(
            connection,
            studio.tenant.id,
            family_id.bytes,
            member_id=member_id,
            family_id=family_id,
            now=now,
            expires_at=now + timedelta(days=1),
        )
    return family_id


class Furnished:
    """A database with two studios in it, to be cloned, and lent, to tests."""

    def __init__(self, cluster: Cluster, fill: Callable[[Pool], Awaitable[tuple[World, World]]]) -> None:
        self.template = cluster.new_database()
        self.worlds = cluster.run(self._fill(fill))

    async def _fill(self, fill: Callable[[Pool], Awaitable[tuple[World, World]]]) -> tuple[World, World]:
        pool = await create_pool(self.template.dsn, min_size=1, max_size=2)
        worlds = await fill(pool)
        await pool.close()
        return worlds


@pytest.fixture(scope="session")
def two_studios(postgres):
    """Two studios with people and work."""

    async def fill(pool):
        return await furnish(pool), await furnish(pool)

    return Furnished(postgres, fill)


@pytest.fixture(scope="session")
def two_trading_studios(postgres, contract):
    """Two studios that have challenges, time off and integrations too."""

    async def fill(pool):
        worlds = await furnish(pool), await furnish(pool)
        async with serving(pool, Clock()) as services, calling(services, NOWHERE, NOWHERE) as client:
            for world in worlds:
                here = world.visited(services, Api(client, contract), Signer([KEY]))
                await here.trade()
                await here.integrate()
                world.learn(here)
        return worlds

    return Furnished(postgres, fill)


@pytest.fixture
def trade():
    """Asked for by tests whose studios have challenges, time off and integrations."""


@pytest.fixture
def furnished(request):
    kind = "two_trading_studios" if "trade" in request.fixturenames else "two_studios"
    return request.getfixturevalue(kind)


@pytest.fixture
def database(postgres, furnished):
    """A database with two studios, for one test."""
    with postgres.lent(furnished.template.name) as database:
        yield database


@pytest.fixture(scope="module")
def unchanged_database(postgres, two_studios):
    """One for all tests of a module that change nothing; such a module takes it as its `database`."""
    with postgres.lent(two_studios.template.name) as database:
        yield database


@pytest.fixture
def world(furnished, services, api):
    return furnished.worlds[0].visited(services, api, Signer([KEY]))


@pytest.fixture
def other(furnished, services, api):
    """A second studio on the same server."""
    return furnished.worlds[1].visited(services, api, Signer([KEY]))
