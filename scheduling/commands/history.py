"""Taking back, and many commands in one."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from scheduling.commands.base import CommandBase
from scheduling.model import Instant


class UndoCommand(CommandBase, frozen=True, kw_only=True, tag="history.undo"):
    """Take back one's own earlier command by a compensating one; undoing an undo is redo."""

    command_id: UUID


RestoreKind = Literal["booking", "time_off", "artist", "project", "phase", "dependency", "milestone"]


class RestoreCommand(CommandBase, frozen=True, kw_only=True, tag="history.restore"):
    """Give one thing back what it was at a past moment: `kind` and `entity_id`; or all of `project_id`.

    `to` is the number of an event or a time. A booking gets no place back that it gave up: it keeps
    its claim on time it still holds and joins the tail on the rest. Refused, with the reasons, where
    anything of it may not stand any more.
    """

    to: Annotated[int, Meta(ge=0, le=2**53)] | Instant
    kind: RestoreKind | None = None
    entity_id: UUID | None = None
    project_id: UUID | None = None


class BulkItem(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One command inside a bulk command, in wire form."""

    op: str
    args: msgspec.Raw
    base_version: Annotated[int, Meta(ge=1, le=2**53)] | None = None


class ApplyBulk(CommandBase, frozen=True, kw_only=True, tag="bulk.apply"):
    """Many commands in one transaction: refused whole, or without the refused ones."""

    items: Annotated[tuple[BulkItem, ...], Meta(min_length=1, max_length=20_000)]
    on_refusal: Literal["refuse_all", "skip"] = "refuse_all"
