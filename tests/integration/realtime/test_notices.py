"""Notices on sockets: to their person, on whichever instance, and to staff what became of them.

Rules of docs/subsystems/notifications.md.
"""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from db.notice_work import count_on
from db.pool import transaction
from db.queries import notices
from db.queries.notices import NoticeRow
from scheduling.model import TimeOff
from scheduling.notices import Facts
from tests.harness.actions import NOW
from tests.harness.live import Tokens, client_of, member_of, serving, until

PATIENCE = 60.0


def told(client, name):
    return [body for heard, body in client.heard if heard == name]


async def tell(pool, studio, member_id, booking_id) -> UUID:
    """As the decider does it."""
    off = TimeOff(
        id=booking_id,
        artist_id=uuid4(),
        start=NOW,
        end=NOW + timedelta(days=1),
        created_at=NOW,
        updated_at=NOW,
    )
    facts = Facts(kind="time_off_approved", for_artist=True, artist_id=off.artist_id, time_off=off)
    async with transaction(pool, studio.tenant.id) as connection:
        row = NoticeRow(
            id=uuid4(),
            number=await count_on(connection, studio.tenant.id),
            member_id=member_id,
            kind=facts.kind,
            subject_kind="booking",
            subject_id=booking_id,
            window="1",
            facts=facts,
            at=NOW,
        )
        await notices.insert(connection, studio.tenant.id, [row])
    return row.id


@pytest.fixture
async def instances(pool):
    """Two that do not hear each other: neither needs to."""
    tokens = Tokens()
    async with serving(pool, tokens=tokens) as one, serving(pool, tokens=tokens) as two:
        yield one, two


async def test_a_notice_reaches_its_person_on_every_instance_and_nobody_else(pool, instances):
    """[N11]"""
    one, two = instances
    studio, other = await one.studio(pool), await one.studio(pool)
    artist = await member_of(studio, "freelancer", artist_id=await studio.artist(), name="Ada")
    manager, stranger = await member_of(studio), await member_of(other)
    async with (
        client_of(one, artist) as here,
        client_of(two, artist) as there,
        client_of(two, manager) as boss,
        client_of(one, stranger) as elsewhere,
    ):
        for live in (one, two):
            await live.realtime.notices.look()
        booking = uuid4()
        notice_id = await tell(pool, studio, artist.id, booking)
        await until(lambda: told(here, "notice") and told(there, "notice"), PATIENCE)
        await until(lambda: told(boss, "receipts"), PATIENCE)
        (notice,) = told(here, "notice")
        assert notice == told(there, "notice")[0]
        assert (notice["id"], notice["title"]) == (str(notice_id), "Time off approved")
        assert told(boss, "receipts") == [{"booking_ids": [str(booking)]}]
        assert told(boss, "notice") == []
        assert told(here, "receipts") == []
        async with transaction(pool, studio.tenant.id) as connection:
            changed = await count_on(connection, studio.tenant.id)
            await notices.mark_seen(
                connection, studio.tenant.id, artist.id, booking, NOW, by="app", changed=changed
            )
        await until(lambda: len(told(boss, "receipts")) == 2, PATIENCE)
        assert len(told(here, "notice")) == 1, "seen is not new"
        assert [name for name, _ in elsewhere.heard if name in {"notice", "receipts"}] == []


async def test_nothing_old_is_told_to_who_comes(pool, instances):
    """[N11] They ask for it."""
    one, _ = instances
    studio = await one.studio(pool)
    artist = await member_of(studio, "freelancer", artist_id=await studio.artist(), name="Ada")
    await tell(pool, studio, artist.id, uuid4())
    async with client_of(one, artist) as client:
        await one.realtime.notices.look()
        fresh = await tell(pool, studio, artist.id, uuid4())
        await until(lambda: told(client, "notice"), PATIENCE)
        assert [n["id"] for n in told(client, "notice")] == [str(fresh)]
