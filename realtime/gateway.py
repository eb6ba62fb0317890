"""The Socket.IO gateway: lets connections in, hands on what they send, looks after them, sees them out."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import assert_never
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct

from db.errors import DatabaseError
from db.faults import Fault, fault_of
from realtime.bounds import Bounds
from realtime.catchup import Catchup, changed
from realtime.connections import (
    Authenticate,
    Closed,
    Closing,
    Connection,
    Greeted,
    Live,
    Occupant,
    Paging,
    SignedIn,
    Waiting,
    over,
)
from realtime.courier import Courier
from realtime.crowds import Crowds
from realtime.engine import EngineSocket, Refusal
from realtime.entrance import Asgi, Entrance
from realtime.fanout import Fanout
from realtime.frames import PING_PACKET, EventFrame, Malformed, event_packet
from realtime.hints import SignOut
from realtime.log_reader import UnknownTenant
from realtime.messages import BUSY_MS, Executes, Messages, turned_away
from realtime.presence import Presence
from realtime.protocol import PROTOCOL_VERSION, Limits, Welcome, WelcomeMember, welcome_role
from realtime.quiet import QuietLog
from realtime.rooms import Room
from realtime.switchboard import Switchboard
from realtime.tasks import end
from realtime.transport import SocketServer
from scheduling.model import Member
from scheduling.refusals import Code

logger = logging.getLogger(__name__)

MAX_TOKEN = 8_192
WAVES = 20
SWEEP_AT_ONCE = 1_000
CROWDED_MS = 30_000
CHANGED_MS = 6_000
"""A changed account comes back after this: an authenticator may believe the old one for five seconds."""


class _Auth(Struct, frozen=True):
    """What a client says at the handshake; anything beside the token is not looked at."""

    token: str


class Gateway:
    """One per process. Order: `start`, serve `asgi(other)`, `drain` before uvicorn shuts down, `close`.

    `authenticate` tells whose a token is (an access token or a one-use ticket), or None.
    `allowed_origins` are web origins beside our own. `member_changed` is told the tenant and
    member whose account changed, so that what is remembered of it can be forgotten.
    """

    def __init__(
        self,
        *,
        executor: Executes,
        fanout: Fanout,
        catchup: Catchup,
        presence: Presence,
        switchboard: Switchboard,
        authenticate: Authenticate,
        allowed_origins: tuple[str, ...] = (),
        member_changed: Callable[[UUID, UUID], None] = lambda _tenant_id, _member_id: None,
        bounds: Bounds | None = None,
        courier: Courier | None = None,
    ) -> None:
        self.bounds = bounds or Bounds()
        self._fanout = fanout
        self._catchup = catchup
        self._presence = presence
        self._switchboard = switchboard
        self._authenticate = authenticate
        self._member_changed = member_changed
        self._messages = Messages(
            executor=executor,
            fanout=fanout,
            catchup=catchup,
            presence=presence,
            authenticate=authenticate,
            bounds=self.bounds,
        )
        self._connections: set[Connection] = set()
        self._readers: set[Occupant] = set()
        """Feeds: they end with the rights of their owners, as sockets do."""
        self._crowds = Crowds(self.bounds)
        self._left = asyncio.Event()
        self._sockets = SocketServer(self, self.bounds, courier or Courier())
        self._entrance = Entrance(self._sockets.handle_request, self._full, allowed_origins)
        self._draining = False
        self._sweeper: asyncio.Task[None] | None = None
        self._quiet = QuietLog(logger)
        fanout.member_changed = self._account_changed

    # life

    def asgi(self, other: Asgi) -> Asgi:
        """An ASGI application that serves `/socket.io/` and hands everything else to `other`."""
        return self._entrance.before(other)

    @property
    def connections(self) -> int:
        """Sockets that are open at present."""
        return len(self._connections)

    # who is here

    def occupants(self) -> list[Occupant]:
        """Everything that stays open: sockets, and the feeds that `came`."""
        return [*self._connections, *self._readers]

    def came(self, reader: Occupant) -> None:
        """A feed was opened: from here on it ends with the rights of its owner."""
        self._readers.add(reader)

    def went(self, reader: Occupant) -> None:
        """The feed is over."""
        self._readers.discard(reader)

    def forget(self, tenant_id: UUID, actor_id: UUID) -> None:
        """What is remembered of an account or key is not true any more."""
        self._member_changed(tenant_id, actor_id)

    # its beginning and its end

    async def start(self) -> None:
        """Begin to look after connections."""
        self._sweeper = asyncio.create_task(self._sweep(), name="gateway sweep")

    async def drain(self, seconds: float = 4.0) -> None:
        """Let nobody in, and see everybody out in waves, each told when to come back.

        What is being run is waited for, but the waves together have their time: where the database is
        away nothing is answered, and the last wave must be told as well before the process ends.
        """
        self._draining = True
        until = time.monotonic() + seconds * 3 / 4

        def left(wanted: float) -> float:
            return max(0.0, min(wanted, until - time.monotonic()))

        leaving = list(self._connections)
        random.shuffle(leaving)
        spread_ms = max(2_000, 2 * len(leaving))
        size = -(-len(leaving) // WAVES) or 1
        waves = [leaving[at : at + size] for at in range(0, len(leaving), size)]
        for wave in waves:
            patience = left(seconds / 4)
            await asyncio.gather(*(self._see_out(connection, spread_ms, patience) for connection in wave))
            await asyncio.sleep(left(seconds / 2 / len(waves)) if len(leaving) > SWEEP_AT_ONCE else 0)
        await self._until_empty(seconds / 4)

    async def _see_out(self, connection: Connection, spread_ms: int, patience: float) -> None:
        await connection.settled(patience)
        wait = 250 + random.randrange(spread_ms)  # noqa: S311 - spreads load, guards nothing
        connection.close("restart", "The server restarts; come back in a moment.", wait)

    async def _until_empty(self, seconds: float) -> None:
        if self._connections:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._left.wait()
        for connection in list(self._connections):
            connection.cut()

    async def close(self) -> None:
        """Cut whoever is left and end every task."""
        self._draining = True
        for connection in list(self._connections):
            connection.cut()
        await asyncio.gather(*(connection.settled(5.0) for connection in list(self._connections)))
        await end([self._sweeper])

    def sign_out(
        self,
        tenant_id: UUID,
        member_id: UUID,
        reason: str = "You signed out.",
        *,
        session: UUID | None = None,
    ) -> None:
        """End what a member or key opened, or one sign-in of theirs, here and on the other instances."""
        hint = SignOut(
            instance=self._switchboard.instance, member_id=member_id, reason=reason, session=session
        )
        self._switchboard.publish(tenant_id, hint)
        self._put_out(tenant_id, hint)

    def hinted(self, tenant_id: UUID, hint: SignOut) -> None:
        """A member signed out on another instance, or a key was revoked there."""
        self.forget(tenant_id, hint.member_id)
        self._put_out(tenant_id, hint)

    def _put_out(self, tenant_id: UUID, hint: SignOut) -> None:
        for occupant in self.occupants():
            owner = occupant.owner
            if (
                owner is not None
                and (owner.actor.tenant_id, owner.actor.id) == (tenant_id, hint.member_id)
                and hint.session in {None, owner.family_id}
            ):
                occupant.close("unauthenticated", hint.reason)

    def _full(self, address: str) -> bool:
        return (
            self._draining
            or len(self._connections) >= self.bounds.max_connections
            or self._crowds.full(address)
        )

    # hooks of the transport

    def opened(self, wire: EngineSocket, address: str) -> Connection:
        connection = Connection(uuid4().hex, wire, self.bounds, self._messages)
        connection.address = address
        self._crowds.opened(connection)
        self._connections.add(connection)
        self._left.clear()
        return connection

    async def admit(self, connection: Connection, auth: object) -> Refusal | None:
        """Whether the token is good; opens the tenant's room for the connection."""
        try:
            owner = await self._owner(auth)
            if owner is None or owner.actor.role == "system":
                return Refusal(code="unauthenticated", message="The token is missing, wrong or has run out.")
            await self._fanout.enter(connection, owner.actor.tenant_id)
        except UnknownTenant:
            return Refusal(code="unauthenticated", message="There is no such studio any more.")
        except Exception as error:  # noqa: BLE001 - whatever it is, the client is told to come again
            return self._refuse_for_now(error)
        if over(connection.state):
            self._fanout.leave(connection, owner.actor.tenant_id)
            return Refusal(code="busy", message="Too late.", retry_after_ms=BUSY_MS)
        crowded = self._crowds.enter(connection, owner.actor)
        if crowded is not None:
            self._fanout.leave(connection, owner.actor.tenant_id)
            return Refusal(code="busy", message=crowded.message, retry_after_ms=CROWDED_MS)
        connection.tenant_id = owner.actor.tenant_id
        connection.state = Greeted(owner)
        return None

    async def _owner(self, auth: object) -> SignedIn | None:
        try:
            token = msgspec.convert(auth, _Auth).token
        except msgspec.ValidationError:
            return None
        if not 0 < len(token) <= MAX_TOKEN:
            return None
        owner = await self._authenticate(token)
        return None if owner is None or owner.expires_at <= datetime.now(UTC) else owner

    def _refuse_for_now(self, error: Exception) -> Refusal:
        if isinstance(error, DatabaseError) or fault_of(error) is Fault.UNAVAILABLE:
            self._quiet.warning("database", "nobody can be let in: %s", error)
        else:
            self._quiet.warning("admit", "a handshake failed", fault=error)
        return Refusal(code="busy", message="The server cannot let you in just now.", retry_after_ms=2_000)

    def admitted(self, connection: Connection) -> None:
        actor, tenant_id = connection.actor, connection.tenant_id
        standing = self._fanout.standing(tenant_id) if tenant_id is not None else None
        if actor is None or standing is None:
            return
        welcome = Welcome(
            protocol=PROTOCOL_VERSION,
            connection_id=connection.id,
            tenant_id=actor.tenant_id,
            member=WelcomeMember(
                id=actor.id, name=actor.name, role=welcome_role(actor.role), artist_id=actor.artist_id
            ),
            epoch=standing.epoch,
            seq=standing.seq,
            limits=Limits(
                max_message_bytes=self.bounds.max_message_bytes,
                commands_per_second=self.bounds.commands_per_second,
                ghosts_per_second=self.bounds.ghosts_per_second,
                bulk_items=self.bounds.bulk_items,
            ),
        )
        connection.send(event_packet("welcome", msgspec.json.encode(welcome)))

    def event(self, connection: Connection, frame: EventFrame) -> None:
        match frame.name:
            case "command" if not connection.commands.take():
                wait = max(1, round(connection.commands.wait() * 1000))
                body = turned_away(frame, Code.RATE_LIMITED, "Too many commands a second.", wait)
                connection.answer(frame, body)
            case "command" | "sync" | "refresh":
                if not connection.post(frame):
                    body = turned_away(frame, Code.BUSY, "Too many messages wait already.", BUSY_MS)
                    connection.answer(frame, body)
            case "presence" | "ghost":
                connection.answer(frame, self._messages.glance(connection, frame))
            case _:
                # Also `connect` and `disconnect`: a name from the wire never runs anything of ours.
                message = "There are the messages command, sync, refresh, presence and ghost."
                connection.answer(frame, turned_away(frame, Code.INVALID, message))

    def malformed(self, connection: Connection, frame: Malformed) -> None:
        connection.malformed += 1
        self._quiet.warning("malformed", "a frame was not taken: %s", frame.reason)
        if frame.fatal or connection.malformed >= self.bounds.max_malformed:
            connection.close("invalid", f"This is not the protocol: {frame.reason}.")

    def lost(self, connection: Connection) -> None:
        if isinstance(connection.state, Closed):
            return
        connection.lost()
        self._crowds.lost(connection)
        self._connections.discard(connection)
        if not self._connections:
            self._left.set()
        if connection.tenant_id is not None:
            self._presence.leave(connection, connection.tenant_id)
            self._fanout.leave(connection, connection.tenant_id)

    # looking after

    def _account_changed(self, room: Room, member: Member) -> None:
        """An event changed an account: its connections were opened with what it was before."""
        self._member_changed(room.tenant_id, member.id)
        for connection in list(room.inside):
            actor = connection.actor
            if (
                actor is not None
                and actor.kind == "member"
                and actor.id == member.id
                and changed(actor, member)
            ):
                connection.close("unauthenticated", "Your account has changed; sign in again.", CHANGED_MS)

    async def _sweep(self) -> None:
        """Ping, and end what has run out, a few hundred connections at a time."""
        while True:
            await asyncio.sleep(self.bounds.sweep_seconds)
            run_out = datetime.now(UTC) - timedelta(seconds=self.bounds.refresh_grace)
            for count, connection in enumerate(list(self._connections), start=1):
                self._look_after(connection, time.monotonic(), run_out)
                if count % SWEEP_AT_ONCE == 0:
                    await asyncio.sleep(0)
            self._catchup.forget_old()

    def _look_after(self, connection: Connection, now: float, run_out: datetime) -> None:
        bounds, state = self.bounds, connection.state
        match state:
            case Waiting():
                if now - state.since > bounds.connect_seconds - 2 * bounds.sweep_seconds:
                    connection.close("unauthenticated", "Nobody signed in.")
            case Greeted() | Paging() | Live():
                if state.signed_in.expires_at <= run_out:
                    connection.close("unauthenticated", "The token has run out.")
                elif now - connection.heard_at > bounds.ping_interval + bounds.ping_timeout:
                    connection.cut()
                elif now - connection.pinged_at >= bounds.ping_interval:
                    connection.pinged_at = now
                    connection.send(PING_PACKET)
            case Closing():
                if now > state.deadline:
                    connection.cut()
            case Closed():
                self._connections.discard(connection)
            case _:
                assert_never(state)
