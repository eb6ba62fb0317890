"""Tells instances what a process without sockets committed: a worker, whose clocks strike for everybody."""

from __future__ import annotations

from uuid import uuid4

from realtime.bus import Bus
from realtime.hints import events_hint
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
