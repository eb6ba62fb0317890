"""Links in messages: they show little, change nothing by being looked at, and answer in the artist's name."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from starlette.applications import Starlette

from db.pool import transaction
from db.queries import bookings, notice_people
from scheduling.events import LoggedEvent
from scheduling.model import Booking
from server.notices.link_pages import link_routes
from server.notices.links import KEY_EVERY, NOBODY, Link, Purpose, read, sign, signing_key
from tests.harness.asking import ok
from tests.harness.studio import read_log
from tests.integration.notices.conftest import Desk


@pytest.fixture
async def browser(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody's, who has not signed in."""
    app = Starlette(routes=link_routes(desk.pool, desk.studio.executor, desk.clock))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://plan.test") as client:
        yield client


async def link(desk: Desk, booking: str | UUID, purpose: Purpose, **fields: Any) -> str:
    """The path of a link."""
    made = Link(
        tenant_id=desk.tenant_id,
        member_id=desk.artist.id,
        booking_id=UUID(str(booking)),
        purpose=purpose,
        expires_at=desk.clock() + timedelta(days=2),
    )
    async with transaction(desk.pool, desk.tenant_id) as connection:
        key = await signing_key(connection, desk.tenant_id, desk.clock())
    where = "unsubscribe" if purpose == "unsubscribe" else "answer"
    return f"/{where}/{sign(msgspec.structs.replace(made, **fields), key)}"


async def now(desk: Desk, booking: str) -> Booking:
    async with transaction(desk.pool, desk.tenant_id) as connection:
        return (await bookings.by_ids(connection, desk.tenant_id, [UUID(booking)]))[0]


async def press(browser: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    """What a person does: look, then send what the page's form holds."""
    page = await browser.get(path)
    shown = re.search(r'name="shown" value="([^"]*)"', page.text)
    data = {"shown": shown.group(1) if shown else "", **fields}
    return await browser.post(path, data=data, follow_redirects=True)


async def test_a_hold_is_accepted_without_a_sign_in(desk: Desk, browser: httpx.AsyncClient) -> None:
    """[L1] In the artist's name, marked in the log; again is the same."""
    booking = await desk.place(title="Shots <i>")
    path = await link(desk, booking, "accept")
    page = await browser.get(path)
    assert page.status_code == 200
    assert "Northlight" in page.text
    assert "Shots &lt;i&gt;" in page.text
    assert "For Ada." in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert (await now(desk, booking)).status == "hold", "a mail server looked at it"
    for _ in range(2):
        done = await press(browser, path)
        assert done.status_code == 200
        assert "You accepted this" in done.text
    assert (await now(desk, booking)).status == "pencil"
    events = [msgspec.json.decode(b, type=LoggedEvent) for b in await read_log(desk.pool, desk.tenant_id)]
    (accepted,) = [e for e in events if e.type == "booking.accepted"]
    assert (accepted.actor.id, accepted.actor.name) == (desk.artist.id, "Ada (by link)")


async def test_a_hold_is_declined_with_a_word(desk: Desk, browser: httpx.AsyncClient) -> None:
    """[L1]"""
    booking = await desk.place()
    done = await press(browser, await link(desk, booking, "decline"), reason="On another film")
    assert "You declined this" in done.text
    assert (await now(desk, booking)).reason == "On another film"


async def test_pressing_at_the_same_time_is_one_answer(desk: Desk, browser: httpx.AsyncClient) -> None:
    """[L2]"""
    booking = await desk.place()
    path = await link(desk, booking, "accept")
    answers = await asyncio.gather(*(press(browser, path) for _ in range(5)))
    assert all("You accepted this" in a.text for a in answers)
    log = await read_log(desk.pool, desk.tenant_id)
    assert sum(b'"booking.accepted"' in body for body in log) == 1


async def test_a_link_is_for_one_purpose(desk: Desk, browser: httpx.AsyncClient) -> None:
    """[L2] One to look cannot answer, nor one that ends e-mail."""
    booking = await desk.place()
    view = await link(desk, booking, "view")
    page = await browser.get(view)
    assert page.status_code == 200
    assert "<form" not in page.text
    assert (await browser.post(view, data={"shown": "x"})).status_code == 404
    unsubscribe = (await link(desk, NOBODY, "unsubscribe")).replace("unsubscribe", "answer", 1)
    assert (await browser.get(unsubscribe)).status_code == 404
    assert (await now(desk, booking)).status == "hold"


async def test_a_link_that_ran_out_shows_nothing_of_the_hold(desk: Desk, browser: httpx.AsyncClient) -> None:
    """[L3]"""
    booking = await desk.place(title="Secret film")
    path = await link(desk, booking, "accept", expires_at=datetime(2026, 1, 1, tzinfo=UTC))
    for answer in (await browser.get(path), await browser.post(path, data={"shown": "x"})):
        assert answer.status_code == 410
        assert "Secret film" not in answer.text
    assert (await now(desk, booking)).status == "hold"


async def test_what_was_released_is_told_without_its_particulars(
    desk: Desk, browser: httpx.AsyncClient
) -> None:
    """[L3]"""
    booking = await desk.place(title="Secret film")
    path = await link(desk, booking, "accept")
    await desk.ask("release", booking)
    for answer in (await browser.get(path), await press(browser, path)):
        assert answer.status_code == 200
        assert "gave these dates up" in answer.text
        assert "Secret film" not in answer.text
        assert "<form" not in answer.text


async def test_what_was_answered_in_the_app_stays_answered(desk: Desk, browser: httpx.AsyncClient) -> None:
    """[L3]"""
    booking = await desk.place()
    path = await link(desk, booking, "decline")
    await desk.ask("accept", booking, desk.artist)
    answer = await press(browser, path)
    assert "You accepted this" in answer.text
    assert (await now(desk, booking)).status == "pencil"


async def test_what_became_somebody_elses_is_not_shown(desk: Desk, browser: httpx.AsyncClient) -> None:
    """[L3]"""
    booking = await desk.place(title="Secret film")
    path = await link(desk, booking, "accept")
    await desk.ask("reassign", booking, artist_id=await desk.studio.artist(name="Ben"))
    answer = await press(browser, path)
    assert "not yours any more" in answer.text
    assert "Secret film" not in answer.text


async def test_nobody_answers_what_they_were_not_shown(desk: Desk, browser: httpx.AsyncClient) -> None:
    """[L2] The dates changed between looking and pressing; and a POST without looking is no answer."""
    booking = await desk.place()
    path = await link(desk, booking, "accept")
    shown = re.search(r'name="shown" value="([^"]+)"', (await browser.get(path)).text)
    assert shown is not None
    await desk.move(booking, 5)
    late = await browser.post(path, data={"shown": shown.group(1)})
    assert late.status_code == 409
    assert "changed since" in late.text
    assert (await browser.post(path)).status_code == 409
    assert (await now(desk, booking)).status == "hold"
    await press(browser, path)
    assert (await now(desk, booking)).status == "pencil"


async def test_a_closed_account_has_no_links(desk: Desk, browser: httpx.AsyncClient) -> None:
    """[L3]"""
    booking = await desk.place()
    path = await link(desk, booking, "accept")
    ok(await desk.studio.run("member.edit", {"member_id": str(desk.artist.id), "active": False}))
    assert (await press(browser, path)).status_code == 404
    assert (await now(desk, booking)).status == "hold"


async def test_no_byte_of_a_link_can_be_changed(desk: Desk, browser: httpx.AsyncClient) -> None:
    """[L4] And a key that was forgotten is not believed."""
    booking = await desk.place()
    path = await link(desk, booking, "accept")
    token = path.removeprefix("/answer/")
    raw = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    for at in range(len(raw)):
        raw[at] ^= 1
        forged = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
        assert (await browser.get(f"/answer/{forged}")).status_code == 404, at
        raw[at] ^= 1
    for junk in ("x", "A" * 140, "%00", "ä", token[:-4], str(uuid4())):
        assert (await browser.get(f"/answer/{junk}")).status_code == 404
    async with transaction(desk.pool, desk.tenant_id) as connection:
        await notice_people.forget_link_keys(connection, desk.tenant_id, desk.clock() + timedelta(days=1))
    assert (await browser.get(path)).status_code == 404


async def test_keys_change_and_old_links_stay_good(desk: Desk, browser: httpx.AsyncClient) -> None:
    """[L4]"""
    booking = await desk.place()
    old = await link(desk, booking, "accept", expires_at=desk.clock() + timedelta(days=60))
    desk.clock.ahead = KEY_EVERY + timedelta(hours=1)
    new = await link(desk, booking, "accept")
    kids = [found.kid for path in (old, new) if (found := read(path.removeprefix("/answer/")))]
    assert kids == [1, 2]
    for path in (old, new):
        assert (await browser.get(path)).status_code == 200


async def test_the_page_tells_that_it_was_seen_and_looking_does_not(
    desk: Desk, browser: httpx.AsyncClient
) -> None:
    """[L1] [N12]"""
    booking = await desk.place()
    await desk.tell()
    path = await link(desk, booking, "view")
    page = await browser.get(path)
    assert (await desk.inbox(desk.artist))[0].seen_at is None
    assert f'data-seen="{path}/seen"' in page.text
    assert (await browser.post(f"{path}/seen")).status_code == 204
    (notice,) = await desk.inbox(desk.artist)
    assert notice.seen_by == "link"
    assert (await browser.post("/answer/nonsense/seen")).status_code == 204


async def test_one_click_ends_e_mail_and_nothing_else(desk: Desk, browser: httpx.AsyncClient) -> None:
    """[L5] RFC 8058: a POST by the mail program; looking asks first."""
    path = await link(desk, NOBODY, "unsubscribe")
    assert "No more e-mail?" in (await browser.get(path)).text
    await desk.place()
    await desk.tell()
    assert len(desk.email.sent) == 1
    done = await browser.post(path, data={"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    await desk.place()
    await desk.tell()
    assert len(desk.email.sent) == 1
    assert len(await desk.inbox(desk.artist)) == 2


async def test_a_form_of_any_size_is_no_danger(desk: Desk, browser: httpx.AsyncClient) -> None:
    """[L4]"""
    booking = await desk.place()
    path = await link(desk, booking, "decline")
    assert (await browser.post(path, content=b"shown=" + b"x" * 100_000)).status_code == 404
    assert (await browser.post(path, content=b"\xff\xfe=1&" * 3)).status_code in {404, 409}
    assert (await now(desk, booking)).status == "hold"
