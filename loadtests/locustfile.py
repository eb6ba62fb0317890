"""Locust users: people on real Socket.IO connections who drag, place and answer, and programs on the feed.

    make load            a minute against a demo of its own; USERS=, SECONDS=, HOST=, WEB=8089
    python -m locust -f loadtests/locustfile.py --host http://127.0.0.1:8000      (LOAD_PASSWORD: the demo's)

Rows beside Locust's own: `ack` is a command until its acknowledgement, `drop` until another client had its
event. `delivery` is the part of that after the sender had the acknowledgement, so after the commit (0 where
the other was first). `connection` is how long it takes to be live; a connection that the server ends is its
failure. `order` has failures only: a number that is missing or comes twice, or was acknowledged to somebody
and not heard of by all in the end. Refusals of the domain are answers, not failures.
With LOAD_ENOUGH=n the run ends as soon as each of the rows that matter has n entries.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import gevent
from locust import User, between, events, task
from locust.env import Environment

from loadtests.locust_wire import ACCOUNTS, ACKNOWLEDGED, Feed, Gone, Sequence, Socket, tell

ENOUGH = int(os.environ.get("LOAD_ENOUGH", "0"))
ROWS = ("booking.place", "booking.move", "event to another socket", "event to the feed")
FAULTS = {"internal", "busy", "invalid", "unauthenticated", "rate_limited"}
CATCH_UP_SECONDS = 5.0


@events.init.add_listener  # type: ignore[untyped-decorator]
def end_with_enough(environment: Environment, **_: Any) -> None:
    """End the run once every row has as many entries as are asked for."""
    seen: Counter[str] = Counter()

    def count(request_type: str, name: str, **_: Any) -> None:
        seen[name] += request_type != "drop"  # the same events as `delivery`
        if (
            environment.runner is not None
            and seen[name] == ENOUGH
            and min(seen[row] for row in ROWS) >= ENOUGH
        ):
            gevent.spawn(environment.runner.quit)

    if ENOUGH:
        environment.events.request.add_listener(count)  # type: ignore[no-untyped-call]


@events.quitting.add_listener  # type: ignore[untyped-decorator]
def judge(environment: Environment, **_: Any) -> None:
    """A run in which nothing was measured is a failure as well; what it came to is told last."""
    faults = Counter[str]()
    for error in environment.stats.errors.values():
        faults[str(error.error)] += error.occurrences
    rows = {entry.name for entry in environment.stats.entries.values()}
    missing = [row for row in ROWS if row not in rows]
    if faults or missing:
        environment.process_exit_code = 1

    def sum_up(exit_code: int, **_: Any) -> None:
        print("\nIn ms:")
        for entry in sorted(environment.stats.entries.values(), key=lambda one: (one.method, one.name)):
            print(f"  {entry.method:<10} {entry.name:<24} {_line(entry)}")
        done, refused = ACKNOWLEDGED.outcomes["done"], ACKNOWLEDGED.outcomes["refused"]
        print(f"{done} commands done, {refused} refused by the rules of the trade")
        gaps, doubled, missing_ones = (_count(faults, word) for word in ("gap", "doubled", "missing"))
        print(f"{gaps} gaps, {doubled} doubled, {missing_ones} not heard of in the end")
        nothing = f"; nothing was measured of {', '.join(missing)}" if missing else ""
        print(f"{sum(faults.values())} failures{nothing}: {'FAILED' if exit_code else 'passed'}", flush=True)

    events.quit.add_listener(sum_up)  # type: ignore[no-untyped-call]


def _line(entry: Any) -> str:
    at = entry.get_response_time_percentile
    places = " ".join(f"p{round(place * 100)} {at(place):>5.0f}" for place in (0.5, 0.95, 0.99))
    most = f"most {entry.max_response_time:>5.0f}"
    return f"{entry.num_requests:>7} at {entry.total_rps:>6.1f}/s  {places}  {most}"


def _count(faults: Counter[str], word: str) -> int:
    return sum(count for fault, count in faults.items() if f"{word}: " in fault)


class Person(User):
    """Somebody at the schedule."""

    weight = 4
    wait_time = between(0.1, 0.6)

    def on_start(self) -> None:
        self.name = uuid4().hex
        self.account = ACCOUNTS.next()
        self.sequence = Sequence("socket")
        self.artists: list[str] = []
        self.bookings: list[dict[str, Any]] = []
        self.socket: Socket | None = None

    def on_stop(self) -> None:
        if self.socket is not None:
            self.sequence.await_head(ACKNOWLEDGED.head, CATCH_UP_SECONDS)
            self.socket.close()

    def connected(self) -> Socket | None:
        """The connection; a new one that resumes where the old one ended, if that is over."""
        if self.socket is not None and self.socket.over is None:
            return self.socket
        if self.socket is not None and self.socket.over:
            tell("connection", "socket", 0, self.socket.over)
        self.socket = None
        begun = time.perf_counter()
        try:
            socket = Socket(self.host or "", self.account, self.name, self.sequence)
            self.synchronise(socket)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a row of the report
            tell("connection", "socket", time.perf_counter() - begun, f"not connected: {error}")
            return None
        tell("connection", "socket", time.perf_counter() - begun)
        self.socket = socket
        return socket

    def synchronise(self, socket: Socket) -> None:
        """Everything at first, later what was missed."""
        known = {"epoch": self.sequence.epoch, "since": self.sequence.last} if self.sequence.epoch else {}
        answer = socket.call("sync", known)
        while answer.get("kind") == "snapshot":
            self.artists += [one["id"] for one in answer["state"].get("artists", ())]
            if "next" not in answer:
                return
            answer = socket.call("sync", {"next": answer["next"]})

    def command(self, op: str, args: dict[str, Any]) -> dict[str, Any] | None:
        """Ask, and tell how long the acknowledgement took."""
        socket = self.connected()
        if socket is None:
            return None
        command_id, begun = str(uuid4()), time.perf_counter()
        try:
            socket.renew()
            begun = time.perf_counter()
            ACKNOWLEDGED.send(command_id, self.name, begun)
            answer = socket.call("command", {"id": command_id, "op": op, "args": args})
        except Gone as error:
            tell("ack", op, time.perf_counter() - begun, f"no answer: {error}")
            return None
        took = time.perf_counter() - begun
        ACKNOWLEDGED.note(command_id, answer)
        code = None if answer["ok"] else answer["error"]["code"]
        tell("ack", op, took, f"answered {code}: {answer['error']['message']}" if code in FAULTS else None)
        return answer["result"] if answer["ok"] else None

    @task(3)
    def place(self) -> None:
        if self.connected() is None or not self.artists:
            return
        start, end = _range()
        args = {"artist_id": random.choice(self.artists), "start": start, "end": end, "title": "Load"}
        result = self.command("booking.place", args)
        if result is not None:
            self.bookings = [*self.bookings[-20:], result["booking"]]

    @task(4)
    def drag(self) -> None:
        """A few positions of a drag, then the drop."""
        socket = self.connected()
        if socket is None or not self.bookings:
            return
        booking, (start, end) = random.choice(self.bookings), _range()
        ghost = {"booking_id": booking["id"], "artist_id": booking["artist_id"]}
        try:
            for _ in range(4):
                socket.tell("ghost", {**ghost, "start": start, "end": end})
                time.sleep(0.05)
            socket.tell("ghost", {"booking_id": booking["id"], "end_drag": True})
        except Gone:
            return  # told by whoever connects anew
        self.command("booking.move", {"booking_id": booking["id"], "start": start, "end": end})

    @task(2)
    def answer(self) -> None:
        if self.bookings:
            booking = self.bookings.pop(random.randrange(len(self.bookings)))
            op = random.choice(["booking.accept", "booking.decline"])
            self.command(op, {"booking_id": booking["id"]})


class Program(User):
    """An integrator who follows the feed."""

    weight = 1
    wait_time = between(0.5, 1)

    def on_start(self) -> None:
        self.name = uuid4().hex
        self.account = ACCOUNTS.next()
        self.sequence = Sequence("feed")
        self.feed: Feed | None = None
        self.read()

    def on_stop(self) -> None:
        if self.feed is not None:
            self.sequence.await_head(ACKNOWLEDGED.head, CATCH_UP_SECONDS)
            self.feed.close()

    @task
    def read(self) -> None:
        """Reading goes on by itself; the line is looked after."""
        feed = self.feed
        if feed is not None and feed.over is None:
            if feed.is_of(ACCOUNTS.token(self.host or "", self.account)):
                return
            feed.close()  # a feed ends with its token: go on with a fresh one
        elif feed is not None and feed.over:
            tell("connection", "feed", 0, feed.over)
        self.feed = _timed(lambda: Feed(self.host or "", self.account, self.name, self.sequence))


def _timed(open_feed: Callable[[], Feed]) -> Feed | None:
    begun = time.perf_counter()
    try:
        feed = open_feed()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a row of the report
        tell("connection", "feed", time.perf_counter() - begun, f"not connected: {error}")
        return None
    tell("connection", "feed", time.perf_counter() - begun)
    return feed


def _range() -> tuple[str, str]:
    """A working day or a few, within the coming half year."""
    day = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(
        days=random.randrange(7, 180)
    )
    return day.isoformat(), (day + timedelta(days=random.randrange(3), hours=9)).isoformat()
