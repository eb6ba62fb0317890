"""The pages behind links in e-mails: a hold that is answered without a sign-in, and no e-mail any more.

Looking changes nothing, since mail servers look at every link. An answer is a POST: the ordinary command,
in the artist's name, marked as given by link.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import parse_qs
from uuid import uuid5
from zoneinfo import ZoneInfo

import jinja2
import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from db.errors import DatabaseError
from db.notice_work import count_on
from db.pool import Connection, Pool, transaction
from db.queries import artists, bookings, members, notice_people, notices, projects, tenants
from realtime.protocol import CommandRequest, ErrorAnswer
from scheduling.model import Artist, Booking, Member, Status, Tenant
from scheduling.model import Response as Said
from scheduling.notices.kinds import Kind
from scheduling.notices.preferences import Preferences, Wish, kinds_for
from scheduling.permissions import Actor
from scheduling.telling.dates import moment, span
from server.api.services import Executes
from server.notices.links import Link, read

MOST_FORM = 8_192
BY_LINK = "by link"
_HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
_HERE = Path(__file__).parent / "templates"
_templates = jinja2.Environment(
    loader=jinja2.PackageLoader("server.notices"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

Clock: TypeAlias = Callable[[], datetime]


class Form(Struct, frozen=True, kw_only=True):
    """What can be sent; `shown` is what was shown, so that nobody answers what they did not see."""

    label: str
    look: str
    shown: str = ""
    asks_reason: bool = False


class Page(Struct, frozen=True, kw_only=True):
    """What is shown."""

    title: str
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    studio: str = ""
    recipient: str = ""
    form: Form | None = None
    seen_url: str = ""
    app_url: str = ""
    status: int = 200


class Hold(Struct, frozen=True, kw_only=True):
    """What a good link leads to. `booking` is None where it is not the person's, or not any more."""

    link: Link
    tenant: Tenant
    member: Member
    artist: Artist | None
    booking: Booking | None
    project: str


NO_GOOD = Page(
    title="This link is no good",
    lines=("It was cut short on its way, or is too old. What is asked of you stands in the app.",),
    app_url="/phone/",
    status=404,
)
AWAY = Page(title="One moment, please", lines=("The server is busy. Try again shortly.",), status=503)


def link_routes(pool: Pool, executor: Executes, now: Clock = lambda: datetime.now(UTC)) -> list[BaseRoute]:
    """Routes of the pages."""
    pages = _Pages(pool, executor, now)
    return [
        Route("/answer/page.css", _file("page.css", "text/css"), methods=["GET", "HEAD"]),
        Route("/answer/seen.js", _file("seen.js", "text/javascript"), methods=["GET", "HEAD"]),
        Route("/answer/{token}", _shown(pages.hold), methods=["GET", "HEAD"]),
        Route("/answer/{token}", _shown(pages.answer), methods=["POST"]),
        Route("/answer/{token}/seen", pages.seen, methods=["POST"]),
        Route("/unsubscribe/{token}", _shown(pages.ask_unsubscribe), methods=["GET", "HEAD"]),
        Route("/unsubscribe/{token}", _shown(pages.unsubscribe), methods=["POST"]),
    ]


def _file(name: str, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    text = (_HERE / name).read_text()

    async def endpoint(_: Request) -> Response:
        return Response(text, headers={"Cache-Control": "public, max-age=3600"}, media_type=media_type)

    return endpoint


def _shown(
    handler: Callable[[Request], Awaitable[Page | Response]],
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            outcome = await handler(request)
        except DatabaseError:
            outcome = AWAY
        if isinstance(outcome, Response):
            return outcome
        html = _templates.get_template("page.html").render(page=outcome)
        return Response(html, outcome.status, _HEADERS, "text/html; charset=utf-8")

    return endpoint


class _Pages:
    def __init__(self, pool: Pool, executor: Executes, now: Clock) -> None:
        self._pool = pool
        self._executor = executor
        self._now = now

    async def _good(self, request: Request) -> Hold | Page:
        """What the link leads to; a page where it leads nowhere."""
        token = read(str(request.path_params["token"]))
        if token is None:
            return NO_GOOD
        link = token.link
        async with transaction(self._pool, link.tenant_id, readonly=True) as connection:
            keys = await notice_people.link_keys(connection, link.tenant_id)
            if not token.signed_by(keys):
                return NO_GOOD
            tenant = await tenants.get(connection, link.tenant_id)
            member = await members.by_id(connection, link.tenant_id, link.member_id)
            if tenant is None or member is None or not member.active:
                return NO_GOOD
            if link.expires_at <= self._now():
                return Page(
                    title="This link has run out",
                    lines=("What is asked of you stands in the app.",),
                    studio=tenant.name,
                    app_url="/phone/",
                    status=410,
                )
            return await _hold(connection, link, tenant, member)

    async def hold(self, request: Request) -> Page:
        """`GET`: the hold and one button."""
        found = await self._good(request)
        if isinstance(found, Page):
            return found
        if found.link.purpose == "unsubscribe":
            return NO_GOOD
        return self._page(found, str(request.path_params["token"]))

    async def answer(self, request: Request) -> Page | Response:
        """`POST`: the answer, as the artist's own command; then back to the page, which says what stands."""
        token, found = str(request.path_params["token"]), await self._good(request)
        if isinstance(found, Page):
            return found
        link, booking = found.link, found.booking
        form = await _form(request)
        if link.purpose not in {"accept", "decline"} or form is None:
            return NO_GOOD
        if booking is None or not _open(booking):
            return self._page(found, token)
        if form.get("shown") != _fingerprint(booking):
            page = self._page(found, token)
            lines = ("It has changed since you opened this page. Please look again.", *page.lines)
            return msgspec.structs.replace(page, lines=lines, status=409)
        refused = await self._command(found, booking, form.get("reason", "").strip()[:500])
        await self._mark_seen(link)
        if refused is not None:
            page = self._page(found, token)
            return msgspec.structs.replace(page, lines=(refused, *page.lines), status=409)
        return RedirectResponse(f"/answer/{token}", status_code=303, headers=_HEADERS)

    async def _command(self, found: Hold, booking: Booking, reason: str) -> str | None:
        """None where it was taken, else why not."""
        member, purpose = found.member, found.link.purpose
        actor = Actor(
            kind="member",
            id=member.id,
            name=f"{member.name} ({BY_LINK})",
            role=member.role.value,
            tenant_id=found.tenant.id,
            artist_id=member.artist_id,
        )
        args: dict[str, Any] = {"booking_id": str(booking.id)}
        if purpose == "decline" and reason:
            args["reason"] = reason
        request = CommandRequest(
            # The same for the same answer to the same state: pressed twice, or in two tabs, it is one.
            id=uuid5(member.id, f"{purpose}/{booking.id}/{booking.version}/{reason}"),
            op=f"booking.{purpose}",
            args=msgspec.Raw(msgspec.json.encode(args)),
        )
        answer = await self._executor.execute(actor, request)
        return answer.error.message if isinstance(answer, ErrorAnswer) else None

    async def seen(self, request: Request) -> Response:
        """`POST` by the page itself once it was before somebody's eyes."""
        try:
            found = await self._good(request)
            if isinstance(found, Hold) and found.booking is not None:
                await self._mark_seen(found.link)
        except DatabaseError:
            pass  # nobody is shown less for it
        return Response(status_code=204, headers=_HEADERS)

    async def _mark_seen(self, link: Link) -> None:
        who = (link.tenant_id, link.member_id, link.booking_id)
        async with transaction(self._pool, link.tenant_id) as connection:
            if await notices.any_unseen(connection, *who):
                changed = await count_on(connection, link.tenant_id)
                await notices.mark_seen(connection, *who, self._now(), by="link", changed=changed)

    def _page(self, found: Hold, token: str) -> Page:
        booking = found.booking
        page = Page(
            title="",
            studio=found.tenant.name,
            recipient=found.member.name,
            app_url="/phone/",
        )
        if booking is None:
            return msgspec.structs.replace(
                page, title="This is not yours any more", lines=("The studio took it back.",)
            )
        if not booking.live:
            return msgspec.structs.replace(page, title=_ENDED[booking.status], lines=(_AFTER_END,))
        page = msgspec.structs.replace(
            page, rows=_rows(found, booking, self._now()), seen_url=f"/answer/{token}/seen"
        )
        if _open(booking):
            title = booking.title or (f"Work on {found.project}" if found.project else "A hold")
            purpose = found.link.purpose
            form = None if purpose == "view" else _form_of(purpose, booking)
            return msgspec.structs.replace(page, title=f"{_ASKS[purpose]}: {title}", form=form)
        return msgspec.structs.replace(page, title=_standing(booking), lines=("To change it, open the app.",))

    async def ask_unsubscribe(self, request: Request) -> Page:
        """`GET`: whether no more e-mail is wanted."""
        found = await self._good(request)
        if isinstance(found, Page) or found.link.purpose != "unsubscribe":
            return found if isinstance(found, Page) else NO_GOOD
        return Page(
            title="No more e-mail?",
            lines=(
                f"{found.tenant.name} would send you no e-mail any more. The app still tells you everything.",
            ),
            studio=found.tenant.name,
            recipient=found.member.name,
            form=Form(label="Send me no e-mail", look="go"),
        )

    async def unsubscribe(self, request: Request) -> Page:
        """`POST`, by a person or, with one click, by their mail program (RFC 8058)."""
        found = await self._good(request)
        if isinstance(found, Page) or found.link.purpose != "unsubscribe":
            return found if isinstance(found, Page) else NO_GOOD
        tenant_id, member = found.tenant.id, found.member
        async with transaction(self._pool, tenant_id) as connection:
            kept = (await notice_people.preferences(connection, tenant_id, [member.id])).get(member.id)
            wishes = without_email(kept or Preferences(), member)
            await notice_people.set_preferences(connection, tenant_id, member.id, wishes, self._now())
        return Page(
            title="No more e-mail",
            lines=("In the app you can choose again what you want to hear of, and how.",),
            studio=found.tenant.name,
            recipient=member.name,
            app_url="/phone/",
        )


def without_email(wishes: Preferences, member: Member) -> Preferences:
    """A person's wishes, with e-mail off for every kind that may reach them."""
    kinds: dict[Kind, Wish] = dict(wishes.kinds)
    for kind in kinds_for(artist=member.artist_id is not None, staff=member.role.value != "freelancer"):
        kinds[kind] = msgspec.structs.replace(kinds.get(kind, Wish()), email="off")
    return msgspec.structs.replace(wishes, kinds=kinds)


async def _hold(connection: Connection, link: Link, tenant: Tenant, member: Member) -> Hold:
    found = await bookings.by_ids(connection, tenant.id, [link.booking_id])
    booking = next((b for b in found if b.artist_id == member.artist_id), None)
    own = await artists.by_ids(connection, tenant.id, [member.artist_id]) if member.artist_id else []
    works: list[Any] = []
    if booking is not None and booking.project_id is not None and booking.live:
        works = await projects.by_ids(connection, tenant.id, [booking.project_id])
    return Hold(
        link=link,
        tenant=tenant,
        member=member,
        artist=own[0] if own else None,
        booking=booking,
        project=works[0].name if works else "",
    )


def _open(booking: Booking) -> bool:
    """Whether it waits for an answer."""
    return booking.status is Status.HOLD and booking.response is not Said.ACCEPTED


def _fingerprint(booking: Booking) -> str:
    """What an answer is to: the dates, to the second."""
    return f"{booking.start:%Y%m%dT%H%M%S}-{booking.end:%Y%m%dT%H%M%S}"


def _form_of(purpose: str, booking: Booking) -> Form:
    if purpose == "accept":
        return Form(label="Accept", look="yes", shown=_fingerprint(booking))
    return Form(label="Decline", look="no", shown=_fingerprint(booking), asks_reason=True)


_ASKS = {"accept": "Accept this hold", "decline": "Decline this hold", "view": "You are asked to hold"}
_ENDED = {
    Status.DECLINED: "You declined this",
    Status.WITHDRAWN: "You withdrew from this",
    Status.RELEASED: "The studio gave these dates up",
    Status.EXPIRED: "This hold has run out",
    Status.BUMPED: "Other work was confirmed on these dates",
    Status.CANCELLED: "This was cancelled",
}
_AFTER_END = "Nothing is asked of you any more."


def _standing(booking: Booking) -> str:
    match booking.status:
        case Status.CONFIRMED:
            return "This is confirmed"
        case Status.PENCIL:
            return "You accepted this: it is pencilled"
        case _:
            return "You accepted this: it waits in line"


def _rows(found: Hold, booking: Booking, now: datetime) -> tuple[tuple[str, str], ...]:
    """What, when by the artist's clock and the studio's, how firm; not who else waits, nor for how much."""
    zone = found.artist.zone if found.artist is not None else found.tenant.zone
    year = now.astimezone(ZoneInfo(zone)).year
    dates = span(booking.start, booking.end, ZoneInfo(zone), year)
    there = span(booking.start, booking.end, ZoneInfo(found.tenant.zone), year)
    rows = [("What", booking.title), ("Project", found.project), ("When", dates)]
    if there != dates:
        rows.append((f"In {found.tenant.zone}", there))
    rows.append(("Status", booking.status.value))
    if _open(booking) and booking.response_deadline is not None:
        rows.append(("Answer by", moment(booking.response_deadline, ZoneInfo(zone), year)))
    return tuple((label, value) for label, value in rows if value)


async def _form(request: Request) -> dict[str, str] | None:
    """The fields of a small form; None where it is none."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_FORM:
            return None
    try:
        fields = parse_qs(body.decode(), max_num_fields=10)
    except ValueError:
        return None
    return {name: values[0] for name, values in fields.items()}
