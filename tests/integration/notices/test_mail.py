"""E-mails into a real mail server, parsed back: what they say, whose they are, and what a refusal means."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from db.pool import transaction
from db.queries import members, notice_people
from server.notices.email_channel import EmailChannel
from server.notices.mail import Sender
from server.notices.smtp import SmtpCarrier, SmtpServer, server_of
from tests.harness.due import until
from tests.harness.mail_server import MailServer, mail_server, parts_of
from tests.harness.postgres import Database
from tests.harness.process import server_process
from tests.integration.notices.conftest import Desk

SENDER = Sender(address="schedule@northlight.test", public_url="https://plan.northlight.test")


@pytest.fixture
async def post() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


def channel(desk: Desk, post: MailServer) -> EmailChannel:
    return EmailChannel(desk.pool, SmtpCarrier(server_of(post.url)), SENDER, desk.clock)


async def tell(desk: Desk, post: MailServer) -> None:
    mail = channel(desk, post)
    await desk.decider().look(desk.tenant_id)
    await desk.courier(mail).deliver(desk.tenant_id)


async def test_a_hold_arrives_as_a_letter_of_the_studio(desk: Desk, post: MailServer) -> None:
    """[N10] Text and HTML say the same, names with markup in them stay names."""
    await desk.place(title="Shots <b>&</b> grade “é”")
    await tell(desk, post)
    (letter,) = post.letters
    assert letter["From"].addresses[0].addr_spec == "schedule@northlight.test"
    assert letter["From"].addresses[0].display_name == "Northlight"
    assert letter["To"].addresses[0].display_name == "Ada"
    assert letter["Reply-To"].addresses[0].addr_spec.startswith("mai-")
    assert letter["Subject"] == "Hold asked: Shots <b>&</b> grade “é”"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["Auto-Submitted"] == "auto-generated"
    plain, html = parts_of(letter)
    assert "Mai asks you to hold" in plain
    assert "Shots <b>&</b> grade “é”" in plain
    assert "Shots &lt;b&gt;&amp;&lt;/b&gt; grade “é”" in html
    assert "src=" not in html, "nothing is fetched when it is opened"
    links = re.findall(r"https://plan\.northlight\.test/answer/[\w-]+", plain)
    assert len(links) == 2
    assert [link for link in links if link not in html] == []
    assert letter["List-Unsubscribe"].strip("<>") in html
    (delivery,) = await desk.deliveries()
    assert (delivery["state"], delivery["provider_id"]) == ("sent", "taken as 1")


async def test_an_attempt_again_is_the_same_letter(desk: Desk, post: MailServer) -> None:
    """[N6] By its Message-ID, so that who has it knows it."""
    await desk.place()
    post.refuse_data = "451 4.3.0 later"
    await tell(desk, post)
    assert post.letters == []
    post.refuse_data = None
    desk.clock.ahead = timedelta(minutes=1)
    await tell(desk, post)
    (delivery,) = await desk.deliveries()
    assert list(post.ids()) == [f"<{delivery['id']}@northlight.test>"]
    assert delivery["attempts"] == 2


@pytest.mark.parametrize(
    ("where", "answer", "state", "bounced"),
    [
        ("recipient", "550 5.1.1 no such user", "bounced", True),
        ("recipient", "550 no such user", "bounced", True),
        ("recipient", "552 5.2.2 mailbox full", "waiting", False),
        ("recipient", "550 5.7.1 relaying denied", "failed", False),
        ("recipient", "450 4.2.1 try later", "waiting", False),
        ("data", "554 5.7.1 looks like spam", "failed", False),
    ],
)
async def test_a_refusal_is_taken_for_what_it_says(
    desk: Desk, post: MailServer, *, where: str, answer: str, state: str, bounced: bool
) -> None:
    """[N8] Only an address that is no good is given up for good, and nothing more is sent there."""
    if where == "recipient":
        post.refuse_recipient["ada-"] = answer
    else:
        post.refuse_data = answer
    await desk.place()
    await tell(desk, post)
    (delivery,) = await desk.deliveries()
    assert delivery["state"] == state
    assert answer.partition(" ")[2] in delivery["error"]
    async with transaction(desk.pool, desk.tenant_id) as connection:
        assert bool(await notice_people.all_bounces(connection, desk.tenant_id)) == bounced
        people = await members.by_ids(connection, desk.tenant_id, [desk.artist.id])
        reached = await channel(desk, post).reaches(connection, desk.tenant_id, people)
    assert bool(reached) is not bounced


async def test_without_a_mail_server_messages_wait(desk: Desk, post: MailServer) -> None:
    """[N8] Also without its word after the message was handed over: then twice at most."""
    await desk.place()
    await desk.decider().look(desk.tenant_id)
    nowhere = SmtpCarrier(SmtpServer(host="127.0.0.1", port=9, starttls=False))
    away = EmailChannel(desk.pool, nowhere, SENDER, desk.clock)
    await desk.courier(away).deliver(desk.tenant_id)
    (delivery,) = await desk.deliveries()
    assert (delivery["state"], delivery["handed"]) == ("waiting", 0)
    assert "cannot be reached" in delivery["error"]


async def test_two_workers_one_of_which_is_killed_lose_nothing(
    desk: Desk, post: MailServer, module_database: Database
) -> None:
    """[N5] [N6] Everything arrives, and once, but for what was just being handed over."""
    settings = {
        "DATABASE_URL": module_database.dsn,
        "LOG_LEVEL": "warning",
        "SMTP_URL": post.url,
        "MAIL_FROM": SENDER.address,
        "PUBLIC_URL": SENDER.public_url,
        "NOTICE_STILL_SECONDS": "0",
    }
    people = [desk.artist_id]
    for name in ("Ben", "Cem", "Dia", "Eva", "Fay", "Gil"):
        people.append(await desk.studio.artist(name=name))
        await desk.account(desk.studio.actor("freelancer", people[-1], name=name))
    post.pause = 0.2
    with server_process("worker", **settings) as one, server_process("worker", **settings) as other:
        for worker in (one, other):
            await asyncio.to_thread(worker.wait_for, "The worker is ready")
        placed = [await desk.place(artist_id=artist) for artist in people]

        async def some_arrived() -> bool:
            return bool(post.letters)

        await until(some_arrived)
        placed += [await desk.place(artist_id=artist) for artist in people]
        one.stop(signal.SIGKILL)
        placed += [await desk.place(artist_id=artist) for artist in people]
        async with transaction(desk.pool, desk.tenant_id) as connection:
            under_way = await connection.fetchval(
                "SELECT count(*) FROM notice_deliveries WHERE state = 'sending'"
            )
            # The lease of whoever died runs out.
            await connection.execute("UPDATE notice_deliveries SET due_at = now() WHERE state = 'sending'")

        async def everything_arrived() -> bool:
            async with transaction(desk.pool, desk.tenant_id) as connection:
                told = await connection.fetchval("SELECT count(*) FROM notices")
            return told == len(placed) and {d["state"] for d in await desk.deliveries()} == {"sent"}

        await until(everything_arrived)
        assert other.stop() == 0
    arrived = [booking for booking in placed if any(_names(letter, booking, desk) for letter in post.letters)]
    assert arrived == placed
    doubled = [name for name, count in post.ids().items() if count > 1]
    assert len(doubled) <= under_way
    assert all(count <= 2 for count in post.ids().values())


def _names(letter, booking: str, desk: Desk) -> bool:
    title = f"Shot {desk.titles[booking]}"
    return re.search(rf"\b{title}\b", parts_of(letter)[0]) is not None
