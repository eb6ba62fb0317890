"""Runs the Locust file for a while: against a demo of its own, or a server on this machine.

    python -m loadtests.run_locust [--seconds 60] [--users 50] [--host http://127.0.0.1:8000] [--web 8089]

With `--host`, LOAD_PASSWORD is the password of the demo there. With `--web`, Locust's page at that port
starts and stops runs and draws them. The exit status is 1 where anything failed, 2 where nothing was begun.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.harness.postgres import temporary_folder
from tests.harness.process import server_process

FILE = Path(__file__).with_name("locustfile.py")
ROOT = FILE.parents[1]
PASSWORD = "load test password"
STOP_SECONDS = 15
"""For users to finish what they do, and to hear of the last of it."""
PATIENCE = 60


class NotBegun(Exception):
    """Why there is nothing to measure, in a sentence."""


@contextlib.contextmanager
def target(host: str | None) -> Iterator[tuple[str, str]]:
    """An address and its password. Other machines are not loaded. Raises `NotBegun`."""
    if host is None:
        print("Starting a demo studio of its own …", flush=True)
        with (
            temporary_folder() as data,
            server_process("demo", DATA_DIR=data, DEMO_PASSWORD=PASSWORD) as demo,
        ):
            yield demo.url, PASSWORD
        return
    parts = urlsplit(host)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise NotBegun(f"{host} is no address of a server; expected one like http://127.0.0.1:8000")
    if parts.hostname != "localhost" and not _loopback(parts.hostname):
        raise NotBegun(f"{host} is not this machine; the load test stays on loopback")
    password = os.environ.get("LOAD_PASSWORD", "")
    if not password:
        raise NotBegun("LOAD_PASSWORD is needed with a host: the password its demo printed when it started")
    try:
        httpx.get(f"{host.rstrip('/')}/healthz", trust_env=False, timeout=10).raise_for_status()
    except httpx.HTTPError as error:
        raise NotBegun(f"nothing that is ready answers at {host}: {error}") from error
    yield host.rstrip("/"), password


def _loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def command_of(host: str, *, users: int, seconds: int, web: int | None = None) -> list[str]:
    """How Locust is called."""
    command = [sys.executable, "-m", "locust", "-f", str(FILE), "--host", host]
    command += ["--users", str(users), "--spawn-rate", str(max(1, users // 3))]
    command += ["--stop-timeout", str(STOP_SECONDS), "--exit-code-on-error", "1", "--loglevel", "WARNING"]
    if web is not None:
        return [*command, "--web-host", "127.0.0.1", "--web-port", str(web)]
    return [*command, "--headless", "--only-summary", "--run-time", f"{seconds}s"]


def run(host: str, password: str, *, users: int, seconds: int, web: int | None = None) -> int:
    """Locust's exit status; it prints its own report. Ctrl-C ends the run, with a report as well."""
    environment = {**os.environ, "LOAD_PASSWORD": password}
    command = command_of(host, users=users, seconds=seconds, web=web)
    bound = None if web is not None else seconds + STOP_SECONDS + PATIENCE
    with subprocess.Popen(command, env=environment, cwd=ROOT) as locust:
        try:
            return locust.wait(bound)
        except KeyboardInterrupt:
            locust.terminate()
            return _ended(locust, STOP_SECONDS + PATIENCE)
        except subprocess.TimeoutExpired:
            return _ended(locust, 0)


def _ended(locust: subprocess.Popen[bytes], seconds: float) -> int:
    try:
        return locust.wait(seconds)
    except subprocess.TimeoutExpired:
        print("Locust did not stop by itself and was killed", file=sys.stderr)
        locust.kill()
        return 1


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="make load", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("--seconds", type=_positive, default=60, help="how long (60)")
    parser.add_argument(
        "--users", type=_positive, default=50, help="how many, one in five of them on the feed (50)"
    )
    parser.add_argument("--host", help="a server on this machine; without one, a demo is started for the run")
    parser.add_argument(
        "--web", type=_positive, metavar="PORT", help="serve Locust's page on loopback instead"
    )
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)  # the demo ends with us
    try:
        with target(options.host) as (host, password):
            what = f"page at http://127.0.0.1:{options.web}" if options.web else f"for {options.seconds} s"
            print(f"{options.users} users at {host}, {what}", flush=True)
            return run(host, password, users=options.users, seconds=options.seconds, web=options.web)
    except NotBegun as why:
        print(why, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _positive(text: str) -> int:
    number = int(text)
    if number <= 0:
        raise argparse.ArgumentTypeError(f"expected a number above 0, got {text}")
    return number


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
