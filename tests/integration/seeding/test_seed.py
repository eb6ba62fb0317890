"""The demo's studios: believable, the same every time, and finished by a second start."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from db.pool import transaction
from db.queries import artists, auth, bookings, members, milestones, projects, tenants
from server import seed
from server.auth.passwords import Passwords
from server.seed import DEMO, OTHER, SIGN_INS, seed_demo, tenant_id_of
from tests.harness.sweep import sweep

NOW = datetime(2026, 3, 4, 12, 34, 56, 789, tzinfo=UTC)
PASSWORD = "a password for the demo"


class Interrupted(Exception):
    pass


@pytest.fixture(scope="module")
def seeded(module_database, postgres):
    """A seeded database, and a way to read from it."""

    class Seeded:
        dsn = module_database.dsn

        def load(self, studio, query, *args):
            return postgres.run(self._load(tenant_id_of(studio), query, args))

        async def _load(self, tenant_id, query, args):
            from db.pool import create_pool

            pool = await create_pool(self.dsn, min_size=1, max_size=2)
            try:
                async with transaction(pool, tenant_id) as connection:
                    return await query(connection, tenant_id, *args)
            finally:
                await pool.close()

        async def seed(self):
            from db.pool import create_pool

            pool = await create_pool(self.dsn, min_size=1, max_size=4)
            try:
                await seed_demo(pool, password=PASSWORD, now=NOW)
            finally:
                await pool.close()

    one = Seeded()
    postgres.run(one.seed())
    return one


def test_the_demo_has_the_people_and_the_work_of_a_studio(seeded):
    people = seeded.load(DEMO, artists.everyone)
    assert len(people) == 42
    assert len({person.zone for person in people}) >= 15
    assert all(person.skills and person.rate and person.tags for person in people)
    work = seeded.load(DEMO, projects.everything)
    assert len(work) == 10
    assert len({project.colour for project in work}) == 10
    assert len(seeded.load(DEMO, projects.phases)) > 35
    assert len(seeded.load(DEMO, projects.dependencies)) > 25
    assert len(seeded.load(DEMO, milestones.of_projects)) > 20
    assert all(project.budget_days and project.budget_money for project in work)


def test_there_are_three_months_of_bookings_of_every_status(seeded):
    booked = seeded.load(DEMO, bookings.all_live)
    assert 350 <= len(booked) <= 450
    count = {
        status: sum(1 for one in booked if one.status == status) for status in ("hold", "pencil", "confirmed")
    }
    assert min(count.values()) > 40
    assert min(one.start for one in booked) < NOW - timedelta(weeks=4)
    assert max(one.end for one in booked) > NOW + timedelta(weeks=7)
    assert all(one.title and one.project_id and one.phase_id for one in booked)
    assert all(one.status == "confirmed" for one in booked if one.end < NOW - timedelta(days=3))


def test_some_holds_wait_behind_others(seeded):
    booked = seeded.load(DEMO, bookings.all_live)
    waiting = [
        one
        for one in booked
        for other in booked
        if one.id != other.id
        and one.artist_id == other.artist_id
        and one.overlaps(other.start, other.end)
        and one.claims[0].number > other.claims[0].number
    ]
    assert 12 <= len(waiting) <= 60
    assert all(one.status == "hold" for one in waiting)
    assert any(one.response == "accepted" for one in waiting)


def test_nobody_works_at_weekends_or_outside_their_hours(seeded):
    people = {person.id: person for person in seeded.load(DEMO, artists.everyone)}
    for one in seeded.load(DEMO, bookings.all_live):
        person = people[one.artist_id]
        first, last = (at.astimezone(ZoneInfo(person.zone)) for at in (one.start, one.end))
        assert first.weekday() < 5
        assert (last - timedelta(minutes=1)).weekday() < 5
        assert last.date() - first.date() < timedelta(days=5)
        opens = {span.start for span in person.working_hours if span.day == first.weekday()}
        assert f"{first:%H:%M}" in opens


def test_days_nobody_works_and_a_weekly_review_are_there(seeded):
    tenant = seeded.load(DEMO, tenants.get)
    assert tenant.holiday_country == "DE"
    assert len(tenant.closures) == 1
    series = [one for one in seeded.load(DEMO, bookings.all_live) if one.series_id]
    assert 4 <= len(series) <= 8
    people = seeded.load(DEMO, artists.everyone)
    assert all(person.holiday_country for person in people)
    assert any(person.portfolio for person in people)


def test_the_artist_of_the_demo_has_bookings_to_look_at(seeded):
    (artist,) = [one for one in seeded.load(DEMO, members.everyone) if one.role == "freelancer"]
    own = [one for one in seeded.load(DEMO, bookings.all_live) if one.artist_id == artist.artist_id]
    assert len(own) >= 5


def test_the_logs_are_whole_and_nobody_is_booked_twice(seeded, postgres):
    for studio in (DEMO, OTHER):
        assert postgres.run(sweep(seeded.dsn, tenant_id_of(studio))) > 0


def test_every_account_signs_in_with_the_password(seeded):
    passwords = Passwords()
    for slug, email, _ in SIGN_INS:
        studio = DEMO if slug == DEMO.slug else OTHER
        account = seeded.load(studio, auth.account, email)
        assert asyncio.run(passwords.matches([account.password_hash], PASSWORD, work=1)) == [True]
    passwords.close()


async def test_a_second_seeding_changes_nothing_even_days_later(pool):
    await seed_demo(pool, password=PASSWORD, now=NOW)
    heads = await _heads(pool)
    await seed_demo(pool, password=PASSWORD, now=NOW + timedelta(days=3))
    assert await _heads(pool) == heads


async def test_an_interrupted_seeding_is_finished_by_the_next(pool, monkeypatch):
    send, parts = seed._send, []

    async def interrupted(executor, actor, part, commands, tell):
        parts.append(part)
        if len(parts) == 3:
            raise Interrupted
        await send(executor, actor, part, commands, tell)

    monkeypatch.setattr(seed, "_send", interrupted)
    with pytest.raises(Interrupted):
        await seed_demo(pool, password=PASSWORD, now=NOW)
    monkeypatch.setattr(seed, "_send", send)
    await seed_demo(pool, password=PASSWORD, now=NOW)
    async with transaction(pool, tenant_id_of(DEMO)) as connection:
        assert len(await bookings.all_live(connection, tenant_id_of(DEMO))) >= 350


async def test_the_same_day_gives_the_same_studios(pool, seeded):
    await seed_demo(pool, password=PASSWORD, now=NOW)
    for studio in (DEMO, OTHER):
        tenant_id = tenant_id_of(studio)
        async with transaction(pool, tenant_id) as connection:
            here = await bookings.all_live(connection, tenant_id)
        there = seeded.load(studio, bookings.all_live)
        assert [(one.id, one.start, one.title) for one in here] == [
            (one.id, one.start, one.title) for one in there
        ]


async def _heads(pool):
    heads = []
    for studio in (DEMO, OTHER):
        async with transaction(pool, tenant_id_of(studio)) as connection:
            heads.append(await tenants.head(connection, tenant_id_of(studio)))
    return heads
