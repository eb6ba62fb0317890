"""Lists in pages: cursors that name the last row, and one row more than asked to know whether it was."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta as Limits
from msgspec import Struct

from server.api.decoding import escaped_nul
from server.api.operations import Meta, Problem, Reply
from server.api.problems import invalid

T = TypeVar("T")
K = TypeVar("K", bound=Struct)

MAX_LIMIT = 500

Cursor = Annotated[
    str, Limits(min_length=1, max_length=2_000, description="`meta.next` of the page before; opaque.")
]
Limit = Annotated[int, Limits(ge=1, le=MAX_LIMIT, description="Most items of the page.")]
WantTotal = Annotated[bool, Limits(description="Count all items into `meta.total`.")]
Words = Annotated[
    str, Limits(min_length=1, max_length=200, description="Words to look for, regardless of case.")
]


class PageQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of a list in its stable order."""

    cursor: Cursor | None = None
    limit: Limit = 100
    total: WantTotal = False


class AfterId(Struct, frozen=True, kw_only=True):
    """The last record of the page before, in lists in order of id."""

    id: UUID


def encode_cursor(position: Struct) -> str:
    """Where a page ended, as a client hands it back."""
    return base64.urlsafe_b64encode(msgspec.json.encode(position)).rstrip(b"=").decode()


def decode_cursor(cursor: str | None, kind: type[K]) -> K | Problem | None:
    """The position a cursor names; None for the first page."""
    if cursor is None:
        return None
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True)
        position = msgspec.json.decode(text, type=kind)
    except (binascii.Error, ValueError, msgspec.DecodeError, RecursionError):
        return invalid("cursor is not one that this list gave; take it from meta.next.", "cursor")
    if escaped_nul(text):
        return invalid("cursor is not one that this list gave; take it from meta.next.", "cursor")
    return position


def page_reply(rows: Sequence[T], limit: int, last: Struct | None, total: int | None) -> Reply:
    """A page out of up to `limit` + 1 rows; `last` is the position of row number `limit`."""
    more = len(rows) > limit and last is not None
    return Reply(
        data=rows[:limit],
        meta=Meta(next=encode_cursor(last) if more and last is not None else None, total=total),
    )
