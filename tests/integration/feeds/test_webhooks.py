"""Webhooks: signed, in order, again until taken, to where they may go. Rules W1-W9 of feeds.md."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_network
from uuid import UUID, uuid4

import msgspec
import pytest

from db.pool import transaction
from db.queries import deliveries, webhooks
from scheduling.scopes import Scope
from server.feeds import deliverer
from server.feeds.deliverer import Deliverer, Work
from server.feeds.poster import Poster
from tests.harness.live import until
from tests.harness.patience import DEADLINE
from tests.harness.whole import key_of


@pytest.fixture(autouse=True)
def quick_pauses(monkeypatch):
    monkeypatch.setattr(deliverer, "PAUSES", (timedelta(seconds=0.1),))


@pytest.fixture
async def client(server, studio):
    secret, _ = await key_of(studio, Scope.WEBHOOKS_MANAGE)
    async with server.client(secret) as client:
        yield client


async def add(client, url, **fields):
    response = await client.post("/api/v1/webhooks", json={"url": url, **fields})
    assert response.status_code == 201, response.text
    return response.json()["data"]


async def told(client, endpoint, path=""):
    response = await client.get(f"/api/v1/webhooks/{endpoint['webhook']['id']}{path}")
    assert response.status_code == 200, response.text
    return response.json()["data"]


def signed_by(post, secret):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{post.headers['webhook-id']}.{post.headers['webhook-timestamp']}.".encode() + post.body
    wanted = "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    return wanted in post.headers["webhook-signature"].split(" ")


def seqs(receiver):
    return [post.json["data"]["seq"] for post in receiver.posts]


async def test_events_are_posted_in_order_signed_and_written_down(client, studio, receiver):
    """W1, W7."""
    made = await add(client, receiver.url)
    for _ in range(3):
        await studio.artist()
    await until(lambda: len(receiver.posts) == 3)
    assert seqs(receiver) == [1, 2, 3]
    first = receiver.posts[0]
    assert first.json["type"] == "artist.added"
    assert first.json["data"]["entity"]["kind"] == "artist"
    assert first.headers["webhook-id"] == f"evt_{UUID(first.json['epoch']).hex}_1"
    assert all(signed_by(post, made["secret"]) for post in receiver.posts)
    listed = await told(client, made, "/deliveries")
    assert [(d["seq"], d["ok"], d["status"], d["attempt"]) for d in listed] == [
        (seq, True, 204, 1) for seq in (3, 2, 1)
    ]
    assert made["secret"] not in (await client.get("/api/v1/webhooks")).text
    await until_caught_up(client, made)


async def when(client, made, condition):
    """The endpoint once the condition holds of it."""
    loop = asyncio.get_running_loop()
    end = loop.time() + DEADLINE
    while not condition(seen := await told(client, made)):
        assert loop.time() < end, seen
        await asyncio.sleep(0.05)
    return seen


async def until_caught_up(client, made):
    await when(client, made, lambda seen: seen["cursor_seq"] == seen["head_seq"])


async def test_what_is_not_taken_is_tried_again_and_holds_the_next_back(client, studio, receiver):
    """W2, W4."""
    receiver.answer(500, body="not now")
    receiver.answer(302, headers="location: http://127.0.0.1:1/\r\n")
    made = await add(client, receiver.url)
    await studio.artist()
    await studio.artist()
    await until(lambda: len(receiver.posts) == 4, 15)
    assert seqs(receiver) == [1, 1, 1, 2]
    assert len({post.headers["webhook-id"] for post in receiver.posts}) == 2
    await until_caught_up(client, made)
    log = list(reversed(await told(client, made, "/deliveries")))
    assert [(d["ok"], d["status"], d["attempt"]) for d in log] == [
        (False, 500, 1),
        (False, 302, 2),
        (True, 204, 3),
        (True, 204, 1),
    ]
    assert log[0]["response"] == "not now"
    assert "redirects are not followed" in log[1]["error"]


async def test_only_what_was_asked_for_is_posted(client, studio, receiver):
    project = uuid4()
    assert (await studio.run("project.add", {"id": str(project), "name": "P"})).ok
    await add(client, receiver.url, types=["project.*"], project_id=str(project), since=0)
    await studio.artist()
    assert (await studio.run("project.add", {"id": str(uuid4()), "name": "Q"})).ok
    assert (await studio.run("project.edit", {"project_id": str(project), "name": "R"})).ok
    await until(lambda: len(receiver.posts) == 2)
    assert seqs(receiver) == [1, 4]


async def test_everything_from_a_number_on_is_delivered_again(client, studio, receiver):
    """W5."""
    made = await add(client, receiver.url)
    for _ in range(3):
        await studio.artist()
    await until(lambda: len(receiver.posts) == 3)
    await until_caught_up(client, made)
    place = f"/api/v1/webhooks/{made['webhook']['id']}/redeliver"
    assert (await client.post(place, json={"from_seq": 2})).status_code == 200
    await until(lambda: len(receiver.posts) == 5)
    assert seqs(receiver) == [1, 2, 3, 2, 3]
    assert receiver.posts[3].headers["webhook-id"] == receiver.posts[1].headers["webhook-id"]
    assert (await client.post(place, json={"from_seq": 99})).status_code == 400


async def test_a_rotated_secret_signs_beside_the_old_one(client, studio, receiver):
    """W7."""
    made = await add(client, receiver.url)
    place = f"/api/v1/webhooks/{made['webhook']['id']}"
    new = (await client.post(f"{place}/rotate", json={"grace_seconds": 60})).json()["data"]
    tested = (await client.post(f"{place}/test")).json()["data"]
    assert (tested["ok"], tested["status"], tested["type"]) == (True, 204, "test")
    [post] = receiver.posts
    assert signed_by(post, made["secret"])
    assert signed_by(post, new["secret"])
    await client.post(f"{place}/rotate", json={"grace_seconds": 0})
    await client.post(f"{place}/test")
    assert not signed_by(receiver.posts[1], made["secret"])
    assert not signed_by(receiver.posts[1], new["secret"])


async def test_one_that_wants_no_more_is_switched_off_and_on_again(client, studio, receiver):
    """W8."""
    receiver.answer(410)
    made = await add(client, receiver.url)
    await studio.artist()
    seen = await when(client, made, lambda seen: seen["state"] != "active")
    assert seen["state"] == "disabled"
    assert "410" in seen["reason"]
    place = f"/api/v1/webhooks/{made['webhook']['id']}"
    assert (await client.patch(place, json={"state": "active"})).json()["data"]["reason"] == ""
    await until(lambda: len(receiver.posts) == 2)
    assert seqs(receiver) == [1, 1]


async def test_a_paused_one_keeps_its_place(client, studio, receiver):
    made = await add(client, receiver.url)
    place = f"/api/v1/webhooks/{made['webhook']['id']}"
    assert (await client.patch(place, json={"state": "paused"})).status_code == 200
    await studio.artist()
    assert (await client.patch(place, json={"state": "active", "description": "x"})).status_code == 200
    await until(lambda: len(receiver.posts) == 1)
    assert seqs(receiver) == [1]
    assert (await client.delete(place)).status_code == 204
    assert (await client.get(place)).status_code == 404


# -- workers at each other's side ------------------------------------------------------------


@asynccontextmanager
async def alone(pool, studio, receiver):
    """An endpoint that no running worker knows of, and deliverers for it."""
    endpoint_id = uuid4()
    async with transaction(pool, studio.tenant.id) as connection:
        head = await connection.fetchrow("SELECT epoch, seq FROM tenant_heads")
        row = webhooks.EndpointRow(
            id=endpoint_id,
            url=receiver.url,
            description="",
            types=(),
            project_id=None,
            secret="whsec_AAAA",
            state="active",
            epoch=head["epoch"],
            cursor_seq=head["seq"],
            created_by_name="Ada",
            created_at=datetime.now(UTC),
        )
        await webhooks.insert(connection, studio.tenant.id, row)
        await connection.execute("DELETE FROM jobs.webhook_endpoints WHERE endpoint_id = $1", endpoint_id)
    poster = Poster((ip_network("127.0.0.0/8"),))
    yield Work(tenant_id=studio.tenant.id, endpoint_id=endpoint_id), poster
    await poster.close()


async def test_two_workers_never_post_side_by_side(pool, studio, receiver):
    """W3: each post ends before the next begins, whoever makes them."""
    async with alone(pool, studio, receiver) as (work, poster):
        for _ in range(6):
            await studio.artist()
        workers = [Deliverer(pool, poster) for _ in range(4)]
        await asyncio.gather(*(worker.deliver(work) for worker in workers))
        assert seqs(receiver) == [1, 2, 3, 4, 5, 6]
        pairs = zip(receiver.posts, receiver.posts[1:], strict=False)
        assert all(one.ended <= other.begun for one, other in pairs)


async def test_a_worker_that_was_thought_dead_says_nothing_more(pool, studio, receiver):
    """W3: its post was under way when another took over; the cursor is the other's."""
    async with alone(pool, studio, receiver) as (work, poster):
        await studio.artist()
        await studio.artist()
        receiver.hold.clear()
        slow = asyncio.create_task(Deliverer(pool, poster).deliver(work))
        await until(lambda: receiver.arrived == 1)
        later = datetime.now(UTC) + deliverer.LEASE
        receiver.hold.set()
        await Deliverer(pool, poster, now=lambda: later).deliver(work)
        await slow
        async with transaction(pool, work.tenant_id, readonly=True) as connection:
            row = await webhooks.by_id(connection, work.tenant_id, work.endpoint_id)
        assert row.cursor_seq == 2
        assert sorted(set(seqs(receiver))) == [1, 2]


async def test_a_killed_worker_loses_nothing(pool, studio, receiver):
    """W3: killed after the other side took the event and before that was written down."""
    async with alone(pool, studio, receiver) as (work, poster):
        await studio.artist()
        receiver.hold.clear()
        dying = asyncio.create_task(Deliverer(pool, poster).deliver(work))
        await until(lambda: receiver.arrived == 1)
        async with transaction(pool, work.tenant_id) as connection:
            # What a kill leaves behind: the lease, and the cursor where it was.
            await connection.execute("UPDATE webhook_endpoints SET lease_by = $1", uuid4())
        receiver.hold.set()
        await dying
        assert seqs(receiver) == [1]
        later = datetime.now(UTC) + deliverer.LEASE
        await Deliverer(pool, poster, now=lambda: later).deliver(work)
        assert seqs(receiver) == [1, 1]
        assert len({post.headers["webhook-id"] for post in receiver.posts}) == 1


async def test_after_days_of_failing_it_is_switched_off(pool, studio, receiver):
    """W8."""
    async with alone(pool, studio, receiver) as (work, poster):
        await studio.artist()
        moment = datetime.now(UTC)
        for step in range(3):
            receiver.answer(500)
            moment += timedelta(days=2 * step, hours=1)
            await Deliverer(pool, poster, now=partial(_same, moment)).deliver(work)
        receiver.answer(500)
        await Deliverer(pool, poster, now=lambda: moment + timedelta(days=1)).deliver(work)
        async with transaction(pool, work.tenant_id, readonly=True) as connection:
            row = await webhooks.by_id(connection, work.tenant_id, work.endpoint_id)
            log = await deliveries.page(connection, work.tenant_id, work.endpoint_id, before=None, limit=9)
        assert row.state == "disabled"
        assert "5 days" in row.reason
        assert {d.status for d in log} == {500}


def _same(moment):
    return moment


async def test_replaced_history_is_told_and_followed(pool, studio, receiver):
    """W9."""
    async with alone(pool, studio, receiver) as (work, poster):
        async with transaction(pool, work.tenant_id) as connection:
            await connection.execute("UPDATE tenant_heads SET epoch = $1", uuid4())
        await Deliverer(pool, poster).deliver(work)
        [post] = receiver.posts
        assert post.json["type"] == "feed.reset"
        assert post.json["data"]["seq"] == 0
        await studio.artist()
        await Deliverer(pool, poster).deliver(work)
        assert [p.json["type"] for p in receiver.posts] == ["feed.reset", "artist.added"]


# -- where they may go -----------------------------------------------------------------------


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_this_machine_is_not_posted_to_unless_allowed(receiver, host):
    """W6: the name is looked up and the address looked at as the connection is made."""
    poster = Poster()
    posted = await poster.post(f"https://{host}:{receiver.port}/", b"{}", {})
    assert posted.status is None
    assert "not a public address" in posted.error
    posted = await poster.post(f"http://{host}:{receiver.port}/", b"{}", {})
    assert posted.status is None
    await poster.close()
    assert receiver.arrived == 0


async def test_a_name_that_changes_its_meaning_gains_nothing(receiver, monkeypatch):
    """W6: what was looked at is what is connected to."""
    answers = [["93.184.216.34", "127.0.0.1"], ["127.0.0.1"]]
    loop = asyncio.get_running_loop()

    async def lookup(_host, port, **_kwargs):
        return [(2, 1, 6, "", (address, port)) for address in answers.pop(0)]

    monkeypatch.setattr(loop.__class__, "getaddrinfo", lambda _self, *a, **k: lookup(*a, **k))
    poster = Poster()
    for _ in range(2):
        posted = await poster.post(f"https://rebinding.example:{receiver.port}/", b"{}", {})
        assert "127.0.0.1, which is not a public address" in posted.error
    await poster.close()
    assert receiver.arrived == 0


async def test_answers_are_bounded(receiver):
    poster = Poster((ip_network("127.0.0.0/8"),))
    receiver.answer(200, body="x" * 500_000)
    posted = await poster.post(receiver.url, b"{}", {})
    assert posted.ok
    assert len(posted.response) == 1_024
    await poster.close()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": ""},
        {"url": "nonsense"},
        {"url": "https://10.0.0.1/"},
        {"url": "https://a.example/", "types": ["nonsense"]},
        {"url": "https://a.example/", "since": 99},
        {"url": "https://a.example/", "unknown": 1},
    ],
)
async def test_bad_endpoints_are_refused(client, body):
    response = await client.post("/api/v1/webhooks", json=body)
    assert response.status_code == 400, response.text
    assert response.json()["error"]["code"] == "invalid"


async def test_the_payload_is_what_the_docs_say(client, studio, receiver):
    await add(client, receiver.url)
    await studio.artist()
    await until(lambda: receiver.posts)
    message = msgspec.json.decode(receiver.posts[0].body, type=deliverer.Message, strict=True)
    assert message.timestamp.tzinfo is not None
