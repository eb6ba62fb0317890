"""API keys: shown once, good for what they were given, gone within seconds. Rules K1-K6 of auth.md."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from server.api.operations import ANY, COMMAND, needed_scope
from server.api.routes import OPERATIONS
from server.auth.identity import CACHE_SECONDS
from tests.integration.api.conftest import MONDAY


async def test_a_key_is_shown_once_and_stored_as_a_digest(world, services):
    """K1."""
    made = await world.owner.send("POST", "/api-keys", {"name": "Robot", "scopes": ["schedule:read"]})
    secret = made["secret"]
    assert secret.startswith("ptk_")
    assert made["key"]["hint"] == secret[-4:]
    listed = await world.owner.get("/api-keys")
    assert secret not in str(listed)
    assert [k["id"] for k in listed] == [made["key"]["id"]]
    async with services.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('app.tenant', $1, true)", str(world.tenant_id))
        rows = await connection.fetch("SELECT k::text AS row, digest FROM api_keys k")
    assert secret not in rows[0]["row"]
    assert secret.encode() not in rows[0]["digest"]


async def test_a_key_reads_what_it_was_given_and_nothing_else(world):
    """K2."""
    reader = await world.key("schedule:read")
    assert {b["id"] for b in await reader.get("/bookings")} == {str(world.booking)}
    assert (await reader.get("/auth/key"))["scopes"] == ["schedule:read"]
    await reader.no(403, "forbidden", "/events")
    await reader.no(403, "forbidden", "/members")
    await reader.no(403, "forbidden", "/api-keys")
    await reader.no(403, "forbidden", "/auth/me")
    await (await world.key("events:read")).get("/events")
    await (await world.key("events:read")).no(403, "forbidden", "/bookings")


async def test_a_key_writes_what_it_was_given_and_stands_in_the_log(world):
    """K3."""
    start = MONDAY + timedelta(days=30)
    wanted = {"artist_id": world.ada, "start": start, "end": start + timedelta(days=1)}
    writer = await world.key("bookings:write")
    placed = await writer.write("POST", "/bookings", wanted)
    assert placed.status_code == 201, placed.text
    [event] = await world.owner.get("/events", since=placed.json()["meta"]["seq"] - 1)
    assert event["actor"] == {"kind": "api_key", "id": str(world.api_key), "name": "Robot"}
    await writer.refused(403, "forbidden", "POST", "/projects", {"name": "Alps"})
    await writer.refused(403, "forbidden", "PATCH", "/tenants/current", {"name": "Mine"})
    reader = await world.key("schedule:read")
    await reader.refused(403, "forbidden", "POST", "/bookings", wanted)


async def test_each_operation_asks_a_key_for_its_scope(world):
    """K2: held against what the document says; a key without any of them is refused everywhere."""
    weak = await world.key("calendars:manage")
    for operation in OPERATIONS:
        needed = needed_scope(operation)
        if not operation.roles or needed in {ANY, COMMAND, "calendars:manage"}:
            continue
        path = operation.path.replace("{id}", str(uuid4()))
        response = await weak.call(operation.method, path)
        assert response.status_code == 403, (operation.name, response.text)
        assert needed is None or needed in response.json()["error"]["message"]


async def test_sign_in_is_for_people(world):
    strong = await world.key("schedule:read", "members:manage", "keys:manage")
    await strong.refused(403, "forbidden", "POST", "/auth/socket-ticket")
    await strong.refused(
        403,
        "forbidden",
        "POST",
        "/auth/password",
        {"current_password": "x" * 8, "new_password": "y" * 8},
    )
    await world.owner.no(403, "forbidden", "/auth/key")


async def test_a_rotated_key_has_two_secrets_for_a_while(world, services, clock):
    """K4."""
    old = await world.key("schedule:read")
    made = await world.owner.send("POST", f"/api-keys/{world.api_key}/rotate", {"grace_seconds": 3600})
    new = world.nobody.signed_in(made["secret"])
    assert made["secret"] != old.token
    await old.get("/bookings")
    await new.get("/bookings")
    again = await world.owner.send("POST", f"/api-keys/{world.api_key}/rotate", {"grace_seconds": 0})
    await old.no(401, "unauthenticated", "/bookings")
    await new.no(401, "unauthenticated", "/bookings")
    await world.nobody.signed_in(again["secret"]).get("/bookings")


async def test_a_revoked_key_opens_nothing(world):
    """K5: at once here; the next test is about the other instances."""
    key = await world.key("schedule:read")
    await key.get("/bookings")
    revoked = await world.owner.send("DELETE", f"/api-keys/{world.api_key}")
    assert revoked["revoked_at"]
    await key.no(401, "unauthenticated", "/bookings")
    again = await world.owner.send("DELETE", f"/api-keys/{world.api_key}")
    assert again["revoked_at"] == revoked["revoked_at"]
    await world.owner.refused(409, "wrong_state", "POST", f"/api-keys/{world.api_key}/rotate", {})


async def test_another_instance_believes_a_key_for_five_seconds_at_most(world, services, clock):
    """K5."""
    key = await world.key("schedule:read")
    await key.get("/bookings")
    async with services.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('app.tenant', $1, true)", str(world.tenant_id))
        await connection.execute("UPDATE api_keys SET revoked_at = now()")
    clock.ahead = timedelta(seconds=CACHE_SECONDS)
    await key.no(401, "unauthenticated", "/bookings")


async def test_a_key_runs_out(world, services):
    soon = datetime.now(UTC) + timedelta(seconds=1)
    key = await world.key("schedule:read", expires_at=soon)
    await key.get("/bookings")
    async with services.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('app.tenant', $1, true)", str(world.tenant_id))
        await connection.execute("UPDATE api_keys SET expires_at = now() - interval '1 second'")
    services.authenticator.forget(world.tenant_id, world.api_key)
    await key.no(401, "unauthenticated", "/bookings")
    for when in ("2001-01-01T00:00:00Z", "2999-01-01T00:00:00Z", "tomorrow"):
        body = {"name": "R", "scopes": ["schedule:read"], "expires_at": when}
        await world.owner.refused(400, "invalid", "POST", "/api-keys", body)


@pytest.mark.parametrize("scopes", [[], ["everything"], ["schedule:read"] * 40, "schedule:read", [None]])
async def test_scopes_are_a_closed_list(world, scopes):
    body = {"name": "Robot", "scopes": scopes}
    await world.owner.refused(400, "invalid", "POST", "/api-keys", body)


async def test_a_key_hands_on_no_more_than_it_has(world):
    """K6."""
    keeper = await world.key("keys:manage", "schedule:read")
    owner = await world.key("settings:write")
    await keeper.send("POST", "/api-keys", {"name": "Less", "scopes": ["schedule:read"]})
    more = {"name": "More", "scopes": ["settings:write"]}
    await keeper.refused(403, "forbidden", "POST", "/api-keys", more)
    await keeper.refused(403, "forbidden", "POST", f"/api-keys/{world.api_key}/rotate", {})
    assert owner.token


async def test_what_was_done_to_keys_is_on_record_without_secrets(world):
    """K6."""
    key = await world.key("schedule:read")
    made = await world.owner.send("POST", f"/api-keys/{world.api_key}/rotate", {})
    await world.owner.send("DELETE", f"/api-keys/{world.api_key}")
    lines = await world.owner.all("/integration-log", limit=2)
    assert [line["action"] for line in lines] == ["api_key.revoked", "api_key.rotated", "api_key.created"]
    assert {line["subject_name"] for line in lines} == {"Robot"}
    assert {line["actor_id"] for line in lines} == {str(world.members["studio_owner"])}
    assert key.token not in str(lines)
    assert made["secret"] not in str(lines)


@pytest.mark.parametrize("token", ["ptk_", "ptk_x_y", "ptk_" + "0" * 32 + "_" + "A" * 43, "ptk_\x7f"])
async def test_what_only_looks_like_a_key_is_refused(world, token):
    refused = await world.nobody.signed_in(token).no(401, "unauthenticated", "/bookings")
    assert "no such API key" in refused["message"]
