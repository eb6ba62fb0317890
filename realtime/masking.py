"""What a reader may see of events and snapshots: staff everything, an artist their own and "busy". Pure.

A freelancer sees their own artist record and bookings in full, other bookings as taken time
without anything else, other people by name, and of projects only those that a live booking of
theirs belongs to. Which projects these are changes with the log, so masking folds a `Sight` along.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

import msgspec
from immutables import Map
from msgspec import Struct

from scheduling.events import (
    ArtistEvent,
    BookingEvent,
    ChallengeEvent,
    DependencyEvent,
    EntityRef,
    Event,
    LoggedEvent,
    MemberEvent,
    MilestoneEvent,
    PhaseEvent,
    ProjectEvent,
    ScenarioChangeEvent,
    ScenarioEvent,
    TenantEvent,
    TimeOffCancelled,
    TimeOffEvent,
    TimeOffReopened,
    read,
)
from scheduling.model import Artist, Booking, Member, OffState, Project, ProjectStatus, Role, Tenant, TimeOff

# -- views ---------------------------------------------------------------------------------


class ArtistView(Struct, frozen=True, kw_only=True):
    """Another artist, as a freelancer sees them."""

    id: UUID
    name: str
    zone: str
    active: bool
    version: int


class MemberView(Struct, frozen=True, kw_only=True):
    """An account, as a freelancer sees it."""

    id: UUID
    name: str
    role: Role


class ProjectView(Struct, frozen=True, kw_only=True):
    """A project that a freelancer works on."""

    id: UUID
    name: str
    colour: str
    status: ProjectStatus
    version: int


class BusyBooking(Struct, frozen=True, kw_only=True):
    """Somebody else's booking: that the time is taken (`busy`), or no longer (`free`)."""

    id: UUID
    artist_id: UUID
    start: datetime
    end: datetime
    status: Literal["busy", "free"]
    version: int


class OffView(Struct, frozen=True, kw_only=True):
    """Somebody else's approved time off, or that it was cancelled: when, and nothing of why."""

    id: UUID
    artist_id: UUID
    start: datetime
    end: datetime
    state: OffState
    version: int


View: TypeAlias = ArtistView | MemberView | ProjectView | BusyBooking | OffView


def artist_view(artist: Artist) -> ArtistView:
    """Name and zone, nothing about skills, rates or addresses."""
    return ArtistView(
        id=artist.id, name=artist.name, zone=artist.zone, active=artist.active, version=artist.version
    )


def member_view(member: Member) -> MemberView:
    """Name and role, no address."""
    return MemberView(id=member.id, name=member.name, role=member.role)


def project_view(project: Project) -> ProjectView:
    """What a bar on the schedule needs."""
    return ProjectView(
        id=project.id,
        name=project.name,
        colour=project.colour,
        status=project.status,
        version=project.version,
    )


def busy_view(booking: Booking) -> BusyBooking:
    """The range alone; neither what it is for, nor how firm it is, nor who waits in line."""
    return BusyBooking(
        id=booking.id,
        artist_id=booking.artist_id,
        start=booking.start,
        end=booking.end,
        status="busy" if booking.live else "free",
        version=booking.version,
    )


def off_view(time_off: TimeOff) -> OffView | None:
    """None for what is not approved: that is between the artist and the studio."""
    return _off_as(time_off, OffState.APPROVED) if time_off.state is OffState.APPROVED else None


def _off_as(time_off: TimeOff, state: OffState) -> OffView:
    return OffView(
        id=time_off.id,
        artist_id=time_off.artist_id,
        start=time_off.start,
        end=time_off.end,
        state=state,
        version=time_off.version,
    )


# -- events --------------------------------------------------------------------------------


class HiddenActor(Struct, frozen=True, kw_only=True):
    """Somebody; who is not the reader's to know."""

    kind: Literal["hidden"] = "hidden"


class MaskedEvent(Struct, frozen=True, kw_only=True):
    """An event of which the reader sees a part; without the command, which would tie events together."""

    seq: int
    at: datetime
    type: str
    actor: HiddenActor = HiddenActor()
    entity: EntityRef
    data: dict[str, View | Tenant]


class Sight(Struct, frozen=True, kw_only=True):
    """What one artist's view depends on, at one place in the log.

    `own`: their live bookings, each with its project; `projects`: all of the studio's, as shown.
    `artist_id` is None for a freelancer's account that no artist is linked to yet.
    """

    artist_id: UUID | None
    own: Map[UUID, UUID | None] = Map()
    projects: Map[UUID, ProjectView] = Map()

    def sees_project(self, project_id: UUID) -> bool:
        """Whether a live booking of theirs belongs to it."""
        return any(own == project_id for own in self.own.values())


def sight_of(artist_id: UUID | None, bookings: Iterable[Booking], projects: Iterable[Project]) -> Sight:
    """The sight of an artist over a whole state."""
    own = {b.id: b.project_id for b in bookings if b.live and b.artist_id == artist_id}
    return Sight(artist_id=artist_id, own=Map(own), projects=Map({p.id: project_view(p) for p in projects}))


def mask(sight: Sight, logged: LoggedEvent, body: bytes) -> tuple[Sight, tuple[bytes, ...]]:
    """What the artist sees of one event, encoded, and their sight after it.

    None, one, or two: a live booking of theirs is preceded by its project, under the same
    number, since it may be the one that makes the project visible. `body` is the event's own
    encoding, passed on where all of it may be seen. A sight that already knows of later events
    does no harm: folding events it has seen gives the same in the end.
    """
    event = read(logged)
    match event:
        case BookingEvent():
            return _mask_booking(sight, logged, event, body)
        case ProjectEvent():
            view = project_view(event.project)
            sight = msgspec.structs.replace(sight, projects=sight.projects.set(view.id, view))
            return sight, (_part(logged, view),) if sight.sees_project(view.id) else ()
        case _:
            return sight, _mask_stateless(sight, logged, event, body)


def _mask_stateless(sight: Sight, logged: LoggedEvent, event: Event, body: bytes) -> tuple[bytes, ...]:
    match event:
        case ArtistEvent():
            own = event.artist.id == sight.artist_id
            return (body,) if own else (_part(logged, artist_view(event.artist)),)
        case MemberEvent():
            return (_part(logged, member_view(event.member)),)
        case TenantEvent():
            return (_part(logged, event.tenant),)
        case TimeOffEvent():
            if event.time_off.artist_id == sight.artist_id:
                return (body,)
            gone = isinstance(event, TimeOffCancelled | TimeOffReopened)
            seen = _off_as(event.time_off, OffState.CANCELLED) if gone else off_view(event.time_off)
            return (_part(msgspec.structs.replace(logged, type="time_off.masked"), seen),) if seen else ()
        case PhaseEvent() | DependencyEvent() | MilestoneEvent() | ChallengeEvent():
            return ()
        case ScenarioEvent() | ScenarioChangeEvent():
            return ()
        case BookingEvent() | ProjectEvent():
            raise AssertionError("unreachable: these depend on the sight")


def _mask_booking(
    sight: Sight, logged: LoggedEvent, event: BookingEvent, body: bytes
) -> tuple[Sight, tuple[bytes, ...]]:
    booking = event.booking
    told = without_plan(logged, event)
    if told is not logged:
        body = msgspec.json.encode(told)
    if booking.artist_id != sight.artist_id:
        masked = msgspec.structs.replace(logged, type="booking.masked")
        return _without(sight, booking.id), (_part(masked, busy_view(booking)),)
    if not booking.live:
        return _without(sight, booking.id), (body,)
    project = sight.projects.get(booking.project_id) if booking.project_id else None
    sight = msgspec.structs.replace(sight, own=sight.own.set(booking.id, booking.project_id))
    return sight, (_shown(logged, project), body) if project else (body,)


def without_plan(logged: LoggedEvent, event: BookingEvent) -> LoggedEvent:
    """An event of an artist's own booking, without the scenario that it came from: these are the studio's."""
    if event.cause is None or event.cause.kind != "scenario":
        return logged
    told = msgspec.structs.replace(event, cause=None)
    return msgspec.structs.replace(logged, data=msgspec.Raw(msgspec.json.encode(told)))


def _without(sight: Sight, booking_id: UUID) -> Sight:
    if booking_id not in sight.own:
        return sight
    return msgspec.structs.replace(sight, own=sight.own.delete(booking_id))


def _shown(logged: LoggedEvent, project: ProjectView) -> bytes:
    """The project of one's booking, as it is now."""
    entity = EntityRef(kind="project", id=project.id, version=project.version)
    return _part(msgspec.structs.replace(logged, type="project.shown", entity=entity), project)


def _part(logged: LoggedEvent, view: View | Tenant) -> bytes:
    event = MaskedEvent(
        seq=logged.seq,
        at=logged.at,
        type=logged.type,
        entity=logged.entity,
        data={logged.entity.kind: view},
    )
    return msgspec.json.encode(event)


# -- snapshots -----------------------------------------------------------------------------


def masked_artists(artist_id: UUID | None, artists: Iterable[Artist]) -> list[Artist | ArtistView]:
    """Their own record in full, the others by name."""
    return [a if a.id == artist_id else artist_view(a) for a in artists]


def masked_bookings(artist_id: UUID | None, bookings: Iterable[Booking]) -> list[Booking | BusyBooking]:
    """Their own in full, the others as taken time."""
    return [b if b.artist_id == artist_id else busy_view(b) for b in bookings]


def masked_times_off(artist_id: UUID | None, times_off: Iterable[TimeOff]) -> list[TimeOff | OffView]:
    """Their own in full, of the others' what is approved, as time away."""
    seen = (t if t.artist_id == artist_id else off_view(t) for t in times_off)
    return [t for t in seen if t is not None]


def masked_projects(sight: Sight) -> list[ProjectView]:
    """The projects that live bookings of theirs belong to, in order of id."""
    seen = {p for p in sight.own.values() if p is not None}
    return [sight.projects[p] for p in sorted(seen) if p in sight.projects]


def masked_members(members: Sequence[Member]) -> list[MemberView]:
    """Everybody, by name and role."""
    return [member_view(m) for m in members]
