"""What a signed-in client may send: `command`, `sync`, `refresh`, `presence`, `ghost`, each answered."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol, TypeVar
from uuid import UUID

import msgspec
from msgspec import Raw, Struct

from db.errors import DatabaseError
from db.faults import Fault, fault_of
from realtime.bounds import Bounds
from realtime.catchup import Catchup, Caught
from realtime.connections import (
    Authenticate,
    Connection,
    Greeted,
    Live,
    Paging,
    SignedIn,
    audience_of,
    over,
    renewed,
    signed_in,
)
from realtime.fanout import Fanout
from realtime.frames import EventFrame
from realtime.presence import Presence
from realtime.protocol import (
    CommandRequest,
    ErrorAnswer,
    GhostMessage,
    PresenceUpdate,
    Refresh,
    SyncRequest,
    error_answer,
    parse_request,
    wire_error,
)
from realtime.quiet import QuietLog
from realtime.requests import Tell
from scheduling.permissions import Actor
from scheduling.refusals import Code, Refused, invalid

logger = logging.getLogger(__name__)

BUSY_MS = 500


class Executes(Protocol):
    """The one write path."""

    def submit(self, actor: Actor, envelope: CommandRequest, tell: Tell, /) -> None:
        """Run a command, in order for each actor. Raises nothing that a client may cause."""


class Refreshed(Struct, frozen=True, kw_only=True):
    """The new token is taken."""

    ok: bool = True
    expires_at: datetime


class _Identified(Struct, frozen=True):
    id: UUID | None = None


class _Items(Struct, frozen=True):
    items: list[Raw] = []


_OK = b'{"ok":true}'
_NOTHING = Raw(b"{}")
_identified = msgspec.json.Decoder(_Identified)
_items = msgspec.json.Decoder(_Items)
_FAULTS = (msgspec.DecodeError, RecursionError, UnicodeError)
T = TypeVar("T")


def refusal(refused: Refused, command_id: UUID | None = None, retry_after_ms: int | None = None) -> bytes:
    """A refusal as an encoded answer."""
    return msgspec.json.encode(ErrorAnswer(id=command_id, error=wire_error(refused, retry_after_ms)))


def turned_away(frame: EventFrame, code: Code, message: str, retry_after_ms: int | None = None) -> bytes:
    """The answer to a message that is not run at all; with the command's id where it has one."""
    command_id = None
    if frame.body is not None:
        try:
            command_id = _identified.decode(frame.body).id
        except _FAULTS:
            command_id = None
    return msgspec.json.encode(error_answer(command_id, code, message, retry_after_ms))


class Messages:
    """Runs messages. One per process; what belongs to a connection is in the connection."""

    def __init__(
        self,
        *,
        executor: Executes,
        fanout: Fanout,
        catchup: Catchup,
        presence: Presence,
        authenticate: Authenticate,
        bounds: Bounds,
    ) -> None:
        self._executor = executor
        self._fanout = fanout
        self._catchup = catchup
        self._presence = presence
        self._authenticate = authenticate
        self._bounds = bounds
        self._quiet = QuietLog(logger)

    async def run(self, connection: Connection, frame: EventFrame) -> None:
        """Run a `sync` or `refresh` and answer it. Raises nothing."""
        owner = signed_in(connection.state)
        if owner is None:
            return
        try:
            if frame.name == "sync":
                await self._sync(connection, owner, frame)
            else:
                connection.answer(frame, await self._refresh(connection, owner, frame))
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer
            connection.answer(frame, self._fault(frame, error))

    def _fault(self, frame: EventFrame, error: BaseException) -> bytes:
        if isinstance(error, DatabaseError) or fault_of(error) in {Fault.UNAVAILABLE, Fault.TRANSIENT}:
            self._quiet.warning("database", "a %s waits for the database: %s", frame.name, error)
            message = "The database is away for a moment; try again."
            return turned_away(frame, Code.BUSY, message, BUSY_MS)
        self._quiet.warning(frame.name, "a %s failed", frame.name, fault=error)
        return turned_away(frame, Code.INTERNAL, "Something went wrong on the server.")

    # command

    def begin(self, connection: Connection, frame: EventFrame, answer: Callable[[bytes], None]) -> None:
        """Put a `command` in line. Raises nothing."""
        owner = signed_in(connection.state)
        if owner is None:
            answer(b"")  # on its way out: nobody is told anything any more
            return
        try:
            refused = self._command(owner.actor, frame, answer)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer
            refused = self._fault(frame, error)
        if refused is not None:
            answer(refused)

    def _command(self, actor: Actor, frame: EventFrame, answer: Callable[[bytes], None]) -> bytes | None:
        """Have the command run; the answer, where it is not."""
        request = parse_request(frame.body if frame.body is not None else _NOTHING)
        if isinstance(request, Refused):
            return turned_away(frame, request.code, request.message)
        if request.op == "bulk.apply" and self._too_many(request.args):
            message = f"A bulk command takes at most {self._bounds.bulk_items} items here; import more."
            return msgspec.json.encode(error_answer(request.id, Code.TOO_LARGE, message))
        self._executor.submit(actor, request, lambda _, body: answer(body))
        return None

    def _too_many(self, args: Raw) -> bool:
        try:
            return len(_items.decode(args).items) > self._bounds.bulk_items
        except _FAULTS:
            return False  # refused as invalid further on, with a better sentence

    # sync

    async def _sync(self, connection: Connection, owner: SignedIn, frame: EventFrame) -> None:
        """Answer with events or a page; after the last of it the connection is live, without a gap."""
        request = _decode(frame.body, SyncRequest)
        if isinstance(request, Refused):
            connection.answer(frame, refusal(request))
            return
        if isinstance(connection.state, Live):
            # Asked again, as after a gap: the stream pauses, so that nothing is sent twice.
            self._fanout.pause(connection, owner.actor.tenant_id)
            connection.state = Greeted(owner)
        caught = await self._catchup.answer(owner.actor, request)
        if isinstance(caught, Refused):
            connection.answer(frame, refusal(caught))
            if caught.code is Code.UNAUTHENTICATED:
                connection.close("unauthenticated", caught.message)
            return
        connection.answer(frame, caught.body)
        await self._go_live(connection, caught)

    async def _go_live(self, connection: Connection, caught: Caught) -> None:
        owner = signed_in(connection.state)
        if owner is None:
            return
        if caught.live_from is None:
            connection.state = Paging(owner)
            return
        joined = await self._fanout.join(connection, owner.actor.tenant_id, caught.live_from, caught.sight)
        owner = signed_in(connection.state)
        if owner is None:
            return
        if not joined:
            connection.close("restart", "The live stream could not be joined; come back and sync.")
            return
        connection.state = Live(owner)
        self._presence.join(connection, owner.actor)

    # refresh

    async def _refresh(self, connection: Connection, owner: SignedIn, frame: EventFrame) -> bytes:
        request = _decode(frame.body, Refresh)
        if isinstance(request, Refused):
            return refusal(request)
        renewal = await self._authenticate(request.token)
        if renewal is None or renewal.expires_at <= datetime.now(UTC):
            message = "The new token is not good; sign in again."
            return refusal(Refused(code=Code.UNAUTHENTICATED, message=message))
        was, now = owner.actor, renewal.actor
        if (was.tenant_id, was.kind, was.id) != (now.tenant_id, now.kind, now.id):
            message = "The new token is somebody else's; open a connection of their own."
            return refusal(Refused(code=Code.FORBIDDEN, message=message))
        if (was.role, audience_of(was)) != (now.role, audience_of(now)):
            connection.close("unauthenticated", "Your account has changed; connect anew.")
        connection.state = renewed(connection.state, renewal)
        return msgspec.json.encode(Refreshed(expires_at=renewal.expires_at))

    # presence and ghosts: run as they come, without the mailbox

    def glance(self, connection: Connection, frame: EventFrame) -> bytes:
        """A `presence` or `ghost` message; returns the answer. Never waits."""
        owner = signed_in(connection.state)
        if owner is None or over(connection.state):
            return _OK
        refused = (
            self._presence_message(connection, owner.actor, frame)
            if frame.name == "presence"
            else self._ghost_message(connection, owner.actor, frame)
        )
        return _OK if refused is None else refusal(refused)

    def _presence_message(self, connection: Connection, actor: Actor, frame: EventFrame) -> Refused | None:
        update = _decode(frame.body, PresenceUpdate)
        if isinstance(update, Refused):
            return update
        if connection.presence.take():
            self._presence.update(connection, actor, update)
        return None

    def _ghost_message(self, connection: Connection, actor: Actor, frame: EventFrame) -> Refused | None:
        message = _decode(frame.body, GhostMessage)
        if isinstance(message, Refused):
            return message
        if not message.end_drag and not connection.ghosts.take():
            return None  # lossy: the next one is as good
        return self._presence.ghost(connection, actor, message)


def _decode(body: Raw | None, shape: type[T]) -> T | Refused:
    try:
        return msgspec.json.decode(body if body is not None and bytes(body) != b"null" else b"{}", type=shape)
    except msgspec.DecodeError as error:
        return invalid(f"Not a {shape.__name__}: {str(error).rstrip('.')}.")
    except (RecursionError, UnicodeError):
        return invalid(f"Not a {shape.__name__}: nested too deeply, or not text.")
