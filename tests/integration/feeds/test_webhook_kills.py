"""Workers that deliver are killed, in the middle of an attempt and right after one: W1-W3 of feeds.md."""

from __future__ import annotations

import asyncio
import signal
from contextlib import ExitStack

import psutil

from scheduling.scopes import Scope
from tests.harness.live import until
from tests.harness.process import ServerProcess, server_process
from tests.harness.whole import key_of, running
from tests.integration.feeds.conftest import LOOPBACK

IN_THE_MIDDLE = (True, False, True)


class Workers:
    """Two processes that deliver; whoever is posting can be killed, and has a successor."""

    def __init__(self, stack: ExitStack, dsn: str) -> None:
        self._stack = stack
        self._settings = {"DATABASE_URL": dsn, "WEBHOOK_NETWORKS": "127.0.0.0/8", "LOG_LEVEL": "warning"}
        self._alive: list[ServerProcess] = []

    def _start(self) -> ServerProcess:
        process = server_process("worker", program="tests.harness.hasty_worker", **self._settings)
        return self._stack.enter_context(process)

    async def ready(self) -> None:
        for worker in self._alive:
            await asyncio.to_thread(worker.wait_for, "The worker is ready")

    def kill_who_talks_to(self, ports: set[int]) -> None:
        """kill -9 of the worker at the other end of the receiver's connections; two are left, or one."""
        for worker in self._alive:
            if {c.laddr.port for c in psutil.Process(worker.pid).net_connections("tcp")} & ports:
                worker.stop(signal.SIGKILL)
                self._alive.remove(worker)
                return

    def complete(self) -> None:
        """Two again."""
        while len(self._alive) < 2:
            self._alive.append(self._start())


async def test_a_killed_worker_loses_no_delivery_and_puts_none_before_its_turn(database, pool, receiver):
    """W1-W3: at least once, in order, and again under the same id."""
    async with running(database, webhook_networks=LOOPBACK, run_worker=False) as server:
        studio = await server.studio(pool)
        secret, _ = await key_of(studio, Scope.WEBHOOKS_MANAGE)
        async with server.client(secret) as client:
            made = await client.post("/api/v1/webhooks", json={"url": receiver.url})
            assert made.status_code == 201, made.text
        with ExitStack() as stack:
            workers = Workers(stack, database.dsn)
            events = 0
            for in_the_middle in IN_THE_MIDDLE:
                workers.complete()
                await workers.ready()
                taken = receiver.arrived
                if in_the_middle:
                    receiver.hold.clear()  # it dies before it has an answer
                for _ in range(5):
                    await studio.artist()
                    events += 1
                await attempt_after(receiver, taken)
                ports = {w.get_extra_info("peername")[1] for w in receiver.open if not w.is_closing()}
                workers.kill_who_talks_to(ports)
                receiver.hold.set()
            await until(lambda: len(firsts(receiver)) == events, what="every event")
    assert firsts(receiver) == list(range(1, events + 1))
    ids = {(post.json["data"]["seq"], post.headers["webhook-id"]) for post in receiver.posts}
    assert len(ids) == events, "again is under the same id"
    assert len(receiver.posts) > events, "nobody died in the middle of an attempt"


async def attempt_after(receiver, arrived):
    await until(lambda: receiver.arrived > arrived, what="another attempt")


def firsts(receiver):
    """The numbers in the order in which each came first."""
    return list(dict.fromkeys(post.json["data"]["seq"] for post in receiver.posts))
