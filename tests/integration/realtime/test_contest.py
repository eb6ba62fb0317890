"""Sixty-four people at once, over real sockets, for the same few artists."""

import asyncio
import random
from collections import Counter
from contextlib import AsyncExitStack
from functools import partial
from uuid import uuid4

import msgspec

from scheduling.events import LoggedEvent
from tests.harness.asking import slot
from tests.harness.live import client_of, member_of, until
from tests.harness.studio import read_log
from tests.harness.sweep import sweep

CLIENTS, EACH, ARTISTS, HOURS = 64, 6, 10, 30


def heard_up_to(client, seq):
    batches = client.all("events")
    return bool(batches) and batches[-1]["to_seq"] == seq


async def test_64_sockets_place_pencils_on_10_artists(live, studio, pool, database):
    """No overlap, no gap, no error but `conflict`; everybody hears everything, once, in order."""
    artists = [await studio.artist(name=f"Artist {n}") for n in range(ARTISTS)]
    members = [await member_of(studio, name=f"Manager {n}") for n in range(8)]
    accepted: set[str] = set()

    async def person(number, client):
        rng = random.Random(number)
        for _ in range(EACH):
            command_id = str(uuid4())
            wish = slot(rng.choice(artists), rng.randrange(HOURS), rng.randint(1, 8))
            answer = await client.command("booking.place", wish, id=command_id)
            if answer["ok"]:
                accepted.add(command_id)
            else:
                assert answer["error"]["code"] == "conflict", answer
                assert answer["error"]["data"]["blocking"]
            if rng.random() < 0.1:  # a lost acknowledgement
                assert await client.command("booking.place", wish, id=command_id) == answer

    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(client_of(live, members[n % len(members)]))
            for n in range(CLIENTS)
        ]
        before = await sweep(database.dsn, studio.tenant.id)
        await asyncio.gather(*(person(number, client) for number, client in enumerate(clients)))
        head = await sweep(database.dsn, studio.tenant.id)
        assert head == before + len(accepted)
        for client in clients:
            await until(partial(heard_up_to, client, head))
            told = [e["seq"] for batch in client.all("events") for e in batch["events"]]
            assert told == sorted(set(told))
            assert set(range(before + 1, head + 1)) <= set(told)
    bodies = (await read_log(pool, studio.tenant.id))[before:]
    logged = Counter(str(msgspec.json.decode(body, type=LoggedEvent).command_id) for body in bodies)
    assert logged == dict.fromkeys(accepted, 1)
    assert len(accepted) >= ARTISTS
