"""Hands e-mails to a mail server, and tells its temporary "no" from one that is for good."""

from __future__ import annotations

import re
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
from msgspec import Struct

from server.notices.channel import Gone, HandOver, Outcome, Retry, Sent

TIMEOUT_SECONDS = 20.0
_PORTS = {"smtp": 587, "smtps": 465}


class SmtpServer(Struct, frozen=True, kw_only=True):
    """Where mail is handed in. `starttls` None takes it where it is offered."""

    host: str
    port: int
    username: str | None = None
    password: str | None = None
    tls: bool = False
    starttls: bool | None = None


def server_of(url: str) -> SmtpServer:
    """`smtp://user:password@host:587` (STARTTLS) or `smtps://…:465`. Raises `ValueError`.

    With a user's name STARTTLS is asked for, else taken where it is offered; `?starttls=never` leaves it.
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("expected smtp://user:password@host:587 or smtps://user:password@host:465")
    wish = parse_qs(parts.query).get("starttls", [""])[0]
    if wish not in {"", "never", "always"}:
        raise ValueError("expected ?starttls=always or ?starttls=never")
    username = unquote(parts.username) if parts.username else None
    starttls = {"never": False, "always": True}.get(wish, True if username else None)
    return SmtpServer(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        username=username,
        password=unquote(parts.password) if parts.password else None,
        tls=parts.scheme == "smtps",
        starttls=False if parts.scheme == "smtps" else starttls,
    )


class SmtpCarrier:
    """One connection per e-mail: what is known of a message ends with it."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    async def carry(self, mail: EmailMessage, sender: str, recipient: str, hand_over: HandOver) -> Outcome:
        """Hand it in. Until DATA nothing can have been taken; from there on the server may have it."""
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.tls,
            start_tls=server.starttls,
            timeout=TIMEOUT_SECONDS,
        )
        handed = False
        try:
            async with client:
                await client.mail(sender)
                try:
                    await client.rcpt(recipient)
                except aiosmtplib.SMTPRecipientRefused as refused:
                    return of_recipient(refused.code, refused.message)
                if not await hand_over():
                    return Retry(reason="Another worker has taken it over.")
                handed = True
                try:
                    answer = await client.data(mail.as_bytes())
                except aiosmtplib.SMTPDataError as refused:
                    return of_data(refused.code, refused.message)
                return Sent(provider_id=answer.message)
        except aiosmtplib.SMTPResponseException as refused:
            # Who we are, or who we write as, was not taken: the operator's to mend, and the message waits.
            return Retry(reason=f"{refused.code} {refused.message}")
        except (aiosmtplib.SMTPException, OSError) as error:
            return Retry(reason=f"The mail server cannot be reached: {error}", unsure=handed)

    async def close(self) -> None:
        """Nothing is kept open."""


_ENHANCED = re.compile(r"^(\d)\.(\d{1,3})\.(\d{1,3})")


def of_recipient(code: int, message: str) -> Outcome:
    """What a "no" to the recipient means (RFC 5321, 4.2.1; RFC 3463): an address that is no good is gone."""
    reason = f"{code} {message}"
    if code < 500:
        return Retry(reason=reason)
    found = _ENHANCED.match(message)
    subject = found.group(2) if found else ""
    if subject in {"2", "3", "4"}:
        return Retry(reason=reason)  # full, or the other side's trouble: it may be mended
    return Gone(reason=reason, bounced=subject in {"", "1"} and code in {550, 551, 553})


def of_data(code: int, message: str) -> Outcome:
    """What a "no" to the message means; it says nothing of the address."""
    reason = f"{code} {message}"
    return Retry(reason=reason) if code < 500 else Gone(reason=reason)
