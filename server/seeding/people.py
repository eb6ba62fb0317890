"""The people of a demo studio, as `demo.toml` lists them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any, TypeVar
from uuid import UUID, uuid5

import msgspec

from scheduling.commands import AddArtist
from scheduling.model import OFFICE_HOURS, PortfolioLink, Rate, Skill, WorkingHours
from server.imports.cells import parse_rate, parse_skills
from server.imports.problems import Fault
from server.imports.working_hours import parse_working_hours

T = TypeVar("T")


class Studio(msgspec.Struct, frozen=True, kw_only=True):
    """A studio of the demo: which lists of `demo.toml` are its own, and how its schedule is drawn.

    `seed` makes the schedule the one it is; `again` is how many bookings get a second hold on their dates.
    """

    key: str
    name: str
    slug: str
    zone: str
    country: str
    seed: int
    again: int


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """An artist of the demo."""

    id: UUID
    name: str
    zone: str
    hours: tuple[WorkingHours, ...]
    skills: tuple[Skill, ...]

    def level(self, skill: str) -> int:
        """How good the person is at `skill`; -1 for not at all."""
        return max((own.level for own in self.skills if own.name == skill), default=-1)


class PlannedPhase(msgspec.Struct, frozen=True, kw_only=True):
    """A phase that takes `hours` of somebody's work; `week` counts from the present one.

    It starts once those in `after` have ended or are well under way, and ends a week after `ends_after`.
    """

    name: str
    hours: float
    skill: str
    level: int
    week: int
    weeks: int
    after: tuple[str, ...] = ()
    ends_after: tuple[str, ...] = ()


class PlannedMilestone(msgspec.Struct, frozen=True, kw_only=True):
    """A marked day: the `day`-th of a week counted from the present one, Monday being 0."""

    name: str
    week: int
    day: int = 4
    phase: str | None = None


class PlannedProject(msgspec.Struct, frozen=True, kw_only=True):
    """A project; `weeks` are its first and last, `codes` the parts that bookings are called after.

    `budget` is in euros. One that is not `booked` is still to be planned: its phases have no dates.
    """

    name: str
    client: str
    colour: str
    status: str
    weeks: tuple[int, int]
    codes: tuple[str, ...]
    phases: tuple[PlannedPhase, ...]
    budget: float
    budget_days: int
    milestones: tuple[PlannedMilestone, ...] = ()
    booked: bool = True


class Cast(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody and everything of one studio of the demo."""

    tenant_id: UUID
    zone: str
    people: tuple[Person, ...]
    projects: tuple[PlannedProject, ...]
    titles: Mapping[str, tuple[str, ...]]
    commands: tuple[AddArtist, ...]

    @property
    def booked(self) -> tuple[PlannedProject, ...]:
        """The projects that bookings are drawn up for."""
        return tuple(project for project in self.projects if project.booked)

    def artist_named(self, name: str) -> UUID:
        """Return the id of the artist with this name."""
        return next(person.id for person in self.people if person.name == name)

    def project_id(self, project: PlannedProject) -> UUID:
        """Return the id a project always has."""
        return uuid5(self.tenant_id, f"project {project.name}")

    def phase_id(self, project: PlannedProject, phase: str) -> UUID:
        """Return the id a phase always has."""
        return uuid5(self.tenant_id, f"phase {project.name}: {phase}")


def read_cast(studio: Studio, tenant_id: UUID) -> Cast:
    """Return the people and the work of a studio."""
    raw = tomllib.loads(resources.files("server.seeding").joinpath("demo.toml").read_text("utf-8"))
    prefix = "" if studio.key == "demo" else f"{studio.key}_"
    artists = raw[f"{prefix}artist"]
    people = tuple(_person(one, tenant_id) for one in artists)
    return Cast(
        tenant_id=tenant_id,
        zone=studio.zone,
        people=people,
        projects=msgspec.convert(raw[f"{prefix}project"], tuple[PlannedProject, ...]),
        titles={skill: tuple(titles) for skill, titles in raw["titles"].items()},
        commands=tuple(_add(one, person) for one, person in zip(artists, people, strict=True)),
    )


def _person(raw: Mapping[str, Any], tenant_id: UUID) -> Person:
    return Person(
        id=uuid5(tenant_id, f"artist {raw['name']}"),
        name=raw["name"],
        zone=raw["zone"],
        hours=_read(parse_working_hours(raw["hours"])) if "hours" in raw else OFFICE_HOURS,
        skills=_read(parse_skills(raw["skills"])),
    )


def _add(raw: Mapping[str, Any], person: Person) -> AddArtist:
    rate: Rate = _read(parse_rate(raw["rate"], None, "EUR"))
    tags: Sequence[str] = raw["tags"]
    return AddArtist(
        id=person.id,
        name=person.name,
        skills=person.skills,
        zone=person.zone,
        working_hours=person.hours,
        rate=rate,
        tags=tuple(tags),
        email=raw.get("email", ""),
        portfolio=msgspec.convert(raw.get("portfolio", []), tuple[PortfolioLink, ...]),
        preferred_hours=_read(parse_working_hours(raw["preferred_hours"]))
        if "preferred_hours" in raw
        else (),
        holiday_country=raw["holidays"],
    )


def _read(found: T | Fault) -> T:
    if isinstance(found, Fault):
        raise ValueError(f"demo.toml: {found.reason}")  # noqa: TRY004 - the text is wrong, not its type
    return found
