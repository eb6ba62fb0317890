"""Locust users: people on real Socket.IO connections who drag, place and answer, and programs on the feed.

    locust -f loadtests/locustfile.py --host http://127.0.0.1:8000      (LOAD_PASSWORD: the demo's)

Rows beside Locust's own: `ack` is a command until its acknowledgement; `delivery` is from the moment its
sender had the acknowledgement until another client had the event (0 where it was there first). A number
that is missing or comes twice is a failure of its own. Refusals of the domain are answers, not failures.
With LOAD_ENOUGH=n the run ends as soon as each of the rows that matter has n entries.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter, OrderedDict
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import count
from queue import Queue
from typing import Any
from uuid import uuid4

import gevent
import httpx
import msgspec
from locust import User, between, events, task
from locust.env import Environment
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

EMAIL = os.environ.get("LOAD_EMAIL", "manager@demo.studio")
PASSWORD = os.environ.get("LOAD_PASSWORD", "")
ANSWER_SECONDS = 15.0
ENOUGH = int(os.environ.get("LOAD_ENOUGH", "0"))
ROWS = ("booking.place", "booking.move", "event to another socket", "event to the feed")
FAULTS = {"internal", "busy", "invalid", "unauthenticated", "rate_limited"}


class Acknowledged:
    """When commands of this process were acknowledged; the newest few thousand."""

    def __init__(self) -> None:
        self._at: OrderedDict[str, tuple[float, str]] = OrderedDict()
        self._early: OrderedDict[str, list[tuple[str, str]]] = OrderedDict()

    def note(self, command_id: str, sender: str) -> None:
        """The sender has its answer; whoever had the event before waited for nothing."""
        self._at[command_id] = (time.perf_counter(), sender)
        for reader, row in self._early.pop(command_id, ()):
            if reader != sender:
                tell("delivery", row, 0)
        for kept in (self._at, self._early):
            while len(kept) > 5_000:
                kept.popitem(last=False)

    def delivered(self, command_id: str | None, reader: str, row: str) -> None:
        """Tell how long the event took to somebody who is not its sender."""
        if command_id is None:
            return
        known = self._at.get(command_id)
        if known is None:
            self._early.setdefault(command_id, []).append((reader, row))
        elif known[1] != reader:
            tell("delivery", row, time.perf_counter() - known[0])


ACKNOWLEDGED = Acknowledged()
TOKENS: dict[str, str] = {}
SIGNING_IN = threading.Lock()


def tell(kind: str, name: str, seconds: float, fault: str | None = None) -> None:
    """A row of the report."""
    events.request.fire(  # type: ignore[no-untyped-call]  # Locust is typed in part
        request_type=kind,
        name=name,
        response_time=max(0.0, seconds) * 1000,
        response_length=0,
        exception=None if fault is None else AssertionError(fault),
        context={},
    )


@events.init.add_listener  # type: ignore[untyped-decorator]
def end_with_enough(environment: Environment, **_: Any) -> None:
    """End the run once every row has as many entries as are asked for."""
    seen: Counter[str] = Counter()

    def count(name: str, **_: Any) -> None:
        seen[name] += 1
        if (
            environment.runner is not None
            and seen[name] == ENOUGH
            and min(seen[row] for row in ROWS) >= ENOUGH
        ):
            gevent.spawn(environment.runner.quit)

    if ENOUGH:
        environment.events.request.add_listener(count)  # type: ignore[no-untyped-call]


class Sequence:
    """Checks that numbers come once each, in order."""

    def __init__(self, row: str) -> None:
        self._row = row
        self.last: int | None = None

    def take(self, batch: dict[str, Any]) -> None:
        first, last = batch["from_seq"], batch["to_seq"]
        if self.last is not None and first != self.last + 1:
            what = "gap" if first > self.last + 1 else "doubled"
            tell("order", self._row, 0, f"{what}: {first} after {self.last}")
        self.last = last


def access_token(host: str) -> str:
    """One sign-in for all: hashing passwords is not what is measured."""
    with SIGNING_IN:
        if host not in TOKENS:
            login = {"email": EMAIL, "password": PASSWORD}
            answer = httpx.post(f"{host}/api/v1/auth/login", json=login, trust_env=False, timeout=30)
            answer.raise_for_status()
            TOKENS[host] = answer.json()["data"]["access_token"]
    return TOKENS[host]


def web_address(host: str, path: str) -> str:
    return host.replace("http", "ws", 1) + path


class Socket:
    """A Socket.IO client: messages out with acknowledgements, events in, in a greenlet of their own."""

    def __init__(self, host: str, name: str) -> None:
        self.name = name
        self.sequence = Sequence("socket")
        self._ids = count(1)
        self._waiting: dict[int, Queue[Any]] = {}
        self._ready: Queue[bool] = Queue()
        address = web_address(host, "/socket.io/?EIO=4&transport=websocket")
        self._open = ExitStack()
        self._wire = self._open.enter_context(connect(address, max_size=None, compression=None, proxy=None))
        self._wire.recv(ANSWER_SECONDS)  # the handshake of Engine.IO
        auth = msgspec.json.encode({"token": access_token(host)}).decode()
        self._wire.send(f"40{auth}")
        threading.Thread(target=self._read, daemon=True).start()
        self._ready.get(timeout=ANSWER_SECONDS)

    def call(self, message: str, body: Any) -> Any:
        """Send and wait for the acknowledgement."""
        number = next(self._ids)
        answer: Queue[Any] = Queue()
        self._waiting[number] = answer
        self._wire.send(f"42{number}{msgspec.json.encode([message, body]).decode()}")
        try:
            return answer.get(timeout=ANSWER_SECONDS)
        finally:
            self._waiting.pop(number, None)

    def send(self, message: str, body: Any) -> None:
        """Send without waiting."""
        self._wire.send(f"42{msgspec.json.encode([message, body]).decode()}")

    def close(self) -> None:
        self._open.close()

    def _read(self) -> None:
        try:
            for text in self._wire:
                self._take(str(text))
        except ConnectionClosed:
            return

    def _take(self, text: str) -> None:
        if text == "2":
            self._wire.send("3")
        elif text.startswith("40"):
            self._ready.put(True)
        elif text.startswith("43"):
            digits = len(text[2:]) - len(text[2:].lstrip("0123456789"))
            waiting = self._waiting.get(int(text[2 : 2 + digits]))
            answer = msgspec.json.decode(text[2 + digits :])[0]
            if answer.get("kind") == "snapshot" and "next" not in answer:
                self.sequence.last = answer["seq"]  # here, since events follow at once
            if waiting is not None:
                waiting.put(answer)
        elif text.startswith("42"):
            name, *bodies = msgspec.json.decode(text[2:])
            if name == "events":
                self._events(bodies[0])

    def _events(self, batch: dict[str, Any]) -> None:
        self.sequence.take(batch)
        for event in batch["events"]:
            ACKNOWLEDGED.delivered(event.get("command_id"), self.name, "event to another socket")


class Person(User):
    """Somebody at the schedule."""

    weight = 4
    wait_time = between(0.1, 0.6)

    def on_start(self) -> None:
        self.socket = Socket(self.host or "", uuid4().hex)
        answer = self.socket.call("sync", {})
        self.artists: list[str] = []
        while True:
            state = answer["state"]
            self.artists += [one["id"] for one in state.get("artists", ())]
            if "next" not in answer:
                break
            answer = self.socket.call("sync", {"next": answer["next"]})
        self.bookings: list[dict[str, Any]] = []

    def on_stop(self) -> None:
        self.socket.close()

    def command(self, op: str, args: dict[str, Any]) -> dict[str, Any] | None:
        """Ask, and tell how long the acknowledgement took."""
        command_id, begun = str(uuid4()), time.perf_counter()
        try:
            answer = self.socket.call("command", {"id": command_id, "op": op, "args": args})
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a row of the report
            tell("ack", op, time.perf_counter() - begun, f"no answer: {error!r}")
            return None
        ACKNOWLEDGED.note(command_id, self.socket.name)
        code = None if answer["ok"] else answer["error"]["code"]
        tell("ack", op, time.perf_counter() - begun, f"answered {code}" if code in FAULTS else None)
        return answer["result"] if answer["ok"] else None

    @task(3)
    def place(self) -> None:
        start, end = _range()
        args = {"artist_id": random.choice(self.artists), "start": start, "end": end, "title": "Load"}
        result = self.command("booking.place", args)
        if result is not None:
            self.bookings = [*self.bookings[-20:], result["booking"]]

    @task(4)
    def drag(self) -> None:
        """A few positions of a drag, then the drop."""
        if not self.bookings:
            return
        booking, (start, end) = random.choice(self.bookings), _range()
        for _ in range(4):
            ghost = {"booking_id": booking["id"], "artist_id": booking["artist_id"]}
            self.socket.send("ghost", {**ghost, "start": start, "end": end})
            time.sleep(0.05)
        self.socket.send("ghost", {"booking_id": booking["id"], "end_drag": True})
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
    wait_time = between(1, 2)

    def on_start(self) -> None:
        self.name = uuid4().hex
        self.sequence = Sequence("feed")
        headers = {"Authorization": f"Bearer {access_token(self.host or '')}"}
        address = web_address(self.host or "", "/api/v1/feed")
        self.open = ExitStack()
        self.wire = self.open.enter_context(
            connect(address, additional_headers=headers, max_size=None, proxy=None)
        )
        self.wire.send("{}")
        threading.Thread(target=self._read, daemon=True).start()

    def on_stop(self) -> None:
        self.open.close()

    @task
    def read(self) -> None:
        """Reading goes on by itself."""

    def _read(self) -> None:
        try:
            for text in self.wire:
                self._take(msgspec.json.decode(text))
        except ConnectionClosed:
            return

    def _take(self, frame: dict[str, Any]) -> None:
        if "events" not in frame:
            tell("feed", "ended", 0, str(frame))
            return
        self.sequence.take(frame)
        for event in frame["events"]:
            ACKNOWLEDGED.delivered(event.get("command_id"), self.name, "event to the feed")


def _range() -> tuple[str, str]:
    """A working day or a few, within the coming half year."""
    day = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(
        days=random.randrange(7, 180)
    )
    return day.isoformat(), (day + timedelta(days=random.randrange(3), hours=9)).isoformat()
