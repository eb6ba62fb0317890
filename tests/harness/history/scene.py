"""Two studios full of things that must not leak, and the people who work in them at the same time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID, uuid4

from msgspec import Struct

from realtime.execute import Executor
from scheduling.permissions import Actor
from tests.harness.history.load import Board, Desk
from tests.harness.history.model import History, Reader
from tests.harness.history.player import Player, Token
from tests.harness.history.truth import truth_of
from tests.harness.live import member_of
from tests.harness.studio import Studio, read_log

ARTISTS = 3
STUDIOS = ("Northlight", "Kestrel")

Tokens = Callable[[Actor], Token]
"""From a person to what hands out their tokens."""


class Cast(Struct, frozen=True, kw_only=True):
    """One studio, its people, and the ids of the commands that set it up."""

    studio: Studio
    artists: tuple[UUID, ...]
    managers: tuple[Actor, ...]
    freelancers: tuple[Actor, ...]
    project: UUID
    strangers: frozenset[str]

    @property
    def tenant_id(self) -> UUID:
        return self.studio.tenant.id


async def open_scene(pool: Any, executor: Executor) -> list[Cast]:
    """Both studios, with two managers and an artist's account for each of the first two artists."""
    return [await _open(pool, executor, word) for word in STUDIOS]


async def _open(pool: Any, executor: Executor, word: str) -> Cast:
    studio = await Studio.open(pool, executor)
    artists = tuple(
        [
            await studio.artist(
                name=f"Artist {n}",
                email=f"artist{n}@{word.lower()}-{n}.example",
                notes=f"{word} note on {n}",
                rate={"amount": 4_711_000 + 10 * n + len(word), "currency": "EUR"},
            )
            for n in range(ARTISTS)
        ]
    )
    project = uuid4()
    fields = {"id": str(project), "name": "Meridian", "client": f"{word} client", "notes": f"{word} budget"}
    assert (await studio.run("project.add", fields)).ok
    managers = tuple([await member_of(studio, name=f"Manager {n}") for n in range(2)])
    freelancers = tuple(
        [await member_of(studio, "freelancer", artist_id=a, name="Artist") for a in artists[:2]]
    )
    log = await read_log(pool, studio.tenant.id)
    return Cast(
        studio=studio,
        artists=artists,
        managers=managers,
        freelancers=freelancers,
        project=project,
        strangers=frozenset(json.loads(body)["command_id"] for body in log),
    )


def player_of(cast: Cast, actor: Actor, url: Callable[[], str], token: Token, place: str) -> Player:
    """A person of a studio at one place."""
    reader = Reader(
        name=f"{cast.studio.tenant.slug[:6]} {actor.name} {actor.role} at {place}",
        tenant_id=str(cast.tenant_id),
        member_id=str(actor.id),
        role=actor.role,
        artist_id=str(actor.artist_id) if actor.artist_id else None,
    )
    return Player(reader, url, token)


class Company:
    """Everybody of one studio at every place: managers and artists that work, each at all places."""

    def __init__(
        self, cast: Cast, places: Mapping[str, Callable[[], str]], tokens: Tokens, seed: int
    ) -> None:
        self.cast = cast
        word = STUDIOS[seed % len(STUDIOS)]
        self.desks: list[Desk] = []
        board = Board()
        for number, actor in enumerate([*cast.managers, *cast.freelancers]):
            players = [player_of(cast, actor, url, tokens(actor), place) for place, url in places.items()]
            # Each begins at another place, so that every place is written to.
            ordered = players[number % len(players) :] + players[: number % len(players)]
            self.desks.append(
                Desk(
                    ordered,
                    artists=cast.artists,
                    project=cast.project,
                    word=f"{word} {actor.name}",
                    seed=100 * seed + number,
                    board=board,
                )
            )

    @property
    def players(self) -> list[Player]:
        return [player for desk in self.desks for player in desk.players]


async def history_of(dsn: str, companies: list[Company]) -> History:
    """What was recorded, with the truth of each studio."""
    readers = tuple(player.reader for company in companies for player in company.players)
    studios = {}
    for company in companies:
        artists = {a.artist_id for a in company.cast.freelancers if a.artist_id}
        truth = await truth_of(dsn, company.cast.tenant_id, artists, company.cast.strangers)
        studios[truth.tenant_id] = truth
    return History(readers=readers, studios=studios)
