"""Ends background tasks, also those that a library keeps from noticing a cancellation."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

_AGAIN_SECONDS = 0.5


async def end(tasks: Iterable[asyncio.Task[Any] | None]) -> None:
    """Cancel tasks and wait until they are over; their results and errors are nobody's any more.

    Until Python 3.12 `asyncio.wait_for`, which drivers use, may swallow a cancellation that comes
    at the moment its inner work ends, so one is not always enough.
    """
    running = {task for task in tasks if task is not None}
    while running:
        for task in running:
            task.cancel()
        ended, running = await asyncio.wait(running, timeout=_AGAIN_SECONDS)
        for task in ended:
            if not task.cancelled():
                task.exception()
