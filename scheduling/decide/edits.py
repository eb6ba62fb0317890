"""Shared by all edits: which fields a command sets, and the record that results."""

from __future__ import annotations

from typing import TypeVar

from msgspec import UNSET, Struct

from scheduling.model import changed_fields, with_changes

R = TypeVar("R", bound=Struct)


def edited(record: R, command: Struct, **override: object) -> tuple[R, tuple[str, ...]]:
    """The record with the command's set fields, at the next version, and what really changed.

    Fields are matched by name; no change leaves the version as it was.
    """
    names = set(record.__struct_fields__) - {"id", "version"}
    changes = {
        name: value
        for name in command.__struct_fields__
        if name in names and (value := getattr(command, name)) is not UNSET
    }
    after = with_changes(record, **{**changes, **override})
    changed = changed_fields(record, after)
    if not changed:
        return record, ()
    version: int = getattr(record, "version")  # noqa: B009 - Struct has no such field in general
    return with_changes(after, version=version + 1), changed
