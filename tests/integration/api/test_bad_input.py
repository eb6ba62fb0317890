"""Bad input gets an error that says where and what; nothing is written, and the next request is served."""

import logging
from datetime import timedelta
from uuid import uuid4

import httpx
import msgspec
import pytest

from tests.harness.api import check_error, expect
from tests.integration.api.conftest import MONDAY


@pytest.fixture
def database(unchanged_database):
    return unchanged_database


def place(world, **fields):
    return {
        "artist_id": str(world.ben),
        "start": MONDAY.isoformat(),
        "end": (MONDAY + timedelta(days=1)).isoformat(),
        **fields,
    }


@pytest.fixture(autouse=True)
def no_traceback(caplog):
    """Whatever a client sends, nothing of it is our fault."""
    yield
    assert not [r for r in caplog.records if r.levelno >= logging.ERROR], caplog.text


@pytest.fixture(autouse=True)
async def nothing_written(world):
    before = await world.owner.page("/events", limit=500)
    yield
    assert await world.owner.page("/events", limit=500) == before


async def raw(who, content, content_type="application/json", path="/bookings"):
    return await who.call("POST", path, content=content, headers={"Content-Type": content_type})


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"nonsense",
        b"null",
        b"[]",
        b'"text"',
        b"1e999",
        b"\xff\xfe{}",
        b'{"title": "\xff"}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"\x00",
        b'{"title": "a\x00b"}',
        b"NaN",
        b'{"artist_id": 1, "artist_id": 2}',
    ],
)
async def test_what_is_no_json_of_ours_is_refused(world, content):
    expect(await raw(world.manager, content), 400, "invalid")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"artist_id": "ada"}, "artist_id"),
        ({"artist_id": None}, "artist_id"),
        ({"artist_id": 7}, "artist_id"),
        ({"start": "tomorrow"}, "start"),
        ({"start": 0}, "start"),
        ({"start": "2027-03-01T09:00:00"}, "start"),
        ({"title": 5}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"status": "released"}, "status"),
        ({"standby": "yes"}, "standby"),
        ({"id": "1"}, "id"),
        ({"zone": "x" * 65}, "zone"),
    ],
)
async def test_wrong_types_and_values_are_named(world, change, path):
    response = await raw(world.manager, msgspec.json.encode(place(world, **change)))
    error = expect(response, 400, "invalid")
    assert error["data"]["path"] == path
    assert path in error["message"]


async def test_unknown_fields_are_refused_not_ignored(world):
    error = expect(await raw(world.manager, msgspec.json.encode(place(world, colour="red"))), 400, "invalid")
    assert "colour" in error["message"]
    nested = {"name": "x", "skills": [{"name": "a"}, {"name": "b", "stars": 3}]}
    error = expect(await raw(world.manager, msgspec.json.encode(nested), path="/artists"), 400, "invalid")
    assert "stars" in error["message"]
    assert error["data"]["path"] == "skills[1]"


@pytest.mark.parametrize("op", ["op", "tenant_id", "created_by", "version"])
async def test_fields_that_are_the_servers_are_unknown(world, op):
    expect(await raw(world.manager, msgspec.json.encode(place(world, **{op: "x"}))), 400, "invalid")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2027-03-02T00:00:00Z", "2027-03-01T00:00:00Z"),
        ("2027-03-02T00:00:00Z", "2027-03-02T00:00:00Z"),
        ("2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z"),
        ("1999-12-31T00:00:00Z", "2000-01-02T00:00:00Z"),
        ("2101-01-01T00:00:00Z", "2101-01-02T00:00:00Z"),
        ("0001-01-01T00:00:00+14:00", "0001-01-02T00:00:00Z"),
        ("9999-12-31T00:00:00Z", "9999-12-31T23:59:59-14:00"),
        ("2027-03-01T00:00:00.5Z", "2027-03-02T00:00:00Z"),
    ],
)
async def test_ranges_that_are_none_are_refused(world, start, end):
    body = {"start": start, "end": end}
    for path, content in (
        ("/bookings", place(world, **body)),
        (f"/bookings/{world.booking}/move", body),
        (f"/bookings/{world.booking}/resize", body),
    ):
        error = expect(await raw(world.manager, msgspec.json.encode(content), path=path), 400, "invalid")
        assert "Traceback" not in error["message"]
    response = await world.manager.call(
        "PATCH",
        f"/bookings/{world.booking}",
        content=msgspec.json.encode(body),
        headers={"Content-Type": "application/json"},
    )
    expect(response, 400, "invalid")


async def test_nul_characters_are_refused_wherever_they_stand(world):
    for content in (
        place(world, title="a\0b"),
        place(world, notes="\0"),
        place(world, external_id="\0"),
    ):
        expect(await raw(world.manager, msgspec.json.encode(content)), 400, "invalid")
    escaped = msgspec.json.encode(place(world, artist_id=str(uuid4()), title="\\u0000"))
    expect(await raw(world.manager, escaped), 404, "not_found")  # six plain characters are no NUL


async def test_huge_bodies_are_refused_unread(world):
    big = b'{"title": "' + b"x" * (2 << 20) + b'"}'
    expect(await raw(world.manager, big), 413, "too_large")

    async def endless():
        for _ in range(40):
            yield b" " * 65_536

    response = await world.manager.call(
        "POST", "/bookings", content=endless(), headers={"Content-Type": "application/json"}
    )
    expect(response, 413, "too_large")


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", "json"],
)
async def test_other_content_types_are_refused(world, content_type):
    response = await raw(world.manager, msgspec.json.encode(place(world)), content_type)
    assert response.status_code == 415
    check_error(response)


@pytest.mark.parametrize("content_type", ["application/json; charset=UTF-8", "Application/JSON"])
async def test_json_is_json_however_it_is_spelt(world, content_type):
    content = msgspec.json.encode(place(world, artist_id=str(uuid4())))
    expect(await raw(world.manager, content, content_type), 404, "not_found")


async def test_ids_of_nothing_are_not_found(world):
    body = {"start": MONDAY.isoformat(), "end": (MONDAY + timedelta(days=1)).isoformat()}
    for content in (place(world, artist_id=str(uuid4())), place(world, project_id=str(uuid4()))):
        expect(await raw(world.manager, msgspec.json.encode(content)), 404, "not_found")
    path = f"/bookings/{uuid4()}/move"
    expect(await raw(world.manager, msgspec.json.encode(body), path=path), 404, "not_found")
    for nonsense in ("x", "1", "%00", "..%2f..", "'%20or%201=1", "x" * 3000):
        response = await world.manager.call("GET", f"/bookings/{nonsense}")
        assert response.status_code == 404


async def test_secrets_are_not_repeated_in_errors(world, api):
    error = expect(
        await raw(api, b'{"email": "a@b.c", "password": "", "refresh_token": "s3cret"}', path="/auth/login"),
        400,
        "invalid",
    )
    assert "s3cret" not in error["message"]
    error = expect(await raw(world.owner, b'{"password": "s3cret"}', path="/members"), 400, "invalid")
    assert "s3cret" not in error["message"]


async def test_paths_that_are_none_are_told_so_in_json(client):
    for path in ("/api/v1/nothing", "/api/v2/bookings", "/api/", "/api/v1/bookings/"):
        response = await client.get(path)
        assert response.status_code == 404
        assert check_error(response)["code"] == "not_found"


async def test_the_server_serves_the_next_request_after_each_of_these(world):
    for content in (b"[" * 100_000, b"\xff", b"x" * (2 << 20)):
        await raw(world.manager, content)
        assert await world.manager.get("/bookings")
    assert isinstance(world.manager.client, httpx.AsyncClient)
