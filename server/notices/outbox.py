"""E-mails as files in a folder, for where there is no mail server: the demo, and whoever tries things out."""

from __future__ import annotations

import asyncio
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from pathlib import Path

from server.notices.channel import HandOver, Outcome, Retry, Sent

MOST_KEPT = 500
"""Files; the oldest are forgotten."""


class FolderCarrier:
    """Writes each e-mail as `<id>.eml`, whole or not at all; a second attempt writes the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def carry(self, mail: EmailMessage, sender: str, recipient: str, hand_over: HandOver) -> Outcome:  # noqa: ARG002 - both stand in the e-mail
        """Keep it."""
        if not await hand_over():
            return Retry(reason="Another worker has taken it over.")
        try:
            name = await asyncio.to_thread(self._write, mail)
        except OSError as error:
            return Retry(reason=f"The outbox cannot be written: {error.strerror}")
        return Sent(provider_id=name)

    def _write(self, mail: EmailMessage) -> str:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{str(mail['Message-ID']).strip('<>').partition('@')[0]}.eml"
        partial = self._folder / f"{name}.partial"
        partial.write_bytes(mail.as_bytes())
        partial.replace(self._folder / name)
        for old in files_in(self._folder)[MOST_KEPT:]:
            old.unlink(missing_ok=True)
        return name

    async def close(self) -> None:
        """Nothing is kept open."""


def files_in(folder: Path) -> list[Path]:
    """The e-mails of an outbox, the newest first: their names begin with ids that sort by time."""
    return sorted(folder.glob("*.eml"), key=lambda path: path.name, reverse=True)


def read_mail(path: Path) -> EmailMessage:
    """One of them. Raises `OSError`."""
    mail = BytesParser(policy=SMTP).parsebytes(path.read_bytes())
    assert isinstance(mail, EmailMessage)  # noqa: S101 - what this policy makes
    return mail
