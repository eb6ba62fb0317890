"""What a solver worker and its children say to each other: JSON with its length before it, over pipes."""

from __future__ import annotations

import struct
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Struct

from scheduling.refusals import Code
from scheduling.solver.asks import Ask
from scheduling.solver.plan import Plan
from scheduling.solver.told import Best, Outcome

LARGEST = 256 << 20
_HEAD = struct.Struct("!I")
HEAD = _HEAD.size


class Work(Struct, frozen=True, kw_only=True, tag="work"):
    """To a child: search this. `dsn` is where the studio's records are, `start_from` a plan to go on from."""

    job_id: UUID
    tenant_id: UUID
    dsn: str
    ask: Ask
    start_from: Plan | None = None


class Stop(Struct, frozen=True, kw_only=True, tag="stop"):
    """To a child: end the search, with the best plan there is."""


class Ready(Struct, frozen=True, kw_only=True, tag="ready"):
    """From a child: it waits for work."""


class Better(Struct, frozen=True, kw_only=True, tag="better"):
    """From a child: the best plan so far."""

    best: Best


class Searched(Struct, frozen=True, kw_only=True, tag="searched"):
    """From a child: the search is over, its plan is looked at."""


class Answered(Struct, frozen=True, kw_only=True, tag="answered"):
    """From a child: what came of it."""

    outcome: Outcome


class Turned(Struct, frozen=True, kw_only=True, tag="turned"):
    """From a child: there is no plan for a reason that asking again would not change."""

    code: Code
    message: str


Order: TypeAlias = Work | Stop
Report: TypeAlias = Ready | Better | Searched | Answered | Turned

_orders: msgspec.json.Decoder[Order] = msgspec.json.Decoder(Order)
_reports: msgspec.json.Decoder[Report] = msgspec.json.Decoder(Report)


def pack(message: Order | Report) -> bytes:
    """A message with its length before it."""
    body = msgspec.json.encode(message)
    return _HEAD.pack(len(body)) + body


def length_of(head: bytes) -> int:
    """How many bytes follow. Raises `ValueError` where that is no message of ours."""
    length: int = _HEAD.unpack(head)[0]
    if length > LARGEST:
        raise ValueError(f"a message of {length} bytes is none of ours")
    return length


def order_of(body: bytes) -> Order:
    """What a worker says. Raises `msgspec.DecodeError`."""
    return _orders.decode(body)


def report_of(body: bytes) -> Report:
    """What a child says. Raises `msgspec.DecodeError`."""
    return _reports.decode(body)


def encoded(value: Any) -> str:
    """A value as the JSON that a row keeps."""
    return msgspec.json.encode(value).decode()
