"""What happens to artists, members and the studio itself."""

from __future__ import annotations

from typing import ClassVar

from scheduling.events.base import EventBase
from scheduling.model import (
    Artist,
    EntityKind,
    Member,
    Tenant,
)


class ArtistEvent(EventBase, frozen=True, kw_only=True):
    kind: ClassVar[EntityKind] = "artist"
    artist: Artist


class MemberEvent(EventBase, frozen=True, kw_only=True):
    kind: ClassVar[EntityKind] = "member"
    member: Member


class TenantEvent(EventBase, frozen=True, kw_only=True):
    kind: ClassVar[EntityKind] = "tenant"
    tenant: Tenant


class ArtistAdded(ArtistEvent, frozen=True, kw_only=True):
    """A person joined."""

    type: ClassVar[str] = "artist.added"


class ArtistEdited(ArtistEvent, frozen=True, kw_only=True):
    """A person's record changed."""

    type: ClassVar[str] = "artist.edited"


class ArtistArchived(ArtistEvent, frozen=True, kw_only=True):
    """A person left the schedule."""

    type: ClassVar[str] = "artist.archived"


class ArtistRestored(ArtistEvent, frozen=True, kw_only=True):
    """An undo gave an earlier state back."""

    type: ClassVar[str] = "artist.restored"


class MemberAdded(MemberEvent, frozen=True, kw_only=True):
    """An account opened."""

    type: ClassVar[str] = "member.added"


class MemberEdited(MemberEvent, frozen=True, kw_only=True):
    """An account changed."""

    type: ClassVar[str] = "member.edited"


class MemberRestored(MemberEvent, frozen=True, kw_only=True):
    """An undo gave an earlier state back."""

    type: ClassVar[str] = "member.restored"


class TenantEdited(TenantEvent, frozen=True, kw_only=True):
    """The studio's name or policies changed."""

    type: ClassVar[str] = "tenant.edited"


class TenantRestored(TenantEvent, frozen=True, kw_only=True):
    """An undo gave an earlier state back."""

    type: ClassVar[str] = "tenant.restored"
