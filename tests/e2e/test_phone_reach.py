"""How the artists' app reaches beyond its window: pushes, shared files, calendars, the studio's window."""

from __future__ import annotations

import json
import queue
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from tests.e2e.board import ARTIST, DAY, PASSWORD, Studio
from tests.e2e.pages import Open
from tests.e2e.phone import becomes, card, go, in_weeks, install, until
from tests.harness.patience import DEADLINE
from tests.harness.process import ServerProcess
from tests.harness.push_service import subscription, unseal


class PushDesk:
    """A push service for one browser, and the way of what it takes into that browser."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.bodies: queue.Queue[bytes] = queue.Queue()
        self.url = ""

    def message(self) -> dict[str, Any]:
        """The next push, unsealed."""
        message: dict[str, Any] = json.loads(unseal(self.bodies.get(timeout=DEADLINE), self.key))
        return message

    @property
    def script(self) -> str:
        """A browser's push manager whose service this is: Chromium's own is out on the internet."""
        made = subscription(self.url, self.key)
        return f"""
            let standing = null;
            PushManager.prototype.getSubscription = async () => standing;
            PushManager.prototype.subscribe = async ({{ applicationServerKey }}) => (standing = {{
                options: {{ applicationServerKey: applicationServerKey.buffer }},
                toJSON: () => ({json.dumps({"endpoint": made["endpoint"], "keys": made["keys"]})}),
                unsubscribe: async () => {{ standing = null; return true; }},
            }});
        """


@contextmanager
def _listening(desk: PushDesk) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            desk.bodies.put(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(201)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    desk.url = f"http://127.0.0.1:{server.server_port}/push"
    thread = threading.Thread(target=server.serve_forever, name="push service")
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def desk() -> Iterator[PushDesk]:
    one = PushDesk()
    with _listening(one):
        yield one


@pytest.fixture
def push_phone(
    contexts: Callable[..., BrowserContext], demo: ServerProcess, desk: PushDesk
) -> BrowserContext:
    """A phone whose owner lets pages notify, with a push service on this machine."""
    context = contexts()
    context.grant_permissions(["notifications"], origin=demo.url)
    context.add_init_script(desk.script)
    return context


def sign_in(page: Page, url: str, email: str = ARTIST) -> None:
    page.goto(url)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("navigation", name="Screens")).to_be_visible()
    expect(page.get_by_text("Connecting…")).to_have_count(0)


def deliver(page: Page, message: dict[str, Any]) -> None:
    """Hand a push to the service worker, as the browser does."""
    tools = page.context.new_cdp_session(page)
    registration = _registration(tools, page)
    given = {
        "origin": page.url.split("/phone/")[0],
        "registrationId": registration,
        "data": json.dumps(message),
    }
    tools.send("ServiceWorker.deliverPushMessage", given)
    says(page, message["tag"], message["title"])


def _registration(tools: CDPSession, page: Page) -> str:
    found: list[str] = []

    def updated(event: dict[str, Any]) -> None:
        found.extend(one["registrationId"] for one in event["registrations"] if not one["isDeleted"])

    tools.on("ServiceWorker.workerRegistrationUpdated", updated)
    tools.send("ServiceWorker.enable")
    deadline = time.monotonic() + DEADLINE
    while not found:
        assert time.monotonic() < deadline, "the browser told of no service worker"
        page.evaluate("1")  # what came meanwhile is heard
    return found[-1]


def shown(tag: str, asked: str) -> str:
    """A question about the notification with this tag."""
    return f"""async () => {{
        const registration = await navigator.serviceWorker.ready;
        const [note] = await registration.getNotifications({{ tag: {json.dumps(tag)} }});
        return ({asked})(note);
    }}"""


def says(page: Page, tag: str, title: str) -> None:
    """Wait for this title on the notification with this tag."""
    deadline = time.monotonic() + DEADLINE
    while (note := page.evaluate(shown(tag, "note => note?.title"))) != title:
        assert time.monotonic() < deadline, f"not {title!r} but {note!r}"


def press(page: Page, tag: str, action: str) -> None:
    """A tap on the notification, or on one of its buttons."""
    [worker] = page.context.service_workers
    worker.evaluate(
        """async ({ tag, action }) => {
            const [notification] = await self.registration.getNotifications({ tag });
            self.dispatchEvent(new NotificationEvent("notificationclick", { notification, action }));
        }""",
        {"tag": tag, "action": action},
    )


def asking(booking_id: str) -> dict[str, Any]:
    return {
        "title": "Hold asked: Night grade",
        "body": "The studio asks you to hold two days.",
        "tag": f"booking-{booking_id}",
        "path": f"/phone/bookings/{booking_id}",
        "booking_id": booking_id,
        "ask": True,
    }


def test_a_push_reaches_the_phone_and_ends_with_the_sign_in(
    push_phone: BrowserContext, demo: ServerProcess, desk: PushDesk
) -> None:
    page = push_phone.new_page()
    sign_in(page, f"{demo.url}/phone/me")
    install(page)
    mine = page.get_by_label("Notifications on this phone")
    mine.get_by_role("button", name="Turn on notifications").click()
    expect(mine).to_contain_text("New holds reach this phone.")
    mine.get_by_role("button", name="Send me a test").click()
    expect(mine).to_contain_text("Sent: it should appear")
    message = desk.message()
    assert message["title"] == "It works"
    deliver(page, message)
    until(page, shown("test", "note => note.title === 'It works' && note.actions.length === 0"))
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Your bookings")).to_be_visible()
    until(page, shown("test", "note => note === undefined"))
    assert (
        page.evaluate("async () => (await navigator.serviceWorker.ready).pushManager.getSubscription()")
        is None
    )


def test_a_hold_is_answered_from_its_notification_and_a_clash_is_warned_of(
    open_phone: Open, demo: ServerProcess, studio: Studio, me: str
) -> None:
    start = in_weeks(11)
    hold = studio.place(me, "Night grade", start, hours=33)
    page = open_phone()
    page.context.grant_permissions(["notifications"], origin=demo.url)
    install(page)
    tag = f"booking-{hold}"
    deliver(page, asking(hold))
    until(page, shown(tag, "note => note.actions.map(({ action }) => action).join() === 'accept,decline'"))
    press(page, tag, "accept")
    becomes(studio, hold, "pencil")
    says(page, tag, "You said yes")
    clash = studio.place(me, "On the same days", start, hours=33)
    deliver(page, asking(clash))
    press(page, f"booking-{clash}", "accept")
    says(page, f"booking-{clash}", "You have said yes elsewhere")
    assert studio.booking(clash)["response"] == "none"
    press(page, f"booking-{clash}", "")
    expect(page).to_have_url(re.compile(f"/phone/bookings/{clash}$"))
    # Another hold, since Chromium closes late and would take a new notification with the old tag along.
    third = studio.place(me, "And once more", start, hours=33)
    deliver(page, asking(third))
    press(page, f"booking-{third}", "decline")
    becomes(studio, third, "declined")
    says(page, f"booking-{third}", "You said no")
    # An answer that came too late says so.
    deliver(page, asking(third))
    press(page, f"booking-{third}", "decline")
    says(page, f"booking-{third}", "Your answer did not count")


CALENDAR = """BEGIN:VCALENDAR\r
VERSION:2.0\r
BEGIN:VEVENT\r
UID:1\r
DTSTART;VALUE=DATE:{first}\r
DTEND;VALUE=DATE:{last}\r
SUMMARY:Two days by the sea\r
END:VEVENT\r
END:VCALENDAR\r
"""

SHARE = """text => {
    const form = document.createElement("form");
    Object.assign(form, { method: "POST", action: "/phone/share", enctype: "multipart/form-data" });
    const input = Object.assign(document.createElement("input"), { type: "file", name: "calendar" });
    const files = new DataTransfer();
    files.items.add(new File([text], "sea.ics", { type: "text/calendar" }));
    input.files = files.files;
    form.append(input);
    document.body.append(form);
    form.submit();
}"""


def test_a_shared_calendar_file_becomes_a_request_for_time_off(
    open_phone: Open, studio: Studio, me: str
) -> None:
    page = open_phone()
    install(page)
    day = in_weeks(12)
    # As the system does it that shares with the app: a form, posted to the address the manifest names.
    page.evaluate(SHARE, CALENDAR.format(first=f"{day:%Y%m%d}", last=f"{day + 2 * DAY:%Y%m%d}"))
    sheet = page.get_by_role("dialog", name="From your calendar")
    sheet.get_by_label("Two days by the sea").check()
    sheet.get_by_label("Tell the studio what for").check()
    sheet.get_by_role("button", name="Ask for time off").click()
    known = page.get_by_label("Asked for and approved").get_by_role("article")
    asked = known.filter(has_text="Two days by the sea")
    expect(asked).to_contain_text("Asked for")
    expect(page).to_have_url(re.compile("/phone/time-off$"))
    deadline = time.monotonic() + DEADLINE
    while not any(off["note"] == "Two days by the sea" for off in studio.times_off(me)):
        assert time.monotonic() < deadline, "the request never reached the server"
    asked.get_by_role("button", name="Take the request back").click()
    expect(asked).to_have_count(0)


def test_the_artists_own_calendar_address_is_made_renewed_and_ended(open_phone: Open) -> None:
    page = open_phone("me")
    mine = page.get_by_label("Calendar subscription")
    address = mine.get_by_role("textbox")
    mine.get_by_role("button", name="Make an address").click()
    expect(address).to_have_value(re.compile(r"/api/v1/calendars/.+\.ics$"))
    first = address.input_value()
    opened = mine.get_by_role("link", name="Open in calendar").get_attribute("href")
    assert opened == first.replace("http:", "webcal:")
    assert "BEGIN:VCALENDAR" in httpx.get(first, trust_env=False).text
    mine.get_by_role("button", name="New address").click()
    expect(address).not_to_have_value(first)
    expect(mine.get_by_role("button", name="New address")).to_be_enabled()
    assert httpx.get(first, trust_env=False).status_code == 404
    second = address.input_value()
    assert httpx.get(second, trust_env=False).status_code == 200
    mine.get_by_role("button", name="End it").click()
    expect(mine.get_by_role("button", name="Make an address")).to_be_enabled()
    assert httpx.get(second, trust_env=False).status_code == 404


def test_a_hold_says_what_it_pays_and_how_to_get_there(open_phone: Open, studio: Studio, me: str) -> None:
    studio.run("artist.edit", artist_id=me, rate={"amount": 450, "currency": "EUR"})
    hold = studio.place(me, "On location", in_weeks(13), hours=9)
    studio.run("booking.edit", booking_id=hold, notes="Stage 4. https://maps.example/stage-4, gate B.")
    page = open_phone()
    asked = card(page, hold)
    expect(asked).to_contain_text(re.compile(r"(1|0\.5) days? at €450: €\d+"))
    asked.get_by_role("link").first.click()
    where = page.get_by_label("Notes and directions")
    expect(where.get_by_role("link")).to_have_attribute("href", "https://maps.example/stage-4")


def test_portfolio_and_hours_are_changed_with_a_thumb(open_phone: Open) -> None:
    page = open_phone("me")
    page.get_by_role("button", name="Change portfolio").click()
    sheet = page.get_by_role("dialog", name="Portfolio")
    sheet.get_by_role("button", name="Add a link").click()
    sheet.get_by_role("textbox", name="Address").last.fill("not an address")
    expect(sheet.get_by_role("button", name="Save")).to_be_disabled()
    sheet.get_by_role("textbox", name="Address").last.fill("vimeo.com/4711")
    sheet.get_by_role("textbox", name="Title").last.fill("Reel of the year")
    sheet.get_by_role("combobox", name="Kind").last.select_option("reel")
    sheet.get_by_role("button", name="Save").click()
    link = page.get_by_label("Portfolio").get_by_role("link", name="Reel of the year")
    expect(link).to_have_attribute("href", "https://vimeo.com/4711")
    page.get_by_role("button", name="Change working hours").click()
    sheet = page.get_by_role("dialog", name="Working hours")
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday"):
        sheet.get_by_role("button", name=day, exact=True).tap()
    sheet.get_by_role("button", name="10:00 to 11:00").tap()
    sheet.get_by_role("button", name="13:00 to 14:00").tap()
    sheet.get_by_role("button", name="Set 10:00 – 14:00").click()
    sheet.get_by_role("button", name="Save").click()
    hours = page.get_by_label("Working hours", exact=True)
    expect(hours.get_by_role("listitem").filter(has_text="Friday")).to_contain_text("10:00 – 14:00")
    expect(hours.get_by_role("listitem").filter(has_text="Monday")).not_to_contain_text("10:00 – 14:00")
    page.get_by_role("button", name="Undo").click()
    expect(hours).not_to_contain_text("10:00 – 14:00")


def test_notices_are_read_on_the_phone_and_the_studio_sees_that_a_hold_was_seen(
    open_phone: Open, demo: ServerProcess, studio: Studio, me: str
) -> None:
    page = open_phone("schedule")
    hold = studio.place(me, "Told of", in_weeks(15), hours=33)
    go(page, "Holds")
    bell = page.get_by_role("link", name=re.compile(r"Notices, \d+ not read"))
    expect(bell).to_be_visible()
    bell.click()
    told = page.get_by_role("list", name="Notices").get_by_role("link").filter(has_text="Hold asked: Told of")
    expect(told).to_contain_text("New")
    told.click()
    expect(card(page, hold)).to_contain_text("The studio asks for this time")
    deadline = time.monotonic() + DEADLINE
    while studio.reached(hold)["seen_at"] is None:
        assert time.monotonic() < deadline, "the studio never saw that the hold was seen"
    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("link", name="Notices", exact=True)).to_be_visible()


def test_an_artist_says_how_to_be_told_of_what(open_phone: Open) -> None:
    page = open_phone("notices")
    page.get_by_role("button", name="What you hear of, and how").click()
    sheet = page.get_by_role("dialog", name="What you hear of")
    sheet.get_by_role("checkbox", name="Quiet hours").check()
    sheet.get_by_label("Quiet from").fill("21:30")
    asked = sheet.get_by_role("group", name="A hold is asked of me")
    asked.get_by_label("E-mail").select_option("digest")
    with page.expect_response(lambda r: r.url.endswith("/notice-preferences") and r.request.method == "PUT"):
        asked.get_by_label("Push").select_option("off")
    page.keyboard.press("Escape")
    page.reload()
    page.get_by_role("button", name="What you hear of, and how").click()
    expect(sheet.get_by_label("Quiet from")).to_have_value("21:30")
    expect(asked.get_by_label("E-mail")).to_have_value("digest")
    expect(asked.get_by_label("Push")).to_have_value("off")
    asked.get_by_label("E-mail").select_option("at_once")
    asked.get_by_label("Push").select_option("at_once")
    with page.expect_response(lambda r: r.url.endswith("/notice-preferences") and r.request.method == "PUT"):
        sheet.get_by_role("checkbox", name="Quiet hours").uncheck()


def test_other_dates_are_taken_by_a_manager_in_the_other_window(
    open_phone: Open, browser: Browser, demo: ServerProcess, studio: Studio, me: str
) -> None:
    start = in_weeks(14)
    hold = studio.place(me, "Two windows", start, hours=33)
    page = open_phone(f"bookings/{hold}")
    card(page, hold).get_by_role("button", name="Other dates").click()
    sheet = page.get_by_role("dialog", name="Propose other dates")
    first, last = ((start + days * DAY).date().isoformat() for days in (2, 3))
    for day in (first, last):
        if sheet.locator(f'[data-day="{day}"]').count() == 0:
            sheet.get_by_role("button", name="Month after").click()
        sheet.locator(f'[data-day="{day}"]').click()
    sheet.get_by_role("button", name="Propose these dates").click()
    expect(card(page, hold)).to_contain_text("You proposed")
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    window = context.new_page()
    window.goto(f"{demo.url}/?booking={hold}")
    window.get_by_label("E-mail").fill("manager@demo.studio")
    window.get_by_label("Password").fill(PASSWORD)
    window.get_by_role("button", name="Sign in").click()
    window.get_by_test_id("proposal").get_by_role("button", name="Take these dates").click()
    expect(card(page, hold)).to_contain_text("You said yes, and the time is theirs.")
    becomes(studio, hold, "pencil")
    assert studio.booking(hold)["start"] == f"{start + 2 * DAY:%Y-%m-%dT%H:%M:%SZ}"
    context.close()
