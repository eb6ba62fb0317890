"""Lists: pages in a stable order, totals on demand, filters."""

import pytest

LISTS = ("/bookings", "/artists", "/projects", "/project-phases", "/dependencies", "/milestones", "/members")


@pytest.fixture
async def full(world):
    """A studio with seven more of everything, several of the same name and start."""
    for number in range(7):
        artist = await world.add("artist.add", name=f"artist {number % 3}")
        project = await world.add("project.add", name=f"project {number % 3}")
        phases = [
            await world.add("phase.add", project_id=project, name="p", duration_hours=1) for _ in range(2)
        ]
        await world.add("dependency.add", from_phase_id=phases[0], to_phase_id=phases[1])
        await world.add("milestone.add", project_id=project, name=f"Mark {number}", date="2027-03-05")
        await world.book(artist, number % 3)
        await world.add("member.add", role="freelancer", name="m", email=f"{number}@example.test")
    return world


@pytest.mark.parametrize("path", LISTS)
async def test_pages_join_into_the_whole_list(full, path):
    whole = await full.owner.get(path, limit=500)
    assert len(whole) > 7
    for limit in (1, 3, len(whole) - 1, len(whole)):
        assert await full.owner.all(path, limit=limit) == whole


@pytest.mark.parametrize("path", LISTS)
async def test_the_total_is_told_when_asked_for(full, path):
    whole = await full.owner.page(path, limit=500)
    assert "total" not in whole["meta"]
    first = await full.owner.page(path, limit=2, total=True)
    assert first["meta"]["total"] == len(whole["data"])


async def test_pages_are_stable_while_others_write(full):
    before = [b["id"] for b in await full.owner.get("/bookings", limit=500)]
    seen, params = [], {"limit": 3}
    while True:
        page = await full.owner.page("/bookings", **params)
        seen += [b["id"] for b in page["data"]]
        if "next" not in page["meta"]:
            break
        params["cursor"] = page["meta"]["next"]
        await full.book(full.ben, -30 - len(seen))  # before everything read so far
        await full.manager.send("POST", f"/bookings/{seen[-1]}/release", {})
    assert seen == before


async def test_names_are_ordered_regardless_of_case(world):
    for name in ("zoe", "Zed", "aaron", "Émile"):
        await world.add("artist.add", name=name)
    names = [a["name"] for a in await world.owner.all("/artists", limit=2)]
    assert names.index("aaron") < names.index("Ada") < names.index("Zed") < names.index("zoe")


async def test_artists_are_found_by_name_skill_and_tag(world):
    async def names(**params):
        return [a["name"] for a in await world.owner.get("/artists", **params)]

    assert await names(q="ad") == ["Ada"]
    assert await names(q="ben@") == ["Ben"]
    assert await names(skill="compositing") == ["Ada"]
    assert await names(tag="film") == ["Ada"]
    assert await names(active=True) == ["Ada", "Ben"]
    await world.owner.send("POST", f"/artists/{world.ben}/archive")
    assert await names(active=False) == ["Ben"]
    assert await names(q="_d_") == []


async def test_projects_are_found_by_name_client_and_state(world):
    await world.add("project.add", name="Alps", client="Nordfilm", status="tentative")

    async def names(**params):
        return [p["name"] for p in await world.owner.get("/projects", **params)]

    assert await names(q="nordfilm") == ["Alps"]
    assert await names(status="active") == ["Harbour"]
    await world.owner.no(400, "invalid", "/projects", status="done")


async def test_phases_and_dependencies_are_found_by_project(world):
    elsewhere = await world.add("project.add", name="Alps")
    for path, count in (("/project-phases", 2), ("/dependencies", 1)):
        assert len(await world.owner.get(path, project_id=world.project)) == count
        assert await world.owner.get(path, project_id=elsewhere) == []
