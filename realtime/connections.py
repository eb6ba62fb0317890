"""One connection's life as a state machine, with its mailbox and its bounded outbox."""

# Waiting ── token accepted ──▶ Greeted ── sync ──▶ Paging ── last page ──▶ Live
#    │                             │                 │                       │
#    └─────────── close ───────────┴──▶ Closing ◀────┴───────────────────────┘
#                                          │
# every state ─── the socket is gone ──▶ Closed

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Literal, Protocol, TypeAlias, assert_never
from uuid import UUID

import msgspec
from msgspec import Struct

from realtime.bounds import Bounds, Bucket
from realtime.frames import EventFrame, Packet, ack_packet, event_packet
from realtime.mailbox import Mailbox
from realtime.outbox import Outbox, Put
from realtime.protocol import Closing as ClosingMessage
from scheduling.permissions import Actor

CloseCode = Literal["unauthenticated", "slow_consumer", "restart", "rate_limited", "invalid", "replaced"]


class SignedIn(Protocol):
    """Whom a token names, and until when."""

    @property
    def actor(self) -> Actor: ...

    @property
    def expires_at(self) -> datetime: ...

    @property
    def family_id(self) -> UUID | None:
        """The sign-in that the token is of, where it is of one."""

    @property
    def secret(self) -> bytes | None:
        """The digest of the API key's secret that was shown, where it was a key's."""


Authenticate: TypeAlias = Callable[[str], Awaitable[SignedIn | None]]
"""From the token of a handshake (or a refresh) to its owner; None where it is not, or no longer, good."""


class Occupant(Protocol):
    """Somebody in a studio's room: a socket, or a feed that reads at its own pace."""

    @property
    def owner(self) -> SignedIn | None:
        """Who opened it, while it is somebody's."""

    @property
    def actor(self) -> Actor | None: ...

    def close(self, code: CloseCode, reason: str, retry_after_ms: int | None = None) -> None: ...


class Audience(Struct, frozen=True):
    """Who sees the same bytes: all staff of a tenant, or the connections of one artist."""

    staff: bool
    artist_id: UUID | None = None


def audience_of(actor: Actor) -> Audience:
    """The audience an actor belongs to."""
    return Audience(True) if actor.staff else Audience(False, actor.artist_id)


# -- states --------------------------------------------------------------------------------


class Waiting(Struct, frozen=True):
    """The socket is open, nobody has said who it is; `since` on the monotonic clock."""

    since: float


class Greeted(Struct, frozen=True):
    """Signed in and welcomed; has not asked for a position yet."""

    signed_in: SignedIn


class Paging(Struct, frozen=True):
    """Reads a snapshot page by page; events wait until the last page is out."""

    signed_in: SignedIn


class Live(Struct, frozen=True):
    """Gets every event as it is delivered."""

    signed_in: SignedIn


class Closing(Struct, frozen=True):
    """Told to go; what is queued is written until `deadline` (monotonic), then the socket is cut."""

    code: CloseCode
    deadline: float


class Closed(Struct, frozen=True):
    """The socket is gone."""


State: TypeAlias = Waiting | Greeted | Paging | Live | Closing | Closed


def signed_in(state: State) -> SignedIn | None:
    """Who is behind the connection, while it is somebody's."""
    match state:
        case Greeted() | Paging() | Live():
            return state.signed_in
        case Waiting() | Closing() | Closed():
            return None
        case _:
            assert_never(state)


def renewed(state: State, owner: SignedIn) -> State:
    """The same state with a fresh token behind it."""
    match state:
        case Greeted():
            return Greeted(owner)
        case Paging():
            return Paging(owner)
        case Live():
            return Live(owner)
        case Waiting() | Closing() | Closed():
            return state
        case _:
            assert_never(state)


def over(state: State) -> bool:
    """Whether nothing more is taken from the client or queued for it."""
    match state:
        case Waiting() | Greeted() | Paging() | Live():
            return False
        case Closing() | Closed():
            return True
        case _:
            assert_never(state)


# -- the connection ------------------------------------------------------------------------


class Wire(Protocol):
    """The socket below a connection: writes what its outbox holds."""

    def finish(self) -> None:
        """Write what is queued, then close."""

    def abort(self) -> None:
        """Cut the socket now."""


class Place(Protocol):
    """Those who are sent the same, as one of them sees it."""

    @property
    def noted(self) -> int:
        """How many packets they were sent in this turn of the loop."""

    def flush(self) -> None:
        """Write what they were sent in this turn."""


class Lane(Protocol):
    """A socket that is written to directly (`realtime.fast_socket`); see `realtime.courier`."""

    group: Place | None
    plain: bool
    """Whether joined bytes may be written as they are: it is open, reads, and has nothing of its own."""
    write: Callable[[bytes], None]
    """Write to the transport; only while `plain`."""

    def take(self, packet: Packet) -> bool:
        """Note a packet for this connection alone; False where it has to wait in the outbox."""

    def merge(self, turn: list[Packet], joined: bytes) -> None:
        """Write or queue the packets of its group, whose frames are `joined`, in their order with its own."""

    def flush_all(self) -> None:
        """Write what was sent in this turn."""

    def abort(self) -> None:
        """Cut the socket now."""


class Handler(Protocol):
    """Runs messages. Neither method raises."""

    def begin(self, connection: Connection, message: EventFrame, answer: Callable[[bytes], None]) -> None:
        """Put a `command` in line; `answer` is told its encoded answer, now or later."""

    async def run(self, connection: Connection, message: EventFrame) -> None:
        """Run one other message of the mailbox and answer it."""


class Connection:
    """What the server keeps for one socket. Its methods never wait and never raise."""

    def __init__(self, connection_id: str, wire: Wire, bounds: Bounds, handler: Handler) -> None:
        self.id = connection_id
        self.state: State = Waiting(time.monotonic())
        self.outbox = Outbox(
            max_packets=bounds.outbox_packets,
            max_bytes=bounds.outbox_bytes,
            low_bytes=bounds.outbox_low_bytes,
            lossy_packets=bounds.lossy_packets,
            lossy_bytes=bounds.lossy_bytes,
        )
        self.heard_at = time.monotonic()
        self.pinged_at = time.monotonic()
        self.frames = Bucket(bounds.frames_per_second, bounds.frame_burst)
        self.commands = Bucket(bounds.commands_per_second, bounds.command_burst)
        self.ghosts = Bucket(bounds.ghosts_per_second, bounds.ghost_burst)
        self.presence = Bucket(bounds.presence_per_second, bounds.presence_burst)
        self.missed_presence = False
        """A presence message was dropped here: the next one must be the full list."""
        self.malformed = 0
        self.address = ""
        """Where it comes from, as far as a trusted proxy or the socket itself says."""
        self.tenant_id: UUID | None = None
        """The tenant whose room the connection is in."""
        self._wire = wire
        self._bounds = bounds
        self._handler = handler
        self.lane: Lane | None = None
        """The socket, where it can be written to directly."""
        self._mailbox: Mailbox | None = None
        """What is being asked; most connections ask nothing most of the time."""

    # who

    @property
    def owner(self) -> SignedIn | None:
        """Who is behind the connection, or None while or once it is nobody's."""
        return signed_in(self.state)

    @property
    def actor(self) -> Actor | None:
        """The same as the domain's actor."""
        owner = signed_in(self.state)
        return owner.actor if owner else None

    # out

    def send(self, packet: Packet) -> bool:
        """Send a packet; False where it was dropped. A reader that is too slow is closed."""
        return (self.lane is not None and self.lane.take(packet)) or self.queue(packet)

    def queue(self, packet: Packet) -> bool:
        """Have a packet wait in the outbox; as `send`."""
        match self.outbox.put(packet):
            case Put.QUEUED:
                return True
            case Put.DROPPED:
                return False
            case Put.OVERFLOW:
                self.close("slow_consumer", "You read more slowly than the studio works; come back and sync.")
                return False

    def close(self, code: CloseCode, reason: str, retry_after_ms: int | None = None) -> None:
        """Say `closing`, write what is queued, and close; after the grace period the socket is cut.

        A slow reader's queue is thrown away: it will `sync` when it comes back.
        """
        if over(self.state):
            return
        anonymous = isinstance(self.state, Waiting)
        self.state = Closing(code, time.monotonic() + self._bounds.close_grace)
        after = retry_after(code) if retry_after_ms is None else retry_after_ms
        message = ClosingMessage(code=code, reason=reason, retry_after_ms=after)
        last = None if anonymous else event_packet("closing", msgspec.json.encode(message))
        self.outbox.end(last, discard=code == "slow_consumer")
        self._let_go()
        self._wire.finish()

    def cut(self) -> None:
        """Give up on a socket that does not take what is left, or does not answer pings."""
        self._wire.abort()

    def lost(self) -> None:
        """The socket is gone: what is queued goes nowhere. A command being run is let finish."""
        self.state = Closed()
        self.outbox.end(discard=True)
        self._let_go()

    def _let_go(self) -> None:
        """What nobody began to run is not run any more."""
        if self._mailbox is not None:
            self._mailbox.clear()

    # in

    def post(self, message: EventFrame) -> bool:
        """Take a message; False where too much waits, which is answered `busy`."""
        if over(self.state):
            return True
        if self._mailbox is None:
            self._mailbox = Mailbox(self, self._bounds.mailbox_messages, self._bounds.mailbox_bytes)
        return self._mailbox.post(message)

    def begin(self, message: EventFrame, answer: Callable[[bytes], None]) -> None:
        """Have a command put in line."""
        self._handler.begin(self, message, answer)

    async def run(self, message: EventFrame) -> None:
        """Have another message run."""
        await self._handler.run(self, message)

    def all_answered(self) -> None:
        """Nothing is being asked any more."""
        self._mailbox = None

    def answer(self, message: EventFrame, body: bytes) -> None:
        """Acknowledge `message`, where it asked for that."""
        if message.ack is not None:
            self.send(ack_packet(message.ack, body))

    async def low(self) -> None:
        """Wait until little is left to write: what is one reader's alone is not piled up."""
        if self.lane is not None:
            self.lane.flush_all()
        await self.outbox.low()

    async def settled(self, seconds: float) -> None:
        """Wait until what is being run, if anything, is answered, or the time is over."""
        if self._mailbox is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._mailbox.settled()


def retry_after(code: CloseCode) -> int:
    """Milliseconds until a closed client should come back, spread so that a crowd does not come at once."""
    match code:
        case "unauthenticated" | "invalid":
            return 1_000
        case "slow_consumer" | "rate_limited":
            return 2_000 + random.randrange(3_000)  # noqa: S311 - spreads load, guards nothing
        case "restart" | "replaced":
            return 500 + random.randrange(4_500)  # noqa: S311 - as above
        case _:
            assert_never(code)
