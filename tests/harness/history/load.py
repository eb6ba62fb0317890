"""People at work: random commands with a seed, each sent until it is answered, here or elsewhere."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.harness.history.commands import UNDECIDED
from tests.harness.history.model import Json
from tests.harness.history.player import Player

FIRST_DAY = datetime(2031, 1, 6, 9, tzinfo=UTC)
DAYS = 250
HOT_DAYS = 3
"""Days on which everybody wants the same hours: there are refusals, waiting lines and promotions."""
REMEMBERED = 60

Look = Callable[[str, str], Awaitable[bool]]
"""Looks into the database: whether a studio's command is there."""


class Board:
    """What the people of one studio tell each other: what there is to work on."""

    def __init__(self) -> None:
        self.bookings: dict[str, Json] = {}
        """The latest last."""
        self.away: list[str] = []
        """Time off that waits for a manager's word."""

    def remember(self, result: Json) -> None:
        """What a command's result says."""
        booking, away = result.get("booking"), result.get("time_off")
        if away is not None and away["state"] == "requested":
            self.away.append(away["id"])
        if booking is None:
            return
        self.bookings.pop(booking["id"], None)
        if booking["status"] in {"hold", "pencil", "confirmed"}:
            self.bookings[booking["id"]] = booking
        while len(self.bookings) > REMEMBERED:
            del self.bookings[next(iter(self.bookings))]


class Desk:
    """One person with a connection at each place; what one refuses for now is sent to the next."""

    def __init__(
        self,
        players: Sequence[Player],
        *,
        artists: Sequence[UUID],
        project: UUID,
        word: str,
        seed: int,
        board: Board,
    ) -> None:
        self.players = list(players)
        self._board = board
        self.outcomes: Counter[str] = Counter()
        self._artists = artists
        self._project = project
        self._word = word
        self._chance = random.Random(seed)
        self._number = 0
        self.stopped = False
        self.look: Look | None = None

    async def work(self, pace: float) -> None:
        """One command after the other, about `pace` seconds apart, until `stopped`."""
        while not self.stopped:
            await asyncio.sleep(self._chance.uniform(0.3, 1.7) * pace)
            await self.act()

    async def act(self) -> Json | None:
        """One command, sent until its outcome is known; None where it never was."""
        op, args = self._wish()
        command_id = str(uuid4())
        if self._chance.random() < 0.1:
            await self._at_once(command_id, op, args)
        answer = await self._settle(command_id, op, args)
        if answer is None:
            self.outcomes["unknown"] += 1
            return None
        self.outcomes["done" if answer["ok"] else answer["error"]["code"]] += 1
        if answer["ok"]:
            self._board.remember(answer["result"])
        if self._chance.random() < 0.1:
            await self.players[-1].command(op, args, id=command_id)  # an answer that somebody forgot
        return answer

    async def _at_once(self, command_id: str, op: str, args: Json) -> None:
        """The same command at every place at the same moment, as an impatient client might."""
        await asyncio.gather(*(player.command(op, args, id=command_id) for player in self.players))

    async def _settle(self, command_id: str, op: str, args: Json) -> Json | None:
        attempt = 0
        while not self.stopped or attempt < 200:
            player = self.players[attempt % len(self.players)]
            attempt += 1
            answer = await player.command(op, args, id=command_id)
            if answer is not None and answer["ok"]:
                await self._witness(player, command_id)
                return answer
            if answer is not None and answer["error"]["code"] not in UNDECIDED:
                return answer
            await asyncio.sleep(0.02)
        return None

    async def _witness(self, player: Player, command_id: str) -> None:
        if self.look is not None:
            found = await self.look(player.reader.tenant_id, command_id)
            player.witness(command_id, found)

    # wishes

    def _wish(self) -> tuple[str, Json]:
        if self.players[0].reader.artist_id is not None:
            return self._artists_wish()
        kind = self._chance.choices(
            ["place", "move", "edit", "release", "accept", "confirm", "project", "time off"],
            [50, 20, 10, 12, 4, 2, 2, 10],
        )[0]
        booking = self._some()
        if kind == "place" or booking is None:
            return "booking.place", self._place()
        about = {"booking_id": booking["id"]}
        match kind:
            case "move":
                artist = {"artist_id": str(self._chance.choice(self._artists))}
                return "booking.move", {**about, **self._span(), **artist}
            case "edit":
                return "booking.edit", {**about, "notes": self._text("notes")}
            case "release":
                return "booking.release", about
            case "time off" if self._board.away:
                away = {
                    "time_off_id": self._board.away.pop(),
                    "answer": self._chance.choice(["approve", "refuse"]),
                }
                return "time_off.answer", away
            case "project" | "time off":
                return "project.edit", {"project_id": str(self._project), "client": self._text("client")}
            case _:
                return f"booking.{kind}", about

    def _artists_wish(self) -> tuple[str, Json]:
        mine = self.players[0].reader.artist_id
        own = [b for b in self._board.bookings.values() if b["artist_id"] == mine and b["status"] == "hold"]
        if not own:
            away = {"id": str(uuid4()), "artist_id": mine, **self._span(), "note": self._text("away")}
            return "time_off.request", away
        booking = {"booking_id": self._chance.choice(own)["id"]}
        return self._chance.choice(["booking.accept", "booking.accept", "booking.decline"]), booking

    def _place(self) -> Json:
        return {
            "id": str(uuid4()),
            "artist_id": str(self._chance.choice(self._artists)),
            "status": self._chance.choice(["hold", "hold", "pencil", "pencil", "confirmed"]),
            "title": self._text("shot"),
            "notes": self._text("secret"),
            **({"project_id": str(self._project)} if self._chance.random() < 0.3 else {}),
            **self._span(),
        }

    def _span(self) -> dict[str, Any]:
        days = HOT_DAYS if self._chance.random() < 0.25 else DAYS
        start = FIRST_DAY + timedelta(days=self._chance.randrange(days), hours=self._chance.randrange(8))
        return {
            "start": start.isoformat(),
            "end": (start + timedelta(hours=self._chance.randint(1, 3))).isoformat(),
        }

    def _text(self, what: str) -> str:
        self._number += 1
        return f"{self._word} {what} {self._chance.getrandbits(48):012x}"

    def _some(self) -> Json | None:
        return self._chance.choice(list(self._board.bookings.values())) if self._board.bookings else None
