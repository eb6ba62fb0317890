"""What a person at the terminal sees of long work: a line a step, and a bar that redraws itself."""

import sys
import time
from typing import TextIO


class Terminal:
    """Writes steps and progress; on a pipe or in a log file a bar becomes a line every few seconds."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._live = self._stream.isatty()
        self._open = False
        self._last = 0.0

    def say(self, text: str) -> None:
        """A step, on a line of its own."""
        self._close_bar()
        self._write(f"{text}\n")

    def progress(self, what: str, done: int, total: int) -> None:
        """How far `what` has come; cheap enough to call for every item."""
        now = time.monotonic()
        finished = total > 0 and done >= total
        if not finished and now - self._last < (0.1 if self._live else 5.0):
            return
        self._last = now
        if self._live:
            self._write(f"\r{self._bar(what, done, total)}\x1b[K")
            self._open = True
        elif not finished:
            self._write(f"{what}: {done} of {total}\n" if total > 0 else f"{what}\n")

    def _bar(self, what: str, done: int, total: int) -> str:
        if total <= 0:
            return what
        share = min(1.0, done / total)
        filled = round(share * 24)
        return f"{what}  {'█' * filled}{'·' * (24 - filled)}  {done}/{total}"

    def _close_bar(self) -> None:
        if self._open:
            self._write("\r\x1b[K")
            self._open = False

    def _write(self, text: str) -> None:
        encoding = self._stream.encoding or "utf-8"
        self._stream.write(text.encode(encoding, "replace").decode(encoding))
        self._stream.flush()
