"""From the log to people: decided once, sent once, kept through failures. Rules of notifications.md."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from db.pool import transaction
from db.queries import notice_people, notices
from scheduling.notices.preferences import Preferences, Quiet, Wish
from server.notices.channel import Gone, Outgoing, Retry, Sent
from server.notices.courier import GIVE_UP, LEASE
from server.notices.decider import REMIND_BEFORE, Windowing
from tests.harness.asking import ok
from tests.harness.due import until
from tests.integration.notices.conftest import AT_ONCE, Desk, Remembering


async def wish(desk: Desk, member_id: UUID, wishes: Preferences) -> None:
    async with transaction(desk.pool, desk.tenant_id) as connection:
        await notice_people.set_preferences(connection, desk.tenant_id, member_id, wishes, desk.clock())


async def test_a_hold_is_told_to_its_artist_once(desk: Desk) -> None:
    """[N1] In the app and by each channel; looking again tells nobody anything."""
    booking = await desk.place()
    for _ in range(3):
        await desk.tell()
    (notice,) = await desk.inbox(desk.artist)
    assert (notice.kind, str(notice.subject_id)) == ("hold_asked", booking)
    assert notice.facts.actor == "Mai"
    assert desk.email.said(desk.artist.id) == ["hold_asked"]
    assert await desk.inbox(desk.manager) == []


async def test_five_moves_are_one_message_and_a_move_and_back_is_none(desk: Desk) -> None:
    """[N2]"""
    moved, back = await desk.place(), await desk.place()
    await desk.tell()
    before = await desk.inbox(desk.artist)
    for days in (10, 11, 12, 13, 14):
        await desk.move(moved, days)
    await desk.move(back, 20)
    was = next(n.facts.after for n in before if str(n.subject_id) == back)
    assert was is not None
    await desk.ask("move", back, start=was.start, end=was.end)
    gone = await desk.place()
    await desk.ask("release", gone)
    await desk.tell()
    (told,) = (await desk.inbox(desk.artist))[2:]
    assert (told.kind, str(told.subject_id)) == ("dates_changed", moved)
    assert told.facts.before is not None
    assert told.facts.after is not None
    assert told.facts.before.start.month == 6
    assert told.facts.after.start.day == 15
    assert desk.email.said(desk.artist.id)[-1] == "dates_changed"


async def test_a_window_waits_until_all_is_still(desk: Desk) -> None:
    """[N1] And no longer than it may."""
    windowing = Windowing(still=timedelta(minutes=10), longest=timedelta(minutes=30))
    await desk.place()
    assert await desk.decider(windowing).look(desk.tenant_id) is not None
    assert await desk.inbox(desk.artist) == []
    desk.clock.ahead = timedelta(minutes=11)
    await desk.decider(windowing).look(desk.tenant_id)
    assert len(await desk.inbox(desk.artist)) == 1


async def test_staff_hears_the_answer_of_whom_they_asked(desk: Desk) -> None:
    """[N4] The one who asked, not everybody, unless they want to; nobody of their own doing."""
    other, keen = desk.studio.actor(name="Otto"), desk.studio.actor(name="Kim")
    await desk.account(other)
    await desk.account(keen)
    await wish(desk, keen.id, Preferences(follows="all"))
    yes, no = await desk.place(), await desk.place()
    await desk.ask("accept", yes, desk.artist)
    await desk.ask("decline", no, desk.artist, reason="Away then")
    await desk.tell()
    for hears in (desk.manager, keen):
        assert {n.kind for n in await desk.inbox(hears)} == {"accepted", "declined"}
    assert await desk.inbox(other) == []
    assert await desk.inbox(desk.artist) == [], "their own answers"
    ok(
        await desk.studio.run(
            "time_off.request",
            {
                "artist_id": str(desk.artist_id),
                "start": "2031-03-03T00:00:00Z",
                "end": "2031-03-05T00:00:00Z",
            },
            actor=desk.artist,
        )
    )
    await desk.tell()
    for hears in (desk.manager, keen, other):
        assert (await desk.inbox(hears))[-1].kind == "time_off_requested"


async def test_a_booking_that_is_handed_on_tells_each_of_their_own(desk: Desk) -> None:
    """[N3] Who loses it is not told who has it, or when it is now."""
    other_id = await desk.studio.artist(name="Ben")
    other = desk.studio.actor("freelancer", other_id, name="Ben")
    await desk.account(other)
    booking = await desk.place()
    await desk.tell()
    await desk.move(booking, 3)
    await desk.ask("reassign", booking, artist_id=other_id)
    await desk.tell()
    lost, won = (await desk.inbox(desk.artist))[-1], (await desk.inbox(other))[-1]
    assert (lost.kind, won.kind) == ("released", "hold_asked")
    assert lost.facts.after is None
    assert lost.facts.before is not None
    assert lost.facts.before.start.month == 6
    assert won.facts.before is None


async def test_what_was_decided_is_sent_although_the_worker_died(desk: Desk) -> None:
    """[N5] Between decision and delivery; another one does it."""
    booking = await desk.place()
    await desk.decider().look(desk.tenant_id)
    assert desk.email.sent == []
    other = Remembering()
    await desk.courier(other).deliver(desk.tenant_id)
    assert [str(n.subject_id) for m in other.sent for n in m.notices] == [booking]


async def test_two_workers_send_each_message_once(desk: Desk) -> None:
    """[N6]"""
    bookings = [await desk.place() for _ in range(3)]
    channels = [Remembering(), Remembering()]
    for at in range(12):
        bookings.append(await desk.place())
        await asyncio.gather(*(desk.decider(AT_ONCE, c).look(desk.tenant_id) for c in channels))
        if at % 3 == 0:
            await asyncio.gather(*(desk.courier(c).deliver(desk.tenant_id) for c in channels))
    await asyncio.gather(*(desk.decider(AT_ONCE, c).look(desk.tenant_id) for c in channels))
    await asyncio.gather(*(desk.courier(c).deliver(desk.tenant_id) for c in channels))
    told = [str(n.subject_id) for c in channels for m in c.sent for n in m.notices]
    assert sorted(told) == sorted(bookings)


async def test_a_message_of_which_nobody_knows_is_sent_twice_at_most(desk: Desk) -> None:
    """[N6] The worker dies after handing it over, before it can say so."""

    class Dying(Remembering):
        async def send(self, message, hand_over):
            assert await hand_over()
            self.sent.append(message)
            raise asyncio.CancelledError

    await desk.place()
    await desk.decider().look(desk.tenant_id)
    dying = Dying()
    for _ in range(4):
        task = asyncio.ensure_future(desk.courier(dying).deliver(desk.tenant_id))
        await asyncio.wait([task])
        desk.clock.ahead += LEASE + timedelta(seconds=1)
    assert [m.id for m in dying.sent] == [dying.sent[0].id] * 2
    (delivery,) = await desk.deliveries()
    assert delivery["state"] == "failed"
    assert "may have arrived" in delivery["error"]


async def test_a_message_under_way_is_nobody_elses(desk: Desk) -> None:
    """[N6] Under its lease; and whoever lost the lease must not hand it over any more."""
    late, handed = asyncio.Event(), []

    class Slow(Remembering):
        async def send(self, message, hand_over):
            await late.wait()
            handed.append(await hand_over())
            return Retry(reason="too late")

    await desk.place()
    await desk.decider().look(desk.tenant_id)
    slow = asyncio.create_task(desk.courier(Slow()).deliver(desk.tenant_id))

    async def under_way() -> bool:
        return bool((await desk.deliveries())[0]["state"] == "sending")

    await until(under_way)
    await desk.courier().deliver(desk.tenant_id)
    assert desk.email.sent == []
    desk.clock.ahead += LEASE + timedelta(seconds=1)
    await desk.courier().deliver(desk.tenant_id)
    assert len(desk.email.sent) == 1
    late.set()
    await slow
    assert handed == [False]
    assert [d["state"] for d in await desk.deliveries()] == ["sent"]


async def test_a_message_that_is_not_taken_is_tried_again_with_growing_pauses(desk: Desk) -> None:
    """[N8] And given up after days, which staff can see."""
    desk.email.answer = lambda _message: Retry(reason="451 later")
    await desk.place()
    await desk.tell()
    pauses = []
    while (delivery := (await desk.deliveries())[0])["state"] == "waiting":
        pauses.append(delivery["due_at"] - desk.clock())
        desk.clock.ahead += pauses[-1] + timedelta(seconds=1)
        await desk.courier().deliver(desk.tenant_id)
    assert pauses[:4] == sorted(pauses[:4])
    assert pauses[-1] > timedelta(hours=3)
    assert sum(pauses, timedelta()) >= GIVE_UP - timedelta(minutes=1)
    assert delivery["state"] == "failed"
    assert "451 later" in delivery["error"]


async def test_an_address_that_was_refused_is_remembered(desk: Desk) -> None:
    """[N8]"""
    desk.email.answer = lambda _message: Gone(reason="550 no such user", bounced=True)
    await desk.place()
    await desk.tell()
    async with transaction(desk.pool, desk.tenant_id) as connection:
        (bounce,) = await notice_people.all_bounces(connection, desk.tenant_id)
    assert bounce.address.startswith("ada-")
    assert (await desk.deliveries())[0]["state"] == "bounced"


async def test_a_digest_says_what_is_left_of_the_day(desk: Desk) -> None:
    """[N7] One message at its hour; what came and went in the meantime is not in it."""
    names = ("hold_asked", "released", "dates_changed")
    kinds: dict[Any, Wish] = {kind: Wish(email="digest") for kind in names}
    await wish(desk, desk.artist.id, Preferences(zone="UTC", digest_at="08:00", kinds=kinds))
    stays, goes, moves = [await desk.place() for _ in range(3)]
    await desk.tell()
    await desk.ask("release", goes)
    await desk.tell()
    await desk.move(moves, 40)
    await desk.tell()
    assert desk.email.sent == []
    assert len(await desk.inbox(desk.artist)) == 5, "the app tells at once"
    desk.clock.ahead = timedelta(days=1, hours=1)
    await desk.courier().deliver(desk.tenant_id)
    (message,) = desk.email.sent
    assert message.held
    assert {str(n.subject_id): n.kind for n in message.notices} == {stays: "hold_asked", moves: "hold_asked"}
    later = next(n.facts.after for n in message.notices if str(n.subject_id) == moves)
    assert later is not None
    assert later.start.month == 10, "where it is now"


async def test_a_digest_of_which_nothing_is_left_is_not_sent(desk: Desk) -> None:
    """[N7]"""
    kinds: dict[Any, Wish] = {kind: Wish(email="digest") for kind in ("hold_asked", "released")}
    await wish(desk, desk.artist.id, Preferences(kinds=kinds))
    booking = await desk.place()
    await desk.tell()
    await desk.ask("release", booking)
    await desk.tell()
    desk.clock.ahead = timedelta(days=1, hours=1)
    await desk.courier().deliver(desk.tenant_id)
    assert desk.email.sent == []
    assert [d["state"] for d in await desk.deliveries()] == ["dropped"]


async def test_quiet_hours_hold_everything_until_they_are_over(desk: Desk) -> None:
    """[N7]"""
    now = desk.clock().astimezone(UTC)
    quiet = Quiet(start=f"{(now - timedelta(hours=1)):%H:%M}", end=f"{(now + timedelta(hours=2)):%H:%M}")
    await wish(desk, desk.artist.id, Preferences(zone="UTC", quiet=quiet))
    await desk.place()
    await desk.tell()
    await desk.place()
    await desk.tell()
    assert desk.email.sent == []
    desk.clock.ahead = timedelta(hours=2, minutes=1)
    await desk.courier().deliver(desk.tenant_id)
    (message,) = desk.email.sent
    assert [n.kind for n in message.notices] == ["hold_asked", "hold_asked"]


async def test_a_slot_that_is_on_its_way_takes_nothing_more(desk: Desk) -> None:
    """[N5] What is decided while a digest leaves goes by itself."""
    kinds: dict[Any, Wish] = {"hold_asked": Wish(email="digest")}
    await wish(desk, desk.artist.id, Preferences(zone="UTC", digest_at="08:00", kinds=kinds))
    await desk.place()
    await desk.tell()
    async with transaction(desk.pool, desk.tenant_id) as connection:
        await connection.execute("UPDATE notice_deliveries SET state = 'sending'")
    late = await desk.place()
    await desk.tell()
    desk.clock.ahead = timedelta(days=1, hours=1)
    await desk.courier().deliver(desk.tenant_id)
    assert late in {str(n.subject_id) for m in desk.email.sent for n in m.notices}
    assert sum(len(m.notices) for m in desk.email.sent) == 2


async def test_wishes_turn_kinds_off(desk: Desk) -> None:
    """[N7] In the app, outside, or altogether."""
    asked, gone = Wish(in_app="off"), Wish(in_app="off", email="off")
    await wish(desk, desk.artist.id, Preferences(kinds={"hold_asked": asked, "released": gone}))
    booking = await desk.place()
    await desk.tell()
    await desk.ask("release", booking)
    await desk.tell()
    assert desk.email.said(desk.artist.id) == ["hold_asked"]
    async with transaction(desk.pool, desk.tenant_id) as connection:
        assert await notices.unread(connection, desk.tenant_id, desk.artist.id) == 0


async def test_who_may_not_know_any_more_is_not_told(desk: Desk) -> None:
    """[N3] Looked at again as it is sent: an account that was closed, one that is another artist's now."""
    await desk.place()
    await desk.decider().look(desk.tenant_id)
    ok(await desk.studio.run("member.edit", {"member_id": str(desk.artist.id), "active": False}))
    await desk.courier().deliver(desk.tenant_id)
    assert desk.email.sent == []
    assert [d["state"] for d in await desk.deliveries()] == ["dropped"]


async def test_an_artist_is_reminded_once_before_an_answer_is_due(desk: Desk) -> None:
    """[N9] Not of what was asked just now, nor of what is answered."""
    due = desk.clock() + timedelta(hours=30)
    first, answered = [await desk.place(response_deadline=due.replace(microsecond=0)) for _ in range(2)]
    await desk.ask("accept", answered, desk.artist)
    await desk.tell()
    desk.clock.ahead = timedelta(hours=30) - REMIND_BEFORE + timedelta(minutes=1)
    for _ in range(2):
        await desk.tell()
    reminded = [n for n in await desk.inbox(desk.artist) if n.kind == "deadline_near"]
    assert [str(n.subject_id) for n in reminded] == [first]


async def test_what_is_long_past_or_was_loaded_by_the_operator_is_told_to_nobody(desk: Desk) -> None:
    """[N4]"""
    start = datetime(2021, 6, 2, 9, tzinfo=UTC)
    await desk.place(desk.studio.system)
    past: dict[str, Any] = {"start": start, "end": start + timedelta(hours=8)}
    await desk.place(**past)
    await desk.tell()
    assert await desk.inbox(desk.artist) == []


async def test_a_replaced_history_is_told_to_nobody(desk: Desk) -> None:
    """[N5] As after a restore: the cursor goes to where the new one stands."""
    await desk.place()
    async with transaction(desk.pool, desk.tenant_id) as connection:
        await connection.execute("UPDATE tenant_heads SET epoch = $1", uuid4())
    await desk.tell()
    assert await desk.inbox(desk.artist) == []
    desk.studio.forget()
    await desk.place()
    await desk.tell()
    assert len(await desk.inbox(desk.artist)) == 1


async def test_one_broken_message_does_not_hold_up_the_others(desk: Desk) -> None:
    """[N8] Whatever a channel raises."""
    other_id = await desk.studio.artist(name="Ben")
    other = desk.studio.actor("freelancer", other_id, name="Ben")
    await desk.account(other)

    def answer(message: Outgoing) -> Sent:
        if message.member.id == desk.artist.id:
            raise RuntimeError("broken")
        return Sent()

    desk.email.answer = answer
    await desk.place()
    await desk.place(artist_id=other_id)
    await desk.tell()
    assert desk.email.said(other.id) == ["hold_asked"]
    assert {d["state"]: d["handed"] for d in await desk.deliveries()} == {"waiting": 1, "sent": 0}
