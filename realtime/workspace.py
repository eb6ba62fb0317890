"""What one transaction knows and has decided: rows loaded on demand, commands folded over them.

Rows that a command of this transaction changed are never overwritten by what the database still
says; all others are refreshed whenever a wider part of a line is loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from immutables import Map
from msgspec import Struct

from db.pool import Connection
from db.queries import (
    artists,
    bookings,
    challenges,
    event_log,
    history,
    members,
    milestones,
    projects,
    scenarios,
    times_off,
)
from db.queries.tenants import Head
from realtime.known import Known, spans_by_artist
from realtime.records import OF_PROJECT, Done, past_of, record_as_done, record_of
from scheduling.claims import rerank_all
from scheduling.commands import RestoreCommand
from scheduling.decide import Accepted
from scheduling.events import Event, ScenarioChangeDeleted, entity_of
from scheduling.model import Booking, Entity, EntityKind, Tenant
from scheduling.permissions import Actor
from scheduling.scope import Needs, Window, claims_of, needs_of
from scheduling.state import Key, PastPoint, State, find, key_of, put, remove


class Decided(Struct, frozen=True, kw_only=True):
    """An event of this transaction, with who caused it under which command, and the image before it."""

    event: Event
    before: Entity | None
    actor: Actor
    command_id: UUID


class Checkpoint(Struct, frozen=True, kw_only=True):
    """Where a workspace stood, to return to."""

    state: State
    decided: int
    dirty: frozenset[Key]


class Workspace(Known):
    """The state of one transaction; see the module."""

    def __init__(
        self, connection: Connection, tenant: Tenant, head: Head, now: datetime, margin: timedelta
    ) -> None:
        super().__init__(State(tenant=tenant, next_claim=head.next_claim), margin)
        self.connection = connection
        self.head = head
        self.now = now
        self.decided: list[Decided] = []
        self._dirty: set[Key] = set()
        self._done: dict[UUID, Done] = {}

    @property
    def tenant_id(self) -> UUID:
        return self.state.tenant.id

    # -- deciding ------------------------------------------------------------------------

    def accept(self, outcome: Accepted, actor: Actor, command_id: UUID, *, undoable: bool = True) -> None:
        """Take an accepted outcome in: its state is the state from now on.

        `undoable` False spares the record that a later command of the same transaction would need
        to undo this one; a bulk command, which has its transaction to itself, would otherwise
        rebuild a record of thousands of entities for every one of its items.
        """
        before = self.state
        self.state = outcome.state
        latest: dict[Key, Entity] = {}
        for event in outcome.events:
            entity = entity_of(event)
            key = key_of(entity)
            earlier = latest.get(key) or find(before, *key)
            self._dirty.add(key)
            self.decided.append(Decided(event=event, before=earlier, actor=actor, command_id=command_id))
            latest[key] = entity
        if undoable:
            self._done[command_id] = Done(before=before, events=outcome.events, actor_id=actor.id)

    def move_on(self, head: Head) -> None:
        """What was decided is on its way into the log, whose head is this from then on."""
        dropped = (d.event for d in self.decided if isinstance(d.event, ScenarioChangeDeleted))
        gone = {key_of(event.scenario_change) for event in dropped}
        self.head = head
        self.decided = []
        self._known |= self._dirty  # also what was given its id here, and never asked for
        self._dirty = set()
        self._done = {}
        self._wagered = set()
        if self.state.records or self.state.points:
            self.state = msgspec.structs.replace(self.state, records=Map(), points=Map())
        if gone:
            self._forget(gone)

    def _forget(self, gone: set[Key]) -> None:
        """What scenarios do not hold any more is asked for again where an undo wants it: it may be much."""
        with self.state.deleted.mutate() as deleted:
            for key in gone:
                deleted.pop(key, None)
            self.state = msgspec.structs.replace(self.state, deleted=deleted.finish())
        self._known -= gone

    def go_on(self, connection: Connection, now: datetime) -> None:
        """Serve another transaction, which rests on the head that this one made."""
        self.connection = connection
        self.now = now
        self._lasts = True

    @property
    def size(self) -> int:
        """How many entities are known."""
        state = self.state
        return len(state.bookings) + len(state.artists) + len(state.phases) + len(self._known)

    def checkpoint(self) -> Checkpoint:
        return Checkpoint(state=self.state, decided=len(self.decided), dirty=frozenset(self._dirty))

    def restore(self, to: Checkpoint) -> None:
        """Forget what was decided since; what was loaded since is loaded again when needed."""
        self.state = to.state
        del self.decided[to.decided :]
        self._dirty = set(to.dirty)
        self._forget_all()

    # -- loading -------------------------------------------------------------------------

    async def ensure(self, needs: Needs) -> None:
        """Load what is needed and not known yet."""
        if self.knows(needs):
            return
        for command in needs.points:
            await self._load_point(command)
        await self._ensure_entities(needs)
        if needs.members and not self._members_known:
            self._members_known = True
            self._merge(await members.everyone(self.connection, self.tenant_id))
        await self._ensure_graphs(needs.graphs)
        await self._ensure_booked(needs.booked)
        await self._ensure_records(needs.records)
        if series := [s for s in needs.series if s not in self._series]:
            self._series.update(series)
            self._merge_new(await bookings.of_series(self.connection, self.tenant_id, series))
        if ids := self._missing("challenge", needs.challenges):
            self._merge(await challenges.by_ids(self.connection, self.tenant_id, ids))
        if ids := self._missing("time_off", needs.times_off):
            self._merge(await times_off.by_ids(self.connection, self.tenant_id, ids))
        await self._ensure_scenarios(needs)
        await self._ensure_lines(needs.windows)
        await self._ensure_away(window.artist_id for window in needs.windows)
        await self._ensure_challenges(window.artist_id for window in needs.windows)

    async def _ensure_scenarios(self, needs: Needs) -> None:
        """All open scenarios with what they hold, and others by id."""
        if needs.drafts and not self._drafts_known:
            self._drafts_known = True
            self._merge(await scenarios.opened(self.connection, self.tenant_id))
            self._merge(await scenarios.changes(self.connection, self.tenant_id))
        if ids := self._missing("scenario", needs.scenarios):
            self._merge(await scenarios.by_ids(self.connection, self.tenant_id, ids))
        if ids := self._missing("scenario_change", needs.scenario_changes):
            there, gone = await scenarios.changes_by_ids(self.connection, self.tenant_id, ids)
            self._merge(there)
            self._merge_deleted(gone)

    async def _ensure_away(self, artist_ids: Iterable[UUID]) -> None:
        """When these artists are away."""
        missing = [a for a in dict.fromkeys(artist_ids) if a not in self._away]
        if missing:
            self._away.update(missing)
            self._merge(await times_off.live(self.connection, self.tenant_id, missing))

    async def _ensure_challenges(self, artist_ids: Iterable[UUID]) -> None:
        """The active challenges at the doors of these artists, and the claims they are about."""
        missing = [a for a in dict.fromkeys(artist_ids) if a not in self._challenged]
        if not missing:
            return
        self._challenged.update(missing)
        active = await challenges.active(self.connection, self.tenant_id, missing)
        self._merge(active)
        ids = {i for c in active for i in (c.booking_id, *(t.booking_id for t in c.targets))}
        await self._ensure_entities(Needs(bookings=frozenset(ids)))
        # A claim may have moved far from where the others stand.
        await self._ensure_lines(w for c in active for w in claims_of(c, self.state).windows)

    def _missing(self, kind: EntityKind, ids: Iterable[UUID]) -> list[UUID]:
        missing = [i for i in ids if (kind, i) not in self._known]
        self._known.update((kind, i) for i in missing)
        return missing

    async def _ensure_entities(self, needs: Needs) -> None:
        if ids := self._missing("booking", needs.bookings | needs.fresh):
            self._merge(await bookings.by_ids(self.connection, self.tenant_id, ids))
        if ids := self._missing("artist", needs.artists):
            self._merge(await artists.by_ids(self.connection, self.tenant_id, ids))
        if ids := self._missing("project", needs.projects):
            self._merge(await projects.by_ids(self.connection, self.tenant_id, ids))
        if ids := self._missing("phase", needs.phases):
            alive, gone = await projects.phases_by_ids(self.connection, self.tenant_id, ids)
            self._merge(alive)
            self._merge_deleted(gone)
        if ids := self._missing("dependency", needs.dependencies):
            ties, cut = await projects.dependencies_by_ids(self.connection, self.tenant_id, ids)
            self._merge(ties)
            self._merge_deleted(cut)
        if ids := self._missing("milestone", needs.milestones):
            marks, wiped = await milestones.by_ids(self.connection, self.tenant_id, ids)
            self._merge(marks)
            self._merge_deleted(wiped)

    def _merge(self, entities: Iterable[Entity]) -> None:
        for entity in entities:
            key = key_of(entity)
            if key not in self._dirty:
                self._known.add(key)
                self.state = put(self.state, entity)

    def _merge_new(self, found: Iterable[Booking]) -> None:
        """Bookings without ranks: those that are known already have theirs."""
        self._merge(b for b in found if ("booking", b.id) not in self._known)

    def _merge_deleted(self, entities: Iterable[Entity]) -> None:
        for entity in entities:
            if key_of(entity) not in self._dirty:
                self.state = remove(self.state, entity)

    async def _ensure_graphs(self, project_ids: Iterable[UUID]) -> None:
        missing = [p for p in project_ids if p not in self._graphs]
        if missing:
            self._graphs.update(missing)
            self._merge(await projects.phases(self.connection, self.tenant_id, missing))
            self._merge(await projects.dependencies(self.connection, self.tenant_id, missing))
            self._merge(await milestones.of_projects(self.connection, self.tenant_id, missing))

    async def _ensure_booked(self, project_ids: Iterable[UUID]) -> None:
        missing = [p for p in project_ids if p not in self._booked]
        if missing:
            self._booked.update(missing)
            self._merge_new(await bookings.live_of_projects(self.connection, self.tenant_id, missing))

    async def _ensure_records(self, command_ids: Iterable[UUID]) -> None:
        for command_id in command_ids:
            if command_id in self.state.records:
                continue
            if (done := self._done.get(command_id)) is not None:
                record = record_as_done(command_id, done)
            elif rows := await event_log.of_command(self.connection, self.tenant_id, command_id):
                record = record_of(command_id, rows)
            else:
                continue
            records = self.state.records.set(command_id, record)
            self.state = msgspec.structs.replace(self.state, records=records)

    async def _load_point(self, command: RestoreCommand) -> None:
        """What the log says of a past moment, about one thing or all of a project; and those things now.

        Asked anew each time: what is remembered of a studio holds nothing of its past.
        """
        kept_from = self.state.tenant.history_from
        seq = await self._seq(command.to)
        point = PastPoint(seq=None, kept_from=kept_from)
        if seq is not None and seq + 1 >= kept_from:
            keys = await self._restored_keys(command)
            await self._ensure_entities(needs_of(keys))
            await self.ensure(Needs(times_off=frozenset(i for kind, i in keys if kind == "time_off")))
            images = await self._images(keys, seq)
            point = PastPoint(seq=seq, kept_from=kept_from, images=Map(images))
        self.state = msgspec.structs.replace(self.state, points=self.state.points.set(command, point))

    async def _seq(self, to: int | datetime) -> int | None:
        """The place in the log, this transaction's part included; None where it does not reach there yet."""
        last = self.head.seq + len(self.decided)
        if isinstance(to, datetime):
            there = to >= self.now
            return last if there else await history.seq_at(self.connection, self.tenant_id, to)
        return to if to <= last else None

    async def _images(self, keys: list[Key], seq: int) -> dict[Key, Entity | None]:
        found = await history.images(self.connection, self.tenant_id, keys, seq)
        images = {key: past_of(found.get(key)) for key in keys}
        for decided in self.decided[: max(0, seq - self.head.seq)]:
            entity = entity_of(decided.event)
            if key_of(entity) in images:
                gone = decided.event.type.endswith(".deleted")
                images[key_of(entity)] = None if gone else entity
        return images

    async def _restored_keys(self, command: RestoreCommand) -> list[Key]:
        if command.project_id is None:
            return [(command.kind, command.entity_id)] if command.kind and command.entity_id else []
        keys = await history.belonging_to(self.connection, self.tenant_id, command.project_id, OF_PROJECT)
        fresh = (
            key_of(entity)
            for entity in (entity_of(d.event) for d in self.decided)
            if command.project_id in {entity.id, getattr(entity, "project_id", None)}
        )
        return list(dict.fromkeys([*keys, *(key for key in fresh if key[0] in OF_PROJECT)]))

    async def _ensure_lines(self, windows: Iterable[Window]) -> None:
        """Load the lines around the windows, out to where no live booking reaches across the edge."""
        wanted = {a: self._reach(a, *span) for a, span in spans_by_artist(windows).items()}
        while wanted:
            missing = [a for a, span in wanted.items() if not self._covers(a, *span)]
            if not missing:
                return
            for artist_id in missing:
                self._lines[artist_id] = self._wider(artist_id, *wanted[artist_id])
            spans = [(artist_id, *self._lines[artist_id]) for artist_id in missing]
            rows = await bookings.live_in_windows(self.connection, self.tenant_id, spans)
            self._merge(rerank_all(rows))
            wanted = {a: self._reach(a, *wanted[a]) for a in missing}

    # -- versions ------------------------------------------------------------------------

    async def changed_since(self, of: Entity, version: int) -> frozenset[str]:
        """Fields of the entity that were changed after `version`, here or before."""
        found = await self.all_changed_since({key_of(of): version})
        return found.get(key_of(of), frozenset())

    async def all_changed_since(self, versions: Mapping[Key, int]) -> dict[Key, frozenset[str]]:
        """The same of many entities."""
        fields: dict[Key, set[str]] = {}
        wanted = [(*key, version) for key, version in versions.items()]
        for change in await event_log.changes_since(self.connection, self.tenant_id, wanted):
            fields.setdefault((change.kind, change.entity_id), set()).update(change.fields)
        for decided in self.decided:
            entity = entity_of(decided.event)
            version = versions.get(key_of(entity))
            if version is not None and entity.version > version:
                fields.setdefault(key_of(entity), set()).update(decided.event.changed)
        return {key: frozenset(names) for key, names in fields.items()}
