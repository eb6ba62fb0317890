"""A real mail server in the test's process: takes what it is given, or refuses as it is told."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from typing import Any

from aiosmtpd import smtp


class MailServer:
    """`letters` in the order in which they were taken. `refuse_recipient` and `refuse_data` are answers."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refuse_recipient: dict[str, str] = {}
        self.refuse_data: str | None = None
        self.pause = 0.0
        self.url = ""

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd looks for
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        for part, answer in self.refuse_recipient.items():
            if part in address:
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - as above
        if self.refuse_data is not None:
            return self.refuse_data
        letter = BytesParser(policy=SMTP).parsebytes(envelope.original_content)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.recipients.extend(envelope.rcpt_tos)
        await asyncio.sleep(self.pause)
        return f"250 taken as {len(self.letters)}"

    def ids(self) -> Counter[str]:
        """How often each message came."""
        return Counter(str(letter["Message-ID"]) for letter in self.letters)


@asynccontextmanager
async def mail_server() -> AsyncIterator[MailServer]:
    """One that listens on a free port until the block ends."""
    post = MailServer()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: smtp.SMTP(post), "127.0.0.1", 0)
    try:
        host, port = server.sockets[0].getsockname()[:2]
        post.url = f"smtp://{host}:{port}?starttls=never"
        yield post
    finally:
        server.close()
        await server.wait_closed()


def parts_of(letter: EmailMessage) -> tuple[str, str]:
    """The plain text and the HTML."""
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()
