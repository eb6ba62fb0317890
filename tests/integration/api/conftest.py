"""A whole HTTP side on a fresh database, and two studios with accounts, people, work and bookings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from argon2 import PasswordHasher

from db.pool import transaction
from db.queries import auth as auth_rows
from realtime.execute import Executor
from server.api.openapi import document
from server.api.routes import OPERATIONS
from server.api.services import Services
from server.api.site import site
from server.auth.identity import Authenticator
from server.auth.passwords import Passwords
from server.auth.sessions import Sessions
from server.auth.sign_in import SignIn
from server.auth.tokens import Signer
from server.imports.jobs import ImportJobs
from server.imports.run import Importer
from tests.harness.api import Api, Contract
from tests.harness.studio import Studio, publish_nothing

KEY = "0123456789abcdef0123456789abcdef"
PASSWORD = "correct horse battery"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
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


@pytest.fixture
async def services(pool, clock):
    executor = Executor(pool, publish=publish_nothing)
    signer, passwords = Signer([KEY]), Passwords(QUICK)
    sessions = Sessions(pool, signer, now=clock)
    imports = ImportJobs(Importer(executor=executor, pool=pool), clock=clock)
    yield Services(
        pool=pool,
        executor=executor,
        authenticator=Authenticator(pool, signer, clock=clock.monotonic),
        sign_in=SignIn(pool, passwords, sessions),
        sessions=sessions,
        passwords=passwords,
        imports=imports,
        allowed_origins=("https://studio.example",),
    )
    await imports.close()
    await executor.close()
    passwords.close()


@pytest.fixture(scope="session")
def contract():
    encoded = msgspec.json.encode(document(OPERATIONS, version="test"))
    return Contract(msgspec.json.decode(encoded))


@pytest.fixture
def web_dist(tmp_path):
    return tmp_path / "dist"


@pytest.fixture
async def client(services, web_dist):
    app = site(services, version="test", web_dist=web_dist, bus_healthy=lambda: True)
    transport = httpx.ASGITransport(app=app, client=("203.0.113.7", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


@pytest.fixture
def api(client, contract):
    """Nobody."""
    return Api(client, contract)


class World:
    """One studio with an owner, a manager, a freelancer, two artists and some work."""

    ada: UUID
    ben: UUID
    project: UUID
    phase: UUID
    other_phase: UUID
    dependency: UUID
    booking: UUID
    owner: Api
    manager: Api
    artist: Api

    def __init__(self, studio: Studio, services: Services, api: Api) -> None:
        self.studio = studio
        self.services = services
        self.nobody = api
        self.tenant_id = studio.tenant.id
        self.slug = studio.tenant.slug
        self.members: dict[str, UUID] = {}

    @classmethod
    async def open(cls, services: Services, api: Api) -> World:
        executor: Any = services.executor
        world = cls(await Studio.open(services.pool, executor), services, api)
        world.ada = await world.studio.artist(name="Ada", skills=[{"name": "Compositing"}], tags=["film"])
        world.ben = await world.studio.artist(name="Ben", email="ben@example.test")
        world.project = await world.add("project.add", name="Harbour")
        world.phase = await world.add("phase.add", project_id=world.project, name="Comp", duration_hours=40)
        world.other_phase = await world.add(
            "phase.add", project_id=world.project, name="Grade", duration_hours=8
        )
        world.dependency = await world.add(
            "dependency.add", from_phase_id=world.phase, to_phase_id=world.other_phase
        )
        for role, artist in (("studio_owner", None), ("studio_manager", None), ("freelancer", world.ada)):
            world.members[role] = await world.member(role, f"{role}@{world.slug}.test", artist_id=artist)
        world.booking = await world.book(world.ada, 0, project_id=world.project, title="Shot 10")
        world.owner = await world.sign_in("studio_owner")
        world.manager = await world.sign_in("studio_manager")
        world.artist = await world.sign_in("freelancer")
        return world

    async def add(self, op: str, **args: Any) -> UUID:
        new_id = uuid4()
        answer = await self.studio.run(op, {"id": new_id, **args})
        assert answer.ok, answer
        return new_id

    async def member(self, role: str, email: str, *, password: str = PASSWORD, **args: Any) -> UUID:
        member_id = await self.add("member.add", role=role, email=email, name=role.title(), **args)
        encoded = QUICK.hash(password)
        async with transaction(self.services.pool, self.tenant_id) as connection:
            await auth_rows.store_password(connection, self.tenant_id, member_id, encoded)
        return member_id

    async def book(self, artist_id: UUID, day: int, days: float = 1, **args: Any) -> UUID:
        """A booking `day` days after the first Monday."""
        start = MONDAY + timedelta(days=day)
        return await self.add(
            "booking.place",
            **{"artist_id": artist_id, "start": start, "end": start + timedelta(days=days), **args},
        )

    async def sign_in(self, role: str) -> Api:
        return await self.sign_in_as(f"{role}@{self.slug}.test")

    async def sign_in_as(self, email: str, password: str = PASSWORD) -> Api:
        granted = await self.nobody.send("POST", "/auth/login", {"email": email, "password": password})
        return self.nobody.signed_in(granted["access_token"])

    async def deactivate(self, member_id: UUID) -> None:
        answer = await self.studio.run("member.edit", {"member_id": member_id, "active": False})
        assert answer.ok, answer


@pytest.fixture
async def world(services, api):
    return await World.open(services, api)


@pytest.fixture
async def other(services, api, world):
    """A second studio on the same server."""
    return await World.open(services, api)
