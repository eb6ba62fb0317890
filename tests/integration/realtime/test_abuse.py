"""Bad input: each gets its error or is closed, nothing is written, and the next client is served. [A6]"""

import asyncio
import contextlib
import json
import os
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
import pytest_asyncio
from websockets.exceptions import ConnectionClosed

from db.pool import create_pool
from tests.harness.live import QUICK, client_of, frames_of, member_of, serving, until
from tests.harness.patience import DEADLINE
from tests.harness.studio import read_log

DAY = {"start": "2026-03-02T09:00:00Z", "end": "2026-03-02T18:00:00Z"}


# Hundreds of cases share one server, which they must all leave as it was.
pytestmark = pytest.mark.asyncio(loop_scope="module")
shared = pytest_asyncio.fixture(scope="module", loop_scope="module")


@shared
async def pool(module_database):
    pool = await create_pool(module_database.dsn, min_size=1, max_size=8)
    yield pool
    await pool.close()


@shared
async def live(pool):
    async with serving(pool) as instance:
        yield instance


@shared
async def studio(live, pool):
    return await live.studio(pool)


@shared
async def ids(live, studio, pool):
    """Ids of the studio and of another one, under the names that the tables below use."""
    other = await live.studio(pool)
    foreign_artist, foreign_project, command_id = await other.artist(), uuid4(), uuid4()
    assert (await other.run("project.add", {"id": str(foreign_project), "name": "Secret"})).ok
    foreign_booking = uuid4()
    args = {"id": str(foreign_booking), "artist_id": str(foreign_artist), **DAY}
    assert (await other.run("booking.place", args, command_id=command_id)).ok
    log = await read_log(pool, other.tenant.id)
    yield {
        "ARTIST": str(await studio.artist()),
        "FREE": str(uuid4()),
        "FOREIGN-ARTIST": str(foreign_artist),
        "FOREIGN-PROJECT": str(foreign_project),
        "FOREIGN-BOOKING": str(foreign_booking),
        "FOREIGN-COMMAND": str(command_id),
    }
    assert await read_log(pool, other.tenant.id) == log, "the other studio is as it was"


@shared
async def owner(studio, ids):
    return await member_of(studio, "studio_owner")


@shared
async def freelancer(studio, ids):
    return await member_of(studio, "freelancer", artist_id=UUID(ids["ARTIST"]), name="Ada")


@pytest_asyncio.fixture(loop_scope="module")
async def untouched(live, studio, owner, freelancer):
    """Afterwards the log is as it was, the next client is served, and nobody is left."""
    before = await read_log(studio.pool, studio.tenant.id)
    yield
    assert await read_log(studio.pool, studio.tenant.id) == before
    async with client_of(live, owner) as client:
        assert (await client.command("project.add", {"name": "Meridian"}))["ok"]
        await client.wait_for("events")
    await until(lambda: live.gateway.connections == 0, what="nobody is left")


@pytest.fixture
def token(live, owner):
    return live.tokens.issue(owner)


async def signed_in(live, token):
    socket = await live.raw()
    await socket.recv()
    await socket.send("40" + json.dumps({"token": token}))
    frames = [await socket.recv(), await socket.recv()]
    assert "welcome" in frames[1]
    return socket


def closing(frames):
    """The code of the `closing` among raw frames."""
    found = [json.loads(f[2:])[1]["code"] for f in frames if f.startswith('42["closing"')]
    return found[0] if found else None


async def send_until_closed(socket, frames):
    with contextlib.suppress(ConnectionClosed):
        for frame in frames:
            await socket.send(frame)
    return await frames_of(socket, until_closed=True)


# -- frames ------------------------------------------------------------------------------------

MALFORMED = {
    "no engine.io type": "hello",
    "empty": "",
    "a ping of the client": "2",
    "a second handshake": '0{"sid":"x"}',
    "an upgrade": "5",
    "a noop": "6",
    "no socket.io type": "4",
    "an unknown socket.io type": "49",
    "no JSON": '42["command",{',
    "no list": '42{"a":1}',
    "no name": "42[]",
    "a name that is no text": '42[7,{"id":1}]',
    "too many arguments": '42["command",{},{},{}]',
    "an acknowledgement of nothing": "43[]",
    "an acknowledgement of much": "430[1]",
    "a connect error": '44{"message":"x"}',
    "another namespace": '40/admin,{"token":"x"}',
    "an event of another namespace": '42/admin,["command",{}]',
    "connecting again": "40{}",
    "an endless number": "42" + "1" * 400 + '["command"]',
    "deep nesting": '42["command",' + "[" * 60_000 + "]" * 60_000 + "]",
    "half a surrogate": '42["\\ud800"]',
    "other digits": "٤٢[]",
}


@pytest.mark.parametrize("frame", MALFORMED.values(), ids=MALFORMED)
async def test_the_third_malformed_frame_closes(live, token, untouched, frame):
    """[A2]"""
    socket = await signed_in(live, token)
    await socket.send(frame)
    await socket.send(frame)
    await socket.send('427["presence",{}]')
    answers = [await asyncio.wait_for(socket.recv(), DEADLINE)]
    while not answers[-1].startswith("437"):
        answers.append(await asyncio.wait_for(socket.recv(), DEADLINE))
    assert answers[-1] == '437[{"ok":true}]', "two are forgiven"
    assert closing(await send_until_closed(socket, [frame])) == "invalid"


@pytest.mark.parametrize("frame", MALFORMED.values(), ids=MALFORMED)
async def test_malformed_frames_of_strangers_close_too(live, untouched, frame):
    """[A2]"""
    socket = await live.raw()
    await send_until_closed(socket, [frame] * 3)


FATAL = {
    "a binary frame": b"\x04binary",
    "an announced attachment": '451-["command",{"_placeholder":true,"num":0}]',
    "an announced binary answer": "461-1[]",
    "many attachments": '459999999-["x"]',
}


@pytest.mark.parametrize("frame", FATAL.values(), ids=FATAL)
async def test_binary_is_refused_at_once(live, token, untouched, frame):
    """[A1]"""
    socket = await signed_in(live, token)
    assert closing(await send_until_closed(socket, [frame])) == "invalid"


async def test_messages_before_the_handshake_are_malformed(live, untouched):
    """[C1]"""
    socket = await live.raw()
    frames = await send_until_closed(socket, ['420["command",{}]', '421["sync"]', '422["presence",{}]'])
    assert [f for f in frames if not f.startswith("0{")] == []


async def test_invalid_utf8_closes_without_a_traceback(live, token, untouched):
    """[A2] uvicorn's own class would print one."""
    socket = await signed_in(live, token)
    async with asyncio.timeout(DEADLINE):
        await socket.send(b"42[\xff\xfe]", text=True)
        await socket.wait_closed()
    assert socket.close_code == 1007


async def test_invalid_utf8_in_pieces_closes_too(live, token, untouched):
    socket = await signed_in(live, token)

    async def pieces():
        for piece in (b"42[", b"\xff", b"]"):
            yield piece

    async with asyncio.timeout(DEADLINE):
        with contextlib.suppress(ConnectionClosed):
            await socket.send(pieces(), text=True)
        await socket.wait_closed()


async def test_huge_messages_close(live, token, untouched):
    """[A3]"""
    socket = await signed_in(live, token)
    with contextlib.suppress(ConnectionClosed):
        await socket.send('420["command",{"id":"' + "x" * live.gateway.bounds.max_message_bytes + '"}]')
    await asyncio.wait_for(socket.wait_closed(), DEADLINE)
    assert socket.close_code == 1009


async def test_huge_messages_in_pieces_close(live, token, untouched):
    """[A3]"""
    socket = await signed_in(live, token)

    async def pieces():
        for _ in range(2_000):
            yield "x" * 10_000

    with contextlib.suppress(ConnectionClosed):
        await socket.send(pieces())
    await asyncio.wait_for(socket.wait_closed(), DEADLINE)
    assert socket.close_code in {1009, 1006}, "the close frame may be lost behind what we do not read"


async def test_random_bytes_close(live, token, untouched):
    socket = await signed_in(live, token)
    socket.transport.write(os.urandom(4_096))
    await asyncio.wait_for(socket.wait_closed(), DEADLINE)


async def test_a_flood_of_frames_is_closed(pool):
    """[A4]"""
    bounds = msgspec.structs.replace(QUICK, frames_per_second=50, frame_burst=100)
    async with serving(pool, bounds=bounds) as live:
        studio = await live.studio(pool)
        socket = await signed_in(live, live.tokens.issue(await member_of(studio)))
        assert closing(await send_until_closed(socket, ["3"] * 1_000)) == "rate_limited"


# -- messages ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["connect", "disconnect", "message", "welcome", "events", "*", "__init__", "admit"]
)
@pytest.mark.parametrize("body", [None, {"token": "x"}])
async def test_other_names_are_answered_invalid_and_run_nothing(live, token, untouched, name, body):
    """[C1]"""
    socket = await signed_in(live, token)
    await socket.send("425" + json.dumps([name] if body is None else [name, body]))
    answer = json.loads((await asyncio.wait_for(socket.recv(), DEADLINE))[3:])[0]
    assert answer["ok"] is False
    assert answer["error"]["code"] == "invalid"
    await socket.send("42" + json.dumps([name, body]))
    await socket.send('426["presence",{}]')
    assert (await asyncio.wait_for(socket.recv(), DEADLINE)).startswith("436"), (
        "without a number: ignored, and alive"
    )
    await socket.close()


PROJECT = {"name": "x"}
ITEM = {"op": "project.add", "args": PROJECT}
ENVELOPES: dict[str, Any] = {
    "nothing": None,
    "a list": [],
    "text": "booking.place",
    "a number": 7,
    "no id": {"op": "project.add", "args": {}},
    "an id that is none": {"id": "x", "op": "project.add", "args": {}},
    "no op": {"id": str(uuid4()), "args": {}},
    "an op that is no text": {"id": str(uuid4()), "op": 7, "args": {}},
    "an unknown op": {"id": str(uuid4()), "op": "booking.eat", "args": {}},
    "an op of python": {"id": str(uuid4()), "op": "__class__", "args": {}},
    "no args": {"id": str(uuid4()), "op": "project.add"},
    "args that are none": {"id": str(uuid4()), "op": "project.add", "args": None},
    "args that are a list": {"id": str(uuid4()), "op": "project.add", "args": []},
    "an unknown field": {"id": str(uuid4()), "op": "project.add", "args": {"name": "x"}, "tenant_id": "y"},
    "an unknown argument": {"id": str(uuid4()), "op": "project.add", "args": {"name": "x", "tenant_id": "y"}},
    "a wrong type": {"id": str(uuid4()), "op": "project.add", "args": {"name": 7}},
    "NUL": {"id": str(uuid4()), "op": "project.add", "args": {"name": "a\x00b"}},
    "too long a name": {"id": str(uuid4()), "op": "project.add", "args": {"name": "x" * 201}},
    "version zero": {"id": str(uuid4()), "op": "project.add", "base_version": 0, "args": PROJECT},
    "a version of 70 bits": {"id": str(uuid4()), "op": "project.add", "base_version": 2**70, "args": PROJECT},
}  # fmt: skip


@pytest.mark.parametrize("body", ENVELOPES.values(), ids=ENVELOPES)
async def test_envelopes_that_are_none_are_invalid(live, owner, untouched, body):
    async with client_of(live, owner) as client:
        answer = await client.call("command", body)
        assert answer["ok"] is False
        assert answer["error"]["code"] == "invalid"
        assert answer["error"]["retryable"] is False
        assert isinstance(body, dict) is False or answer["id"] in {None, body.get("id")}


def placed(start, end, **fields):
    return {"artist_id": "ARTIST", "start": start, "end": end, **fields}


COMMANDS = {
    "end before start": ("booking.place", placed(DAY["end"], DAY["start"]), "invalid"),
    "end at start": ("booking.place", placed(DAY["start"], DAY["start"]), "invalid"),
    "a hundred years": ("booking.place", placed("2000-01-01T00:00:00Z", "2099-12-31T00:00:00Z"), "invalid"),
    "367 days": ("booking.place", placed("2026-01-01T00:00:00Z", "2027-01-03T00:00:01Z"), "invalid"),
    "the year 1": ("booking.place", placed("0001-01-01T00:00:00Z", "0001-01-02T00:00:00Z"), "invalid"),
    "before the year 1": (
        "booking.place",
        placed("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:01+14:00"),
        "invalid",
    ),
    "after the year 9999": (
        "booking.place",
        placed("9999-12-31T23:59:58-14:00", "9999-12-31T23:59:59-14:00"),
        "invalid",
    ),
    "the year 1999": ("booking.place", placed("1999-12-30T00:00:00Z", "1999-12-31T00:00:00Z"), "invalid"),
    "no zone": ("booking.place", placed("2026-03-02T09:00:00", "2026-03-02T18:00:00"), "invalid"),
    "no date": ("booking.place", placed("tomorrow", "later"), "invalid"),
    "a number for a date": ("booking.place", placed(1, 2), "invalid"),
    "an unknown zone": ("booking.place", placed(*DAY.values(), zone="Mars/Olympus"), "invalid"),
    "an unknown status": ("booking.place", placed(*DAY.values(), status="cancelled"), "invalid"),
    "no such artist": ("booking.place", {**DAY, "artist_id": "FREE"}, "not_found"),
    "an artist of another studio": ("booking.place", {**DAY, "artist_id": "FOREIGN-ARTIST"}, "not_found"),
    "a project of another studio": (
        "booking.place",
        placed(*DAY.values(), project_id="FOREIGN-PROJECT"),
        "not_found",
    ),
    "a booking of another studio": ("booking.release", {"booking_id": "FOREIGN-BOOKING"}, "not_found"),
    "moving a foreign booking": ("booking.move", {"booking_id": "FOREIGN-BOOKING", **DAY}, "not_found"),
    "editing a foreign artist": ("artist.edit", {"artist_id": "FOREIGN-ARTIST", "name": "Mine"}, "not_found"),
    "undoing a foreign command": ("history.undo", {"command_id": "FOREIGN-COMMAND"}, "not_found"),
    "undoing nothing": ("history.undo", {"command_id": "FREE"}, "not_found"),
    "being the clock": ("booking.expire", {"booking_id": "FREE"}, "forbidden"),
    "too many at once": ("bulk.apply", {"items": [ITEM] * 501}, "too_large"),
    "bulk in bulk": ("bulk.apply", {"items": [{"op": "bulk.apply", "args": {"items": []}}]}, "invalid"),
    "bulk of nothing": ("bulk.apply", {"items": []}, "invalid"),
    "bulk of nonsense": ("bulk.apply", {"items": 7}, "invalid"),
}  # fmt: skip


@pytest.mark.parametrize("case", COMMANDS)
async def test_commands_that_cannot_be_are_refused(live, owner, ids, untouched, case):
    op, args, code = COMMANDS[case]
    args = {key: ids.get(value, value) if isinstance(value, str) else value for key, value in args.items()}
    async with client_of(live, owner) as client:
        answer = await client.command(op, args)
        assert answer["ok"] is False
        assert answer["error"]["code"] == code, answer
        assert "Secret" not in json.dumps(answer)


GHOST = {"booking_id": str(uuid4()), "artist_id": str(uuid4())}


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("sync", {"since": -1}),
        ("sync", {"since": "1"}),
        ("sync", {"epoch": "x", "since": 1}),
        ("sync", {"next": 7}),
        ("sync", {"next": "x" * 300}),
        ("sync", {"tenant_id": str(uuid4())}),
        ("sync", [1]),
        ("presence", {"selection": ["x"]}),
        ("presence", {"selection": [str(uuid4())] * 201}),
        ("presence", {"view": {"start": "now"}}),
        ("presence", {"name": "somebody else"}),
        ("presence", 7),
        ("ghost", {}),
        ("ghost", {"booking_id": "x"}),
        ("ghost", {"booking_id": str(uuid4())}),
        ("ghost", {**GHOST, "start": DAY["end"], "end": DAY["start"]}),
        ("ghost", {**GHOST, "start": "0001-01-01T00:00:00+14:00", "end": "9999-12-31T23:59:59-14:00"}),
        ("ghost", {"booking_id": str(uuid4()), "connection_id": "somebody else"}),
        ("refresh", {}),
        ("refresh", {"token": 7}),
    ],
)  # fmt: skip
async def test_other_messages_that_are_none_are_invalid(live, owner, untouched, name, body):
    async with client_of(live, owner) as client:
        answer = await client.call(name, body)
        assert answer["ok"] is False
        assert answer["error"]["code"] == "invalid"


@pytest.mark.parametrize(
    "token_of_a_page", ["nonsense", ".", "x.1", "x.-1", "x.99999999999999999999", "x.\u0663"]
)
async def test_pages_that_are_not_kept_are_not_found(live, owner, untouched, token_of_a_page):
    """[S2]"""
    async with client_of(live, owner) as client:
        assert (await client.call("sync", {"next": token_of_a_page}))["error"]["code"] == "not_found"


async def test_a_freelancer_may_not_write(live, freelancer, ids, untouched):
    async with client_of(live, freelancer) as client:
        for op, args in (
            ("booking.place", {"artist_id": ids["ARTIST"], **DAY}),
            ("project.add", {"name": "Mine"}),
            ("member.add", {"email": "a@b.example", "name": "x", "role": "studio_owner"}),
            ("tenant.edit", {"name": "Mine"}),
        ):
            assert (await client.command(op, args))["error"]["code"] == "forbidden"
