"""Web push end to end: from the API to a push service of our own that checks the signature and unseals."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from pydantic import SecretStr

from db.pool import transaction
from db.queries import auth, push_subscriptions
from server.push.sender import GIVE_UP, PushMessage, topic_of
from server.push.vapid import new_private_key
from tests.harness.live import until
from tests.harness.push_service import push_service, subscription
from tests.harness.studio import envelope
from tests.harness.whole import running, token_of
from tests.integration.feeds.conftest import LOOPBACK

HOLD = PushMessage(
    title="A hold", body="Monday to Friday", tag="booking-1", path="/phone/bookings/1", ask=True
)


@pytest.fixture
async def server(database):
    key = SecretStr(new_private_key())
    async with running(database, webhook_networks=LOOPBACK, vapid_private_key=key) as whole:
        yield whole


@pytest.fixture
async def service():
    async with push_service() as one:
        yield one


class Person:
    """An account with a sign-in, and the API as they use it."""

    def __init__(self, server, studio, actor, family):
        self.server, self.studio, self.actor, self.family = server, studio, actor, family

    @classmethod
    async def arrive(cls, server, studio, role="studio_manager"):
        actor = studio.actor(role)
        account = {"id": str(actor.id), "email": f"{uuid4().hex}@example.test", "name": "Mai", "role": role}
        await studio.executor.execute(studio.system, envelope("member.add", account))
        person = cls(server, studio, actor, uuid4())
        async with transaction(studio.pool, studio.tenant.id) as connection:
            later = datetime.now(UTC) + timedelta(days=1)
            await auth.store_refresh_token(
                connection,
                studio.tenant.id,
                uuid4().bytes,
                member_id=actor.id,
                family_id=person.family,
                now=datetime.now(UTC),
                expires_at=later,
            )
        return person

    async def ask(self, method, path="", json=None, status=200):
        async with self.server.client(token_of(self.actor, self.family)) as client:
            response = await client.request(method, f"/api/v1/push-subscriptions{path}", json=json)
        assert response.status_code == status, response.text
        body = response.json() if response.content else {}
        return body.get("data", body.get("error"))

    async def browsers(self):
        return await self.ask("GET")


@pytest.fixture
async def person(server, studio):
    return await Person.arrive(server, studio)


@pytest.fixture
def sender(server):
    return server.app.push


async def push(sender, person, message=HOLD):
    return await sender.send(person.studio.tenant.id, person.actor.id, message)


async def test_a_push_reaches_the_browser_signed_and_sealed(person, service, sender):
    key = (await person.ask("GET", "/key"))["application_key"]
    made = await person.ask("POST", json=service.subscription(), status=201)
    assert made["current"]
    sent = await push(sender, person)
    assert (sent.taken, sent.failed, sent.retry) == (1, 0, False)
    [post] = service.receiver.posts
    assert service.read(post, key) == {
        "title": "A hold",
        "body": "Monday to Friday",
        "tag": "booking-1",
        "path": "/phone/bookings/1",
        "ask": True,
    }
    assert post.headers["topic"] == topic_of("booking-1")
    assert int(post.headers["ttl"]) > 0
    [browser] = await person.browsers()
    assert browser["last_taken_at"]
    tested = await person.ask("POST", "/test")
    assert (tested["taken"], tested["failed"]) == (1, 0)


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_is_gone_is_forgotten(person, service, sender, status):
    await person.ask("POST", json=service.subscription(), status=201)
    service.receiver.answer(status)
    sent = await push(sender, person)
    assert (sent.taken, sent.gone, sent.failed, sent.retry) == (0, 1, 0, False)
    assert await person.browsers() == []
    assert await push(sender, person) == type(sent)()


async def test_a_push_that_was_not_taken_may_be_tried_again(person, service, sender):
    await person.ask("POST", json=service.subscription(), status=201)
    service.receiver.answer(429, "retry-after: 17\r\n")
    sent = await push(sender, person)
    assert (sent.taken, sent.failed, sent.retry, sent.retry_after) == (0, 1, True, 17)
    [browser] = await person.browsers()
    assert browser["failing_since"]
    assert (await push(sender, person)).taken == 1
    [browser] = await person.browsers()
    assert browser["failing_since"] is None


async def test_a_browser_that_took_nothing_for_weeks_is_forgotten(person, service, sender):
    made = await person.ask("POST", json=service.subscription(), status=201)
    tenant_id = person.studio.tenant.id
    async with transaction(person.studio.pool, tenant_id) as connection:
        [row] = await push_subscriptions.of_member(connection, tenant_id, person.actor.id)
        long_ago = datetime.now(UTC) - GIVE_UP
        await push_subscriptions.note(connection, tenant_id, [], [row.id], long_ago)
    assert str(row.id) == made["id"]
    service.receiver.answer(500)
    assert (await push(sender, person)).gone == 1
    assert await person.browsers() == []


async def test_a_browser_is_one_persons_at_a_time(server, studio, person, service, sender):
    second = await Person.arrive(server, studio)
    first_id = (await person.ask("POST", json=service.subscription(), status=201))["id"]
    assert (await second.ask("POST", json=service.subscription(), status=201))["id"] == first_id
    assert await person.browsers() == []
    assert (await push(sender, person)).taken == 0
    assert (await push(sender, second)).taken == 1
    # Another's browser is not to be forgotten by one who had it.
    refused = await person.ask("DELETE", f"/{first_id}", status=404)
    assert refused["code"] == "not_found"
    await second.ask("DELETE", f"/{first_id}", status=204)
    assert await second.browsers() == []


async def test_pushes_end_with_the_sign_in_they_were_asked_for_in(person, service, sender):
    await person.ask("POST", json=service.subscription(), status=201)
    tenant_id = person.studio.tenant.id
    async with transaction(person.studio.pool, tenant_id) as connection:
        await auth.revoke_family(connection, tenant_id, person.family, datetime.now(UTC))
    assert (await push(sender, person)).taken == 0
    assert service.receiver.posts == []


async def test_only_the_newest_browsers_are_kept(person):
    for _ in range(22):
        await person.ask("POST", json=subscription(), status=201)
    assert len(await person.browsers()) == 20


@pytest.mark.parametrize(
    ("endpoint", "part"),
    [
        ("http://10.0.0.1/push", "10.0.0.1"),
        ("https://169.254.169.254/latest", "169.254.169.254"),
        ("ftp://push.example.com/", "endpoint"),
        ("https://user@push.example.com/", "user name"),
    ],
)
async def test_an_address_that_is_no_push_service_is_refused(person, endpoint, part):
    error = await person.ask("POST", json=subscription(endpoint), status=400)
    assert error["code"] == "invalid"
    assert part in error["message"]


async def test_a_name_that_means_a_private_address_is_not_connected_to(database, pool, service):
    """The address is looked at as the connection is made, as with webhooks (W6)."""
    key = SecretStr(new_private_key())
    async with running(database, vapid_private_key=key) as server:
        person = await Person.arrive(server, await server.studio(pool))
        await person.ask(
            "POST", json=subscription(f"https://localhost:{service.receiver.port}/push"), status=201
        )
        sent = await push(server.app.push, person)
        assert "not a public address" in sent.error
        assert service.receiver.arrived == 0


async def test_keys_that_are_none_are_refused(person):
    good = subscription()
    for keys in ({"p256dh": "AAAA"}, {"auth": "AAAA"}, {"p256dh": "not base64!"}):
        error = await person.ask("POST", json={**good, "keys": {**good["keys"], **keys}}, status=400)
        assert error["message"].startswith("keys")


async def test_a_server_without_a_key_says_so(database, pool):
    async with running(database) as server:
        person = await Person.arrive(server, await server.studio(pool))
        assert (await person.ask("GET", "/key")) == {"application_key": None}
        error = await person.ask("POST", json=subscription(), status=409)
        assert "VAPID_PRIVATE_KEY" in error["message"]


async def test_many_browsers_are_pushed_to_side_by_side(person, service, sender):
    async with push_service() as other:
        await person.ask("POST", json=service.subscription(), status=201)
        await person.ask("POST", json=other.subscription(), status=201)
        service.receiver.hold.clear()
        sending = asyncio.create_task(push(sender, person))
        await until(lambda: other.receiver.posts, 20)
        service.receiver.hold.set()
        assert (await sending).taken == 2
