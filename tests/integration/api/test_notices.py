"""Notices over REST: one's own inbox and wishes, and for staff whether artists were reached."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from server.notices.channel import Gone, Sent
from server.notices.courier import Courier
from server.notices.decider import Decider, Windowing
from tests.integration.notices.conftest import Remembering

AT_ONCE = Windowing(still=timedelta(0), longest=timedelta(minutes=1))


@pytest.fixture
def told(services, world):
    return Teller(services.pool, world.tenant_id)


class Teller:
    """Decides what there is, and sends it."""

    def __init__(self, pool, tenant_id):
        self.email = Remembering()
        self._pool, self._tenant_id = pool, tenant_id

    async def __call__(self):
        await Decider(self._pool, [self.email], AT_ONCE).look(self._tenant_id)
        await Courier(self._pool, [self.email]).deliver(self._tenant_id)


async def place(world, day, **fields):
    start = datetime(2031, 6, 2, 9, tzinfo=UTC) + timedelta(days=day)
    body = {"artist_id": world.ada, "start": start, "end": start + timedelta(hours=8), **fields}
    return (await world.manager.send("POST", "/bookings", body))["id"]


async def test_an_inbox_is_read_page_by_page_and_marked(world, told):
    """[N11] The newest first; only what is one's own."""
    await told()
    for day in range(3):
        await place(world, day, title=f"Shot {day}")
        await told()
    answer = await world.artist.call("GET", "/notices", params={"limit": 2})
    first = answer.json()
    assert [n["title"] for n in first["data"]] == ["Hold asked: Shot 2", "Hold asked: Shot 1"]
    assert first["meta"]["unread"] == 3
    rest = await world.artist.get("/notices", limit=2, cursor=first["meta"]["next"])
    assert [n["title"] for n in rest] == ["Hold asked: Shot 0"]
    assert await world.manager.get("/notices") == []
    foreign = await world.manager.send("POST", "/notices/read", {"ids": [first["data"][0]["id"]]})
    assert foreign == {"unread": 0}
    one = await world.artist.send("POST", "/notices/read", {"ids": [first["data"][0]["id"]]})
    assert one == {"unread": 2}
    assert len(await world.artist.get("/notices", unread="true")) == 2
    assert await world.artist.send("POST", "/notices/read", {"up_to": rest[0]["number"]}) == {"unread": 1}
    assert await world.artist.send("POST", "/notices/read", {}) == {"unread": 0}


async def test_staff_sees_whether_a_hold_was_delivered_seen_and_answered(world, told):
    """[N12]"""
    await told()
    booking = await place(world, 1)
    path = f"/bookings/{booking}/notices"
    assert (await world.manager.get(path))["notices"] == []
    await told()
    found = await world.manager.get(path)
    assert found["reachable"]
    assert found["delivered_at"] is not None
    assert (found["seen_at"], found["answered"]) == (None, None)
    (notice,) = found["notices"]
    assert [(c["channel"], c["state"]) for c in notice["channels"]] == [("email", "sent")]
    await world.artist.send("POST", f"/bookings/{booking}/seen")
    await world.artist.send("POST", f"/bookings/{booking}/accept")
    found = await world.manager.get(path)
    assert found["seen_at"] is not None
    assert found["notices"][0]["seen_by"] == "app"
    assert (found["answered"], found["answered_by"]) == ("accepted", "Freelancer")
    assert (await world.artist.call("GET", path)).status_code == 403
    await told()
    (heard,) = await world.manager.get("/notices")
    assert heard["kind"] == "accepted"


async def test_only_their_own_artist_sees_a_booking(world, told):
    """[N12] Others are told that there is no such booking."""
    booking = await place(world, 1, artist_id=world.ben)
    for who in (world.artist, world.manager):
        answer = await who.call("POST", f"/bookings/{booking}/seen")
        assert answer.status_code == 404


async def test_an_address_that_is_no_good_is_shown_and_tried_again(world, told):
    """[N8]"""
    told.email.answer = lambda _message: Gone(reason="550 no such user", bounced=True)
    await told()
    booking = await place(world, 1)
    await told()
    (bounced,) = await world.manager.get("/mail-bounces")
    assert bounced["reason"] == "550 no such user"
    assert (await world.manager.get(f"/bookings/{booking}/notices"))["bounced"] == "550 no such user"
    assert (await world.artist.get("/notice-preferences"))["bounced"] == "550 no such user"
    assert (await world.artist.call("GET", "/mail-bounces")).status_code == 403
    await world.manager.send("DELETE", f"/mail-bounces/{bounced['member_id']}")
    assert await world.manager.get("/mail-bounces") == []
    again = await world.manager.call("DELETE", f"/mail-bounces/{bounced['member_id']}")
    assert again.status_code == 404
    told.email.answer = lambda _message: Sent()


async def test_wishes_are_kept_and_say_what_follows_from_them(world):
    """[N7]"""
    before = await world.artist.get("/notice-preferences")
    assert {k["kind"] for k in before["effective"]} >= {"hold_asked", "released"}
    assert "declined" not in {k["kind"] for k in before["effective"]}, "that is for staff"
    wishes = {
        "zone": "America/New_York",
        "quiet": {"start": "22:00", "end": "07:00"},
        "digest_at": "18:30",
        "kinds": {"hold_asked": {"email": "digest"}},
    }
    after = await world.artist.send("PUT", "/notice-preferences", wishes)
    assert after["clock"] == "America/New_York"
    asked = next(k for k in after["effective"] if k["kind"] == "hold_asked")
    assert asked == {"kind": "hold_asked", "in_app": "at_once", "email": "digest", "push": "at_once"}
    assert await world.artist.get("/notice-preferences") == after
    staff = await world.manager.get("/notice-preferences")
    assert "declined" in {k["kind"] for k in staff["effective"]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Mars/Olympus"},
        {"quiet": {"start": "22:00", "end": "22:00"}},
        {"digest_at": "25:00"},
        {"digest_at": "24:00"},
        {"kinds": {"hold_asked": {"in_app": "digest"}}},
        {"kinds": {"no_such_kind": {"email": "off"}}},
        {"follows": "none"},
    ],
)
async def test_wishes_that_cannot_be_kept_are_refused(world, wrong):
    answer = await world.artist.call("PUT", "/notice-preferences", json=wrong)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid"


async def test_keys_have_no_inbox(world):
    robot = await world.key("schedule:read", "members:manage")
    for path in ("/notices", "/notice-preferences", "/mail-bounces"):
        assert (await robot.call("GET", path)).status_code == 403
