"""Artists, projects, phases, dependencies, members and the studio, from first to last over REST."""

from uuid import uuid4

from tests.integration.api.conftest import PASSWORD


async def test_an_artist_is_added_changed_and_archived(world):
    response = await world.manager.write(
        "POST", "/artists", {"name": "Cleo", "zone": "Europe/Berlin", "skills": [{"name": "FX", "level": 7}]}
    )
    assert response.status_code == 201
    path = response.headers["location"].removeprefix("/api/v1")
    assert (await world.manager.get(path))["skills"] == [{"name": "FX", "level": 7, "years": 0.0}]
    changed = await world.manager.send("PATCH", path, {"rate": {"amount": 450, "currency": "EUR"}})
    assert changed["rate"]["amount"] == 450
    assert (await world.manager.send("PATCH", path, {"rate": None}))["rate"] is None
    assert (await world.manager.send("POST", f"{path}/archive"))["active"] is False
    body = {
        "artist_id": path.rsplit("/", 1)[1],
        "start": "2027-01-01T00:00:00Z",
        "end": "2027-01-02T00:00:00Z",
    }
    await world.manager.refused(409, "wrong_state", "POST", "/bookings", body)


async def test_a_project_is_opened_changed_and_closed(world):
    project = await world.manager.send("POST", "/projects", {"name": "Alps", "start": "2027-01-01"})
    path = f"/projects/{project['id']}"
    assert (await world.manager.send("PATCH", path, {"colour": "#112233"}))["colour"] == "#112233"
    assert (await world.manager.send("POST", f"{path}/archive"))["status"] == "archived"
    assert (await world.manager.get(path))["start"] == "2027-01-01"


async def test_phases_and_dependencies_are_made_changed_and_removed(world):
    phase = await world.manager.send(
        "POST", "/project-phases", {"project_id": world.project, "name": "Roto", "duration_hours": 16}
    )
    path = f"/project-phases/{phase['id']}"
    assert (await world.manager.send("PATCH", path, {"progress": 50}))["progress"] == 50
    tie = await world.manager.send(
        "POST", "/dependencies", {"from_phase_id": world.phase, "to_phase_id": phase["id"], "lag_hours": -2}
    )
    assert (await world.manager.get(f"/dependencies/{tie['id']}"))["lag_hours"] == -2
    cycle = {"from_phase_id": phase["id"], "to_phase_id": world.phase}
    response = await world.manager.write("POST", "/dependencies", cycle)
    assert response.status_code in {400, 409}
    await world.manager.send("DELETE", f"/dependencies/{tie['id']}")
    await world.manager.no(404, "not_found", f"/dependencies/{tie['id']}")
    await world.manager.send("DELETE", path)
    await world.manager.no(404, "not_found", path)


async def test_an_owner_opens_an_account_that_can_sign_in(world):
    body = {
        "email": "new@example.test",
        "name": "New",
        "role": "freelancer",
        "artist_id": world.ben,
        "password": "a first password",
    }
    member = await world.owner.send("POST", "/members", body)
    assert "password" not in member
    me = await (await world.sign_in_as("new@example.test", "a first password")).get("/auth/me")
    assert me["member"] == member
    log = await world.owner.get("/events", limit=500)
    assert "a first password" not in str(log)


async def test_an_account_is_unique_by_address_and_by_artist(world):
    taken = {"email": f"Studio_Owner@{world.slug}.test", "name": "x", "role": "studio_manager"}
    error = await world.owner.refused(400, "invalid", "POST", "/members", taken)
    assert error["data"]["path"] == "email"
    linked = {"email": "x@example.test", "name": "x", "role": "freelancer", "artist_id": world.ada}
    error = await world.owner.refused(400, "invalid", "POST", "/members", linked)
    assert error["data"]["path"] == "artist_id"


async def test_a_studio_keeps_an_owner(world):
    path = f"/members/{world.members['studio_owner']}"
    await world.owner.refused(409, "wrong_state", "PATCH", path, {"active": False})
    await world.owner.refused(409, "wrong_state", "PATCH", path, {"role": "freelancer"})


async def test_an_owner_sets_a_members_password(world, api):
    path = f"/members/{world.members['freelancer']}/password"
    await world.owner.send("PUT", path, {"password": "set by the owner"})
    await world.artist.no(401, "unauthenticated", "/auth/me")
    email = f"freelancer@{world.slug}.test"
    await api.refused(401, "unauthenticated", "POST", "/auth/login", {"email": email, "password": PASSWORD})
    await world.sign_in_as(email, "set by the owner")
    await world.owner.refused(
        404, "not_found", "PUT", f"/members/{uuid4()}/password", {"password": "long enough"}
    )


async def test_members_are_the_owners_business(world):
    for who in (world.manager, world.artist):
        await who.no(403, "forbidden", "/members")
        await who.refused(403, "forbidden", "PATCH", f"/members/{world.members['freelancer']}", {"name": "x"})
    assert len(await world.owner.get("/members", active=True)) == 3


async def test_the_studio_is_read_by_all_and_changed_by_its_owner(world):
    for who in (world.owner, world.manager, world.artist):
        assert (await who.get("/tenants/current"))["slug"] == world.slug
    changed = await world.owner.send("PATCH", "/tenants/current", {"name": "Southlight"})
    assert (changed["name"], changed["version"]) == ("Southlight", 2)
    same = await world.owner.send("PATCH", "/tenants/current", {"name": "Southlight"})
    assert same == changed
    await world.manager.refused(403, "forbidden", "PATCH", "/tenants/current", {"name": "Mine"})
    await world.owner.refused(400, "invalid", "PATCH", "/tenants/current", {"zone": "Mars/Olympus"})


async def test_records_that_are_not_there_are_not_found(world):
    for path in (
        "bookings",
        "artists",
        "projects",
        "project-phases",
        "dependencies",
        "milestones",
        "members",
        "imports",
    ):
        await world.owner.no(404, "not_found", f"/{path}/{uuid4()}")
        await world.owner.no(404, "not_found", f"/{path}/not-a-uuid")
