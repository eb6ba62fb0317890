"""What Locust's users speak: sign-ins, a Socket.IO connection, the feed, and what is counted of them."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter, OrderedDict
from contextlib import ExitStack
from itertools import count
from queue import Empty, Queue
from typing import Any

import httpx
import msgspec
from locust import events
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

OWNER = os.environ.get("LOAD_OWNER", "owner@demo.studio")
EMAIL = os.environ.get("LOAD_EMAIL", "manager@demo.studio")
PASSWORD = os.environ.get("LOAD_PASSWORD", "")
ANSWER_SECONDS = 15.0
USERS_PER_ACCOUNT = 40
"""An account may have a hundred sockets and twenty feeds; one user in five follows the feed."""
RENEW_SECONDS = 600.0
"""So long a token is used; it is good for fifteen minutes."""


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


# -- what is counted ---------------------------------------------------------------------


class _Sent:
    """One command on its way."""

    def __init__(self, sender: str, at: float) -> None:
        self.sender = sender
        self.at = at
        self.acknowledged_at: float | None = None
        self.early: list[str] = []


class Acknowledged:
    """When commands of this process were sent and acknowledged: the newest few thousand."""

    def __init__(self) -> None:
        self._sent: OrderedDict[str, _Sent] = OrderedDict()
        self.head = 0
        """The highest number that was acknowledged."""
        self.outcomes: Counter[str] = Counter()

    def send(self, command_id: str, sender: str, at: float) -> None:
        """A command goes out."""
        self._sent[command_id] = _Sent(sender, at)
        while len(self._sent) > 5_000:
            self._sent.popitem(last=False)

    def note(self, command_id: str, answer: dict[str, Any]) -> None:
        """The sender has its answer; whoever had the event before waited for nothing."""
        self.outcomes["done" if answer["ok"] else "refused"] += 1
        if not answer["ok"]:
            return
        self.head = max(self.head, answer["seq"])
        sent = self._sent.get(command_id)
        if sent is not None:
            sent.acknowledged_at = time.perf_counter()
            for row in sent.early:
                tell("delivery", row, 0)

    def delivered(self, command_id: str | None, reader: str, row: str) -> None:
        """Tell how long the event took to somebody who is not its sender."""
        sent = self._sent.get(command_id or "")
        if sent is None or sent.sender == reader:
            return
        now = time.perf_counter()
        tell("drop", row, now - sent.at)
        if sent.acknowledged_at is None:
            sent.early.append(row)
        else:
            tell("delivery", row, now - sent.acknowledged_at)


ACKNOWLEDGED = Acknowledged()


class Sequence:
    """Checks that numbers come once each, in order, and in the end all of them."""

    def __init__(self, row: str) -> None:
        self._row = row
        self.epoch: str | None = None
        self.last: int | None = None
        self.live_from = 0
        """What was acknowledged before the reader was live is caught up with, not delivered late."""

    def live(self) -> None:
        """From here on events come as they happen."""
        self.live_from = ACKNOWLEDGED.head

    def take(self, batch: dict[str, Any]) -> None:
        first, last = batch["from_seq"], batch["to_seq"]
        if self.last is not None and first != self.last + 1:
            what = "gap" if first > self.last + 1 else "doubled"
            tell("order", self._row, 0, f"{what}: {first} after {self.last}")
        self.last, self.epoch = last, batch.get("epoch", self.epoch)

    def tell(self, batch: dict[str, Any], reader: str, row: str) -> None:
        """Tell of each event that happened since the reader was live how long it took."""
        for event in batch["events"]:
            if event["seq"] > self.live_from:
                ACKNOWLEDGED.delivered(event.get("command_id"), reader, row)

    def await_head(self, head: int, seconds: float) -> None:
        """What was acknowledged to anybody is heard of by everybody, or it is a failure."""
        until = time.perf_counter() + seconds
        while self.last is not None and self.last < head and time.perf_counter() < until:
            time.sleep(0.01)
        if self.last is not None and self.last < head:
            tell(
                "order", self._row, 0, f"missing: {head} was acknowledged, {self.last} was the last heard of"
            )


# -- who they are ------------------------------------------------------------------------


class Accounts:
    """Signs in once for many users: hashing passwords is not what is measured.

    The first account is the demo's manager; what more are needed the demo's owner opens.
    """

    def __init__(self) -> None:
        self._tokens: dict[tuple[str, int], tuple[str, float]] = {}
        self._numbers = count()
        self._lock = threading.Lock()

    def next(self) -> int:
        """The account of one more user."""
        return next(self._numbers) // USERS_PER_ACCOUNT

    def token(self, host: str, account: int) -> str:
        """An access token that is good for some minutes more."""
        with self._lock:
            token, since = self._tokens.get((host, account), ("", 0.0))
            if not token or time.monotonic() - since > RENEW_SECONDS:
                email = EMAIL if account == 0 else self._open(host, account)
                token = _sign_in(host, email)
                self._tokens[host, account] = (token, time.monotonic())
            return token

    def _open(self, host: str, account: int) -> str:
        email = f"load-{account}@demo.studio"
        headers = {"Authorization": f"Bearer {_sign_in(host, OWNER)}"}
        member = {"email": email, "name": f"Load {account}", "role": "studio_manager", "password": PASSWORD}
        answer = httpx.post(
            f"{host}/api/v1/members", json=member, headers=headers, trust_env=False, timeout=30
        )
        if answer.status_code != 409:  # it is there from another run
            answer.raise_for_status()
        return email


def _sign_in(host: str, email: str) -> str:
    login = {"email": email, "password": PASSWORD}
    answer = httpx.post(f"{host}/api/v1/auth/login", json=login, trust_env=False, timeout=30)
    if answer.status_code != 200:
        why = answer.json()["error"]["message"]
        raise RuntimeError(f"nobody could sign in to {host} as {email} with LOAD_PASSWORD: {why}")
    token: str = answer.json()["data"]["access_token"]
    return token


ACCOUNTS = Accounts()


# -- what they speak ---------------------------------------------------------------------


class Gone(Exception):
    """The connection is no more."""


class Wire:
    """A websocket whose frames are read in a greenlet of its own, until it is closed from either side."""

    def __init__(self, host: str, path: str, **options: Any) -> None:
        self._open = ExitStack()
        address = host.replace("http", "ws", 1) + path
        self.wire = self._open.enter_context(
            connect(address, max_size=None, compression=None, proxy=None, **options)
        )
        self.over: str | None = None
        """Why it ended; empty where we ended it."""

    def listen(self) -> None:
        """Begin to read."""
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, text: str) -> None:
        """Raises `Gone`."""
        try:
            self.wire.send(text)
        except (WebSocketException, OSError) as error:
            raise Gone(self.over or str(error)) from error

    def close(self) -> None:
        """Be gone by our own will."""
        if self.over is None:
            self.over = ""
        self._open.close()

    def _read(self) -> None:
        try:
            for text in self.wire:
                self.take(str(text))
        except (WebSocketException, OSError) as error:
            self.over = str(error) if self.over is None else self.over
        if self.over is None:
            self.over = "closed by the server"
        self.ended()

    def take(self, text: str) -> None:
        """A frame came."""

    def ended(self) -> None:
        """Nothing more comes."""


class Socket(Wire):
    """A Socket.IO client: messages out with acknowledgements, events in."""

    def __init__(self, host: str, account: int, name: str, sequence: Sequence) -> None:
        super().__init__(host, "/socket.io/?EIO=4&transport=websocket")
        self.name = name
        self.sequence = sequence
        self._host, self._account = host, account
        self._ids = count(1)
        self._waiting: dict[int, Queue[Any]] = {}
        self._ready: Queue[str] = Queue()
        self._token = ACCOUNTS.token(host, account)
        self.wire.recv(ANSWER_SECONDS)  # the handshake of Engine.IO
        self.send("40" + msgspec.json.encode({"token": self._token}).decode())
        self.listen()
        refused = self._ready.get(timeout=ANSWER_SECONDS)
        if refused:
            raise Gone(refused)

    def call(self, message: str, body: Any) -> Any:
        """Send and wait for the acknowledgement. Raises `Gone`."""
        number = next(self._ids)
        answer: Queue[Any] = Queue()
        self._waiting[number] = answer
        self.send(f"42{number}{msgspec.json.encode([message, body]).decode()}")
        if self.over is not None:
            raise Gone(self.over)
        try:
            told = answer.get(timeout=ANSWER_SECONDS)
        except Empty:
            raise Gone(f"no answer within {ANSWER_SECONDS:g} s") from None
        finally:
            self._waiting.pop(number, None)
        if told is None:
            raise Gone(self.over)
        return told

    def tell(self, message: str, body: Any) -> None:
        """Send without waiting. Raises `Gone`."""
        self.send(f"42{msgspec.json.encode([message, body]).decode()}")

    def renew(self) -> None:
        """A fresh token where there is one. Raises `Gone`."""
        token = ACCOUNTS.token(self._host, self._account)
        if token != self._token:
            self._token = token
            self.call("refresh", {"token": token})

    def ended(self) -> None:
        for waiting in list(self._waiting.values()):
            waiting.put(None)
        self._ready.put(self.over or "closed")

    def take(self, text: str) -> None:
        if text == "2":
            self.wire.send("3")
        elif text.startswith("40"):
            self._ready.put("")
        elif text.startswith("44"):
            self._ready.put(text[2:])
        elif text.startswith("43"):
            self._answered(text)
        elif text.startswith("42"):
            name, *bodies = msgspec.json.decode(text[2:])
            if name == "events":
                self._events(bodies[0])
            elif name == "closing":
                self.over = f"{bodies[0]['code']}: {bodies[0]['reason']}"

    def _answered(self, text: str) -> None:
        digits = len(text[2:]) - len(text[2:].lstrip("0123456789"))
        waiting = self._waiting.get(int(text[2 : 2 + digits]))
        answer = msgspec.json.decode(text[2 + digits :])[0]
        kind = answer.get("kind")  # here, since events follow at once
        if kind == "snapshot" and "next" not in answer:
            self.sequence.last, self.sequence.epoch = answer["seq"], answer["epoch"]
            self.sequence.live()
        elif kind == "events":
            self.sequence.live()
            self._events(answer)
        if waiting is not None:
            waiting.put(answer)

    def _events(self, batch: dict[str, Any]) -> None:
        self.sequence.take(batch)
        self.sequence.tell(batch, self.name, "event to another socket")


class Feed(Wire):
    """The websocket feed, from where its sequence stands."""

    def __init__(self, host: str, account: int, name: str, sequence: Sequence) -> None:
        self._token = ACCOUNTS.token(host, account)
        headers = {"Authorization": f"Bearer {self._token}"}
        super().__init__(host, "/api/v1/feed", additional_headers=headers)
        self.name = name
        self.sequence = sequence
        first = {"since": sequence.last, "epoch": sequence.epoch} if sequence.epoch else {}
        sequence.live()
        self.send(msgspec.json.encode(first).decode())
        self.listen()

    def is_of(self, token: str) -> bool:
        """Whether it was opened with this token."""
        return token == self._token

    def take(self, text: str) -> None:
        frame = msgspec.json.decode(text)
        if "events" not in frame:
            self.over = text
            return
        self.sequence.take(frame)
        self.sequence.tell(frame, self.name, "event to the feed")
