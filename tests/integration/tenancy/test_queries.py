"""Every query there is, asked for one studio inside another's transaction: nothing found, nothing changed.

Rule E10 of docs/subsystems/write-path.md.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec

import db.queries
from db.pool import Connection, Pool, acquire, transaction
from db.queries import auth, tenants
from db.queries.answers import StoredAnswer
from db.queries.artists_search import ArtistFilter
from db.queries.batches import Batch, Jobs
from db.queries.bookings_search import BookingFilter
from db.queries.challenges import ChallengeFilter
from db.queries.event_log import chain
from db.queries.history import DiffFilter
from db.queries.notices import Cursor
from db.queries.scenarios import ScenarioFilter
from db.queries.suggestions import Search
from db.queries.times_off import TimeOffFilter
from db.queries.work_search import ProjectFilter
from scheduling.events import ArtistAdded, EventActor, log
from scheduling.model import (
    Artist,
    Booking,
    Challenge,
    Claim,
    Dependency,
    Member,
    Milestone,
    Phase,
    Project,
    Role,
    Scenario,
    ScenarioChange,
    Tenant,
    TimeOff,
)
from scheduling.notices.preferences import Preferences
from tests.harness.actions import NOW
from tests.harness.asking import MORNING
from tests.harness.two_studios import (
    Filled,
    Owner,
    api_key,
    bounce,
    browser,
    calendar_link,
    delivery,
    endpoint,
    integration_change,
    job,
    link_key,
    message,
    notice,
    solver_job,
    tried,
)

LATER = NOW + timedelta(days=30_000)
LATER_THAT_DAY = MORNING + timedelta(hours=4)
WHOLE = {"after": None, "limit": 10}


def reads(of: Filled) -> dict[str, tuple[Any, ...]]:
    """Arguments after the connection under which each reading query finds something of a studio's."""
    me = of.tenant_id
    studio = Tenant(id=me, name="Mallory", slug=of.slug)
    return {
        "answers.by_ids": (me, [of.command]),
        "api_keys.by_digest": (me, of.key_digest, NOW),
        "api_keys.by_ids": (me, [of.key]),
        "api_keys.everything": (me,),
        "api_keys.good": (me, [of.key_digest], NOW),
        "artists.by_ids": (me, [of.artist]),
        "artists.everyone": (me,),
        "artists_search.page": (me, ArtistFilter(), WHOLE),
        "artists_search.count": (me, ArtistFilter()),
        "artists_search.active_ids": (me, {"limit": 10}),
        "auth.account": (me, of.email),
        "auth.password_hash": (me, of.member),
        "auth.refresh_token": (me, of.token),
        "auth.families_ended": (me, [of.ended_family]),
        "auth.families_of": (me, of.member),
        "auth.family_stands": (me, of.family),
        "bookings.by_ids": (me, [of.booking]),
        "bookings.live_in_windows": (me, [(of.artist, MORNING, MORNING + timedelta(hours=1))]),
        "bookings.of_series": (me, [of.series]),
        "bookings.rivals_in_windows": (me, [(of.artist, MORNING, MORNING + timedelta(hours=1))]),
        "bookings.all_live": (me,),
        "bookings.live_of_projects": (me, [of.project]),
        "bookings_search.page": (me, BookingFilter(), WHOLE),
        "bookings_search.count": (me, BookingFilter()),
        "calendars.away": (me, of.artist, NOW, LATER),
        "calendars.by_digest": (me, of.calendar_digest, NOW),
        "calendars.by_id": (me, of.calendar),
        "calendars.everything": (me, {"created_by": None}),
        "calendars.slots": (me, calendar_link(of.calendar, of.artist, None), NOW, LATER),
        "deliveries.page": (me, of.endpoint, {"before": None, "limit": 10}),
        "push_subscriptions.of_member": (me, of.member),
        "push_subscriptions.reachable": (me, of.member, "key"),
        "webhooks.by_id": (me, of.endpoint),
        "webhooks.due": (me, NOW),
        "webhooks.everything": (me,),
        "challenges.by_ids": (me, [of.challenge]),
        "challenges.active": (me, [of.artist]),
        "challenges.page": (me, ChallengeFilter(), WHOLE),
        "challenges.count": (me, ChallengeFilter()),
        "event_log.since": (me, 0, {"limit": 10}),
        "event_log.changes_since": (me, [("booking", of.booking, 1)]),
        "event_log.of_command": (me, of.command),
        "event_log.links": (me, 0, {"limit": 10}),
        "history.seq_at": (me, LATER),
        "history.moment_of": (me, 1),
        "history.all_of_kind": (me, "booking", 1_000),
        "history.images": (me, [("booking", of.booking)], 1_000),
        "history.bookings_page": (me, 1_000, BookingFilter(), {"limit": 10}),
        "history.bookings_count": (me, 1_000, BookingFilter()),
        "history.times_off": (me, 1_000, BookingFilter(), {"limit": 10}),
        "history.between": (me, 0, 1_000, DiffFilter(kinds=("booking",)), WHOLE),
        "history.belonging_to": (me, of.project, ("booking",)),
        "history.activity": (
            me,
            {"of": ("booking", of.booking), "before_seq": None, "from_seq": 1, "limit": 10},
        ),
        "history.commands_of": (me, UUID(int=0), {"limit": 10}),
        "mirror.rows": (me, "booking", [of.booking]),
        "import_jobs.get": (me, of.job),
        "import_jobs.recent": (me, 10),
        "planning.records": (me, MORNING, LATER_THAT_DAY),
        "solver_jobs.get": (me, of.solver_job),
        "solver_jobs.recent": (me, 10),
        "integration_log.page": (me, {"before": None, "limit": 10}),
        "members.everyone": (me,),
        "milestones.by_ids": (me, [of.milestone]),
        "milestones.of_projects": (me, [of.project]),
        "milestones.page": (me, {"project_id": of.project, **WHOLE}),
        "milestones.count": (me, None),
        "members.by_id": (me, of.member),
        "members.by_ids": (me, [of.member]),
        "members_search.page": (me, {"active": None, **WHOLE}),
        "members_search.count": (me, {"active": None}),
        "notices.cursor": (me,),
        "notices.take_cursor": (me,),
        "notices.to_answer": (me, NOW - timedelta(days=999), LATER),
        "notices.page": (me, of.member, {"unread": True, "before": None, "limit": 10}),
        "notices.unread": (me, of.member),
        "notices.any_unseen": (me, of.member, of.booking),
        "notices.since": (me, [of.member], 0, {"limit": 10}),
        "notices.changed_since": (me, 0, {"limit": 10}),
        "notices.of_subject": (me, of.booking, [of.member], {"limit": 10}),
        "notice_deliveries.carried": (me, of.message),
        "notice_deliveries.next_due": (me, ["email"]),
        "notice_deliveries.receipts": (me, [of.notice]),
        "notice_people.preferences": (me, [of.member]),
        "notice_people.zones": (me, [of.member]),
        "notices.answer_of": (me, of.waiting),
        "notice_people.bounces": (me, [of.email]),
        "notice_people.all_bounces": (me,),
        "notice_people.link_keys": (me,),
        "scenarios.by_ids": (me, [of.scenario]),
        "scenarios.opened": (me,),
        "scenarios.page": (me, ScenarioFilter(), WHOLE),
        "scenarios.count": (me, ScenarioFilter()),
        "scenarios.changes_by_ids": (me, [of.drawn]),
        "scenarios.changes": (me, of.scenario),
        "scenarios.changes_page": (me, of.scenario, WHOLE),
        "scenarios.changes_count": (me, of.scenario),
        "snapshots.all_scenario_changes": (me,),
        "projects.by_ids": (me, [of.project]),
        "projects.everything": (me,),
        "projects.phases_by_ids": (me, [of.phase]),
        "projects.dependencies_by_ids": (me, [of.dependency]),
        "projects.phases": (me, [of.project]),
        "projects.dependencies": (me, None),
        "snapshots.live_bookings": (me,),
        "snapshots.all_artists": (me,),
        "snapshots.all_phases": (me,),
        "snapshots.all_dependencies": (me,),
        "snapshots.own_projects": (me, of.artist),
        "snapshots.owners": (me, [of.booking]),
        "snapshots.known_artists": (me, [of.artist]),
        "suggestions.candidates": (
            me,
            studio,
            Search(start=MORNING, end=LATER_THAT_DAY, artist_ids=(of.artist,)),
        ),
        "tenants.get": (me,),
        "tenants.head": (me,),
        "tenants.lock": (me,),
        "work_search.projects_page": (me, ProjectFilter(), WHOLE),
        "times_off.by_ids": (me, [of.time_off]),
        "times_off.live": (me, [of.artist]),
        "times_off.page": (me, TimeOffFilter(states=("requested",)), WHOLE),
        "times_off.count": (me, TimeOffFilter(states=("requested",))),
        "work_search.projects_count": (me, ProjectFilter()),
        "work_search.phases_page": (me, {"project_id": of.project, **WHOLE}),
        "work_search.phases_count": (me, of.project),
        "work_search.dependencies_page": (me, {"project_id": None, **WHOLE}),
        "work_search.dependencies_count": (me, None),
        "work_search.artist_is_booked": (me, of.project, of.artist),
    }


def writes(of: Filled) -> dict[str, tuple[Any, ...]]:
    """Arguments under which each writing query would change something of a studio's."""
    me = of.tenant_id
    event = ArtistAdded(artist=Artist(id=of.artist, name="Mallory"))
    logged = log(event, seq=99, at=NOW, actor=EventActor(kind="system"), command_id=uuid4())
    answer = StoredAnswer(command_id=uuid4(), actor_id=of.member, op="x", seq=None, answer=b"{}")
    claim = Claim(number=1, start=MORNING, end=MORNING + timedelta(hours=1))
    booking = Booking(
        id=of.booking,
        artist_id=of.artist,
        start=claim.start,
        end=claim.end,
        claims=(claim,),
        title="Mallory",
        created_at=NOW,
        updated_at=NOW,
    )
    challenge = Challenge(
        id=of.challenge, artist_id=of.artist, booking_id=of.booking, targets=(), opened_at=NOW
    )
    away = TimeOff(
        id=of.time_off,
        artist_id=of.artist,
        start=MORNING,
        end=LATER_THAT_DAY,
        created_at=NOW,
        updated_at=NOW,
    )
    phase = Phase(id=of.phase, project_id=of.project, name="Mallory", duration_hours=1)
    tie = Dependency(id=of.dependency, project_id=of.project, from_phase_id=of.phase, to_phase_id=of.phase)
    mark = Milestone(id=of.milestone, project_id=of.project, name="Mallory", date=NOW.date())
    plan = Scenario(id=of.scenario, name="Mallory", created_at=NOW, updated_at=NOW)
    drawn = ScenarioChange(
        id=of.drawn, scenario_id=of.scenario, action="end", booking_id=of.booking, reason="Mallory"
    )
    account = Member(id=of.member, email="mallory@example.test", name="Mallory", role=Role.OWNER)
    tenant = Tenant(id=me, name="Mallory", slug=of.slug)
    appended = Batch(
        tenant_id=me,
        at=NOW,
        known=of.head,
        advanced=msgspec.structs.replace(of.head, seq=of.head.seq + 1, hash=b"mallory"),
        rows=(),
        entries=tuple(chain([(logged, event, None)], b"")),
        answers=(answer,),
        jobs=Jobs(queue="mallory"),
    )
    return {
        "api_keys.insert": (me, api_key(uuid4()), b"mallory"),
        "api_keys.used": (me, of.key, LATER),
        "api_keys.rotate": (
            me,
            of.key,
            {"digest": b"mallory", "hint": "m", "now": NOW, "previous_until": LATER},
        ),
        "api_keys.revoke": (me, of.key, LATER),
        "integration_log.append": (me, integration_change()),
        "calendars.insert": (me, calendar_link(uuid4(), of.artist, None), b"mallory"),
        "calendars.revoke": (me, of.calendar, LATER),
        "deliveries.record": (me, delivery(of.endpoint)),
        "deliveries.forget_old": (me, of.endpoint, {"kept": 0}),
        "push_subscriptions.put": (me, browser(uuid4(), of.member, of.family)),
        "push_subscriptions.delete": (me, of.browser, {"member_id": of.member}),
        "push_subscriptions.keep_newest": (me, of.member, {"kept": 0}),
        "push_subscriptions.note": (me, [of.browser], [], LATER),
        "webhooks.insert": (me, endpoint(uuid4(), of.project)),
        "webhooks.edit": (me, msgspec.structs.replace(endpoint(of.endpoint, None), url="https://mallory/")),
        "webhooks.rotate": (me, of.endpoint, {"secret": "mallory", "previous_until": LATER}),
        "webhooks.rewind": (me, of.endpoint, {"epoch": uuid4(), "cursor_seq": 7}),
        "webhooks.delete": (me, of.endpoint),
        "webhooks.lease": (me, of.endpoint, {"by": of.member, "now": LATER, "until": LATER}),
        "webhooks.advance": (
            me,
            of.endpoint,
            {"by": of.worker, "until": LATER, "epoch": uuid4(), "cursor_seq": 7},
        ),
        "webhooks.fail": (
            me,
            of.endpoint,
            {"by": of.worker, "now": NOW, "next_attempt_at": LATER, "disabled": ""},
        ),
        "webhooks.free": (me, of.endpoint, {"by": of.worker}),
        "notices.move_cursor": (me, Cursor(epoch=uuid4(), seq=7, deadlines_at=LATER)),
        "notices.skip_to_head": (me, LATER),
        "notices.insert": (me, [notice(uuid4(), of.member, of.booking, window="2")]),
        "notices.mark_read": (me, of.member, LATER),
        "notices.mark_seen": (me, of.member, of.booking, LATER, {"by": "app", "changed": 9}),
        "notices.forget_before": (me, LATER, {"limit": 10}),
        "notice_deliveries.insert": (me, message(uuid4(), of.member)),
        "notice_deliveries.add_items": (me, of.message, "push", [of.notice]),
        "notice_deliveries.take": (
            me,
            ["email"],
            {"by": of.member, "now": LATER, "until": LATER, "limit": 10},
        ),
        "notice_deliveries.hand_over": (me, of.message, {"by": of.worker, "until": LATER}),
        "notice_deliveries.settle": (
            me,
            of.message,
            {
                "by": of.worker,
                "state": "sent",
                "now": LATER,
                "due_at": LATER,
                "error": "",
                "provider_id": "mallory",
                "changed": 9,
            },
        ),
        "notice_people.set_preferences": (me, of.member, Preferences(follows="all"), LATER),
        "notice_people.add_bounce": (me, bounce("mallory@example.test")),
        "notice_people.forget_bounce": (me, of.email),
        "notice_people.add_link_key": (me, link_key(2)),
        "notice_people.forget_link_keys": (me, LATER),
        "artists.upsert": (me, [Artist(id=of.artist, name="Mallory")]),
        "auth.store_password": (me, of.member, "mallory"),
        "auth.rehash_password": (me, of.member, {"old": "hash", "new": "mallory"}),
        "auth.store_refresh_token": (
            me,
            b"mallory",
            {"member_id": of.member, "family_id": of.family, "now": NOW, "expires_at": LATER},
        ),
        "auth.mark_rotated": (me, of.token, NOW),
        "auth.revoke_family": (me, of.family, NOW),
        "auth.forget_expired": (me, LATER),
        "auth.store_ticket": (me, b"mallory", {"member_id": of.member, "expires_at": LATER}),
        "auth.use_ticket": (me, of.ticket, NOW),
        "bookings.upsert": (me, [booking]),
        "challenges.upsert": (me, [challenge]),
        "batches.append": (appended,),
        "import_jobs.insert": (me, job(uuid4())),
        "import_jobs.tell": (me, of.job, "failed", "{}"),
        "import_jobs.finish": (me, msgspec.structs.replace(job(of.job), status="failed")),
        "solver_jobs.insert": (me, solver_job(uuid4()), {"most": 10}),
        "solver_jobs.ask_to_stop": (me, of.solver_job, {"keep": True, "now": LATER}),
        "solver_jobs.forget": (me, LATER),
        "solver_jobs.begin": (me, of.solver_job, {"attempts": 2, "now": LATER}),
        "solver_jobs.tell": (me, of.solver_job, "{}"),
        "solver_jobs.found": (me, of.solver_job, {"progress": "{}", "outcome": "{}"}),
        "solver_jobs.finish": (me, of.solver_job, {"state": "failed", "now": LATER}),
        "members.upsert": (me, [account]),
        "milestones.upsert": (me, [mark]),
        "milestones.mark_deleted": (me, [of.milestone]),
        "projects.upsert": (me, [Project(id=of.project, name="Mallory")]),
        "projects.upsert_phases": (me, [phase]),
        "projects.upsert_dependencies": (me, [tie]),
        "projects.mark_deleted": (me, [of.phase], [of.dependency]),
        "times_off.upsert": (me, [away]),
        "scenarios.upsert": (me, [plan]),
        "scenarios.upsert_changes": (me, [drawn]),
        "scenarios.mark_deleted": (me, [of.drawn]),
        "tenants.create": (msgspec.structs.replace(tenant, id=uuid4(), slug=uuid4().hex), uuid4()),
        "tenants.update": (tenant,),
    }


SIGN_IN = {"auth.tenants_of_email", "tenants.by_slug"}
"""Asked before any tenant is known; tested apart."""
NO_ROWS = {"mirror.unknown", "auth.lock_family", "batches.begin", "bookings.require_unused"}
"""Locks, and what should not be there."""


def queries() -> dict[str, Callable[..., Any]]:
    """Every public function of `db.queries` that takes a connection, by module and name."""
    found: dict[str, Callable[..., Any]] = {}
    for module in pkgutil.iter_modules(db.queries.__path__):
        members = vars(importlib.import_module(f"db.queries.{module.name}"))
        for name, function in members.items():
            if not inspect.isfunction(function) or name.startswith("_"):
                continue
            own = function.__module__ == f"db.queries.{module.name}"
            if own and next(iter(inspect.signature(function).parameters), "") == "connection":
                found[f"{module.name}.{name}"] = function
    return found


async def call(name: str, connection: Connection, args: tuple[Any, ...]) -> Any:
    """Call a query; what it streams is collected. A dict at the end of the arguments is for its keywords."""
    keywords = args[-1] if isinstance(args[-1], dict) else {}
    given = args[:-1] if keywords else args
    outcome = queries()[name](connection, *given, **keywords)
    if not hasattr(outcome, "__aiter__"):
        return await outcome
    return [record async for chunk in outcome for record in chunk]


def found(outcome: Any) -> bool:
    """Whether there is anything in what a query returned."""
    parts: list[Any] = [*outcome] if isinstance(outcome, tuple) else [outcome]
    return any(parts)


def test_every_query_is_asked(studios: tuple[Filled, Filled]) -> None:
    """A new query belongs into one of the tables of this file."""
    one, _ = studios
    assert queries().keys() == reads(one).keys() | writes(one).keys() | SIGN_IN | NO_ROWS


async def test_what_is_asked_for_is_there_for_its_own_studio(pool: Pool, theirs: Filled) -> None:
    """Else the next test would prove nothing."""
    for name, args in reads(theirs).items():
        async with transaction(pool, theirs.tenant_id) as connection:
            assert found(await call(name, connection, args)), name


async def test_nothing_of_another_studio_is_found(pool: Pool, ours: Filled, theirs: Filled) -> None:
    for name, args in reads(theirs).items():
        async with transaction(pool, ours.tenant_id) as connection:
            assert not found(await call(name, connection, args)), name


async def test_ids_of_another_studio_name_nothing_in_ones_own(
    pool: Pool, ours: Filled, theirs: Filled
) -> None:
    """The right tenant with the wrong ids: what a client can send."""
    own = reads(ours)
    asked = {name: args[1:] for name, args in reads(theirs).items() if args[1:] != own[name][1:]}
    assert len(asked) > 20
    for name, args in asked.items():
        async with transaction(pool, ours.tenant_id) as connection:
            assert not found(await call(name, connection, (ours.tenant_id, *args))), name


async def test_nothing_of_another_studio_is_changed(
    pool: Pool, owner: Owner, ours: Filled, theirs: Filled
) -> None:
    before = await owner.fingerprint(theirs), await owner.fingerprint(ours)
    for name, args in writes(theirs).items():
        try:
            async with transaction(pool, ours.tenant_id) as connection:
                assert not found(await call(name, connection, args)), name
        except asyncpg.InsufficientPrivilegeError:
            pass  # said aloud, which is better still
    assert (await owner.fingerprint(theirs), await owner.fingerprint(ours)) == before


async def test_what_is_written_would_have_changed_its_own_studio(
    pool: Pool, owner: Owner, theirs: Filled
) -> None:
    """Else the test before would prove nothing."""
    before = await owner.fingerprint(theirs)
    for name, args in writes(theirs).items():
        if name == "tenants.create":
            continue  # a studio of its own
        async with tried(pool, theirs.tenant_id) as connection:
            await call(name, connection, args)
            assert await Owner(connection).fingerprint(theirs) != before, name
    assert await owner.fingerprint(theirs) == before


async def test_the_first_look_by_address_tells_studios_and_no_more(
    pool: Pool, ours: Filled, theirs: Filled
) -> None:
    async with acquire(pool) as connection, connection.transaction():
        assert set(await auth.tenants_of_email(connection, ours.email.upper())) == {
            ours.tenant_id,
            theirs.tenant_id,
        }
        assert await auth.tenants_of_email(connection, "nobody@example.test") == []
        assert await connection.fetch("SELECT FROM members") == [], "the address is forgotten again"
        found = await tenants.by_slug(connection, ours.slug)
        assert found is not None
        assert found.id == ours.tenant_id
        assert await tenants.by_slug(connection, "no-such-studio") is None
        assert await connection.fetch("SELECT FROM tenants") == []
