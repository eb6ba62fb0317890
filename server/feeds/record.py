"""Writes down who changed what of keys, webhooks and calendar links, in the transaction of the change."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from uuid_utils import uuid7

from db.pool import Connection
from db.queries import integration_log
from scheduling.permissions import Actor

Action: TypeAlias = Literal[
    "api_key.created",
    "api_key.rotated",
    "api_key.revoked",
    "webhook.created",
    "webhook.edited",
    "webhook.rotated",
    "webhook.redelivered",
    "webhook.disabled",
    "webhook.deleted",
    "calendar.created",
    "calendar.revoked",
]


def new_id() -> UUID:
    """An id that sorts by time."""
    return UUID(bytes=uuid7().bytes)


async def record(
    connection: Connection,
    actor: Actor,
    action: Action,
    subject: tuple[UUID, str],
    now: datetime,
    *,
    details: str = "",
) -> None:
    """`subject` is the id and the name of what was changed; no secret may stand in `details`."""
    entry = integration_log.IntegrationChange(
        id=new_id(),
        at=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        action=action,
        subject_id=subject[0],
        subject_name=subject[1],
        details=details,
    )
    await integration_log.append(connection, actor.tenant_id, entry)
