"""Shapes of the wire and pure steps that both clients share: no I/O here."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct

from production_tool_client.errors import ApiError

API = "/api/v1"
ATTEMPTS = 6
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 15.0
SOON_PAUSE, SOON_FAILURES = 1.5, 30
"""A feed comes back as soon as the server is, for the first half minute; then it takes its time."""


class Event(Struct, frozen=True, kw_only=True):
    """What happened; `data` carries the whole new entity under its kind."""

    seq: int
    at: datetime
    type: str
    entity: dict[str, Any]
    data: dict[str, Any]
    actor: dict[str, Any]
    command_id: UUID | None = None


class Position(Struct, frozen=True, kw_only=True):
    """A place in a history: everything up to `seq` is known."""

    epoch: UUID
    seq: int


class Reset(Struct, frozen=True, kw_only=True):
    """The position was gone: read the studio anew; the feed goes on after `position`."""

    position: Position


class CommandResult(Struct, frozen=True, kw_only=True):
    """What a command did: `result` holds what changed, by kind; the log has it at or before `seq`."""

    id: UUID
    seq: int
    result: dict[str, Any]


Item: TypeAlias = Event | Reset


class _Error(Struct, frozen=True):
    code: str
    message: str
    retryable: bool = False
    retry_after_ms: int | None = None
    data: Any = None


class _Frame(Struct, frozen=True):
    epoch: UUID | None = None
    to_seq: int = 0
    events: tuple[Event, ...] = ()
    reset: Position | None = None
    error: _Error | None = None


class _Envelope(Struct, frozen=True):
    data: Any = None
    meta: dict[str, Any] = {}
    error: _Error | None = None


_frame = msgspec.json.Decoder(_Frame)
_envelope = msgspec.json.Decoder(_Envelope)


def envelope_of(status: int, content: bytes) -> _Envelope:
    """`{data, meta}` of an answer. Raises `ApiError` for a refusal, and for what is no answer of ours."""
    if status == 204:
        return _Envelope()
    try:
        envelope = _envelope.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = f"Expected an answer of Production Tool; a status of {status} without one came."
        raise ApiError("internal", message, retryable=status >= 500, status=status) from error
    if status >= 400 or envelope.error is not None:
        raise api_error(envelope.error or _Error("internal", f"Status {status}."), status)
    return envelope


def api_error(error: _Error, status: int | None = None) -> ApiError:
    """The wire's error as an exception."""
    pause = None if error.retry_after_ms is None else error.retry_after_ms / 1000
    return ApiError(
        error.code,
        error.message,
        retryable=error.retryable,
        status=status,
        retry_after=pause,
        data=error.data,
    )


def pause_before(attempt: int, said: float | None = None, *, longest: float = LONGEST_PAUSE) -> float:
    """Seconds before attempt number `attempt` (from 1): what the server said, else growing, with jitter."""
    if said is not None:
        return min(said, LONGEST_PAUSE)
    grown = float(min(FIRST_PAUSE * 2 ** min(attempt - 1, 30), longest))
    return grown * random.uniform(0.5, 1.0)  # noqa: S311


def command_body(
    op: str, args: dict[str, Any], command_id: UUID | None, base_version: int | None
) -> dict[str, Any]:
    """A command in wire form, with an id of its own."""
    body: dict[str, Any] = {"id": command_id or uuid4(), "op": op, "args": args}
    return body if base_version is None else {**body, "base_version": base_version}


def result_of(envelope: _Envelope) -> CommandResult:
    """The answer of a command."""
    return msgspec.convert(envelope.data, CommandResult)


def plain(params: dict[str, Any]) -> list[tuple[str, str | int | float | bool | None]]:
    """Query parameters; lists are repeated, what is None is left out."""
    pairs: list[tuple[str, str | int | float | bool | None]] = []
    for name, value in params.items():
        many = value if isinstance(value, list | tuple | set) else [value]
        pairs += [(name, _text(one)) for one in many if one is not None]
    return pairs


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def feed_url(base_url: str) -> str:
    """The address of the feed's websocket."""
    parts = urlsplit(base_url)
    scheme = "wss" if parts.scheme == "https" else "ws"
    return urlunsplit((scheme, parts.netloc, parts.path.rstrip("/") + API + "/feed", "", ""))


class FeedState:
    """Where a feed stands, and what each frame means: shared by both kinds of feed."""

    def __init__(
        self,
        since: int | None,
        epoch: UUID | str | None,
        types: tuple[str, ...],
        project_id: UUID | str | None,
    ) -> None:
        self.since = since
        self.epoch = UUID(str(epoch)) if epoch is not None else None
        self._types = types
        self._project_id = project_id
        self.failures = 0

    @property
    def position(self) -> Position | None:
        """What to keep, to go on from later; None before the first frame."""
        if self.since is None or self.epoch is None:
            return None
        return Position(epoch=self.epoch, seq=self.since)

    def first_frame(self) -> str:
        """What is asked for on (re)connecting."""
        asked = {
            "since": self.since,
            "epoch": self.epoch,
            "types": self._types or None,
            "project_id": self._project_id,
        }
        return msgspec.json.encode({k: v for k, v in asked.items() if v is not None}).decode()

    def take(self, text: str | bytes) -> list[tuple[Item | None, Position]]:
        """What a frame brings, each with the position once it was dealt with; None is progress alone.

        Raises `ApiError` where the server ends the feed with a reason.
        """
        frame = _frame.decode(text)
        if frame.error is not None:
            raise api_error(frame.error)
        self.failures = 0
        if frame.reset is not None:
            return [(Reset(position=frame.reset), frame.reset)]
        if frame.epoch is None:
            return []
        # One that was seen is not given again, whatever the server sends.
        known = -1 if self.since is None else self.since
        events = [event for event in frame.events if event.seq > known]
        steps: list[tuple[Item | None, Position]] = []
        for index, event in enumerate(events):
            # Two of one number are known only once both are.
            split = index + 1 < len(events) and events[index + 1].seq == event.seq
            steps.append((event, Position(epoch=frame.epoch, seq=event.seq - split)))
        return [*steps, (None, Position(epoch=frame.epoch, seq=frame.to_seq))]

    def reached(self, position: Position) -> None:
        """Everything up to here was dealt with."""
        self.since, self.epoch = position.seq, position.epoch

    def pause(self, error: Exception) -> float:
        """How long to wait before coming back. Raises `error` where coming back is no use."""
        if isinstance(error, ApiError) and not error.retryable:
            raise error
        self.failures += 1
        longest = SOON_PAUSE if self.failures <= SOON_FAILURES else LONGEST_PAUSE
        said = error.retry_after if isinstance(error, ApiError) else None
        return pause_before(self.failures, said, longest=longest)
