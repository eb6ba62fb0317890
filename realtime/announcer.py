"""Tells instances what a process without sockets did: a worker, for whom nobody waits and many look on."""

from __future__ import annotations

from uuid import UUID, uuid4

from realtime.bus import Bus
from realtime.hints import events_hint
from realtime.news import job_hint
from realtime.protocol.jobs import SolverJob
from realtime.requests import Committed
from realtime.switchboard import Switchboard


class Announcer:
    """Publishes hints and hears nothing. `secret` is the key that instances on one bus share."""

    def __init__(self, bus: Bus, *, secret: bytes) -> None:
        self._bus = bus
        self._switchboard = Switchboard(bus, key=secret, instance=uuid4().hex)

    async def start(self) -> None:
        """Begin; the bus may be away."""
        await self._bus.start(lambda _topic, _payload: None, lambda _topic: None)

    async def close(self) -> None:
        """End; what was not sent yet is found in the log."""
        await self._bus.close()

    async def publish(self, committed: Committed) -> None:
        """For the executor of the process. Does not wait for anybody."""
        hint = events_hint(
            self._switchboard.instance,
            committed.epoch,
            committed.from_seq,
            committed.to_seq,
            committed.bodies,
        )
        self._switchboard.publish(committed.tenant_id, hint)

    def tell_job(self, tenant_id: UUID, job: SolverJob) -> None:
        """How far a solver job is. Does not wait for anybody."""
        self._switchboard.publish(tenant_id, job_hint(self._switchboard.instance, job))
