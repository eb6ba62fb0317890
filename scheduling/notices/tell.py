"""Who is told what of a window: each person at most one thing of each booking, and only what they may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from msgspec import Struct, field

from scheduling.events import EventActor
from scheduling.model import Booking, Challenge, Member, Role, TimeOff
from scheduling.notices.kinds import URGENCY, Facts, Told
from scheduling.notices.net import (
    challenge_for_challenger,
    challenge_for_target,
    for_artist,
    for_staff,
    off_for_artist,
    off_for_staff,
)
from scheduling.notices.tracks import BookingTrack, OtherTrack, Tracks

_RANK = {kind: rank for rank, kind in enumerate(URGENCY)}


class Person(Struct, frozen=True, kw_only=True):
    """An account, and whose bookings it hears of where it is the staff's."""

    member: Member
    follows: Literal["own", "all"] = "own"

    @property
    def staff(self) -> bool:
        return self.member.role in {Role.OWNER, Role.MANAGER}


class Scene(Struct, frozen=True, kw_only=True):
    """What is known beside the window: active accounts, names, and the bookings that challenges name."""

    people: tuple[Person, ...]
    artists: Mapping[UUID, str] = field(default_factory=dict)
    projects: Mapping[UUID, str] = field(default_factory=dict)
    bookings: Mapping[UUID, Booking] = field(default_factory=dict)

    def of_artist(self, artist_id: UUID) -> Iterator[Person]:
        return (p for p in self.people if p.member.artist_id == artist_id)

    def followers(self, booking: Booking) -> Iterator[Person]:
        """Staff that hears of a booking: who made it, who wants to; all, where nobody of them made it."""
        staff = [p for p in self.people if p.staff]
        owned = any(p.member.id == booking.created_by for p in staff)
        return (p for p in staff if not owned or p.follows == "all" or p.member.id == booking.created_by)


def tell(tracks: Tracks, scene: Scene, now: datetime) -> tuple[Told, ...]:
    """Everybody who is to be told, of each thing the most urgent. What is past by `now` is told to nobody."""
    found: dict[tuple[UUID, str, UUID], Told] = {}
    for told in _all(tracks, scene, now):
        key = (told.member_id, *told.facts.subject)
        before = found.get(key)
        if before is None or _RANK[told.facts.kind] < _RANK[before.facts.kind]:
            found[key] = told
    return tuple(found.values())


def remind(booking: Booking, scene: Scene) -> tuple[Told, ...]:
    """The artist has not answered a hold, and soon has to."""
    facts = Facts(
        kind="deadline_near",
        for_artist=True,
        artist_id=booking.artist_id,
        artist=scene.artists.get(booking.artist_id, ""),
        project=_project(booking, scene),
        after=lean(booking),
    )
    return tuple(Told(member_id=p.member.id, facts=facts) for p in scene.of_artist(booking.artist_id))


def may_know(facts: Facts, *, artist_id: UUID | None, staff: bool) -> bool:
    """Whether what was decided for somebody is still theirs to know: artist and role may have changed."""
    return facts.artist_id == artist_id if facts.for_artist else staff


def lean(booking: Booking | None) -> Booking | None:
    """A booking without what no message speaks of."""
    if booking is None:
        return None
    return msgspec.structs.replace(booking, notes="", claims=(), segments=(), external_id="")


def _all(tracks: Tracks, scene: Scene, now: datetime) -> Iterator[Told]:
    for track in tracks.bookings:
        if max(b.end for b in (track.before, track.after) if b is not None) > now:
            yield from _to_artists(track, scene)
            yield from _to_staff(track, scene)
    latest = {**scene.bookings, **{track.after.id: track.after for track in tracks.bookings}}
    for challenge in tracks.challenges:
        yield from _of_challenge(challenge, latest, scene)
    for off in tracks.times_off:
        if isinstance(off.after, TimeOff) and off.after.end > now:
            yield from _of_time_off(off, off.after, scene)


def _to_artists(track: BookingTrack, scene: Scene) -> Iterator[Told]:
    owners = dict.fromkeys(b.artist_id for b in (track.before, track.after) if b is not None)
    for artist_id in owners:
        # Only images in which it was theirs: the rest is not theirs to know.
        before, after = (
            b if b is not None and b.artist_id == artist_id else None for b in (track.before, track.after)
        )
        known = after or before
        for person in scene.of_artist(artist_id):
            kind = for_artist(track, artist_id, person.member.id)
            if kind is None or known is None:
                continue
            facts = Facts(
                kind=kind,
                for_artist=True,
                artist_id=artist_id,
                artist=scene.artists.get(artist_id, ""),
                project=_project(known, scene),
                actor="" if kind in {"bumped", "expired", "first_in_line"} else _last_actor(track),
                before=lean(before if before is not None and before.live else None),
                after=lean(after),
            )
            yield Told(member_id=person.member.id, facts=facts)


def _to_staff(track: BookingTrack, scene: Scene) -> Iterator[Told]:
    booking = track.after
    for person in scene.followers(booking):
        kind = for_staff(track, person.member.id)
        if kind is None:
            continue
        said = (
            track.accepted
            if kind == "accepted"
            else track.by.get("status" if not booking.live else "response")
        )
        facts = Facts(
            kind=kind,
            for_artist=False,
            artist_id=booking.artist_id,
            artist=scene.artists.get(booking.artist_id, ""),
            project=_project(booking, scene),
            actor=_name(said),
            before=lean(track.before),
            after=lean(booking),
        )
        yield Told(member_id=person.member.id, facts=facts)


def _of_challenge(track: OtherTrack, bookings: Mapping[UUID, Booking], scene: Scene) -> Iterator[Told]:
    challenge = track.after
    if not isinstance(challenge, Challenge):
        return
    for target in challenge.targets:
        kind = challenge_for_target(track, target.booking_id)
        if kind is not None:
            yield from _about_challenged(kind, track, bookings.get(target.booking_id), target.deadline, scene)
    kind = challenge_for_challenger(track)
    if kind is not None:
        yield from _about_challenged(
            kind, track, bookings.get(challenge.booking_id), challenge.confirm_by, scene
        )


def _about_challenged(
    kind: str, track: OtherTrack, booking: Booking | None, deadline: datetime | None, scene: Scene
) -> Iterator[Told]:
    if booking is None or not booking.live:
        return  # that it ended is told by itself
    for person in scene.followers(booking):
        if track.by.id == person.member.id:
            continue
        facts = Facts(
            kind=kind,  # type: ignore[arg-type]
            for_artist=False,
            artist_id=booking.artist_id,
            artist=scene.artists.get(booking.artist_id, ""),
            project=_project(booking, scene),
            actor=_name(track.by),
            after=lean(booking),
            deadline=deadline,
        )
        yield Told(member_id=person.member.id, facts=facts)


def _of_time_off(track: OtherTrack, off: TimeOff, scene: Scene) -> Iterator[Told]:
    base = Facts(
        kind="time_off_requested",
        for_artist=False,
        artist_id=off.artist_id,
        artist=scene.artists.get(off.artist_id, ""),
        actor=_name(track.by),
        time_off=off,
    )
    artist_kind, staff_kind = off_for_artist(track), off_for_staff(track)
    own = {p.member.id for p in scene.of_artist(off.artist_id)}
    for person in scene.people:
        member_id = person.member.id
        if member_id == track.by.id:
            continue
        if member_id in own and artist_kind is not None:
            yield Told(member_id=member_id, facts=_as(base, kind=artist_kind, for_artist=True))
        elif person.staff and member_id not in own and staff_kind is not None:
            yield Told(member_id=member_id, facts=_as(base, kind=staff_kind))


def _as(facts: Facts, **changes: object) -> Facts:
    return msgspec.structs.replace(facts, **changes)


def _project(booking: Booking, scene: Scene) -> str:
    return scene.projects.get(booking.project_id, "") if booking.project_id else ""


def _last_actor(track: BookingTrack) -> str:
    actors: Iterable[EventActor] = (
        track.by[facet] for facet in ("status", "dates", "response", "owner") if facet in track.by
    )
    return next((name for name in map(_name, actors) if name), "")


def _name(actor: EventActor | None) -> str:
    return actor.name if actor is not None and actor.kind != "system" else ""
