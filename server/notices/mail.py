"""A message as an e-mail in the studio's name: what it says, its links, plain text and HTML, headers."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

import jinja2
from msgspec import Struct

from db.queries.notice_people import LinkKey
from db.queries.notices import NoticeRow
from scheduling.model import Booking, Response, Status
from scheduling.notices import Facts, Words, words
from scheduling.notices.kinds import Kind
from server.notices.channel import Outgoing
from server.notices.links import LASTS, NOBODY, Link, Purpose, sign

MOST_ITEMS = 15
"""Of a message; the rest is counted."""
_ASKS: frozenset[Kind] = frozenset({"hold_asked", "deadline_near", "dates_changed", "counter_refused"})

_templates = jinja2.Environment(
    loader=jinja2.PackageLoader("server.notices"),
    autoescape=jinja2.select_autoescape(["html"]),
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)

_STYLES = {
    "accept": "background:#1f7a4d;color:#ffffff;",
    "decline": "background:#ffffff;color:#8c2f2f;border:1px solid #c9a3a3;",
    "view": "background:#2f5f9e;color:#ffffff;",
}


class Sender(Struct, frozen=True, kw_only=True):
    """Who writes: an address of the operator's, and where links lead, without a slash at the end."""

    address: str
    public_url: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


class Envelope(Struct, frozen=True, kw_only=True):
    """What an e-mail is made of beside the message: the key of its links, and who reads an answer."""

    key: LinkKey
    reply_to: str | None
    now: datetime


class _Button(Struct, frozen=True, kw_only=True):
    label: str
    url: str
    style: str


class _Item(Struct, frozen=True, kw_only=True):
    title: str
    text: str
    rows: tuple[tuple[str, str], ...]
    links: tuple[_Button, ...]


def message_id(message: Outgoing, sender: Sender) -> str:
    """The same for every attempt."""
    return f"<{message.id}@{sender.domain}>"


def compose(message: Outgoing, sender: Sender, envelope: Envelope) -> EmailMessage:
    """The e-mail. Pure: the same for the same arguments, but for the boundary of its parts."""
    told = [words(notice.facts, message.zone, envelope.now) for notice in message.notices]
    items = [
        _item(said, notice, message, sender, envelope)
        for said, notice in zip(told[:MOST_ITEMS], message.notices, strict=False)
    ]
    unsubscribe = _url("unsubscribe", message, sender, envelope)
    context: dict[str, Any] = {
        "studio": message.tenant.name,
        "recipient": message.member.name,
        "subject": _subject(told, message),
        "preview": told[0].text,
        "intro": _intro(told, message),
        "items": items,
        "more": max(0, len(told) - MOST_ITEMS),
        "app_url": _app_url(message, sender),
        "unsubscribe_url": unsubscribe,
    }
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(_plain(message.tenant.name), addr_spec=sender.address)
    mail["To"] = Address(_plain(message.member.name), addr_spec=message.member.email)
    mail["Subject"] = _plain(context["subject"])
    mail["Date"] = format_datetime(envelope.now)
    mail["Message-ID"] = message_id(message, sender)
    if envelope.reply_to is not None:
        mail["Reply-To"] = Address(addr_spec=envelope.reply_to)
    mail["Auto-Submitted"] = "auto-generated"
    mail["List-Unsubscribe"] = f"<{unsubscribe}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(_templates.get_template("message.txt").render(context), cte="quoted-printable")
    html = _templates.get_template("message.html").render(context)
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    return mail


def _plain(text: str) -> str:
    """Without what would end a header's line."""
    return " ".join(text.split())


def _subject(told: list[Words], message: Outgoing) -> str:
    if len(told) == 1:
        return told[0].title
    return f"{message.tenant.name}: {len(told)} changes to your schedule"


def _intro(told: list[Words], message: Outgoing) -> str:
    if len(told) == 1:
        return ""
    since = " since the last message" if message.held else ""
    return f"{len(told)} things changed{since}."


def _item(said: Words, notice: NoticeRow, message: Outgoing, sender: Sender, envelope: Envelope) -> _Item:
    return _Item(
        title=said.title,
        text=said.text,
        rows=said.rows,
        links=tuple(_buttons(notice.facts, message, sender, envelope)),
    )


def _buttons(facts: Facts, message: Outgoing, sender: Sender, envelope: Envelope) -> list[_Button]:
    if facts.time_off is not None or facts.after is None:
        return [_Button(label="Open the app", url=_app_url(message, sender), style=_STYLES["view"])]
    booking = facts.after
    if not facts.for_artist:
        url = f"{sender.public_url}/?booking={booking.id}"
        return [_Button(label="Open in the schedule", url=url, style=_STYLES["view"])]
    asked: list[tuple[str, Purpose]] = [("Look at it", "view")]
    if facts.kind in _ASKS and booking.status is Status.HOLD and booking.response is not Response.ACCEPTED:
        asked = [("Accept", "accept"), ("Decline", "decline")]
    return [
        _Button(label=label, url=_url(purpose, message, sender, envelope, booking), style=_STYLES[purpose])
        for label, purpose in asked
    ]


def _url(
    purpose: Purpose, message: Outgoing, sender: Sender, envelope: Envelope, booking: Booking | None = None
) -> str:
    """A link for this person. It ends with the booking, or with the time in which the hold stands."""
    latest = envelope.now + LASTS
    ends = [latest]
    if booking is not None:
        ends += [t for t in (booking.end, booking.expires_at) if t is not None and t > envelope.now]
    link = Link(
        tenant_id=message.tenant.id,
        member_id=message.member.id,
        booking_id=booking.id if booking is not None else NOBODY,
        purpose=purpose,
        expires_at=min(ends),
    )
    path = "unsubscribe" if purpose == "unsubscribe" else "answer"
    return f"{sender.public_url}/{path}/{sign(link, envelope.key)}"


def _app_url(message: Outgoing, sender: Sender) -> str:
    staff = message.member.role != "freelancer"
    return f"{sender.public_url}/" if staff else f"{sender.public_url}/phone/"
