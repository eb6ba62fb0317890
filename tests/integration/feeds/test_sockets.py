"""API keys on Socket.IO: what they may, and how they end. Rules K2, K3, K5 of docs/subsystems/auth.md."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from socketio.exceptions import ConnectionError as Refused

from db.pool import transaction
from db.queries import api_keys
from scheduling.scopes import Scope
from server.auth.sessions import utc_now
from tests.harness.asking import slot
from tests.harness.live import Client
from tests.harness.patience import DEADLINE
from tests.harness.whole import key_of


async def connected(server, token):
    client = Client()
    welcome = await client.connect(server, token)
    return client, welcome


async def test_a_key_syncs_commands_and_stands_in_the_log_by_its_name(server, studio):
    artist = await studio.artist()
    secret, key_id = await key_of(studio, Scope.SCHEDULE_READ, Scope.BOOKINGS_WRITE)
    client, welcome = await connected(server, secret)
    assert welcome["member"] == {"id": str(key_id), "name": "Robot", "role": "integrator", "artist_id": None}
    assert (await client.call("sync", {}))["kind"] == "snapshot"
    placed = await client.command("booking.place", slot(artist))
    assert placed["ok"]
    [batch] = await client.wait_for("events")
    assert batch["events"][0]["actor"] == {"kind": "api_key", "id": str(key_id), "name": "Robot"}
    refused = await client.command("project.add", {"name": "P"})
    assert refused["error"]["code"] == "forbidden"
    await client.close()


async def test_a_key_that_may_not_read_is_not_synced(server, studio):
    secret, _ = await key_of(studio, Scope.BOOKINGS_WRITE)
    client, _ = await connected(server, secret)
    answer = await client.call("sync", {})
    assert answer["error"]["code"] == "forbidden"
    assert "schedule:read" in answer["error"]["message"]
    await studio.artist()
    placed = await client.command("booking.place", slot(await studio.artist()))
    assert placed["ok"]
    assert client.all("events") == []
    await client.close()


@pytest.mark.parametrize("how", ["revoked", "expired"])
async def test_a_key_that_ended_ends_its_sockets_within_five_seconds(server, studio, how):
    """Although nobody told this instance."""
    secret, key_id = await key_of(studio, Scope.SCHEDULE_READ)
    client, _ = await connected(server, secret)
    await client.call("sync", {})
    async with transaction(studio.pool, studio.tenant.id) as connection:
        if how == "revoked":
            await api_keys.revoke(connection, studio.tenant.id, key_id, utc_now())
        else:
            ended = utc_now() - timedelta(seconds=1)
            await connection.execute("UPDATE api_keys SET expires_at = $1", ended)
    await asyncio.wait_for(client.gone.wait(), DEADLINE)
    assert client.all("closing")[0]["code"] == "unauthenticated"


async def test_revoking_over_rest_ends_sockets_at_once_and_nothing_opens_again(server, studio):
    secret, key_id = await key_of(studio, Scope.SCHEDULE_READ)
    manager, _ = await key_of(studio, Scope.KEYS_MANAGE, Scope.SCHEDULE_READ)
    client, _ = await connected(server, secret)
    async with server.client(manager) as rest:
        assert (await rest.delete(f"/api/v1/api-keys/{key_id}")).status_code == 200
    await asyncio.wait_for(client.gone.wait(), DEADLINE)
    with pytest.raises(Refused):
        await Client().connect(server, secret)
