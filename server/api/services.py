"""What operations work with: put together once by `server.app` and handed to every call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from db.pool import Pool
from realtime.protocol import Answer, CommandRequest
from scheduling.permissions import Actor
from server.auth.identity import Authenticator
from server.auth.passwords import Passwords
from server.auth.sessions import Ended, Sessions
from server.auth.sign_in import SignIn
from server.feeds.poster import Poster
from server.imports.jobs import ImportJobs
from server.push.sender import PushSender
from server.solving.jobs import SolverJobs


class Executes(Protocol):
    """The one write path (`realtime.execute.Executor`)."""

    async def execute(self, actor: Actor, envelope: CommandRequest, /) -> Answer:
        """Execute a command once and answer it; never raises for what a client may cause."""


class Services(Struct, frozen=True, kw_only=True):
    """The rooms behind REST. `allowed_origins` are web origins beside our own.

    `sign_out` closes the sockets of a (tenant, member) whose sign-ins have all been ended, `end_session`
    those of one sign-in, `end_key` those of a (tenant, key) that was revoked. `push` is None where
    the server has no key to sign pushes with.
    """

    pool: Pool
    executor: Executes
    authenticator: Authenticator
    sign_in: SignIn
    sessions: Sessions
    passwords: Passwords
    imports: ImportJobs
    poster: Poster
    solver: SolverJobs
    push: PushSender | None = None
    sign_out: Callable[[UUID, UUID], None] = lambda _tenant_id, _member_id: None
    end_session: Callable[[Ended], None] = lambda _ended: None
    end_key: Callable[[UUID, UUID], None] = lambda _tenant_id, _key_id: None
    allowed_origins: tuple[str, ...] = ()
