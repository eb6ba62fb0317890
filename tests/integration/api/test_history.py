"""The past over REST: the schedule as of then, what differs, what happened, and one's own commands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from db.queries.mirror import KINDS
from scheduling.state import PLURALS, snapshot
from server.api.history import Schedule
from tests.integration.api.conftest import MONDAY

PLACED = (
    "Production Tool placed a hold on Ada for Title sequence,"
    " Wed 3 March 2027 10:00 to Thu 4 March 2027 10:00, 2nd in line"
)


async def head(world) -> int:
    answer = await world.owner.page("/events", limit=1)
    return answer["meta"]["seq"]


async def edit(world, booking, **args):
    answer = await world.studio.run("booking.edit", {"booking_id": str(booking), **args})
    assert answer.ok, answer


async def move(world, booking, day):
    start = MONDAY + timedelta(days=day)
    span = {"start": start.isoformat(), "end": (start + timedelta(days=1)).isoformat()}
    answer = await world.studio.run("booking.move", {"booking_id": str(booking), **span})
    assert answer.ok, answer


def test_a_schedule_has_every_kind_there_is():
    assert set(Schedule.__struct_fields__) == {PLURALS[kind] for kind in KINDS if kind != "tenant"}


async def test_the_schedule_as_of_every_number_is_what_it_was_then(world):
    """Held against states that were read when they were the present."""
    seen = {}
    for step in (
        world.trade,
        lambda: edit(world, world.booking, title="Shot 11"),
        lambda: move(world, world.booking, 3),
        lambda: world.book(world.ada, 3, title="behind"),
        lambda: world.studio.run("booking.release", {"booking_id": str(world.booking)}),
        lambda: world.studio.run("phase.delete", {"phase_id": str(world.phase)}),
        lambda: world.studio.run("artist.edit", {"artist_id": str(world.ada), "name": "Ada L."}),
    ):
        await step()
        held = msgspec.json.decode(msgspec.json.encode(snapshot(await world.studio.state())))
        seen[await head(world)] = held
    for seq, held in seen.items():
        shown = await world.owner.get("/schedule", as_of=str(seq))
        for plural, records in shown.items():
            assert sorted(records, key=lambda r: r["id"]) == held[plural], (seq, plural)


async def test_lists_and_records_as_of_then(world):
    before = await head(world)
    await edit(world, world.booking, title="Shot 99")
    await move(world, world.booking, 5)
    gone = await world.book(world.ben, 9)
    await world.studio.run("project.edit", {"project_id": str(world.project), "name": "Pier"})
    await world.studio.run("artist.edit", {"artist_id": str(world.ben), "name": "Zed"})
    as_of = {"as_of": str(before)}
    assert [b["title"] for b in await world.owner.get("/bookings", **as_of)] == ["Shot 10"]
    assert [b["title"] for b in await world.owner.get("/bookings", q="shot 10", **as_of)] == ["Shot 10"]
    assert await world.owner.get("/bookings", q="shot 99", **as_of) == []
    assert len(await world.owner.get(f"/projects/{world.project}/bookings", **as_of)) == 1
    assert [a["name"] for a in await world.owner.get("/artists", **as_of)] == ["Ada", "Ben"]
    assert [p["name"] for p in await world.owner.get("/projects", **as_of)] == ["Harbour"]
    assert (await world.owner.get(f"/projects/{world.project}", **as_of))["name"] == "Harbour"
    assert (await world.owner.get(f"/artists/{world.ben}", **as_of))["name"] == "Ben"
    assert len(await world.owner.get("/project-phases", **as_of)) == 2
    assert (await world.owner.get(f"/project-phases/{world.phase}", **as_of))["name"] == "Comp"
    assert len(await world.owner.get("/dependencies", **as_of)) == 1
    assert await world.owner.get("/time-off", **as_of) == []
    answer = await world.owner.call("GET", f"/bookings/{gone}", params=as_of)
    assert answer.status_code == 404


async def test_a_page_of_the_past_follows_a_page(world):
    for day in range(1, 6):
        await world.book(world.ben, day)
    seq = str(await head(world))
    await world.book(world.ben, 0.5)
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await world.owner.page("/bookings", as_of=seq, limit=2, total=True, **cursor)
        found += [b["start"] for b in answer["data"]]
        assert answer["meta"]["total"] == 6
        assert answer["meta"]["seq"] == int(seq)
        if "next" not in answer["meta"]:
            break
        cursor = {"cursor": answer["meta"]["next"]}
    assert len(found) == 6
    assert found == sorted(found)


async def test_an_artist_sees_of_the_past_what_they_would_have_seen(world):
    others = await world.book(world.ben, 1, title="secret", project_id=world.project)
    seq = await head(world)
    await world.studio.run("booking.release", {"booking_id": str(world.booking)})
    shown = await world.artist.get("/schedule", as_of=str(seq))
    assert {b["id"]: b["status"] for b in shown["bookings"]} == {
        str(world.booking): "hold",
        str(others): "busy",
    }
    assert "secret" not in str(shown)
    assert [p["name"] for p in shown["projects"]] == ["Harbour"]
    assert shown["phases"] == []
    assert [p["name"] for p in await world.artist.get("/projects", as_of=str(seq))] == ["Harbour"]
    assert (await world.artist.get("/schedule"))["projects"] == []
    assert await world.artist.get("/projects") == []
    own = await world.artist.get(f"/bookings/{world.booking}/activity")
    assert own[-1]["type"] == "booking.placed"
    for path in (f"/bookings/{others}/activity", f"/artists/{world.ben}/activity"):
        assert (await world.artist.call("GET", path)).status_code == 404


@pytest.mark.parametrize(
    ("as_of", "says"),
    [
        ("999999", "ahead of the log"),
        ("yesterday", "or a time like"),
        ("2026-03-02T09:00:00", "or a time like"),
    ],
)
async def test_a_moment_that_is_none_is_refused(world, as_of, says):
    answer = await world.owner.call("GET", "/schedule", params={"as_of": as_of})
    assert answer.status_code == 400
    assert says in answer.json()["error"]["message"]


async def test_a_time_before_everything_shows_an_empty_schedule(world):
    shown = await world.owner.get("/schedule", as_of="2001-01-01T00:00:00Z")
    assert all(records == [] for records in shown.values())
    now = datetime.now(UTC).isoformat()
    assert (await world.owner.get("/schedule", as_of=now)) == (await world.owner.get("/schedule"))


async def test_what_was_compacted_is_gone(world):
    seq = await head(world)
    answer = await world.studio.run("tenant.edit", {"history_from": seq})
    assert answer.ok, answer
    for path in ("/schedule", "/bookings", f"/artists/{world.ada}"):
        refused = await world.owner.call("GET", path, params={"as_of": "2"})
        assert refused.status_code == 410, path
        error = refused.json()["error"]
        assert error["code"] == "not_found"
        assert error["data"] == {"history_from": seq}
    refused = await world.owner.call("GET", "/events", params={"since": 0})
    assert refused.status_code == 410
    assert await world.owner.get("/schedule", as_of=str(seq - 1))


async def test_the_difference_of_two_moments(world):
    before = await head(world)
    await move(world, world.booking, 5)
    made = await world.book(world.ben, 9, project_id=world.project)
    await edit(world, made, title="named")
    passing = await world.book(world.ben, 20)
    await world.studio.run("booking.release", {"booking_id": str(passing)})
    await world.studio.run("dependency.delete", {"dependency_id": str(world.dependency)})
    await world.studio.run("artist.edit", {"artist_id": str(world.ben), "name": "Zed"})
    await world.studio.run("artist.edit", {"artist_id": str(world.ada), "name": "Tmp"})
    await world.studio.run("artist.edit", {"artist_id": str(world.ada), "name": "Ada"})
    span = {"from": str(before)}
    found = {UUID(d["id"]): d for d in await world.owner.get("/history/diff", **span)}
    assert {i: d["change"] for i, d in found.items()} == {
        world.booking: "moved",
        made: "added",
        world.dependency: "removed",
        world.ben: "changed",
    }
    assert {f["field"] for f in found[world.booking]["fields"]} >= {"start", "end"}
    assert found[made]["before"] is None
    assert found[made]["after"]["title"] == "named"
    assert found[world.dependency]["after"] is None
    assert found[world.ben]["fields"] == [{"field": "name", "before": "Ben", "after": "Zed"}]
    of_project = await world.owner.get("/history/diff", project_id=str(world.project), **span)
    assert {UUID(d["id"]) for d in of_project} == {world.booking, made, world.dependency}
    of_ben = await world.owner.get("/history/diff", artist_id=str(world.ben), **span)
    assert {UUID(d["id"]) for d in of_ben} == {made, world.ben}
    paged: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await world.owner.page("/history/diff", limit=1, **span, **cursor)
        paged += answer["data"]
        if "next" not in answer["meta"]:
            break
        cursor = {"cursor": answer["meta"]["next"]}
    assert paged == list(found.values())
    assert (
        await world.owner.call("GET", "/history/diff", params={"from": "5", "to": "2"})
    ).status_code == 400


async def test_activity_reads_like_a_person_wrote_it(world):
    await move(world, world.booking, 2)
    await edit(world, world.booking, title="Compositing")
    behind = await world.book(world.ada, 2, title="Title sequence")
    released = await world.owner.write("POST", f"/bookings/{world.booking}/release", {})
    assert released.status_code == 200
    told = await world.owner.get(f"/bookings/{behind}/activity", zone="Europe/Berlin")
    assert [e["sentence"] for e in told] == [
        "Title sequence moved up to 1st because Studio_Owner released Compositing",
        PLACED,
    ]
    assert told[0]["changes"] == [{"field": "rank", "before": 2, "after": 1}]
    assert told[0]["cause"]["kind"] == "released"
    of_artist = await world.owner.get(f"/artists/{world.ada}/activity", limit=3)
    assert [e["type"] for e in of_artist] == ["booking.promoted", "booking.released", "booking.placed"]
    of_project = await world.owner.get(f"/projects/{world.project}/activity")
    assert of_project[-1]["sentence"] == "Production Tool opened Harbour"
    assert {e["type"] for e in of_project} >= {"booking.moved", "phase.added", "dependency.added"}
    first = await world.owner.page(f"/projects/{world.project}/activity", limit=2)
    rest = await world.owner.get(
        f"/projects/{world.project}/activity", cursor=first["meta"]["next"], limit=500
    )
    assert first["data"] + rest == of_project
    bad = await world.owner.call("GET", f"/bookings/{behind}/activity", params={"zone": "Mars/Base"})
    assert bad.status_code == 400


async def test_what_was_handed_on_is_told_where_it_left_and_where_it_came(world):
    other = await world.add("project.add", name="Lighthouse")
    await edit(world, world.booking, title="Compositing")
    await edit(world, world.booking, project_id=str(other))
    left, came = [await world.owner.get(f"/projects/{p}/activity") for p in (world.project, other)]
    assert left[0] == came[0]
    assert left[0]["sentence"] == "Production Tool moved Compositing to Lighthouse"
    args = {"booking_id": str(world.booking), "artist_id": str(world.ben)}
    assert (await world.studio.run("booking.reassign", args)).ok
    await edit(world, world.booking, title="Grading")
    of_ada, of_ben = [await world.owner.get(f"/artists/{a}/activity") for a in (world.ada, world.ben)]
    handed = "Production Tool handed Compositing from Ada to Ben"
    assert [of_ada[0]["sentence"], of_ben[1]["sentence"]] == [handed, handed]
    assert of_ben[0]["changes"] == [{"field": "title", "before": "Compositing", "after": "Grading"}]
    assert [e["seq"] for e in of_ada] == sorted({e["seq"] for e in of_ada}, reverse=True)
    first = await world.owner.page(f"/artists/{world.ada}/activity", limit=1)
    rest = await world.owner.get(f"/artists/{world.ada}/activity", cursor=first["meta"]["next"])
    assert first["data"] + rest == of_ada


async def test_a_project_with_work_is_not_undone_away(world):
    made = await world.owner.write("POST", "/projects", {"name": "Lighthouse"})
    project = made.json()["data"]["id"]
    undo = {"op": "history.undo", "args": {"command_id": made.json()["meta"]["command_id"]}}
    booking = await world.book(world.ada, 30, project_id=project)
    world.studio.forget()
    error = await world.owner.refused(409, "wrong_state", "POST", "/commands", undo)
    assert "Lighthouse got bookings since" in error["message"]
    assert (await world.studio.run("booking.release", {"booking_id": str(booking)})).ok
    await world.studio.run("phase.add", {"project_id": project, "name": "Comp", "duration_hours": 8})
    world.studio.forget()
    error = await world.owner.refused(409, "wrong_state", "POST", "/commands", undo)
    assert "Lighthouse got phases since" in error["message"]


async def test_an_artist_hears_who_has_their_booking_now_and_not_what_it_became(world):
    await edit(world, world.booking, title="Compositing")
    start = MONDAY + timedelta(days=40)
    span = {"start": start.isoformat(), "end": (start + timedelta(days=1)).isoformat()}
    args = {"booking_id": str(world.booking), "artist_id": str(world.ben), **span}
    assert (await world.studio.run("booking.move", args)).ok
    await edit(world, world.booking, notes="secret")
    told = await world.artist.get(f"/artists/{world.ada}/activity")
    assert told[0]["sentence"] == "Production Tool handed Compositing from Ada to Ben"
    assert [c["field"] for c in told[0]["changes"]] == ["artist_id"]
    assert "secret" not in str(told)
    assert start.isoformat()[:10] not in str(told)


async def test_ones_own_commands_survive_a_reload(world):
    patch = {"title": "Named"}
    await world.manager.send("PATCH", f"/bookings/{world.booking}", patch)
    [mine] = await world.manager.get("/history/mine")
    assert mine["op"] == "booking.edit"
    assert mine["sentence"] == "Studio_Manager changed the title of Named"
    assert not mine["undone"]
    undo = {"op": "history.undo", "args": {"command_id": mine["command_id"]}, "id": str(uuid4())}
    await world.manager.send("POST", "/commands", undo)
    taken_back, first = await world.manager.get("/history/mine")
    assert (taken_back["undoes"], first["undone"]) == (first["command_id"], True)
    redo = {"op": "history.undo", "args": {"command_id": taken_back["command_id"]}, "id": str(uuid4())}
    await world.manager.send("POST", "/commands", redo)
    redone, taken_back, first = await world.manager.get("/history/mine")
    assert (redone["undoes"], taken_back["undone"], first["undone"]) == (
        taken_back["command_id"],
        True,
        False,
    )
    assert await world.owner.get("/history/mine") == []


async def test_a_restore_is_seen_before_it_is_done(world):
    before = await head(world)
    await move(world, world.booking, 5)
    body = {"to": before, "kind": "booking", "entity_id": str(world.booking)}
    preview = await world.manager.send("POST", "/history/restore/preview", body)
    [change] = preview["changes"]
    assert (change["change"], change["id"], preview["events"]) == ("moved", str(world.booking), 1)
    assert (await world.owner.get(f"/bookings/{world.booking}"))["start"] != change["after"]["start"]
    done = await world.manager.send("POST", "/history/restore", body)
    assert done["result"]["booking"]["start"] == change["after"]["start"]
    again = await world.manager.send("POST", "/history/restore/preview", body)
    assert again == {"events": 0, "changes": []}
    told = await world.owner.get(f"/bookings/{world.booking}/activity", limit=1)
    assert "moved Shot 10 back from" in told[0]["sentence"]


async def test_a_project_goes_back_by_time_and_is_refused_with_reasons(world):
    before = await head(world)
    [newest] = await world.owner.get("/events", since=before - 1, limit=1)
    await world.studio.run("booking.release", {"booking_id": str(world.booking)})
    await world.studio.run("phase.delete", {"phase_id": str(world.phase)})
    body = {"to": newest["at"], "project_id": str(world.project)}
    await world.manager.refused(403, "forbidden", "POST", "/history/restore", body)
    preview = await world.owner.send("POST", "/history/restore/preview", body)
    assert {c["change"] for c in preview["changes"]} == {"added"}
    assert {c["kind"] for c in preview["changes"]} == {"booking", "phase", "dependency"}
    made = await world.book(world.ben, 3, project_id=world.project, status="confirmed", title="Grade")
    refused = await world.owner.refused(409, "wrong_state", "POST", "/history/restore/preview", body)
    assert refused["data"]["items"][0]["message"].startswith("booking Grade: It was confirmed since")
    cancel = {"booking_id": str(made), "reason": "gone"}
    assert (await world.studio.run("booking.cancel", cancel)).ok
    await world.owner.send("POST", "/history/restore", body)
    assert (await world.owner.get(f"/bookings/{world.booking}"))["status"] == "hold"


async def test_a_window_of_the_past_finds_long_and_short_bookings_once(world):
    long = await world.book(world.ben, 1, 60, title="long")
    short = await world.book(world.ben, 40, 2, title="short")
    reaching = await world.book(world.ada, 39, 3, title="reaching in")
    await world.book(world.ben, 70, 1, title="after")
    first, last = MONDAY + timedelta(days=41), MONDAY + timedelta(days=60)
    window = {"start": first.isoformat(), "end": last.isoformat()}
    seq = str(await head(world))
    found = await world.owner.get("/bookings", as_of=seq, **window)
    assert [b["id"] for b in found] == [str(long), str(reaching), str(short)]
    assert found == await world.owner.get("/bookings", **window)
    page = await world.owner.page("/bookings", as_of=seq, limit=1, total=True, **window)
    assert page["meta"]["total"] == 3
    rest = await world.owner.get("/bookings", as_of=seq, cursor=page["meta"]["next"], **window)
    assert page["data"] + rest == found
