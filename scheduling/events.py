"""What happened: events in the past tense, each carrying the full new entity.

An event is the audit trail, the outbox of the live feed and the source of every "as of" view,
so it repeats the whole entity rather than a difference: a reader never has to refetch.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Struct

from scheduling.model import (
    Artist,
    Booking,
    Challenge,
    Dependency,
    Entity,
    EntityKind,
    Member,
    Phase,
    Project,
    Tenant,
    TimeOff,
)


class Cause(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why an event happened that nobody asked for by name."""

    kind: Literal[
        "released",
        "moved",
        "ended",
        "bumped",
        "split",
        "undo",
        "promoted",
        "deleted",
        "challenge",
        "time_off",
    ]
    booking_id: UUID | None = None
    command_id: UUID | None = None
    entity_id: UUID | None = None
    challenge_id: UUID | None = None


class _Event(Struct, frozen=True, kw_only=True, omit_defaults=True):
    type: ClassVar[str]
    kind: ClassVar[EntityKind]
    changed: tuple[str, ...] = ()
    cause: Cause | None = None
    reason: str = ""


class BookingEvent(_Event, frozen=True, kw_only=True):
    kind: ClassVar[EntityKind] = "booking"
    booking: Booking


class ArtistEvent(_Event, frozen=True, kw_only=True):
    kind: ClassVar[EntityKind] = "artist"
    artist: Artist


class ProjectEvent(_Event, frozen=True, kw_only=True):
    kind: ClassVar[EntityKind] = "project"
    project: Project


class PhaseEvent(_Event, frozen=True, kw_only=True):
    kind: ClassVar[EntityKind] = "phase"
    phase: Phase


class DependencyEvent(_Event, frozen=True, kw_only=True):
    kind: ClassVar[EntityKind] = "dependency"
    dependency: Dependency


class MemberEvent(_Event, frozen=True, kw_only=True):
    kind: ClassVar[EntityKind] = "member"
    member: Member


class ChallengeEvent(_Event, frozen=True, kw_only=True):
    kind: ClassVar[EntityKind] = "challenge"
    challenge: Challenge


class TimeOffEvent(_Event, frozen=True, kw_only=True):
    kind: ClassVar[EntityKind] = "time_off"
    time_off: TimeOff


class TenantEvent(_Event, frozen=True, kw_only=True):
    kind: ClassVar[EntityKind] = "tenant"
    tenant: Tenant


Event: TypeAlias = (
    BookingEvent
    | ArtistEvent
    | ProjectEvent
    | PhaseEvent
    | DependencyEvent
    | MemberEvent
    | ChallengeEvent
    | TimeOffEvent
    | TenantEvent
)


class BookingPlaced(BookingEvent, frozen=True, kw_only=True):
    """A claim joined the tail of the line."""

    type: ClassVar[str] = "booking.placed"


class BookingMoved(BookingEvent, frozen=True, kw_only=True):
    """The range shifted, perhaps to another artist."""

    type: ClassVar[str] = "booking.moved"


class BookingResized(BookingEvent, frozen=True, kw_only=True):
    """One or both ends changed."""

    type: ClassVar[str] = "booking.resized"


class BookingReassigned(BookingEvent, frozen=True, kw_only=True):
    """Another artist has the dates now."""

    type: ClassVar[str] = "booking.reassigned"


class BookingEdited(BookingEvent, frozen=True, kw_only=True):
    """Words, project or phase changed."""

    type: ClassVar[str] = "booking.edited"


class BookingAccepted(BookingEvent, frozen=True, kw_only=True):
    """The artist said yes; a pencil if first in line, else kept."""

    type: ClassVar[str] = "booking.accepted"


class BookingCountered(BookingEvent, frozen=True, kw_only=True):
    """The artist proposed other dates."""

    type: ClassVar[str] = "booking.countered"


class BookingCounterTaken(BookingEvent, frozen=True, kw_only=True):
    """The studio took the artist's dates."""

    type: ClassVar[str] = "booking.counter_taken"


class BookingCounterRefused(BookingEvent, frozen=True, kw_only=True):
    """The studio kept its own dates; the hold is open again."""

    type: ClassVar[str] = "booking.counter_refused"


class BookingPencilled(BookingEvent, frozen=True, kw_only=True):
    """An accepted hold became first everywhere and so a pencil."""

    type: ClassVar[str] = "booking.pencilled"


class BookingDeclined(BookingEvent, frozen=True, kw_only=True):
    """The artist said no."""

    type: ClassVar[str] = "booking.declined"


class BookingWithdrawn(BookingEvent, frozen=True, kw_only=True):
    """The artist took a yes back."""

    type: ClassVar[str] = "booking.withdrawn"


class BookingConfirmed(BookingEvent, frozen=True, kw_only=True):
    """Both sides are bound."""

    type: ClassVar[str] = "booking.confirmed"


class BookingReleased(BookingEvent, frozen=True, kw_only=True):
    """The studio gave all dates up."""

    type: ClassVar[str] = "booking.released"


class BookingShrunk(BookingEvent, frozen=True, kw_only=True):
    """The studio gave some dates up."""

    type: ClassVar[str] = "booking.shrunk"


class BookingCancelled(BookingEvent, frozen=True, kw_only=True):
    """A confirmation was taken back."""

    type: ClassVar[str] = "booking.cancelled"


class BookingExpired(BookingEvent, frozen=True, kw_only=True):
    """The clock ended a hold."""

    type: ClassVar[str] = "booking.expired"


class BookingBumped(BookingEvent, frozen=True, kw_only=True):
    """Another claim was confirmed over this one."""

    type: ClassVar[str] = "booking.bumped"


class BookingRequeued(BookingEvent, frozen=True, kw_only=True):
    """A won challenge was not used in time: the claim went to the tail of the line."""

    type: ClassVar[str] = "booking.requeued"


class BookingExtended(BookingEvent, frozen=True, kw_only=True):
    """The expiry that stood still during a challenge moved on by as long."""

    type: ClassVar[str] = "booking.extended"


class BookingPromoted(BookingEvent, frozen=True, kw_only=True):
    """A claim ahead ended or moved: this one moved up."""

    type: ClassVar[str] = "booking.promoted"


class BookingDemoted(BookingEvent, frozen=True, kw_only=True):
    """An undo put a claim back in front of this one."""

    type: ClassVar[str] = "booking.demoted"


class BookingRestored(BookingEvent, frozen=True, kw_only=True):
    """An undo gave an earlier state back."""

    type: ClassVar[str] = "booking.restored"


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


class ProjectAdded(ProjectEvent, frozen=True, kw_only=True):
    """A project opened."""

    type: ClassVar[str] = "project.added"


class ProjectEdited(ProjectEvent, frozen=True, kw_only=True):
    """A project changed."""

    type: ClassVar[str] = "project.edited"


class ProjectArchived(ProjectEvent, frozen=True, kw_only=True):
    """A project closed."""

    type: ClassVar[str] = "project.archived"


class ProjectRestored(ProjectEvent, frozen=True, kw_only=True):
    """An undo gave an earlier state back."""

    type: ClassVar[str] = "project.restored"


class PhaseAdded(PhaseEvent, frozen=True, kw_only=True):
    """A phase was added."""

    type: ClassVar[str] = "phase.added"


class PhaseEdited(PhaseEvent, frozen=True, kw_only=True):
    """A phase changed."""

    type: ClassVar[str] = "phase.edited"


class PhaseDeleted(PhaseEvent, frozen=True, kw_only=True):
    """A phase was removed."""

    type: ClassVar[str] = "phase.deleted"


class PhaseRestored(PhaseEvent, frozen=True, kw_only=True):
    """An undo gave an earlier state back."""

    type: ClassVar[str] = "phase.restored"


class DependencyAdded(DependencyEvent, frozen=True, kw_only=True):
    """Two phases were tied."""

    type: ClassVar[str] = "dependency.added"


class DependencyDeleted(DependencyEvent, frozen=True, kw_only=True):
    """Two phases were untied."""

    type: ClassVar[str] = "dependency.deleted"


class DependencyRestored(DependencyEvent, frozen=True, kw_only=True):
    """An undo gave an earlier state back."""

    type: ClassVar[str] = "dependency.restored"


class MemberAdded(MemberEvent, frozen=True, kw_only=True):
    """An account opened."""

    type: ClassVar[str] = "member.added"


class MemberEdited(MemberEvent, frozen=True, kw_only=True):
    """An account changed."""

    type: ClassVar[str] = "member.edited"


class MemberRestored(MemberEvent, frozen=True, kw_only=True):
    """An undo gave an earlier state back."""

    type: ClassVar[str] = "member.restored"


class ChallengeOpened(ChallengeEvent, frozen=True, kw_only=True):
    """A lower claim demanded an answer of every higher one."""

    type: ClassVar[str] = "challenge.opened"


class ChallengeAnswered(ChallengeEvent, frozen=True, kw_only=True):
    """One challenged claim confirmed, released, stayed silent or left."""

    type: ClassVar[str] = "challenge.answered"


class ChallengeWon(ChallengeEvent, frozen=True, kw_only=True):
    """Every higher claim is gone: the challenger's window to confirm is open."""

    type: ClassVar[str] = "challenge.won"


class ChallengeLost(ChallengeEvent, frozen=True, kw_only=True):
    """A challenged claim was confirmed."""

    type: ClassVar[str] = "challenge.lost"


class ChallengeWithdrawn(ChallengeEvent, frozen=True, kw_only=True):
    """The demand was taken back, or its claim ended."""

    type: ClassVar[str] = "challenge.withdrawn"


class ChallengeClosed(ChallengeEvent, frozen=True, kw_only=True):
    """The winner was confirmed, or its window passed."""

    type: ClassVar[str] = "challenge.closed"


class ChallengeRestored(ChallengeEvent, frozen=True, kw_only=True):
    """An undo gave an earlier state back."""

    type: ClassVar[str] = "challenge.restored"


class TimeOffRequested(TimeOffEvent, frozen=True, kw_only=True):
    """Somebody asked to be away."""

    type: ClassVar[str] = "time_off.requested"


class TimeOffApproved(TimeOffEvent, frozen=True, kw_only=True):
    """The studio agreed: the time is taken."""

    type: ClassVar[str] = "time_off.approved"


class TimeOffRefused(TimeOffEvent, frozen=True, kw_only=True):
    """The studio did not agree."""

    type: ClassVar[str] = "time_off.refused"


class TimeOffWithdrawn(TimeOffEvent, frozen=True, kw_only=True):
    """A request was taken back before anybody approved it."""

    type: ClassVar[str] = "time_off.withdrawn"


class TimeOffReopened(TimeOffEvent, frozen=True, kw_only=True):
    """An undo made approved time off a request again: the time is free."""

    type: ClassVar[str] = "time_off.reopened"


class TimeOffCancelled(TimeOffEvent, frozen=True, kw_only=True):
    """Approved time off was taken back: the time is free again."""

    type: ClassVar[str] = "time_off.cancelled"


class TimeOffRestored(TimeOffEvent, frozen=True, kw_only=True):
    """An undo gave an earlier state back."""

    type: ClassVar[str] = "time_off.restored"


class TenantEdited(TenantEvent, frozen=True, kw_only=True):
    """The studio's name or policies changed."""

    type: ClassVar[str] = "tenant.edited"


class TenantRestored(TenantEvent, frozen=True, kw_only=True):
    """An undo gave an earlier state back."""

    type: ClassVar[str] = "tenant.restored"


EVENTS: dict[str, type[Any]] = {cls.type: cls for base in Event.__args__ for cls in base.__subclasses__()}
"""Every event type by its wire name."""


def entity_of(event: Event) -> Entity:
    """The full entity an event carries."""
    entity: Entity = getattr(event, event.kind)
    return entity


def removes(event: Event) -> bool:
    """Whether readers drop the entity: it was deleted, or is something that ended."""
    if isinstance(event, BookingEvent):
        return not event.booking.live
    if isinstance(event, ChallengeEvent):
        return event.challenge.closed_at is not None
    if isinstance(event, TimeOffEvent):
        return not event.time_off.live
    return event.type.endswith(".deleted")


class EventActor(Struct, frozen=True, kw_only=True):
    """Who did it, as far as the reader may know."""

    kind: Literal["member", "api_key", "system", "hidden"]
    id: UUID | None = None
    name: str = ""


class EntityRef(Struct, frozen=True, kw_only=True):
    """Which entity an event is about, at the version the event made."""

    kind: EntityKind
    id: UUID
    version: int


class LoggedEvent(Struct, frozen=True, kw_only=True):
    """An event with its place in the tenant's log; `data` is the encoded event."""

    seq: int
    at: datetime
    type: str
    actor: EventActor
    command_id: UUID
    entity: EntityRef
    data: msgspec.Raw


def log(event: Event, *, seq: int, at: datetime, actor: EventActor, command_id: UUID) -> LoggedEvent:
    """Give an event its place in the log."""
    entity = entity_of(event)
    return LoggedEvent(
        seq=seq,
        at=at,
        type=event.type,
        actor=actor,
        command_id=command_id,
        entity=EntityRef(kind=event.kind, id=entity.id, version=entity.version),
        data=msgspec.Raw(msgspec.json.encode(event)),
    )


def read(logged: LoggedEvent) -> Event:
    """The typed event a log entry holds."""
    event: Event = msgspec.json.decode(logged.data, type=EVENTS[logged.type])
    return event
