"""A whole studio in memory: what the write path does, without the database and all at once known."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from immutables import Map

from realtime.protocol import CommandRequest
from scheduling.commands import CommitScenario, RebaseScenario, RestoreCommand, SingleCommand
from scheduling.decide import Accepted, Context, Outcome, decide
from scheduling.decide.realising import drawn_before
from scheduling.decide.versions import target
from scheduling.events import BookingDemoted, BookingPromoted, Event, ScenarioChanged, entity_of
from scheduling.model import Entity
from scheduling.permissions import Actor
from scheduling.state import CommandRecord, Key, PastPoint, State, Touched, find, key_of
from tests.harness.actions import (
    NOW,
    SYSTEM,
    Action,
    command_of,
    initial_state,
    request_of,
    setup_requests,
)


class Tenancy:
    """A whole studio in memory: what the write path does, without the database."""

    def __init__(self) -> None:
        self.start = initial_state()
        self.state = self.start
        self.events: list[Event] = []
        self.past: list[UUID] = []
        self.number = 0
        self.now = NOW
        for envelope in setup_requests():
            assert isinstance(self.run(SYSTEM, envelope), Accepted)
        self.past.clear()

    def step(self, action: Action) -> Outcome:
        """Take one action after its wait; its command is numbered by its turn."""
        self.now += timedelta(hours=action.wait)
        return self.run(*self.request(action))

    def request(self, action: Action) -> tuple[Actor, CommandRequest]:
        """The command the action means now."""
        self.number += 1
        return request_of(action, self.state, self.number, self.past)

    def run(self, actor: Actor, envelope: CommandRequest) -> Outcome:
        """Decide a command, twice, and keep what it did."""
        command = command_of(envelope)
        context = Context(
            actor=actor,
            now=self.now,
            command_id=envelope.id,
            base_version=envelope.base_version,
            changed_since=self._changed_since(command, envelope.base_version),
            head=len(self.events),
            drifted=self._drifted(command),
        )
        before = self._with_point(command)
        outcome = decide(before, command, context)
        again = decide(before, command, context)
        assert outcome == again, "deciding twice differs"
        if isinstance(outcome, Accepted):
            self.state = _with_record(before, outcome, actor, envelope.id)
            self.events.extend(outcome.events)
            if outcome.events:
                self.past.append(envelope.id)
        return outcome

    def _with_point(self, command: SingleCommand) -> State:
        """The state, which knows of the past what a restore asks for."""
        if not isinstance(command, RestoreCommand) or isinstance(command.to, datetime):
            return self.state
        point = PastPoint(seq=None)
        if command.to <= len(self.events):
            keys = self._restored(command)
            images: dict[Key, Entity | None] = dict.fromkeys(keys)
            for event in self.events[: command.to]:
                entity = entity_of(event)
                if key_of(entity) in images:
                    images[key_of(entity)] = None if event.type.endswith(".deleted") else entity
            point = PastPoint(seq=command.to, images=Map(images))
        return msgspec.structs.replace(self.state, points=self.state.points.set(command, point))

    def _restored(self, command: RestoreCommand) -> list[Key]:
        if command.kind is not None and command.entity_id is not None:
            return [(command.kind, command.entity_id)]
        kinds = {"project", "phase", "milestone", "dependency", "booking"}
        entities = (entity_of(event) for event in self.events)
        mine = (key_of(e) for e in entities if command.project_id in {e.id, getattr(e, "project_id", None)})
        return sorted({key for key in mine if key[0] in kinds})

    def _changed_since(self, command: SingleCommand, base: int | None) -> frozenset[str]:
        found = target(command)
        if base is None or found is None:
            return frozenset()
        later = (e for e in self.events if entity_of(e).id == found[1] and entity_of(e).version > base)
        return frozenset(name for event in later for name in event.changed)

    def _drifted(self, command: SingleCommand) -> dict[UUID, frozenset[str]]:
        if not isinstance(command, CommitScenario | RebaseScenario):
            return {}
        return self.drifted(command.scenario_id)

    def drifted(self, scenario_id: UUID) -> dict[UUID, frozenset[str]]:
        """Of the bookings that a scenario changes, what was changed since it was drawn."""
        found: dict[UUID, frozenset[str]] = {}
        for booking_id, base in drawn_before(self.state, scenario_id).items():
            later = (e for e in self.events if entity_of(e).id == booking_id and entity_of(e).version > base)
            found[booking_id] = frozenset(name for event in later for name in event.changed)
        return found


def _with_record(before: State, outcome: Accepted, actor: Actor, command_id: UUID) -> State:
    images: dict[Key, Touched] = {}
    for event in outcome.events:
        entity = entity_of(event)
        known = images.get(key_of(entity))
        images[key_of(entity)] = Touched(
            kind=event.kind,
            id=entity.id,
            before=known.before if known else find(before, event.kind, entity.id),
            after=entity,
            deleted=event.type.endswith(".deleted"),
            rank_only=isinstance(event, BookingPromoted | BookingDemoted | ScenarioChanged)
            and (known is None or known.rank_only),
        )
    record = CommandRecord(command_id=command_id, actor_id=actor.id, touched=tuple(images.values()))
    return msgspec.structs.replace(outcome.state, records=outcome.state.records.set(command_id, record))
