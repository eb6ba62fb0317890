"""Writes are commands: sent twice they happen once, and a stale base is refused with what is current."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.harness.api import expect
from tests.integration.api.conftest import MONDAY


def booking(world, **fields):
    start = MONDAY + timedelta(days=10)
    return {"artist_id": world.ben, "start": start, "end": start + timedelta(days=1), **fields}


async def test_the_same_key_gives_the_same_answer(world):
    key = str(uuid4())
    first = await world.manager.write("POST", "/bookings", booking(world), Idempotency_Key=key)
    again = await world.manager.write("POST", "/bookings", booking(world), Idempotency_Key=f'"{key}"')
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert first.json()["meta"]["command_id"] == key
    assert len(await world.manager.get("/bookings", artist_id=world.ben)) == 1


async def test_racing_repeats_happen_once(world):
    key = str(uuid4())
    answers = await asyncio.gather(
        *(world.manager.write("POST", "/bookings", booking(world), Idempotency_Key=key) for _ in range(8))
    )
    assert len({a.json()["data"]["id"] for a in answers}) == 1
    assert len(await world.manager.get("/bookings", artist_id=world.ben)) == 1


async def test_refusals_are_repeated_too(world):
    key = str(uuid4())
    taken = await world.book(world.ben, 10, status="confirmed")
    body = booking(world, status="confirmed")
    first = await world.manager.write("POST", "/bookings", body, Idempotency_Key=key)
    expect(first, 409, "conflict")
    await world.manager.send("POST", f"/bookings/{taken}/cancel", {"reason": "Gone"})
    again = await world.manager.write("POST", "/bookings", body, Idempotency_Key=key)
    assert again.json() == first.json()


async def test_somebody_elses_key_is_refused(world):
    key = str(uuid4())
    await world.manager.send("POST", "/bookings", booking(world), Idempotency_Key=key)
    await world.owner.refused(400, "invalid", "POST", "/bookings", booking(world), Idempotency_Key=key)


async def test_keys_of_two_studios_never_meet(world, other):
    key = str(uuid4())
    await world.manager.send("POST", "/bookings", booking(world), Idempotency_Key=key)
    await other.manager.send("POST", "/bookings", booking(other), Idempotency_Key=key)


@pytest.mark.parametrize("key", ["1", "not-a-uuid", "", "x" * 1000])
async def test_a_key_is_a_uuid(world, key):
    error = await world.manager.refused(
        400, "invalid", "POST", "/bookings", booking(world), Idempotency_Key=key
    )
    assert error["data"]["path"] == "Idempotency-Key"


async def test_without_a_key_each_request_is_its_own_command(world):
    ids = {(await world.manager.send("POST", "/bookings", booking(world)))["id"] for _ in range(2)}
    assert len(ids) == 2


async def test_a_stale_base_is_refused_with_the_current_record(world):
    path = f"/bookings/{world.booking}"
    await world.manager.send("PATCH", path, {"title": "Mine"}, If_Match='"1"')
    error = await world.owner.refused(412, "stale_version", "PATCH", path, {"title": "Yours"}, If_Match='"1"')
    assert error["data"]["current"]["booking"]["title"] == "Mine"
    assert error["data"]["current"]["booking"]["version"] == 2


async def test_a_stale_base_is_merged_where_nothing_collides(world):
    path = f"/bookings/{world.booking}"
    await world.manager.send("PATCH", path, {"title": "Mine"}, If_Match='"1"')
    merged = await world.owner.send("PATCH", path, {"notes": "Yours"}, If_Match='"1"')
    assert (merged["title"], merged["notes"], merged["version"]) == ("Mine", "Yours", 3)


async def test_a_stale_base_of_a_double_change_is_held_against_both(world):
    path = f"/bookings/{world.booking}"
    await world.manager.send("PATCH", path, {"title": "Mine"}, If_Match='"1"')
    start = MONDAY + timedelta(days=20)
    both = {"title": "Yours", "start": start, "end": start + timedelta(days=1)}
    await world.owner.refused(412, "stale_version", "PATCH", path, both, If_Match='"1"')
    moved = {"notes": "Yours", "start": start, "end": start + timedelta(days=1)}
    assert (await world.owner.send("PATCH", path, moved, If_Match='"1"'))["title"] == "Mine"


async def test_moving_one_end_never_loses_a_change_of_the_other(world, monkeypatch):
    """The end that stays is read first; who changes it in between is not overwritten."""
    path = f"/bookings/{world.booking}"
    start, end = MONDAY, MONDAY + timedelta(days=1)
    answers = await asyncio.gather(
        *(world.manager.write("PATCH", path, {"start": start - timedelta(hours=n)}) for n in range(1, 4)),
        *(world.owner.write("PATCH", path, {"end": end + timedelta(hours=n)}) for n in range(1, 4)),
    )
    assert {a.status_code for a in answers} <= {200, 412}
    accepted = [a.json()["data"]["version"] for a in answers if a.status_code == 200]
    assert len(accepted) == len(set(accepted))


async def test_reads_give_the_etag_that_writes_take(world):
    for path, change in (
        (f"/bookings/{world.booking}", {"title": "x"}),
        (f"/artists/{world.ada}", {"name": "x"}),
        (f"/projects/{world.project}", {"name": "x"}),
        (f"/project-phases/{world.phase}", {"name": "x"}),
        (f"/members/{world.members['freelancer']}", {"name": "x"}),
        ("/tenants/current", {"name": "x"}),
    ):
        etag = (await world.owner.call("GET", path)).headers["etag"]
        changed = await world.owner.write("PATCH", path, change, If_Match=etag)
        assert changed.status_code == 200, changed.text
        assert changed.headers["etag"] != etag
        again = dict.fromkeys(change, "y")
        expect(await world.owner.write("PATCH", path, again, If_Match=etag), 412, "stale_version")


@pytest.mark.parametrize("match", ['"0"', "7", 'W/"1"', '"1", "2"', '"x"', '"99999999999999999999"', ""])
async def test_an_if_match_is_one_etag(world, match):
    error = await world.manager.refused(
        400, "invalid", "PATCH", f"/bookings/{world.booking}", {"title": "x"}, If_Match=match
    )
    assert error["data"]["path"] == "If-Match"


async def test_a_base_from_the_future_is_refused(world):
    await world.manager.refused(
        400, "invalid", "PATCH", f"/bookings/{world.booking}", {"title": "x"}, If_Match='"9"'
    )


async def test_any_base_will_do_where_a_star_is_given(world):
    await world.manager.send("PATCH", f"/bookings/{world.booking}", {"title": "x"}, If_Match="*")


@pytest.mark.parametrize(
    "verb", ["move", "resize", "reassign", "accept", "decline", "confirm", "release", "cancel"]
)
async def test_every_step_is_held_against_the_dates_it_was_based_on(world, verb):
    """An answer or a confirmation is given to dates and a person: where those changed, it is asked again."""
    start = MONDAY + timedelta(days=2)
    dates = {"start": start, "end": start + timedelta(days=1)}
    path = f"/bookings/{world.booking}"
    await world.manager.send("POST", f"{path}/move", dates)
    await world.manager.send("POST", f"{path}/reassign", {"artist_id": world.ben})
    body = {
        "move": dates,
        "resize": dates,
        "reassign": {"artist_id": world.ada},
        "cancel": {"reason": "Gone"},
    }.get(verb, {})
    error = await world.manager.refused(412, "stale_version", "POST", f"{path}/{verb}", body, If_Match='"1"')
    assert error["data"]["current"]["booking"]["version"] == 3


# -- commands in wire form ---------------------------------------------------------------


async def test_any_command_runs_in_wire_form(world):
    key = str(uuid4())
    done = await world.manager.send(
        "POST", "/commands", {"id": key, "op": "booking.place", "args": booking(world)}
    )
    assert done["id"] == key
    assert done["result"]["booking"]["artist_id"] == str(world.ben)
    again = await world.manager.send(
        "POST", "/commands", {"op": "booking.place", "args": booking(world)}, Idempotency_Key=key
    )
    assert again == done
    undone = await world.manager.send(
        "POST", "/commands", {"op": "history.undo", "args": {"command_id": key}}
    )
    assert undone["seq"] > done["seq"]


async def test_a_bulk_command_is_bounded_here(world):
    item = {"op": "booking.edit", "args": {"booking_id": world.booking, "title": "x"}}
    body = {"op": "bulk.apply", "args": {"items": [item] * 3}}
    assert (await world.manager.send("POST", "/commands", body))["result"]["accepted"] == 3
    body["args"] = {"items": [item] * 501}
    await world.manager.refused(413, "too_large", "POST", "/commands", body)


async def test_a_bulk_command_is_refused_whole_or_without_the_refused(world):
    """Each refused item is named with its booking and with what stands in its way."""
    taken = await world.book(world.ben, 20, status="confirmed")
    own, other = await world.book(world.ada, 21), str(uuid4())
    start = MONDAY + timedelta(days=20)
    span = {"start": start.isoformat(), "end": (start + timedelta(days=1)).isoformat()}
    items = [
        {"op": "booking.edit", "args": {"booking_id": world.booking, "title": "Kept"}},
        {"op": "booking.move", "args": {"booking_id": str(own), "artist_id": str(world.ben), **span}},
        {"op": "booking.edit", "args": {"booking_id": other, "title": "x"}},
        {"op": "booking.place", "args": {"artist_id": "nobody"}},
    ]
    body = {"op": "bulk.apply", "args": {"items": items}}
    named = [
        (1, str(own), "conflict"),
        (2, other, "not_found"),
        (3, None, "invalid"),
    ]
    error = await world.manager.refused(409, "conflict", "POST", "/commands", body)
    assert error["message"].startswith("3 of 4 items were refused, so nothing was changed; item 1:")
    assert [(i["item"], i.get("booking_id"), i["code"]) for i in error["data"]["items"]] == named
    assert [b["booking_id"] for b in error["data"]["items"][0]["data"]["blocking"]] == [str(taken)]
    assert (await world.manager.get(f"/bookings/{world.booking}"))["title"] != "Kept"
    body["args"]["on_refusal"] = "skip"
    result = (await world.manager.send("POST", "/commands", body))["result"]
    assert (result["accepted"], result["events"]) == (1, 1)
    assert [(i["item"], i.get("booking_id"), i["code"]) for i in result["refused"]] == named
    assert (await world.manager.get(f"/bookings/{world.booking}"))["title"] == "Kept"


async def test_a_command_names_its_base(world):
    body = {
        "op": "booking.edit",
        "args": {"booking_id": world.booking, "title": "a"},
        "base_version": 1,
    }
    await world.manager.send("POST", "/commands", body)
    body["args"] = {"booking_id": world.booking, "title": "b"}
    await world.manager.refused(412, "stale_version", "POST", "/commands", body)


@pytest.mark.parametrize(
    "body",
    [
        {"op": "no.such", "args": {}},
        {"op": "booking.place", "args": {}},
        {"op": "booking.place", "args": []},
        {"op": "booking.place"},
        {"op": "booking.place", "args": {"x": 1}},
        {"op": "booking.expire", "args": {}},
        {"op": "x" * 65, "args": {}},
        {"op": "bulk.apply", "args": {"items": []}},
    ],
)
async def test_bad_commands_are_refused(world, body):
    await world.manager.refused(400, "invalid", "POST", "/commands", body)


async def test_two_names_for_one_command_are_refused(world):
    body = {"id": str(uuid4()), "op": "booking.place", "args": booking(world)}
    await world.manager.refused(400, "invalid", "POST", "/commands", body, Idempotency_Key=str(uuid4()))


async def test_only_the_clock_expires(world):
    body = {"op": "booking.expire", "args": {"booking_id": world.booking}}
    await world.owner.refused(403, "forbidden", "POST", "/commands", body)
