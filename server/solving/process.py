"""A child process that searches, as its worker sees it: begun, told, heard, weighed, killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys

import psutil

from server.solving.frames import HEAD, Order, Ready, Report, length_of, pack, report_of

START_SECONDS = 60.0


class Died(Exception):
    """The child is gone; `status` is its exit status, below 0 where a signal ended it."""

    def __init__(self, status: int | None) -> None:
        super().__init__(f"the solver process ended with status {status}")
        self.status = status


class Child:
    """One process. `kill` and await it when it is no longer needed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._reading: asyncio.Task[Report] | None = None

    @classmethod
    async def start(cls, megabytes: int) -> Child:
        """A child that waits for work. Raises `Died`."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "server.solving.child",
            str(megabytes),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=_environment(),
        )
        child = cls(process)
        try:
            await child.ready()
        except BaseException:
            await child.kill()
            raise
        return child

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def ready(self) -> None:
        """Wait until it waits for work; what it says of an earlier job is not heard. Raises `Died`."""
        async with asyncio.timeout(START_SECONDS):
            while not isinstance(await self.hear(START_SECONDS), Ready):
                pass

    def tell(self, order: Order) -> None:
        """Say something; a child that is gone is noticed when it is listened to."""
        if self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(pack(order))

    async def hear(self, seconds: float) -> Report | None:
        """What it says next, None where it says nothing for so long. Raises `Died`."""
        if self._reading is None:
            self._reading = asyncio.create_task(self._read(), name=f"solver {self.pid}")
        done, _ = await asyncio.wait([self._reading], timeout=seconds)
        if not done:
            return None
        reading, self._reading = self._reading, None
        return reading.result()

    async def _read(self) -> Report:
        pipe = self._process.stdout
        if pipe is None:
            raise RuntimeError("a child was started without a pipe")
        try:
            return report_of(await pipe.readexactly(length_of(await pipe.readexactly(HEAD))))
        except asyncio.IncompleteReadError:
            raise Died(await self._process.wait()) from None

    def megabytes(self) -> float:
        """What it occupies of the machine's memory; 0 where it is gone."""
        try:
            return float(psutil.Process(self.pid).memory_info().rss) / (1 << 20)
        except psutil.Error:
            return 0.0

    async def kill(self) -> None:
        """End it now; harmless where it is over."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
            self._reading = None
        if self._process.stdin is not None:
            self._process.stdin.close()


def _environment() -> dict[str, str]:
    """Ours, without settings that are secret: the child is told all it needs."""
    secret = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DEMO_PASSWORD"}
    kept = {name: value for name, value in os.environ.items() if name not in secret}
    # Libraries of numbers would keep a thread per core, each with memory of its own.
    return {**kept, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONPATH": _path()}


def _path() -> str:
    """The same modules as ours, from wherever we were started."""
    return os.pathsep.join(path or os.getcwd() for path in sys.path)  # noqa: PTH109 - a string is needed
