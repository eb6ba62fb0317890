"""What an operation is: declared once as data, from which routes, decoding and OpenAPI follow."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from scheduling.decide.flags import Flag
from scheduling.permissions import Actor
from scheduling.refusals import Code, ItemRefusal, Refused
from scheduling.scopes import Scope
from server.api.services import Services

Q = TypeVar("Q")
B = TypeVar("B")

Role: TypeAlias = Literal["studio_owner", "studio_manager", "freelancer"]
EVERYONE: frozenset[Role] = frozenset({"studio_owner", "studio_manager", "freelancer"})
STAFF: frozenset[Role] = frozenset({"studio_owner", "studio_manager"})
OWNERS: frozenset[Role] = frozenset({"studio_owner"})
PUBLIC: frozenset[Role] = frozenset()
"""Nobody has to be signed in."""

MAX_BODY = 1 << 20
"""Bytes of a JSON body, unless the operation says otherwise."""


class Nothing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """No parameters, or no body."""


class Meta(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What stands beside `data`.

    `next`: cursor of the next page, absent on the last. `total`: only where asked for.
    `seq`: the tenant's log holds the change at or before this number. `command_id`: send it
    again as `Idempotency-Key` to get the same answer. `flags`: what a planner should know of a
    booking that was let in. `refused`: occurrences that were left out.
    """

    next: str | None = None
    total: int | None = None
    seq: int | None = None
    epoch: UUID | None = None
    command_id: UUID | None = None
    flags: tuple[Flag, ...] = ()
    refused: tuple[ItemRefusal, ...] = ()


class Reply(Struct, frozen=True, kw_only=True):
    """A "yes": `data` as it is encoded, and the version that becomes its ETag."""

    data: object = None
    meta: Struct | None = None
    version: int | None = None
    headers: tuple[tuple[str, str], ...] = ()


class Problem(Struct, frozen=True, kw_only=True):
    """A "no" as it goes out. `status` is given where the code alone does not tell it."""

    code: Code
    message: str
    data: object | None = None
    retry_after_ms: int | None = None
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()


Outcome: TypeAlias = Reply | Problem | Refused


class Caller(Struct, frozen=True, kw_only=True):
    """What sign-in needs to know of a request beside its body.

    `origin_allowed`: no page of another site made it; `secure`: it came over TLS.
    """

    address: str
    origin: str | None
    origin_allowed: bool
    secure: bool
    refresh_cookie: str | None


class Call(Struct, Generic[Q, B], frozen=True, kw_only=True):
    """One request, decoded: everything a handler may look at.

    `keyed`: whether the client named the command's id itself.
    """

    services: Services
    caller: Caller
    query: Q
    body: B
    ids: Mapping[str, UUID]
    command_id: UUID
    keyed: bool
    base_version: int | None
    now: datetime
    signed_in: Actor | None
    family_id: UUID | None = None
    """The sign-in that the access token is of."""

    @property
    def actor(self) -> Actor:
        """Who asks; operations that are not public always have one."""
        if self.signed_in is None:
            raise AssertionError("a public operation asked for its actor")
        return self.signed_in

    @property
    def tenant_id(self) -> UUID:
        return self.actor.tenant_id

    @property
    def id(self) -> UUID:
        """The `{id}` of the path."""
        return self.ids["id"]


Handler: TypeAlias = Callable[[Any], Awaitable[Outcome]]


class Operation(Struct, frozen=True, kw_only=True):
    """One method on one path.

    `path` is below /api/v1; every `{name}` in it is a UUID. `result` is the type of `data`, or
    several that it may be; `many` makes it a list. `writes` operations take `Idempotency-Key`,
    and `If-Match` where the path names what they change. `cookies`: only pages of our own origin
    may call it from a browser. `gone`: it may answer 410. `noun` names the `{id}` in a 404.
    `scope` is what an API key needs (`ANY`: only to be one), None where it is not for keys; where it is
    not said, reading needs `schedule:read`, a write what its command needs, the rest is not for keys.
    """

    method: Literal["GET", "POST", "PATCH", "PUT", "DELETE"]
    path: str
    name: str
    tag: str
    summary: str
    handler: Handler
    description: str = ""
    roles: frozenset[Role] = EVERYONE
    query: type[Struct] = Nothing
    body: type[Struct] | None = None
    multipart: type[Struct] | None = None
    result: tuple[type[Any], ...] = ()
    many: bool = False
    meta: type[Struct] = Meta
    status: int = 200
    writes: bool = False
    versioned: bool = False
    cookies: bool = False
    gone: bool = False
    noun: str = "such thing"
    errors: tuple[Code, ...] = ()
    max_body: int = MAX_BODY
    scope: Scope | Literal["any"] | UnsetType | None = UNSET


ANY: Final = "any"
COMMAND: Final = "command"


def needed_scope(operation: Operation) -> Scope | Literal["any", "command"] | None:
    """What an API key needs; `COMMAND` where the write path asks for each command by itself."""
    if operation.scope is not UNSET:
        return operation.scope
    if operation.writes:
        return COMMAND
    return Scope.SCHEDULE_READ if operation.method == "GET" else None
