"""How long the server's event loop is held, and the steps take, while scenarios and plans are large.

A demo studio gets 600 holds and 300 open phases. A scenario of 1,000 changes (400 moved, 200 ended, 400
placed) is added, compared, committed, taken back; the studio is read whole; open work is planned in the
background and streams its progress. A member of staff listens to the feed all the while, and another pings.
For every step: its time, the slowest ping during it, the longest that one callback held the loop, and where.
Then the most memory that a solver's process took.

    python -m loadtests.bench_planning [--seconds 20]
"""

from __future__ import annotations

import argparse
import itertools
import os
import platform
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import psutil

from tests.harness.process import ServerProcess, server_process

PASSWORD = "a thousand changes in one draft"
FIRST = datetime(2031, 6, 2, tzinfo=UTC)
"""A Monday on which nobody of the demo is booked."""
TARGET_MS = 50.0
_LAG = re.compile(r"^lag (\S+) (\S+) ?(.*)$", re.MULTILINE)


class Person:
    """Somebody signed in, over REST."""

    def __init__(self, url: str, email: str) -> None:
        self.client = httpx.Client(base_url=f"{url}/api/v1", timeout=120, trust_env=False)
        answer = self.client.post("/auth/login", json={"email": email, "password": PASSWORD})
        self.client.headers["Authorization"] = (
            f"Bearer {answer.raise_for_status().json()['data']['access_token']}"
        )

    def run(self, op: str, **args: Any) -> Any:
        """A command that must be accepted."""
        answer = self.client.post("/commands", json={"id": str(uuid4()), "op": op, "args": args})
        return answer.raise_for_status().json()["data"]

    def bulk(self, items: list[dict[str, Any]]) -> None:
        """Commands in large steps that must all be accepted."""
        for first in range(0, len(items), 200):
            self.run("bulk.apply", items=items[first : first + 200])

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self.client.post(path, json=body).raise_for_status().json()["data"]

    def get(self, path: str, **params: Any) -> Any:
        return self.client.get(path, params=params).raise_for_status().json()["data"]


def day(number: int) -> dict[str, str]:
    """A whole day, so many days after the first."""
    start = FIRST + timedelta(days=number)
    return {"start": start.isoformat(), "end": (start + timedelta(days=1)).isoformat()}


def filled(who: Person) -> list[dict[str, Any]]:
    """Holds for 40 artists on 15 days each, and the changes of a scenario over them."""
    artists = [a["id"] for a in who.get("/artists", limit=500)][:40]
    held = {artist: [str(uuid4()) for _ in range(15)] for artist in artists}
    places = [
        {"op": "booking.place", "args": {"id": booking, "artist_id": artist, "title": "Held", **day(n)}}
        for artist, bookings in held.items()
        for n, booking in enumerate(bookings)
    ]
    who.bulk(places)
    wishes: list[dict[str, Any]] = []
    for artist, bookings in held.items():
        wishes += [{"action": "move", "booking_id": b, **day(30 + n)} for n, b in enumerate(bookings[:10])]
        wishes += [{"action": "end", "booking_id": b, "reason": "not needed"} for b in bookings[10:]]
        new = {"action": "place", "artist_id": artist, "title": "New", "status": "pencil"}
        wishes += [{**new, "booking_id": str(uuid4()), **day(60 + n)} for n in range(10)]
    return wishes


def open_work(who: Person) -> str:
    """A project of 300 phases that ask for what people of the demo know."""
    skills = sorted({s["name"] for a in who.get("/artists", limit=500) for s in a["skills"]})
    project = str(uuid4())
    who.run("project.add", id=project, name="Long shot")
    phases = [
        {
            "op": "phase.add",
            "args": {
                "id": str(uuid4()),
                "project_id": project,
                "name": f"Shot {n}",
                "duration_hours": 8 + 8 * (n % 4),
                "skills": [{"name": skill, "level": 1, "days": 1 + n % 4}],
            },
        }
        for n, skill in zip(range(300), itertools.cycle(skills), strict=False)
    ]
    who.bulk(phases)
    return project


@contextmanager
def in_background(work: Callable[[threading.Event], None]) -> Iterator[None]:
    """A thread that works until the block is over."""
    over = threading.Event()
    thread = threading.Thread(target=work, args=(over,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(5)


class Bench:
    """Steps against one server, with what its loop says of each."""

    def __init__(self, server: ServerProcess) -> None:
        self.server = server
        self.worst = 0.0
        self.pings: list[tuple[float, float]] = []

    def ping(self, over: threading.Event) -> None:
        """Ask for something small again and again."""
        client = httpx.Client(base_url=self.server.url, timeout=30, trust_env=False)
        while not over.is_set():
            began = time.monotonic()
            client.get("/healthz")
            self.pings.append((time.monotonic(), 1000 * (time.monotonic() - began)))
            over.wait(0.01)

    def step(self, name: str, work: Callable[[], Any]) -> Any:
        """Do it, and print what it came to."""
        began = time.monotonic()
        result = work()
        ended = time.monotonic()
        time.sleep(0.3)  # what follows from it (fan-out) belongs to it
        lags = [
            (float(ms), where)
            for at, ms, where in _LAG.findall(self.server.output)
            if began <= float(at) <= ended + 0.3
        ]
        longest, where = max(lags, default=(0.0, ""))
        slowest = max((ms for at, ms in self.pings if began <= at <= ended + 0.3), default=0.0)
        self.worst = max(self.worst, longest)
        took = 1000 * (ended - began)
        print(f"{name:<34}{took:>9.0f}{slowest:>10.1f}{longest:>10.1f}  {where}", flush=True)
        return result


def listen(who: Person, over: threading.Event) -> None:
    """Read the feed of everything, as a member of staff."""
    with suppress(httpx.HTTPError), who.client.stream("GET", "/feed") as stream:
        for _ in stream.iter_raw():
            if over.is_set():
                return


def solver_memory(server: ServerProcess, most: dict[str, float], over: threading.Event) -> None:
    """The most megabytes of any solver process, twenty times a second."""
    while not over.wait(0.05):
        for child in psutil.Process(server.pid).children(recursive=True):
            with suppress(psutil.Error):
                if "server.solving.child" in " ".join(child.cmdline()):
                    most["solver"] = max(most.get("solver", 0.0), child.memory_info().rss / 1e6)
        most["server"] = max(most.get("server", 0.0), psutil.Process(server.pid).memory_info().rss / 1e6)


def planned(who: Person, project: str, seconds: float) -> dict[str, Any]:
    """A plan of the project, to its end."""
    wish = {"kind": "allocate", "project_ids": [project], "budget_seconds": seconds}
    job = who.post("/solver-jobs", wish)
    while job["ended_at"] is None:
        time.sleep(0.2)
        job = who.get(f"/solver-jobs/{job['id']}")
    return dict(job)


def bench(server: ServerProcess, seconds: float) -> bool:
    """Print the figures; whether no callback held the loop for longer than it may."""
    who, other = (Person(server.url, f"{role}@demo.studio") for role in ("owner", "manager"))
    wishes, project = filled(who), open_work(who)
    measured = Bench(server)
    most: dict[str, float] = {}
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores (load {load:.1f} before), Python {platform.python_version()}")
    print(f"{'':<34}{'ms':>9}{'ping ms':>10}{'loop ms':>10}  where it was held longest")
    scenario = {"scenario_id": str(uuid4())}
    draft = {"id": scenario["scenario_id"], "name": "A thousand", "changes": wishes}
    with (
        in_background(measured.ping),
        in_background(lambda over: listen(other, over)),
        in_background(lambda over: solver_memory(server, most, over)),
    ):
        measured.step("nothing", lambda: time.sleep(2))
        measured.step(f"scenario of {len(wishes)} changes added", lambda: who.post("/scenarios", draft))
        path = f"/scenarios/{scenario['scenario_id']}"
        measured.step("its difference", lambda: who.get(f"{path}/difference"))
        measured.step("its changes, page by page", lambda: who.get(f"{path}/changes", limit=500))
        committed = measured.step("committed", lambda: _commit(who, scenario))
        measured.step("taken back", lambda: who.run("history.undo", command_id=committed))
        measured.step("thrown away", lambda: who.run("scenario.discard", **scenario))
        job = measured.step(f"300 phases planned in {seconds:g} s", lambda: planned(who, project, seconds))
        plan = f"/scenarios/{job['scenario_id']}"
        measured.step(f"difference of its {job['changes']} changes", lambda: who.get(f"{plan}/difference"))
    print(
        f"\nThe plan: {job['state']}, {job['progress']['placed']} placed, {job['progress']['unplaced']} not."
    )
    print(f"Most memory: a solver {most.get('solver', 0):.0f} MB, the server {most.get('server', 0):.0f} MB.")
    print(f"Longest that one callback held the loop: {measured.worst:.1f} ms (target {TARGET_MS:g}).")
    return measured.worst <= TARGET_MS


def _commit(who: Person, scenario: dict[str, str]) -> str:
    command = str(uuid4())
    body = {"id": command, "op": "scenario.commit", "args": scenario}
    who.client.post("/commands", json=body).raise_for_status()
    return command


def main() -> None:
    """Measure; ends with 1 where the loop was held too long."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--seconds", type=float, default=20)
    chosen = options.parse_args()
    with (
        tempfile.TemporaryDirectory() as data,
        server_process("demo", program="loadtests.lagging", DATA_DIR=data, DEMO_PASSWORD=PASSWORD) as server,
    ):
        held = bench(server, chosen.seconds)
    raise SystemExit(0 if held else 1)


if __name__ == "__main__":
    main()
