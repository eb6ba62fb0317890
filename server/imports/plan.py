"""What a file would change: commands for what is new or different, and nothing for what is already so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Literal
from uuid import UUID

import msgspec

from scheduling.commands import BulkItem, SingleCommand, op_of
from scheduling.model import Artist, Booking, Dependency, Phase, Project, Tenant
from server.imports.identity import Directory
from server.imports.problems import Fault, Problem, problem

Effect = Literal["create", "change"]


class Existing(msgspec.Struct, frozen=True, kw_only=True):
    """What the studio has: all of its people and work, and the bookings the file may mean, ended ones too.

    `gone` are the ids of phases and dependencies that were deleted.
    """

    tenant: Tenant
    artists: Mapping[UUID, Artist] = msgspec.field(default_factory=dict)
    projects: Mapping[UUID, Project] = msgspec.field(default_factory=dict)
    phases: Mapping[UUID, Phase] = msgspec.field(default_factory=dict)
    dependencies: Mapping[UUID, Dependency] = msgspec.field(default_factory=dict)
    bookings: Mapping[UUID, Booking] = msgspec.field(default_factory=dict)
    gone: frozenset[UUID] = frozenset()


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One command and the record of the file it is for: its entity and the line it stands on."""

    entity: UUID
    line: int
    effect: Effect
    command: SingleCommand
    base_version: int | None = None

    def item(self) -> BulkItem:
        """Return the command in the form a bulk command carries."""
        args = msgspec.json.encode(self.command)
        return BulkItem(op=op_of(self.command), args=msgspec.Raw(args), base_version=self.base_version)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Steps in the order in which they must run; what needs none; and what cannot be done."""

    steps: tuple[Step, ...]
    unchanged: int
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    zones: Mapping[UUID, str] = msgspec.field(default_factory=dict[UUID, str])
    """The zone each artist of the studio works in."""


class Sheet:
    """A plan in the making."""

    def __init__(self, existing: Existing, titles: Mapping[str, str]) -> None:
        self.existing = existing
        self.tenant_id = existing.tenant.id
        self.artists: Directory[Artist] = Directory(existing.artists.values(), "artist")
        self.projects: Directory[Project] = Directory(existing.projects.values(), "project")
        self.steps: list[Step] = []
        self.unchanged = 0
        self.problems: list[Problem] = []
        self.counts: Counter[str] = Counter()
        self._zones = {artist.id: artist.zone for artist in existing.artists.values()}
        self._titles = titles
        self._seen: dict[UUID, tuple[int, object]] = {}

    def plan(self) -> Plan:
        """Return what was gathered."""
        notes = tuple(f"{count} {sentence}" for sentence, count in self.counts.items())
        return Plan(
            steps=tuple(self.steps),
            unchanged=self.unchanged,
            problems=tuple(self.problems),
            notes=notes,
            zones=self._zones,
        )

    def create(self, line: int, entity: UUID, *commands: SingleCommand) -> None:
        self.steps.extend(
            Step(entity=entity, line=line, effect="create", command=command) for command in commands
        )

    def change(self, line: int, entity: UUID, version: int, *commands: SingleCommand) -> None:
        """Add the commands that bring an entity up to date; without any it is unchanged.

        Only the first names the version it was read at: the others follow from it.
        """
        if not commands:
            self.unchanged += 1
        for index, command in enumerate(commands):
            base = version if index == 0 else None
            self.steps.append(
                Step(entity=entity, line=line, effect="change", command=command, base_version=base)
            )

    def leave(self, why: str) -> None:
        """Leave a record as it is, and say why once for all of them."""
        self.unchanged += 1
        self.counts[why] += 1

    def fail(self, line: int, key: str, value: str, fault: Fault) -> None:
        self.problems.append(
            problem(
                fault.code,
                fault.reason,
                line=line,
                column=self._titles.get(key, key),
                value=value,
                expected=fault.expected,
            )
        )

    def first_time(self, entity: UUID, line: int, content: object) -> bool:
        """Return whether a record was not met before in this file.

        The same record with the same content is counted as unchanged; with other content it is a problem.
        """
        earlier = self._seen.setdefault(entity, (line, content))
        if earlier[0] == line:
            return True
        if earlier[1] == content:
            self.leave("rows stand in the file more than once and count once")
        else:
            reason = f"row {earlier[0]} says something else about the same record"
            self.problems.append(problem("duplicate", reason, line=line, expected="each record once"))
        return False
