"""Runs the Locust file for a while: against a demo of its own, or a server on this machine.

    python -m loadtests.run_locust [--seconds 60] [--users 50] [--host http://127.0.0.1:8000]

With `--host`, LOAD_PASSWORD is the password of the demo there. The exit status is 1 where anything failed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from tests.harness.postgres import temporary_folder
from tests.harness.process import server_process

FILE = Path(__file__).with_name("locustfile.py")
PASSWORD = "load test password"


@contextlib.contextmanager
def target(host: str | None) -> Iterator[tuple[str, str]]:
    """An address and its password. Other machines are not loaded."""
    if host is None:
        with (
            temporary_folder() as data,
            server_process("demo", DATA_DIR=data, DEMO_PASSWORD=PASSWORD) as demo,
        ):
            yield demo.url, PASSWORD
        return
    name = urlsplit(host).hostname or ""
    if name != "localhost" and not _loopback(name):
        raise SystemExit(f"{host} is not this machine; the load test stays on loopback")
    yield host.rstrip("/"), os.environ.get("LOAD_PASSWORD", "")


def _loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def run(host: str, password: str, *, users: int, seconds: int) -> int:
    """Locust's exit status; it prints its own report."""
    command = [sys.executable, "-m", "locust", "-f", str(FILE), "--headless", "--only-summary"]
    command += ["--users", str(users), "--spawn-rate", str(max(1, users // 3)), "--run-time", f"{seconds}s"]
    command += ["--host", host, "--stop-timeout", "5", "--exit-code-on-error", "1"]
    environment = {**os.environ, "LOAD_PASSWORD": password}
    return subprocess.run(command, env=environment, timeout=seconds + 120, check=False).returncode


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--host")
    options = parser.parse_args()
    with target(options.host) as (host, password):
        return run(host, password, users=options.users, seconds=options.seconds)


if __name__ == "__main__":
    sys.exit(main())
