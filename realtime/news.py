"""Tells a studio's staff how far its solver jobs are: here, and by way of the bus on every instance."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

import msgspec
from msgspec import Raw, structs

from realtime.connections import Audience, Connection
from realtime.frames import event_packet
from realtime.hints import JobHint
from realtime.protocol.jobs import UNPLACED_SHOWN, SolverJob
from realtime.switchboard import Switchboard

STAFF = Audience(True)


class Listeners(Protocol):
    """`fanout`, as far as it knows who listens."""

    def listening(self, tenant_id: UUID, audience: Audience) -> list[Connection]:
        """The live connections of an audience on this instance."""


class JobNews:
    """One per process. Lossy while a job runs, since the next word says more; its end is not."""

    def __init__(self, switchboard: Switchboard, listeners: Listeners) -> None:
        self._switchboard = switchboard
        self._listeners = listeners

    def tell(self, tenant_id: UUID, job: SolverJob) -> None:
        """Send the job to staff everywhere. Waits for nobody."""
        hint = job_hint(self._switchboard.instance, job)
        self.hinted(tenant_id, hint)
        self._switchboard.publish(tenant_id, hint)

    def hinted(self, tenant_id: UUID, hint: JobHint) -> None:
        """A job's news, from here or from elsewhere."""
        packet = event_packet("progress", bytes(hint.job), lossy=not hint.over)
        for connection in self._listeners.listening(tenant_id, STAFF):
            connection.send(packet)


def job_hint(instance: str, job: SolverJob) -> JobHint:
    """The job as it is told: of what has no place, the first ones."""
    shown = structs.replace(job, unplaced=job.unplaced[:UNPLACED_SHOWN])
    over = job.state in {"done", "failed", "cancelled"}
    return JobHint(instance=instance, job=Raw(msgspec.json.encode(shown)), over=over)
