"""Instances that start within moments: a process that has imported everything forks one when asked.

Run as a program it reads orders from its input, a JSON object a line, and writes one line for each
instance that is ready. An instance is the real server, in a process of its own, fit to be killed.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

START_SECONDS = 60.0


class Born(msgspec.Struct, frozen=True, kw_only=True):
    """An instance that answers."""

    number: int
    pid: int
    url: str


class Nursery:
    """The near end: asks for instances. Each is the caller's to kill."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._waiting: dict[int, asyncio.Future[Born]] = {}
        self._numbers = 0
        self.log = log
        """Where every instance writes its log."""

    async def instance(self, **settings: Any) -> Born:
        """Start an instance with these settings, by field name; returns when it answers."""
        self._numbers += 1
        born = self._waiting[self._numbers] = asyncio.get_running_loop().create_future()
        order = {"number": self._numbers, "log": str(self.log), "settings": settings}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        async with asyncio.timeout(START_SECONDS):
            return await born

    async def read(self) -> None:
        """Take in what the program says, until it ends."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            born = msgspec.json.decode(line, type=Born)
            self._waiting.pop(born.number).set_result(born)


@asynccontextmanager
async def nursery(folder: Path) -> AsyncIterator[Nursery]:
    """A nursery for the length of the block; what it started ends with it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.harness.faults.nursery",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    )
    opened = Nursery(process, folder / "instances.log")
    reading = asyncio.create_task(opened.read(), name="nursery")
    try:
        yield opened
    finally:
        process.kill()
        await process.wait()
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


# -- the program -------------------------------------------------------------------------------


def main() -> None:
    """Fork an instance for each line of the input."""
    import server.running  # noqa: F401 - what every instance needs, imported once
    from scheduling import public_holidays

    public_holidays.countries()  # most of what a start computes, kept for all of them
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are nobody's to wait for
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        if os.fork() == 0:
            _be_born(json.loads(line))


def _be_born(order: dict[str, Any]) -> None:
    """Serve until killed, and with the nursery at the latest."""
    from server.cli import _log_to_stderr
    from server.running import run_server
    from server.settings import load_settings
    from server.terminal import Terminal

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    log = os.open(order["log"], os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    os.dup2(log, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    settings = load_settings(order["settings"])
    _log_to_stderr(settings)

    def ready(url: str) -> None:
        born = Born(number=order["number"], pid=os.getpid(), url=url)
        os.write(1, msgspec.json.encode(born) + b"\n")

    status = 1
    try:
        run_server(settings, Terminal(sys.stderr), on_ready=ready)
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()
