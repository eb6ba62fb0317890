"""The websocket feed: in order, whole, as asked for, ended when it must. Rules F1-F9 of feeds.md."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from db.pool import transaction
from db.queries import api_keys, auth
from scheduling.scopes import Scope
from server.auth.sessions import utc_now
from server.auth.tokens import new_ticket
from server.feeds import reader
from tests.harness.asking import MORNING, slot
from tests.harness.live import member_of, until
from tests.harness.patience import DEADLINE
from tests.harness.studio import read_log
from tests.harness.whole import key_of, token_of
from tests.integration.api.conftest import open_family


class Feed:
    """A client of the feed that checks what every client may rely on."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.last: int | None = None
        self.events: list[dict[str, Any]] = []

    async def send(self, **frame: Any) -> None:
        await self.socket.send(msgspec.json.encode(frame).decode())

    async def frame(self) -> dict[str, Any]:
        frame = msgspec.json.decode(await asyncio.wait_for(self.socket.recv(), DEADLINE))
        if "events" in frame:
            if self.last is not None:
                assert frame["from_seq"] == self.last + 1, "[F2] without a gap and without a repeat"
            assert all(frame["from_seq"] <= e["seq"] <= frame["to_seq"] for e in frame["events"])
            self.last = frame["to_seq"]
            self.events += frame["events"]
        return frame

    async def until(self, seq: int) -> list[dict[str, Any]]:
        """Read until a number is covered; every event so far."""
        while self.last is None or self.last < seq:
            await self.frame()
        return self.events

    async def closed(self) -> int:
        """Read to the end; how it was closed."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self.frame()
        return self.socket.close_code


@contextlib.asynccontextmanager
async def feed(server, token, **first):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with connect(server.feed, additional_headers=headers, proxy=None) as socket:
        one = Feed(socket)
        await one.send(**first)
        yield one


async def artists(studio, count):
    for _ in range(count):
        await studio.artist()


async def test_the_whole_log_then_what_happens_next(server, studio, key):
    """F1, F2."""
    await artists(studio, 3)
    async with feed(server, key, since=0) as one:
        seen = await one.until(3)
        await artists(studio, 2)
        seen = await one.until(5)
    assert [e["seq"] for e in seen] == [1, 2, 3, 4, 5]
    assert seen == [msgspec.json.decode(body) for body in await read_log(studio.pool, studio.tenant.id)]


async def test_without_a_position_it_begins_with_what_happens_next(server, studio, key):
    await artists(studio, 2)
    async with feed(server, key) as one:
        first = await one.frame()
        assert (first["from_seq"], first["to_seq"], first["events"]) == (3, 2, [])
        await artists(studio, 1)
        assert [e["seq"] for e in await one.until(3)] == [3]


async def test_a_long_log_comes_in_frames_of_bounded_size(server, studio, key):
    """F3."""
    items = [{"op": "artist.add", "args": {"id": str(uuid4()), "name": "A"}} for _ in range(450)]
    assert (await studio.run("bulk.apply", {"items": items})).ok
    async with feed(server, key, since=0) as one:
        sizes = []
        while one.last is None or one.last < 450:
            frame = await one.frame()
            sizes.append(len(frame["events"]))
    assert max(sizes) <= 200
    assert [e["seq"] for e in one.events] == list(range(1, 451))


async def test_only_what_was_asked_for_and_every_number_is_covered(server, studio, key):
    """F4."""
    project, other = uuid4(), uuid4()
    for one in (project, other):
        assert (await studio.run("project.add", {"id": str(one), "name": "P"})).ok
    artist = await studio.artist()
    mine, moved = str(uuid4()), str(uuid4())
    later = {"start": MORNING + timedelta(days=2), "end": MORNING + timedelta(days=2, hours=1)}
    assert (await studio.run("booking.place", slot(artist, id=mine, project_id=str(project)))).ok
    elsewhere = {**slot(artist, id=moved, project_id=str(project)), **later}
    assert (await studio.run("booking.place", elsewhere)).ok
    assert (await studio.run("booking.edit", {"booking_id": moved, "project_id": str(other)})).ok
    assert (await studio.run("booking.edit", {"booking_id": moved, "title": "x"})).ok
    async with feed(server, key, since=0, types=["booking.*"], project_id=str(project)) as one:
        seen = await one.until(7)
    # The third of them takes the booking away from the project, which its reader has to learn.
    assert [(e["type"], e["entity"]["id"]) for e in seen] == [
        ("booking.placed", mine),
        ("booking.placed", moved),
        ("booking.edited", moved),
    ]
    async with feed(server, key, since=0, types=["artist.added"]) as one:
        assert {e["type"] for e in await one.until(7)} == {"artist.added"}


async def test_a_quiet_line_says_that_it_is_alive(server, studio, key, monkeypatch):
    """F2."""
    monkeypatch.setattr(reader, "QUIET_SECONDS", 0.1)
    async with feed(server, key, credit=1) as one:
        frames = [await one.frame() for _ in range(3)]
    assert [(f["from_seq"], f["to_seq"], f["events"]) for f in frames] == [(1, 0, [])] * 3


async def test_credit_bounds_what_is_sent(server, studio, key):
    """F5."""
    await artists(studio, 4)
    async with feed(server, key, since=0, credit=1) as one:
        await one.until(4)
        await artists(studio, 2)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(one.socket.recv(), 0.4)
        await artists(studio, 1)
        await one.send(credit=5)
        assert [e["seq"] for e in await one.until(7)] == list(range(1, 8))


async def test_a_position_that_is_gone_is_answered_with_a_reset(server, studio, key):
    """F6."""
    await artists(studio, 2)
    reset: dict[str, Any] = {}
    for asked in ({"since": 99}, {"since": 1, "epoch": str(uuid4())}):
        async with feed(server, key, **asked) as one:
            reset = (await one.frame())["reset"]
            assert reset["seq"] == 2
            assert await one.closed() == 4410
    async with feed(server, key, since=reset["seq"], epoch=reset["epoch"]) as one:
        assert (await one.frame())["to_seq"] == 2


async def test_an_artist_reads_their_own_view(server, studio):
    """F7."""
    ada, ben = await studio.artist(name="Ada"), await studio.artist(name="Ben", email="ben@secret.test")
    actor = await member_of(studio, "freelancer", artist_id=ada)
    assert (await studio.run("booking.place", slot(ben, title="Secret"))).ok
    token = token_of(actor, await open_family(studio, actor.id))
    async with feed(server, token, since=0) as one:
        seen = await one.until(4)
    assert [e["type"] for e in seen][-1] == "booking.masked"
    assert "ecret" not in str(seen)


async def test_a_ticket_opens_one_feed_once(server, studio):
    """F8."""
    actor = await member_of(studio)
    ticket = new_ticket(studio.tenant.id)
    async with transaction(studio.pool, studio.tenant.id) as connection:
        later = utc_now() + timedelta(seconds=30)
        await auth.store_ticket(
            connection, studio.tenant.id, ticket.digest, member_id=actor.id, expires_at=later
        )
    address = f"{server.feed}?ticket={ticket.text}"
    async with connect(address, proxy=None) as socket:
        one = Feed(socket)
        await one.send()
        assert (await one.frame())["to_seq"] == 1
    with pytest.raises(InvalidStatus) as refused:
        await connect(address, proxy=None).__aenter__()
    assert refused.value.response.status_code == 401


@pytest.mark.parametrize("token", [None, "ptk_nonsense", "nonsense"])
async def test_nobody_reads_without_a_good_token(server, studio, token):
    with pytest.raises(InvalidStatus) as refused:
        async with feed(server, token):
            pass
    assert refused.value.response.status_code == 401
    assert msgspec.json.decode(refused.value.response.body)["error"]["code"] == "unauthenticated"


async def test_a_key_without_the_scope_reads_nothing(server, studio):
    weak, _ = await key_of(studio, Scope.SCHEDULE_READ)
    with pytest.raises(InvalidStatus) as refused:
        async with feed(server, weak):
            pass
    assert refused.value.response.status_code == 403
    assert "events:read" in refused.value.response.body.decode()


async def test_another_sites_page_is_not_let_in(server, studio, key):
    headers = {"Authorization": f"Bearer {key}", "Origin": "https://elsewhere.example"}
    with pytest.raises(InvalidStatus) as refused:
        await connect(server.feed, additional_headers=headers, proxy=None).__aenter__()
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "nonsense",
        "[]",
        "null",
        "[" * 5_000,
        '{"since": -1}',
        '{"since": "1"}',
        '{"since": 1e300}',
        '{"epoch": "x"}',
        '{"types": ["nonsense"]}',
        '{"types": ["nonsense.*"]}',
        '{"types": "booking.placed"}',
        '{"project_id": 7}',
        '{"credit": 0}',
        '{"unknown": 1}',
        b'{"since": 0}',
        "x" * 4_000,
    ],
)
async def test_a_bad_first_frame_is_told_what_was_expected(server, studio, key, frame):
    """F9."""
    async with connect(server.feed, additional_headers={"Authorization": f"Bearer {key}"}, proxy=None) as s:
        await s.send(frame)
        one = Feed(s)
        error = (await one.frame())["error"]
        assert error["code"] == ("too_large" if len(frame) > 16_384 else "invalid")
        assert error["retryable"] is False
        assert await one.closed() in {4400, 4413}


async def test_after_the_first_frame_only_credit_follows(server, studio, key):
    """F9."""
    for bad in ({"since": 1}, {"credit": -1}, {}):
        async with feed(server, key) as one:
            await one.frame()
            await one.send(**bad)
            error = (await one.frame())["error"]
            assert error["code"] == "invalid"
            assert "credit" in error["message"]
            assert await one.closed() == 4400


async def test_credit_is_not_a_way_to_keep_the_server_busy(server, studio, key):
    """F5, F9."""
    async with feed(server, key, credit=1) as one:
        await one.frame()
        with contextlib.suppress(ConnectionClosed):
            for _ in range(1_000):
                await one.send(credit=1)
        error = (await one.frame())["error"]
        assert (error["code"], error["retryable"]) == ("rate_limited", True)
        assert await one.closed() == 4429


async def test_a_revoked_key_ends_its_feeds_within_five_seconds(server, studio):
    """F8: also on an instance that was told nothing of it."""
    secret, key_id = await key_of(studio, Scope.EVENTS_READ)
    async with feed(server, secret) as one:
        await one.frame()
        async with transaction(studio.pool, studio.tenant.id) as connection:
            await api_keys.revoke(connection, studio.tenant.id, key_id, utc_now())
        code = await asyncio.wait_for(one.closed(), DEADLINE)
    assert code == 4401


async def test_a_changed_account_ends_its_feeds(server, studio):
    await member_of(studio, "studio_owner")
    actor = await member_of(studio)
    token = token_of(actor, await open_family(studio, actor.id))
    async with feed(server, token) as one:
        await one.frame()
        assert (await studio.run("member.edit", {"member_id": str(actor.id), "active": False})).ok
        assert await one.closed() == 4401


async def test_a_restart_sends_readers_back_with_a_pause(server, studio, key):
    async with feed(server, key) as one:
        await one.frame()
        await server.feeds.drain()
        error = (await one.frame())["error"]
        assert (error["code"], error["retryable"]) == ("busy", True)
        assert error["retry_after_ms"] > 0
        assert await one.closed() == 1012
    assert server.feeds.readers == 0
    with pytest.raises(InvalidStatus) as refused:
        async with feed(server, key):
            pass
    assert refused.value.response.status_code == 503


async def test_replaced_history_resets_readers(server, studio, key):
    """F6."""
    await artists(studio, 2)
    async with feed(server, key) as one:
        await one.frame()
        async with transaction(studio.pool, studio.tenant.id) as connection:
            await connection.execute("UPDATE tenant_heads SET epoch = $1", uuid4())
        frame = await one.frame()
        while "reset" not in frame:
            frame = await one.frame()
        assert await one.closed() == 4410


async def test_a_reader_who_does_not_read_is_cut_and_holds_nobody_up(server, studio, key):
    """F3."""
    async with contextlib.AsyncExitStack() as stack:
        # However slow the machine is, the one who reads is never the one who is cut.
        quick = await stack.enter_async_context(feed(server, key, since=0))
        await quick.frame()
        server.feeds.bounds = msgspec.structs.replace(server.feeds.bounds, stall_seconds=1.0)
        stalled = await stack.enter_async_context(feed(server, key, since=0))
        stalled.socket.transport.pause_reading()
        reading = asyncio.create_task(quick.until(640))
        for _ in range(8):
            items = [
                {"op": "artist.add", "args": {"id": str(uuid4()), "name": "A", "notes": "x" * 9_900}}
                for _ in range(80)
            ]
            assert (await studio.run("bulk.apply", {"items": items})).ok
        await reading
        await until(lambda: server.feeds.readers == 1)
        stalled.socket.transport.resume_reading()  # it learns of its end, and need not be waited for


async def test_there_are_only_so_many_feeds_of_one_owner(server, studio, key):
    server.feeds.bounds = msgspec.structs.replace(server.feeds.bounds, most_of_one=2)
    async with feed(server, key) as one, feed(server, key) as other:
        await one.frame()
        await other.frame()
        with pytest.raises(InvalidStatus) as refused:
            async with feed(server, key):
                pass
    assert refused.value.response.status_code == 429
