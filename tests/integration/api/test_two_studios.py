"""Two studios at work: what one does is not the other's to find, and works in its own."""

import re

import pytest

from db.pool import transaction
from db.queries import notice_people
from tests.integration.api.conftest import MONDAY
from tests.integration.api.test_tenancy import FILTERS, WITH_IDS, ask, body, name, target

pytestmark = pytest.mark.usefixtures("trade")


async def refuse_mail(world):
    """The freelancer's address was refused."""
    address = f"freelancer@{world.slug}.test"
    async with transaction(world.studio.pool, world.tenant_id) as connection:
        refused = notice_people.Bounce(address=address, at=MONDAY, reason="no such mailbox")
        await notice_people.add_bounce(connection, world.tenant_id, refused)


@pytest.mark.parametrize("operation", WITH_IDS, ids=name)
async def test_the_same_requests_work_at_home(world, operation):
    """The refusals above are about the studio, not about the requests."""
    if operation.path.startswith("/imports"):
        return
    if operation.name == "tryAddressAgain":
        await refuse_mail(world)
    path = re.sub(r"\{\w+\}", str(target(operation, world)), operation.path)
    who = world.artist if operation.name == "markBookingSeen" else world.owner
    response = await ask(who, operation, path, body(operation, world))
    assert response.status_code in {200, 204, 409}, response.text


@pytest.mark.parametrize(("path", "parameter", "attribute"), FILTERS)
async def test_anothers_id_in_a_filter_finds_nothing(world, other, path, parameter, attribute):
    await other.book(other.ada, 3, phase_id=other.phase, project_id=other.project)
    asked = {parameter: getattr(other, attribute), **({"from": 0} if path == "/history/diff" else {})}
    found = {who: await api.get(path, **asked) for who, api in (("we", world.owner), ("they", other.owner))}
    if path == "/schedule":
        found = {who: schedule["bookings"] for who, schedule in found.items()}
    assert found["we"] == []
    assert found["they"] != []


async def test_a_cursor_of_another_studio_tells_nothing(world, other):
    for day in range(3):
        await other.book(other.ben, day)
    cursor = (await other.owner.page("/bookings", limit=2))["meta"]["next"]
    page = await world.owner.get("/bookings", cursor=cursor)
    known = {str(own) for own in (world.booking, world.challenged, world.challenger)}
    assert {b["id"] for b in page if b["series_id"] != str(world.series)} <= known
