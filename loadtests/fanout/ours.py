"""Our server as it delivers in the product, on one core, with its log and its accounts made up.

Gateway, connections, rooms, packets and sockets are the product's. A command commits at once, as one
event, and nobody's presence is told, since the peer has none.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import socket
import sys
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import msgspec
import uvicorn
import uvloop

from loadtests.fanout.messages import EPOCH, EVENT, FIRST_SEQ
from realtime.bounds import Bounds
from realtime.bus import InProcessBus
from realtime.catchup import Catchup, Caught
from realtime.courier import Courier
from realtime.fanout import Fanout
from realtime.gateway import Gateway
from realtime.log_reader import Page, Position
from realtime.presence import Presence
from realtime.protocol import CommandRequest, OkAnswer, SyncRequest
from realtime.requests import Committed, Tell
from realtime.switchboard import Switchboard
from realtime.websocket import HttpProtocol, uvicorn_settings
from scheduling.permissions import Actor
from server.serving import tune_collector

TENANT = UUID(int=1)
FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)
FREE = 1e9
BOUNDS = Bounds(
    max_connections=100_000,
    max_per_address=100_000,
    max_per_tenant=100_000,
    ping_interval=600.0,
    ping_timeout=600.0,
    commands_per_second=FREE,
    command_burst=FREE,
    frames_per_second=FREE,
    frame_burst=FREE,
    mailbox_messages=100_000,
)


class MadeUpLog:
    """A log that stands where the last event was numbered."""

    def __init__(self) -> None:
        self.seq = FIRST_SEQ - 1

    async def head(self, tenant_id: UUID) -> Position:
        return Position(epoch=EPOCH, seq=self.seq)

    async def since(self, tenant_id: UUID, after: int, limit: int) -> Page:
        return Page(head=await self.head(tenant_id), after=after, bodies=(EVENT,) * (self.seq - after))


class MadeUpWrites:
    """A write path where every command is one event."""

    def __init__(self, log: MadeUpLog) -> None:
        self._log = log
        self.fanout: Fanout | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def submit(self, actor: Actor, envelope: CommandRequest, tell: Tell, /) -> None:
        self._log.seq += 1
        seq = self._log.seq
        committed = Committed(
            tenant_id=TENANT, epoch=EPOCH, from_seq=seq, to_seq=seq, events=(), bodies=(EVENT,)
        )
        assert self.fanout
        task = asyncio.create_task(self.fanout.publish(committed))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        answer = OkAnswer(id=envelope.id, seq=seq, result=msgspec.Raw(b"{}"))
        tell(answer, msgspec.json.encode(answer))


class MadeUpCatchup:
    """Everybody is where the log is."""

    def __init__(self, log: MadeUpLog) -> None:
        self._log = log

    async def answer(self, actor: Actor, request: SyncRequest) -> Caught:
        body = b'{"kind":"events","epoch":"%s","from_seq":%d,"to_seq":%d,"events":[]}'
        seq = self._log.seq
        return Caught(body=body % (str(EPOCH).encode(), seq + 1, seq), live_from=seq)

    def forget_old(self) -> None:
        pass


async def _authenticate(token: str) -> Any:
    actor = Actor(kind="member", id=uuid4(), name="Mai", role="studio_manager", tenant_id=TENANT)
    return SimpleNamespace(actor=actor, expires_at=FOR_EVER, family_id=None, secret=None)


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        tune_collector()


async def serve(*, fast: bool) -> None:
    """Serve until killed; the port is printed."""
    log = MadeUpLog()
    writes, courier = MadeUpWrites(log), Courier()
    switchboard = Switchboard(InProcessBus(), key=b"benchmark", instance=uuid4().hex)
    fanout = writes.fanout = Fanout(log, switchboard, courier=courier)
    nobody = SimpleNamespace(**dict.fromkeys(("join", "leave", "hinted", "resumed"), lambda *_: None))
    presence = cast("Presence", nobody)
    gateway = Gateway(
        executor=writes,
        fanout=fanout,
        catchup=cast("Catchup", MadeUpCatchup(log)),
        presence=presence,
        switchboard=switchboard,
        authenticate=_authenticate,
        bounds=BOUNDS,
        courier=courier,
    )
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    config = uvicorn.Config(
        gateway.asgi(_nothing_else),
        lifespan="off",
        log_config=None,
        http=HttpProtocol,
        access_log=False,
        backlog=4096,
        **uvicorn_settings(BOUNDS.max_message_bytes, fast=fast),
    )
    await switchboard.start(fanout, presence, gateway)
    fanout.start()
    await gateway.start()
    print(f"ready {listener.getsockname()[1]}", flush=True)
    await _Server(config).serve(sockets=[listener])


async def _nothing_else(_scope: Any, _receive: Any, _send: Any) -> None:
    raise RuntimeError("there is only a socket here")


def main() -> int:
    parser = argparse.ArgumentParser(prog="loadtests.fanout.ours")
    parser.add_argument("--stock", action="store_true")
    options = parser.parse_args()
    gc.collect()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(fast=not options.stock))
    return 0


if __name__ == "__main__":
    sys.exit(main())
