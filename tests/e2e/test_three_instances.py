"""Three instances behind the proxy that is shipped: two windows on two of them, and one that dies."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser

from tests.e2e.board import OWNER, PASSWORD, Studio, Window
from tests.e2e.windows import Theatre, what_one_does_the_other_sees
from tests.harness.haproxy import Proxy, haproxy
from tests.harness.live import until
from tests.harness.postgres import Cluster, temporary_folder
from tests.harness.process import ServerProcess, server_process
from tests.harness.redis import redis_server, servers

SECRET = "three instances believe each other by this"


class Instances:
    """Three servers, each at an address of its own, that can be killed and started again."""

    def __init__(self, stack: ExitStack, settings: dict[str, Any]) -> None:
        self._stack = stack
        self._settings = settings
        self._running: dict[str, ServerProcess] = {}
        # The first one seeds the studio that all of them serve.
        for name in ("web1", "web2", "web3"):
            self._running[name] = self._start(0)
            assert self._running["web1"].url
        self.ports = {name: int(server.url.rpartition(":")[2]) for name, server in self._running.items()}

    def _start(self, port: int) -> ServerProcess:
        return self._stack.enter_context(server_process("demo", **{**self._settings, "PORT": port}))

    def kill(self, name: str) -> None:
        """kill -9."""
        self._running[name].close()

    def restart(self, name: str) -> None:
        """Another one at the same address; returns when it is ready."""
        self._running[name] = self._start(self.ports[name])
        assert self._running[name].url

    @property
    def output(self) -> str:
        return "".join(server.output for server in self._running.values())


@pytest.fixture
def behind_proxy(postgres: Cluster) -> Iterator[tuple[Instances, Proxy]]:
    """Postgres, Redis, three instances of the demo, and HAProxy before them."""
    web = os.environ.get("WEB_DIST") or Path(__file__).parents[2] / "clients/web/dist"
    database = postgres.new_database()
    with ExitStack() as stack:
        folder = stack.enter_context(temporary_folder())
        redis = stack.enter_context(redis_server(servers()["valkey"]))
        settings = {
            "DATA_DIR": folder,
            "DATABASE_URL": database.dsn,
            "REDIS_URL": redis.url,
            "SECRET_KEY": SECRET,
            "DEMO_PASSWORD": PASSWORD,
            "WEB_DIST": web,
            "RUN_WORKER": "false",
        }
        instances = Instances(stack, settings)
        addresses = [f"127.0.0.1:{port}" for port in instances.ports.values()]
        proxy = stack.enter_context(haproxy(addresses, folder))
        yield instances, proxy
        assert "Traceback" not in instances.output
    postgres.drop(database)


def test_two_windows_on_two_instances_survive_the_death_of_each(
    behind_proxy: tuple[Instances, Proxy], theatre: Theatre
) -> None:
    """The whole story of a booking, while first the one's and then the other's instance is killed."""
    instances, proxy = behind_proxy

    def carrying() -> dict[str, int]:
        """How many sockets each instance has."""
        return {name: int(row["scur"]) for name, row in proxy.servers().items()}

    async def play(browser: Browser) -> None:
        studio = Studio(proxy.url, OWNER)
        seats: dict[str, str] = {}

        async def seated() -> list[str]:
            """Where the two sockets are, once there is nothing else under way."""
            await until(lambda: sum(carrying().values()) == 2, what="two sockets")
            return [name for name, count in carrying().items() if count]

        async def meanwhile(chapter: str, mine: Window, theirs: Window) -> None:
            match chapter:
                case "together":
                    while len(taken := await seated()) == 1:  # a tie may put both into one place
                        proxy.command(f"shutdown sessions server instances/{taken[0]}")
                        await asyncio.gather(mine.expect_live(), theirs.expect_live())
                    seats["one"], seats["other"] = taken
                    instances.kill(seats["one"])
                    await asyncio.gather(mine.expect_live(), theirs.expect_live())
                case "resize":
                    await asyncio.to_thread(instances.restart, seats["one"])
                    await until(lambda: proxy.servers()[seats["one"]]["status"] == "UP", what="it is back")
                case "edit":
                    # The edit is made while the line is down, and told when it is back.
                    instances.kill(seats["other"])
                case _:
                    await asyncio.to_thread(instances.restart, seats["other"])

        try:
            await what_one_does_the_other_sees(proxy.url, studio, browser, "Wren", meanwhile)
        finally:
            studio.close()

    theatre.play(play)
