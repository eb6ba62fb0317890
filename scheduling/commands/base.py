"""What every command has in common."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

ExternalId = Annotated[str, Meta(max_length=200)]
Reason = Annotated[str, Meta(min_length=1, max_length=1_000)]


class CommandBase(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="op"):
    """Base of all commands; unknown fields are refused rather than ignored."""
