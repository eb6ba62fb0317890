"""Log lines that input can cause: one per cause and interval, saying how many were left out."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable


class QuietLog:
    """A logger whose lines are bounded per key, so that a stream of bad input fills no disk."""

    def __init__(
        self, logger: logging.Logger, *, seconds: float = 10.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._logger = logger
        self._seconds = seconds
        self._clock = clock
        self._last: dict[str, float] = {}
        self._left_out: dict[str, int] = {}

    def warning(self, key: str, message: str, *args: object, fault: BaseException | None = None) -> None:
        """One line per `key` and interval; `fault` adds its traceback and is for our own errors only."""
        now = self._clock()
        last = self._last.get(key)
        if last is not None and now - last < self._seconds:
            self._left_out[key] = self._left_out.get(key, 0) + 1
            return
        self._last[key] = now
        left_out = self._left_out.pop(key, 0)
        if left_out:
            message, args = message + " (and %d more like it)", (*args, left_out)
        self._logger.warning(message, *args, exc_info=fault)
