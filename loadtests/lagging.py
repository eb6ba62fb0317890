"""The server with a watch over its event loop: prints when a callback held it longer than 5 ms, and where.

Each line is `lag`, the moment it ended (of the machine's monotonic clock), milliseconds, and the place in our
code that a second thread saw the loop's thread at, if it lasted long enough to be seen.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any

from server import running
from server.cli import main
from server.serving import serve

TOLD_SECONDS = 0.005
SEEN_SECONDS = 0.015
_BEAT = 0.002
_ROOT = str(Path(__file__).parents[1])


class Watch:
    """When the loop was last free, and where it was seen when it was not."""

    def __init__(self) -> None:
        self.free = time.monotonic()
        self.seen = ""
        self._loop_thread = threading.get_ident()
        threading.Thread(target=self._look, name="lag", daemon=True).start()

    async def beat(self) -> None:
        """Run for ever in the loop that is watched."""
        while True:
            await asyncio.sleep(_BEAT)
            now = time.monotonic()
            late = now - self.free - _BEAT
            if late > TOLD_SECONDS:
                print(f"lag {now:.3f} {late * 1000:.1f} {self.seen}", flush=True)
            self.free, self.seen = time.monotonic(), ""

    def _look(self) -> None:
        while True:
            time.sleep(_BEAT)
            if time.monotonic() - self.free > SEEN_SECONDS and not self.seen:
                frame = sys._current_frames().get(self._loop_thread)  # noqa: SLF001 - there is no other way
                self.seen = _places(frame)


def _places(frame: FrameType | None) -> str:
    """The innermost three of our own functions, innermost first."""
    found: list[str] = []
    while frame is not None and len(found) < 3:
        code = frame.f_code
        if code.co_filename.startswith(_ROOT) and "lagging" not in code.co_filename:
            found.append(f"{Path(code.co_filename).stem}.{code.co_name}:{frame.f_lineno}")
        frame = frame.f_back
    return " < ".join(found)


def _watched(real: Any) -> Any:
    async def watched(*args: Any, **kwargs: Any) -> None:
        beat = asyncio.create_task(Watch().beat(), name="lag")
        try:
            await real(*args, **kwargs)
        finally:
            beat.cancel()

    return watched


if __name__ == "__main__":
    vars(running)["serve"] = _watched(serve)
    sys.exit(main())
