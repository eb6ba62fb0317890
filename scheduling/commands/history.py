"""Taking back, and many commands in one."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from scheduling.commands.base import CommandBase


class UndoCommand(CommandBase, frozen=True, kw_only=True, tag="history.undo"):
    """Take back one's own earlier command by a compensating one; undoing an undo is redo."""

    command_id: UUID


class BulkItem(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One command inside a bulk command, in wire form."""

    op: str
    args: msgspec.Raw
    base_version: Annotated[int, Meta(ge=1, le=2**53)] | None = None


class ApplyBulk(CommandBase, frozen=True, kw_only=True, tag="bulk.apply"):
    """Many commands in one transaction: refused whole, or without the refused ones."""

    items: Annotated[tuple[BulkItem, ...], Meta(min_length=1, max_length=20_000)]
    on_refusal: Literal["refuse_all", "skip"] = "refuse_all"
