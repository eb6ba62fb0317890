"""A real cluster of Redis-protocol servers on one machine, whose slots can be moved and servers stopped."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from tests.harness.redis import free_port

SLOTS = 16_384
SIZE = 3
_PATIENCE = 60.0


class ClusterServer:
    """One server of the cluster; `stop` and `start` keep its port and what it knows."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._ran = False
        self.port = self.bus_port = 0

    @property
    def client(self) -> Redis:
        return Redis(port=self.port, socket_timeout=5)

    def start(self) -> None:
        """Start, and wait until it answers; the first time on other ports where somebody was quicker."""
        _until(self._try_to_start, "a server of the cluster")
        self._ran = True

    def _try_to_start(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            if not self._ran:
                self.port, self.bus_port = free_port(), free_port()
            self._process = subprocess.Popen(
                [self._program, *self._options()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        return bool(self.client.ping())

    def _options(self) -> list[str]:
        options = {
            "port": self.port,
            "cluster-port": self.bus_port,
            "bind": "127.0.0.1",
            "dir": self._folder,
            "save": "",
            "cluster-enabled": "yes",
            "cluster-node-timeout": 2_000,
            "cluster-require-full-coverage": "no",
        }
        return [word for name, value in options.items() for word in (f"--{name}", str(value))]

    def stop(self) -> None:
        """End it at once, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None


class RedisCluster:
    """Three servers that share the slots. Made by `redis_cluster`."""

    def __init__(self, servers: list[ClusterServer]) -> None:
        self.servers = servers

    @property
    def url(self) -> str:
        """All of them, as an operator would write it."""
        return f"redis://{','.join(f'127.0.0.1:{server.port}' for server in self.servers)}/0"

    def form(self) -> None:
        """Share the slots out, and wait until everybody knows of everybody."""
        share = SLOTS // len(self.servers)
        for number, server in enumerate(self.servers):
            last = SLOTS if server is self.servers[-1] else (number + 1) * share
            _run(server, "ADDSLOTSRANGE", number * share, last - 1)
            _run(server, "SET-CONFIG-EPOCH", number + 1)
        for server in self.servers[1:]:
            _run(self.servers[0], "MEET", "127.0.0.1", server.port, server.bus_port)
        _until(lambda: all(self._is_whole(server) for server in self.servers), "the cluster")

    def _is_whole(self, server: ClusterServer) -> bool:
        return sum(last - first + 1 for first, last, *_ in _run(server, "SLOTS")) == SLOTS

    def owner(self, slot: int) -> ClusterServer:
        """Whose slot it is, as the first server knows it."""
        for first, last, primary, *_ in _run(self.servers[0], "SLOTS"):
            if first <= slot <= last:
                return next(server for server in self.servers if server.port == primary[1])
        raise AssertionError(f"slot {slot} is nobody's")

    def move(self, slot: int, to: ClusterServer) -> None:
        """Give an empty slot to another server, and tell everybody."""
        name = _run(to, "MYID")
        for server in [to, *(one for one in self.servers if one is not to)]:
            _run(server, "SETSLOT", slot, "NODE", name)

    def subscribed(self) -> dict[int, int]:
        """How many sharded channels are listened to, by port."""
        return {
            server.port: len(server.client.execute_command("PUBSUB", "SHARDCHANNELS"))
            for server in self.servers
        }


def _run(server: ClusterServer, *words: Any) -> Any:
    return server.client.execute_command("CLUSTER", *words)


def _until(holds: Any, what: str) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        with contextlib.suppress(RedisError, OSError):
            if holds():
                return
        time.sleep(0.02)
    raise AssertionError(f"{what} did not come up")


@contextlib.contextmanager
def redis_cluster(program: str) -> Iterator[RedisCluster]:
    """A cluster for the length of the block."""
    with tempfile.TemporaryDirectory(prefix="production-tool-cluster-") as name:
        servers = []
        for number in range(SIZE):
            folder = Path(name, str(number))
            folder.mkdir()
            servers.append(ClusterServer(program, folder))
        try:
            for server in servers:
                server.start()
            cluster = RedisCluster(servers)
            cluster.form()
            yield cluster
        finally:
            for server in servers:
                server.stop()
