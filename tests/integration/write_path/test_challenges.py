"""Challenges and counter-proposals through the database: what lies far apart is loaded all the same."""

from __future__ import annotations

from uuid import uuid4

from db.pool import Pool
from tests.harness.asking import executor_on, no, ok, slot
from tests.harness.studio import Studio, envelope

FAR = 24 * 200
"""Hours: beyond every margin within which lines are loaded unasked."""


async def test_a_taken_counter_proposal_sees_what_stands_on_its_far_dates(studio: Studio) -> None:
    artist = await studio.artist()
    hold = uuid4()
    ok(await studio.run("booking.place", {**slot(artist, 0, status="hold"), "id": hold}))
    ok(await studio.run("booking.place", slot(artist, FAR, status="confirmed")))
    there = {k: v for k, v in slot(artist, FAR).items() if k in {"start", "end"}}
    ok(await studio.run("booking.counter", {"booking_id": hold, **there}))
    refused = no(await studio.run("booking.answer_counter", {"booking_id": hold, "take": True}), "conflict")
    assert refused.data
    assert refused.data.alternatives


async def test_a_challenge_is_read_back_as_it_was_written(studio: Studio) -> None:
    artist = await studio.artist()
    first, second, challenge = uuid4(), uuid4(), uuid4()
    for booking in (first, second):
        ok(await studio.run("booking.place", {**slot(artist, 0, status="hold"), "id": booking}))
    opened = ok(await studio.run("challenge.open", {"booking_id": second, "id": challenge}))
    state = await studio.state()
    assert [t.booking_id for t in state.challenges[challenge].targets] == [first]
    answer = {"challenge_id": challenge, "booking_id": first, "answer": "release"}
    answered = ok(await studio.run("challenge.answer", answer))
    assert answered.seq > opened.seq
    assert (await studio.state()).challenges[challenge].state == "won"
    for step in ("accept", "confirm"):
        ok(await studio.run(f"booking.{step}", {"booking_id": second}))
    assert challenge not in (await studio.state()).challenges


async def test_a_target_that_went_far_away_is_still_known_when_it_moves_again(studio: Studio) -> None:
    artist = await studio.artist()
    gone, stays, challenger, challenge = uuid4(), uuid4(), uuid4(), uuid4()
    for booking in (gone, stays, challenger):
        ok(await studio.run("booking.place", slot(artist, 0, id=booking, status="hold")))
    ok(await studio.run("challenge.open", {"booking_id": challenger, "id": challenge}))
    for hour in (FAR, 2 * FAR):
        there = {k: v for k, v in slot(artist, hour).items() if k in {"start", "end"}}
        ok(await studio.run("booking.move", {"booking_id": gone, **there}))
    outcomes = {t.booking_id: t.outcome for t in (await studio.state()).challenges[challenge].targets}
    assert outcomes == {gone: "gone", stays: "pending"}


async def test_a_server_that_remembers_nothing_knows_who_else_waits(studio: Studio, pool: Pool) -> None:
    """Found by `make fuzz`: the answer was decided on the claims of the challenge alone."""
    artist = await studio.artist()
    target, challenger, behind = uuid4(), uuid4(), uuid4()
    for booking, hour in ((target, 1), (challenger, 1), (behind, 0)):
        args = slot(artist, hour, 2, id=str(booking), status="hold")
        ok(await studio.run("booking.place", args))
    challenge = str(uuid4())
    ok(await studio.run("challenge.open", {"id": challenge, "booking_id": str(challenger)}))
    fresh = executor_on(pool)
    answer = {"challenge_id": challenge, "booking_id": str(target), "answer": "confirm"}
    ok(await fresh.execute(studio.system, envelope("challenge.answer", answer)))
    await fresh.close()
    assert set((await studio.state()).bookings) == {target}
