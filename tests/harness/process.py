"""The program itself in a process of its own, as a person starts it: its output, its address, its end."""

import io
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

import httpx
import msgspec
import psutil

from server.cli import main
from server.settings import Settings

ROOT = Path(__file__).parents[2]
START_SECONDS = 120.0

_SETTINGS = set(Settings.model_fields)


class ServerProcess:
    """A running `production-tool demo` or `serve`."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._lines: list[str] = []
        self._children: set[psutil.Process] = set()
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, name="server output")
        self._reader.start()

    @property
    def url(self) -> str:
        """Its address, once it is ready."""
        return self.wait_for(r"ready at (http://\S+)").group(1)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def output(self) -> str:
        """Everything it has printed so far, errors included."""
        return "".join(self._lines)

    def wait_for(self, pattern: str) -> re.Match[str]:
        """The first match in the output; fails with the whole of it when the process ends before."""
        deadline = time.monotonic() + START_SECONDS
        with self._changed:
            while True:
                found = re.search(pattern, self.output)
                if found:
                    return found
                if not self._reader.is_alive() or time.monotonic() > deadline:
                    raise AssertionError(f"{pattern!r} was not printed:\n{self.output}")
                self._changed.wait(0.5)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, wait for the end, and return the exit status; may be called twice."""
        if self._process.poll() is None:
            self._children.update(psutil.Process(self.pid).children(recursive=True))
            self._process.send_signal(number)
        status = self._process.wait(30)
        self._reader.join(30)
        return status

    def close(self) -> None:
        """Kill it, if it still runs, and wait until its Postgres has noticed."""
        self.stop(signal.SIGKILL)
        psutil.wait_procs(self._children, timeout=30)

    def client(self) -> httpx.Client:
        """An HTTP client for it."""
        return httpx.Client(base_url=self.url, timeout=30, trust_env=False, verify=False)

    def _read(self) -> None:
        assert self._process.stdout
        with self._process.stdout as lines:
            for line in lines:
                with self._changed:
                    self._lines.append(line)
                    self._changed.notify_all()


def environment(settings: Mapping[str, object]) -> dict[str, str]:
    """Our environment with these settings and no others."""
    kept = {name: value for name, value in os.environ.items() if name.lower() not in _SETTINGS}
    return {**kept, "PYTHONUNBUFFERED": "1", **{name: str(value) for name, value in settings.items()}}


@contextmanager
def server_process(
    command: str, *options: str, program: str = "server.cli", **settings: object
) -> Iterator[ServerProcess]:
    """Run `production-tool COMMAND` with these settings on a free port until the block ends.

    It may not be ready yet when the block begins: `url` and `wait_for` wait. `program` is a module that
    changes something before it calls the command line.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", program, command, *options],
        cwd=ROOT,
        env=environment({"PORT": 0, **settings}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    server = ServerProcess(process)
    try:
        yield server
    finally:
        server.close()


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a command did: its exit status and what it wrote."""

    status: int
    out: str
    err: str


def run_command(*arguments: object, text: str = "", **settings: object) -> Answer:
    """Run one `production-tool` command to its end, here, with `text` as its input."""
    out, err = io.StringIO(), io.StringIO()
    handler = signal.getsignal(signal.SIGTERM)
    with (
        mock.patch.dict(os.environ, environment(settings), clear=True),
        mock.patch.object(sys, "stdin", io.StringIO(text)),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as error:  # of argparse
            status = int(error.code or 0)
        finally:
            signal.signal(signal.SIGTERM, handler)
    return Answer(status=status, out=out.getvalue(), err=err.getvalue())
