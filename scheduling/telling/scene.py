"""What a sentence is made of: the event, the image before it, the names the reader may know, their clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from scheduling.events import Event, LoggedEvent
from scheduling.model import Booking, Entity
from scheduling.telling.dates import moment, shift, span


class Names(Struct, frozen=True, kw_only=True):
    """What things are called, as far as the reader may know; the rest stays unnamed."""

    artists: Mapping[UUID, str] = field(default_factory=dict)
    projects: Mapping[UUID, str] = field(default_factory=dict)
    phases: Mapping[UUID, str] = field(default_factory=dict)
    bookings: Mapping[UUID, str] = field(default_factory=dict)
    scenarios: Mapping[UUID, str] = field(default_factory=dict)


class Scene(Struct, frozen=True, kw_only=True):
    """One event to be told; `before` is the same thing before it, where it was there."""

    logged: LoggedEvent
    event: Event
    before: Entity | None
    names: Names
    zone: ZoneInfo

    @property
    def actor(self) -> str:
        """Who did it."""
        who = self.logged.actor
        if who.kind == "system":
            return "the clock" if self.event.type in _BY_CLOCK else "Production Tool"
        return who.name or "somebody"

    @property
    def year(self) -> int:
        return self.logged.at.astimezone(self.zone).year

    def artist(self, artist_id: UUID) -> str:
        return self.names.artists.get(artist_id, "another artist")

    def project(self, project_id: UUID | None) -> str:
        return self.names.projects.get(project_id, "a project") if project_id else "no project"

    def phase(self, phase_id: UUID) -> str:
        return self.names.phases.get(phase_id, "a phase")

    def title(self, booking: Booking) -> str:
        """What a booking is called: its title, else what it is for."""
        if booking.title:
            return booking.title
        if booking.project_id is not None and booking.project_id in self.names.projects:
            return f"a booking for {self.names.projects[booking.project_id]}"
        return "a booking"

    def span(self, thing: Any) -> str:
        """The dates of a booking or of time off."""
        return span(thing.start, thing.end, self.zone, self.year)

    def shift(self, before: Any, after: Any) -> str:
        return shift((before.start, before.end), (after.start, after.end), self.zone, self.year)

    def moment(self, at: Any) -> str:
        return moment(at, self.zone, self.year)

    @property
    def why(self) -> str:
        """`, because …`, where somebody else's change caused it; the actor is theirs."""
        cause = self.event.cause
        if cause is None or cause.booking_id == self.logged.entity.id:
            return ""
        what = self.names.bookings.get(cause.booking_id, "another booking") if cause.booking_id else ""
        by = self.phase(cause.entity_id) if cause.entity_id else "a phase"
        if cause.kind == "moved" and cause.entity_id is not None:
            what = by
        if cause.kind == "scenario":
            # Artists know nothing of scenarios: to them it has no name.
            plan = self.names.scenarios.get(cause.entity_id) if cause.entity_id else None
            return f" because {self.actor} committed {plan}" if plan else " because the plan changed"
        reasons = {
            "pushed": f"it waits for {by}",
            "pulled": f"{by} came forward",
            "shifted": f"{self.actor} moved the whole project",
            "released": f"{self.actor} released {what or 'dates'}",
            "moved": f"{self.actor} moved {what or 'another booking'}",
            "ended": f"{what or 'another booking'} ended",
            "bumped": f"{self.actor} confirmed {what or 'another booking'}",
            "split": f"{self.actor} released the days between",
            "undo": f"{self.actor} took a change back",
            "promoted": "it is first in line now",
            "deleted": f"{self.actor} deleted what it belonged to",
            "challenge": "of a challenge",
            "restore": f"{self.actor} went back to an earlier state",
            "time_off": "the artist is away then",
        }
        reason = reasons.get(cause.kind, f"{self.actor} changed something it depends on")
        return f" because {reason}"

    @property
    def reason(self) -> str:
        """`: client pulled it`, where somebody gave a reason."""
        words = self.event.reason.strip()
        return f": {words}" if words and words != "undone" else ""


_BY_CLOCK = frozenset(
    {"booking.expired", "booking.requeued", "challenge.answered", "challenge.won", "challenge.closed"}
)


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
