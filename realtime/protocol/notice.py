"""Notices as they go to the person they are for, and word that something became of one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from scheduling.notices.kinds import Kind, SubjectKind


class Notice(Struct, frozen=True, kw_only=True):
    """What one person is told. `number` grows with each; `title` and `text` are by the person's clock.

    `subject_id` is the booking or the time off. `rows` are the particulars, each a label and a value.
    """

    id: UUID
    number: int
    kind: Kind
    subject_kind: SubjectKind
    subject_id: UUID
    title: str
    text: str
    rows: tuple[tuple[str, str], ...]
    at: datetime
    read_at: datetime | None
    seen_at: datetime | None


class Receipts(Struct, frozen=True, kw_only=True):
    """To staff: of these bookings something was told, delivered or seen; ask for `/bookings/{id}/notices`."""

    booking_ids: tuple[UUID, ...]
