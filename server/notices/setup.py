"""From settings to the ways out of the house that this process has."""

from __future__ import annotations

from pathlib import Path

from db.pool import Pool
from server.feeds.poster import Poster
from server.notices.channel import Channel
from server.notices.decider import Windowing
from server.notices.email_channel import Carrier, EmailChannel
from server.notices.mail import Sender
from server.notices.outbox import FolderCarrier
from server.notices.push_channel import PushChannel
from server.notices.rounds import Notices
from server.notices.smtp import SmtpCarrier, server_of
from server.push.sender import PushSender
from server.push.vapid import Vapid
from server.settings import Settings, SettingsError

OUTBOX = "outbox"
_LOCAL_SENDER = "production-tool@localhost"


def with_outbox(settings: Settings) -> Settings:
    """With the folder of e-mails named, where the database is our own and nobody said otherwise.

    To be asked before `database_url` is filled in.
    """
    if settings.database_url is not None or settings.smtp_url is not None or settings.mail_outbox is not None:
        return settings
    return settings.model_copy(update={"mail_outbox": settings.data_dir / OUTBOX})


def outbox_of(settings: Settings) -> Path | None:
    """The folder of e-mails, where there is no mail server."""
    return settings.mail_outbox if settings.smtp_url is None else None


def public_url_of(settings: Settings) -> str:
    """Where links in messages lead, without a slash at the end."""
    return settings.public_url or f"http://{settings.host}:{settings.port}"


def email_channel(settings: Settings, pool: Pool) -> EmailChannel | None:
    """The way by e-mail, where there is one. Raises `SettingsError` where a sender is missing."""
    carrier: Carrier
    outbox = outbox_of(settings)
    if settings.smtp_url is not None:
        if not settings.mail_from:
            raise SettingsError("SMTP_URL needs MAIL_FROM beside it, as in schedule@studio.example")
        carrier = SmtpCarrier(server_of(settings.smtp_url.get_secret_value()))
    elif outbox is not None:
        carrier = FolderCarrier(outbox)
    else:
        return None
    sender = Sender(address=settings.mail_from or _LOCAL_SENDER, public_url=public_url_of(settings))
    return EmailChannel(pool, carrier, sender)


def push_sender(settings: Settings, pool: Pool, poster: Poster) -> PushSender | None:
    """What sends web pushes; None where there is no key to sign them with."""
    if settings.vapid_private_key is None:
        return None
    vapid = Vapid(settings.vapid_private_key.get_secret_value(), settings.vapid_contact)
    return PushSender(pool, poster, vapid)


def notices_of(settings: Settings, pool: Pool, poster: Poster) -> Notices:
    """What decides and sends, by every way that is set up. Raises `SettingsError`."""
    channels: list[Channel] = []
    if (email := email_channel(settings, pool)) is not None:
        channels.append(email)
    if (sender := push_sender(settings, pool, poster)) is not None:
        channels.append(PushChannel(sender))
    windowing = Windowing.of_seconds(settings.notice_still_seconds, settings.notice_window_seconds)
    return Notices(pool, channels, windowing=windowing)
