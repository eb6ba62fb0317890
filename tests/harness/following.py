"""Replicas that follow a live connection, and the database they must agree with."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import msgspec

from scheduling.state import snapshot
from tests.harness.live import Client, until
from tests.harness.replica import Replica
from tests.harness.studio import Studio, load_state


def at(day: int, hour: int = 9) -> str:
    """An hour of March 2026."""
    return f"2026-03-{day:02}T{hour:02}:00:00Z"


async def book(studio: Studio, artist: UUID, day: int, **fields: Any) -> dict[str, Any]:
    """Place a hold on a working day."""
    args = {"artist_id": str(artist), "start": at(day), "end": at(day, 18), "title": f"Day {day}", **fields}
    answer = await studio.run("booking.place", args)
    assert answer.ok, answer
    return msgspec.json.decode(answer.result)["booking"]


async def pages_of(client: Client, request: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Every page of a snapshot."""
    pages = [await client.call("sync", request or {})]
    while pages[-1].get("next"):
        pages.append(await client.call("sync", {"next": pages[-1]["next"]}))
    return pages


def merged(pages: list[dict[str, Any]]) -> dict[str, Any]:
    """The state that pages make together."""
    state = {"tenant": pages[0]["state"]["tenant"]}
    for page in pages:
        for kind, records in page["state"].items():
            if kind != "tenant":
                state.setdefault(kind, []).extend(records)
    return state


async def replica_of(client: Client) -> Replica:
    """A replica that follows everything the client hears from now on."""
    pages = await pages_of(client)
    return Replica(pages[0]["epoch"], pages[0]["seq"], merged(pages))


def follow(replica: Replica, client: Client) -> Replica:
    """Feed the replica what the client has heard; each number must be there once, in order."""
    following = replica.seq + 1
    for batch in client.all("events"):
        if batch["to_seq"] < following:
            continue
        assert batch["from_seq"] == following, "[D5]"
        following = batch["to_seq"] + 1
        replica.receive(batch)
    return replica


async def reaches(replica: Replica, client: Client, seq: int) -> None:
    """The replica gets at least to `seq`, having heard each number once."""
    await until(lambda: follow(replica, client).seq >= seq, what=f"number {seq}")


async def truth(studio: Studio) -> dict[str, Any]:
    """What the database holds, as a snapshot says it."""
    state = await load_state(studio.pool, studio.tenant.id)
    held: dict[str, Any] = json.loads(msgspec.json.encode(snapshot(state)))
    return held
