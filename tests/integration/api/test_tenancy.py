"""Two studios on one server: no id of one means anything in the other, whatever the operation.

The cases follow from the declared operations: one that is added without an example of its body,
or with an id of a new kind, fails here until it is given one.
"""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from server.api.operations import Operation
from server.api.routes import OPERATIONS
from tests.harness.push_service import subscription
from tests.integration.api.conftest import MONDAY, World

pytestmark = pytest.mark.usefixtures("trade")

WITH_IDS = [op for op in OPERATIONS if "{" in op.path]
WITH_BODIES = [op for op in OPERATIONS if op.body is not None and op.roles]


def name(operation: Operation) -> str:
    return operation.name


def target(operation: Operation, world: World) -> UUID:
    """The id of `world` that the path means."""
    return {
        "bookings": world.booking,
        "artists": world.ada,
        "projects": world.project,
        "project-phases": world.phase,
        "dependencies": world.dependency,
        "milestones": world.milestone,
        "members": world.members["studio_manager"],
        "imports": uuid4(),
        "mail-bounces": world.members["freelancer"],
        "solver-jobs": getattr(world, "solver_job", None) or uuid4(),
        "api-keys": getattr(world, "api_key", None) or uuid4(),
        "webhooks": getattr(world, "webhook", None) or uuid4(),
        "push-subscriptions": getattr(world, "browser", None) or uuid4(),
        "calendar-links": getattr(world, "calendar", None) or uuid4(),
        # Where no trade was filled in, an id that nobody has.
        "challenges": getattr(world, "challenge", None) or uuid4(),
        "time-off": getattr(world, "time_off", None) or uuid4(),
        "series": getattr(world, "series", None) or uuid4(),
        "scenarios": getattr(world, "scenario", None) or uuid4(),
    }[operation.path.split("/")[1]]


CALENDAR = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20270301\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

RANGE = {"start": MONDAY + timedelta(days=40), "end": MONDAY + timedelta(days=41)}


def body(operation: Operation, world: World) -> dict[str, Any] | None:
    """A body that would be taken in the studio of `world`."""
    examples: dict[str, dict[str, Any]] = {
        "addArtist": {"name": "Cleo"},
        "editArtist": {"name": "Cleo"},
        "addProject": {"name": "Alps"},
        "editProject": {"name": "Alps"},
        "addPhase": {"project_id": world.project, "name": "Roto", "duration_hours": 8},
        "editPhase": {"name": "Roto"},
        "addDependency": {"from_phase_id": world.other_phase, "to_phase_id": world.phase},
        "editDependency": {"lag_hours": 4},
        "addMilestone": {"project_id": world.project, "name": "Delivery", "date": "2027-03-05"},
        "editMilestone": {"done": True},
        "addMember": {
            "email": f"{uuid4().hex}@example.test",
            "name": "M",
            "role": "freelancer",
            "artist_id": world.ben,
        },
        "editMember": {"name": "M"},
        "setMemberPassword": {"password": "long enough"},
        "editTenant": {"name": "Southlight"},
        "addApiKey": {"name": "Robot", "scopes": ["schedule:read"]},
        "addWebhook": {"url": "https://hooks.example.com/", "project_id": world.project},
        "editWebhook": {"project_id": world.project},
        "redeliverWebhook": {"from_seq": 1},
        "addPushSubscription": subscription(),
        "readCalendarFile": {"content": CALENDAR, "zone": "Europe/Berlin"},
        "addCalendarLink": {"artist_id": world.ada},
        "placeBooking": {"artist_id": world.ada, **RANGE, "project_id": world.project},
        "patchBooking": {"title": "New"},
        "moveBooking": RANGE,
        "resizeBooking": RANGE,
        "reassignBooking": {"artist_id": world.ben},
        "counterBooking": RANGE,
        "answerCounter": {"take": True},
        "answerChallenge": {"booking_id": world.challenged, "answer": "release"},
        "requestTimeOff": {"artist_id": world.ada, **RANGE},
        "answerTimeOff": {"answer": "approve"},
        "cancelBooking": {"reason": "Gone"},
        "movePhase": {"start": MONDAY},
        "previewMovePhase": {"start": MONDAY},
        "shiftProject": {"days": 3},
        "previewShiftProject": {"days": 3},
        "placeSeries": {
            "artist_id": world.ada,
            "pattern": {"first": (MONDAY + timedelta(days=70)).date(), "count": 2, "part": "am"},
        },
        "checkAvailability": {"artist_ids": [world.ada], "ranges": [RANGE]},
        "previewRestore": {"to": 1, "kind": "booking", "entity_id": world.booking},
        "restore": {"to": 1, "kind": "booking", "entity_id": world.booking},
        "suggest": {**RANGE, "days": 1, "project_id": world.project, "preferred_artist_ids": [world.ada]},
        "addScenario": {
            "name": "Plan C",
            "changes": [{"action": "move", "booking_id": world.booking, "artist_id": world.ben}],
        },
        "changeScenario": {
            "changes": [
                {"action": "place", "booking_id": uuid4(), "artist_id": world.ada, **RANGE},
                {"action": "end", "booking_id": world.booking},
            ]
        },
        "dropScenarioChanges": {"booking_ids": [world.booking]},
        "rebaseScenario": {"take": {str(world.booking): "live"}},
        "createSolverJob": {"kind": "allocate", "project_ids": [world.project]},
        "postCommand": {"op": "booking.edit", "args": {"booking_id": world.booking, "title": "x"}},
        "changePassword": {"current_password": "x" * 8, "new_password": "y" * 8},
    }
    if operation.body is None or not any(f.required for f in msgspec.structs.fields(operation.body)):
        return examples.get(operation.name, {} if operation.body else None)
    return examples[operation.name]


async def ask(who, operation, path, content):
    params = {"start": "2027-01-01T00:00:00Z", "end": "2027-02-01T00:00:00Z"}
    params |= {"first": "2027-01-01", "last": "2027-02-01"}
    needs = {f.name for f in msgspec.structs.fields(operation.query) if f.required}
    query = {k: v for k, v in params.items() if k in needs}
    if content is None:
        return await who.call(operation.method, path, params=query)
    return await who.call(
        operation.method,
        path,
        params=query,
        content=msgspec.json.encode(content),
        headers={"Content-Type": "application/json"},
    )


async def everything(world):
    """All that the studio has, as its owner reads it."""
    work = (
        "/bookings",
        "/artists",
        "/projects",
        "/project-phases",
        "/dependencies",
        "/milestones",
        "/members",
    )
    read = {path: await world.owner.all(path) for path in (*work, "/challenges", "/time-off", "/scenarios")}
    read["schedule"] = await world.owner.get("/schedule")
    read["diff"] = await world.owner.get("/history/diff", **{"from": "0"})
    return {**read, "events": await world.owner.get("/events", limit=500)}


@pytest.mark.parametrize("operation", WITH_IDS, ids=name)
async def test_anothers_id_in_the_path_is_not_found(world, other, operation):
    before = await everything(other)
    path = re.sub(r"\{\w+\}", str(target(operation, other)), operation.path)
    response = await ask(world.owner, operation, path, body(operation, world))
    assert response.status_code == 404, response.text
    assert response.json()["error"]["code"] == "not_found"
    unknown = re.sub(r"\{\w+\}", str(uuid4()), operation.path)
    nobodys = await ask(world.owner, operation, unknown, body(operation, world))
    assert nobodys.status_code == 404
    # Nothing tells an id of another studio from one that was never given.
    assert _without_ids(nobodys.json()) == _without_ids(response.json())
    assert await everything(other) == before


@pytest.mark.parametrize("operation", WITH_BODIES, ids=name)
async def test_anothers_ids_in_the_body_are_not_found(world, other, operation):
    content = body(operation, other)
    if not _ids(content):
        return
    before = await everything(other)
    path = re.sub(r"\{\w+\}", str(target(operation, world)) if "{" in operation.path else "", operation.path)
    response = await ask(world.owner, operation, path, content)
    assert response.status_code == 404, response.text
    assert await everything(other) == before


FILTERS = [
    ("/bookings", "artist_id", "ada"),
    ("/bookings", "project_id", "project"),
    ("/bookings", "phase_id", "phase"),
    ("/bookings", "series_id", "series"),
    ("/project-phases", "project_id", "project"),
    ("/dependencies", "project_id", "project"),
    ("/milestones", "project_id", "project"),
    ("/challenges", "artist_id", "ben"),
    ("/challenges", "booking_id", "challenger"),
    ("/time-off", "artist_id", "ben"),
    ("/schedule", "artist_id", "ada"),
    ("/history/diff", "artist_id", "ada"),
    ("/history/diff", "project_id", "project"),
    ("/history/diff", "entity_id", "booking"),
]


def test_every_filter_by_id_is_covered():
    declared = {
        (op.path, field.name)
        for op in OPERATIONS
        for field in msgspec.structs.fields(op.query)
        if field.name.endswith("_id")
    }
    assert declared == {(path, parameter) for path, parameter, _ in FILTERS}


async def test_lists_and_logs_hold_ones_own_only(world, other):
    mine, theirs = str(await everything(world)), str(await everything(other))
    for entity in (other.booking, other.ada, other.project, other.phase, *other.members.values()):
        assert str(entity) not in mine
        assert str(entity) in theirs


def _ids(value: Any) -> list[UUID]:
    if isinstance(value, dict):
        return [i for v in value.values() for i in _ids(v)]
    if isinstance(value, list):
        return [i for v in value for i in _ids(v)]
    return [value] if isinstance(value, UUID) else []


def _without_ids(value: Any) -> str:
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "<id>", str(value))
