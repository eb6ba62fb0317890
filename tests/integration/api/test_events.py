"""The log over REST: in order, page by page, and a position that is gone says so."""

from uuid import uuid4


async def test_the_log_is_read_page_by_page(world):
    whole = await world.owner.page("/events", limit=500)
    assert [e["seq"] for e in whole["data"]] == list(range(1, whole["meta"]["seq"] + 1))
    seen, since = [], 0
    while True:
        page = await world.owner.page("/events", since=since, limit=4)
        seen += page["data"]
        since = page["meta"]["to_seq"]
        if since == page["meta"]["seq"]:
            break
    assert seen == whole["data"]


async def test_the_end_of_the_log_is_an_empty_page(world):
    head = (await world.owner.page("/events"))["meta"]["seq"]
    page = await world.owner.page("/events", since=head)
    assert page["data"] == []
    assert page["meta"]["to_seq"] == page["meta"]["seq"] == head


async def test_a_change_is_in_the_log_under_its_command(world):
    key = str(uuid4())
    response = await world.manager.write(
        "PATCH", f"/bookings/{world.booking}", {"title": "New"}, Idempotency_Key=key
    )
    seq = response.json()["meta"]["seq"]
    [event] = await world.owner.get("/events", since=seq - 1)
    assert event["command_id"] == key
    assert event["data"]["booking"] == response.json()["data"]
    assert event["data"]["changed"] == ["title"]
    assert event["actor"]["id"] == str(world.members["studio_manager"])


async def test_a_position_that_is_gone_says_so(world):
    epoch = (await world.owner.page("/events"))["meta"]["epoch"]
    assert (await world.owner.page("/events", epoch=epoch))["data"]
    await world.owner.no(410, "not_found", "/events", epoch=uuid4())
    await world.owner.no(410, "not_found", "/events", since=1_000_000)


async def test_bad_positions_are_refused(world):
    for params in ({"since": -1}, {"since": "x"}, {"epoch": "x"}, {"limit": 501}, {"cursor": "x"}):
        await world.owner.no(400, "invalid", "/events", **params)


async def test_a_masked_page_covers_the_same_numbers(world):
    await world.book(world.ben, 5)
    theirs = await world.artist.page("/events", limit=500)
    staff = await world.owner.page("/events", limit=500)
    assert theirs["meta"] == staff["meta"]
    assert {e["seq"] for e in theirs["data"]} < {e["seq"] for e in staff["data"]}
