"""Files over REST: taken in, worked on in the background, reported, and never twice."""

import asyncio
from uuid import uuid4

import pytest

from tests.harness.api import check_error, expect
from tests.harness.patience import DEADLINE

ARTISTS = b"name,email\nCleo,cleo@example.test\nDan,dan@example.test\n"


async def send(who, content=ARTISTS, *, filename="artists.csv", fields=None, headers=None):
    files = {"file": (filename, content, "text/csv")}
    return await who.call("POST", "/imports", files=files, data=fields or {}, headers=headers)


async def finished(who, response):
    assert response.status_code == 202, response.text
    path = response.headers["location"].removeprefix("/api/v1")
    async with asyncio.timeout(DEADLINE):
        while True:
            job = await who.get(path)
            if job["status"] in {"done", "failed"}:
                return job
            await asyncio.sleep(0.02)


async def test_a_file_is_imported(world):
    job = await finished(world.manager, await send(world.manager))
    assert job["report"]["created"] == 2
    assert {a["name"] for a in await world.manager.get("/artists")} == {"Ada", "Ben", "Cleo", "Dan"}
    assert job in await world.manager.get("/imports")


async def test_a_dry_run_writes_nothing(world):
    job = await finished(world.manager, await send(world.manager, fields={"dry_run": "true"}))
    assert job["report"]["written"] is False
    assert len(await world.manager.get("/artists")) == 2


async def test_the_same_key_imports_once(world):
    headers = {"Idempotency-Key": str(uuid4())}
    first = await finished(world.manager, await send(world.manager, headers=headers))
    again = await finished(world.manager, await send(world.manager, headers=headers))
    assert first["id"] == again["id"]
    assert len(await world.manager.get("/imports")) == 1


async def test_two_studios_may_choose_the_same_key(world, other):
    headers = {"Idempotency-Key": str(uuid4())}
    mine, theirs = await asyncio.gather(
        send(world.manager, headers=headers), send(other.manager, headers=headers)
    )
    job = await finished(world.manager, mine)
    assert (await finished(other.manager, theirs))["id"] != job["id"]
    await other.manager.no(404, "not_found", f"/imports/{job['id']}")


async def test_bad_rows_are_reported_with_line_and_column(world):
    content = b"name,email\nCleo,not an address\n,x@example.test\n"
    job = await finished(world.manager, await send(world.manager, content))
    assert job["report"]["written"] is False
    assert {p["line"] for p in job["report"]["problems"]} == {2, 3}


@pytest.mark.parametrize(
    "fields",
    [{"mode": "some"}, {"dry_run": "maybe"}, {"kind": "movies"}, {"colour": "red"}, {"start": "soon"}],
)
async def test_bad_options_are_refused(world, fields):
    error = expect(await send(world.manager, fields=fields), 400, "invalid")
    assert next(iter(fields)) in error["message"]


async def test_a_form_has_one_file(world):
    await world.manager.refused(415, "invalid", "POST", "/imports", {"file": "x"})
    response = await world.manager.call("POST", "/imports", files={"other": ("a.csv", b"x")})
    expect(response, 400, "invalid")
    two = [("file", ("a.csv", b"x")), ("file", ("b.csv", b"y"))]
    expect(await world.manager.call("POST", "/imports", files=two), 400, "invalid")
    for content in (b"", b"nonsense", b"--x\r\n\r\n"):
        response = await world.manager.call(
            "POST", "/imports", content=content, headers={"Content-Type": "multipart/form-data; boundary=x"}
        )
        expect(response, 400, "invalid")
    response = await world.manager.call(
        "POST", "/imports", content=b"x", headers={"Content-Type": "multipart/form-data"}
    )
    expect(response, 400, "invalid")


async def test_a_file_has_a_bound(world):
    response = await send(world.manager, b"x" * (33 << 20))
    assert response.status_code == 413
    check_error(response)
    long = {"artist": "x" * 5_000}
    expect(await send(world.manager, fields=long), 400, "invalid")


async def test_importing_is_for_staff(world):
    expect(await send(world.artist), 403, "forbidden")
