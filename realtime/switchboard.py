"""Between the bus and the rooms: signs what leaves, checks what comes, and hands it to its owner."""

from __future__ import annotations

import logging
from typing import Protocol, assert_never
from uuid import UUID

from realtime.bus import Bus
from realtime.hints import (
    AskPeople,
    EventsHint,
    GhostsHint,
    Hint,
    HintCodec,
    JobHint,
    PeopleHint,
    SignOut,
    topic_of,
)
from realtime.quiet import QuietLog

logger = logging.getLogger(__name__)


class EventsOwner(Protocol):
    """`fanout`, as seen from the bus."""

    def hinted(self, tenant_id: UUID, hint: EventsHint) -> None: ...

    def resumed(self, tenant_id: UUID) -> None: ...


class PresenceOwner(Protocol):
    """`presence`, as seen from the bus."""

    def hinted(self, tenant_id: UUID, hint: PeopleHint | AskPeople | GhostsHint) -> None: ...

    def resumed(self, tenant_id: UUID) -> None: ...


class JobsOwner(Protocol):
    """`news`, as seen from the bus."""

    def hinted(self, tenant_id: UUID, hint: JobHint) -> None: ...


class AccountsOwner(Protocol):
    """The gateway, as seen from the bus."""

    def hinted(self, tenant_id: UUID, hint: SignOut) -> None: ...


class Switchboard:
    """One per process. `key` is shared by the instances that believe each other."""

    def __init__(self, bus: Bus, *, key: bytes, instance: str) -> None:
        self.instance = instance
        self._bus = bus
        self._codec = HintCodec(key)
        self._events: EventsOwner | None = None
        self._presence: PresenceOwner | None = None
        self._accounts: AccountsOwner | None = None
        self._jobs: JobsOwner | None = None
        self._log = QuietLog(logger)

    @property
    def healthy(self) -> bool:
        """Whether other instances are heard at present."""
        return self._bus.healthy

    async def start(
        self,
        events: EventsOwner,
        presence: PresenceOwner,
        accounts: AccountsOwner,
        jobs: JobsOwner | None = None,
    ) -> None:
        """Begin to receive."""
        self._events, self._presence, self._accounts, self._jobs = events, presence, accounts, jobs
        await self._bus.start(self._receive, self._resumed)

    async def close(self) -> None:
        """Receive and send nothing more."""
        self._events = self._presence = self._accounts = self._jobs = None
        await self._bus.close()

    def open(self, tenant_id: UUID) -> None:
        """Somebody of this tenant is here: listen for it."""
        self._bus.subscribe(topic_of(tenant_id))

    def shut(self, tenant_id: UUID) -> None:
        """Nobody is left."""
        self._bus.unsubscribe(topic_of(tenant_id))

    def publish(self, tenant_id: UUID, hint: Hint) -> None:
        """Tell the other instances. Never waits; a hint that cannot be sent is only late news."""
        topic = topic_of(tenant_id)
        try:
            self._bus.publish(topic, self._codec.encode(topic, hint))
        except Exception as error:  # noqa: BLE001 - a bus must not be able to fail a command
            self._log.warning("publish", "a hint was not published", fault=error)

    def _receive(self, topic: str, payload: bytes) -> None:
        tenant_id = _tenant_of(topic)
        hint = self._codec.decode(topic, payload)
        if hint is None or tenant_id is None:
            self._log.warning(
                "forged", "a message on the bus is not ours: %d bytes on %s", len(payload), topic
            )
            return
        if hint.instance == self.instance:
            return
        match hint:
            case EventsHint():
                if self._events is not None:
                    self._events.hinted(tenant_id, hint)
            case PeopleHint() | AskPeople() | GhostsHint():
                if self._presence is not None:
                    self._presence.hinted(tenant_id, hint)
            case SignOut():
                if self._accounts is not None:
                    self._accounts.hinted(tenant_id, hint)
            case JobHint():
                if self._jobs is not None:
                    self._jobs.hinted(tenant_id, hint)
            case _:
                assert_never(hint)

    def _resumed(self, topic: str) -> None:
        tenant_id = _tenant_of(topic)
        if tenant_id is None:
            return
        if self._events is not None:
            self._events.resumed(tenant_id)
        if self._presence is not None:
            self._presence.resumed(tenant_id)


def _tenant_of(topic: str) -> UUID | None:
    try:
        return UUID(topic.rpartition(":")[2])
    except ValueError:
        return None
