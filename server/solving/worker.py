"""A solver worker: claims jobs, a child process for each, until it is told to end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from uuid import UUID

from db.solver_queue import claim, give_back, sign_in
from realtime.quiet import QuietLog
from realtime.tasks import end
from server.solving.run import Tools, run_job
from server.solving.slots import Slot

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.3
"""How often a worker without work looks for some."""
SIGN_SECONDS = 3.0


class SolverWorker:
    """`processes` searches at once, where there are several one of them only for quick ones.

    `warm` starts the children at once; otherwise each is started by the first job it gets.
    """

    def __init__(self, tools: Tools, *, processes: int, warm: bool = False) -> None:
        self._tools = tools
        self._slots = [
            Slot(tools.megabytes, quick=number == 0 and processes > 1) for number in range(processes)
        ]
        self._warm = warm
        self._wakers: set[asyncio.Event] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._quiet = QuietLog(logger)

    @property
    def worker(self) -> UUID:
        return self._tools.worker

    async def start(self) -> None:
        """Begin. With `warm` the children wait for work when this returns. Raises `Died`."""
        if self._warm:
            await asyncio.gather(*(slot.child() for slot in self._slots))
        self._tasks.append(asyncio.create_task(self._sign_in(), name="solver sign-in"))
        self._tasks += [
            asyncio.create_task(self._serve(slot), name=f"solver {number}")
            for number, slot in enumerate(self._slots)
        ]

    def wake(self) -> None:
        """There may be work."""
        for waker in self._wakers:
            waker.set()

    async def close(self) -> None:
        """End the children; what they were at is left to others, who begin it anew."""
        await end(self._tasks)
        await asyncio.gather(*(slot.kill() for slot in self._slots))
        with contextlib.suppress(Exception):  # the lease runs out by itself
            await give_back(self._tools.pool, self.worker)

    async def _sign_in(self) -> None:
        while True:
            try:
                await sign_in(self._tools.pool, self.worker, len(self._slots))
            except Exception as error:  # noqa: BLE001 - tried again in a moment
                self._quiet.warning("sign-in", "the solver queue is not reached: %s", error)
            await asyncio.sleep(SIGN_SECONDS)

    async def _serve(self, slot: Slot) -> None:
        waker = asyncio.Event()
        self._wakers.add(waker)
        while True:
            waker.clear()
            try:
                if self._warm:
                    await slot.child()  # a killed one is replaced before it is needed
                claimed = await claim(self._tools.pool, self.worker, quick_only=slot.quick)
                if claimed is not None:
                    await run_job(self._tools, claimed, slot)
                    continue
            except Exception as error:  # noqa: BLE001 - whatever it is, the next job is worked on
                await slot.kill()
                self._quiet.warning("work", "a solver job was left: %s", error, fault=error)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await waker.wait()
