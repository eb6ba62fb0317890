"""Parameters of lists: bad values are refused and named, never ignored."""

import base64

import pytest

from tests.integration.api.test_lists import LISTS


@pytest.fixture
def database(unchanged_database):
    return unchanged_database


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 501}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"limit": ""}, "limit"),
        ({"total": "perhaps"}, "total"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"cursor": "é"}, "cursor"),
        ({"cursor": base64.urlsafe_b64encode(b'{"id":1}').decode()}, "cursor"),
        ({"cursor": base64.urlsafe_b64encode(b"[" * 1500).decode()}, "cursor"),
        ({"cursor": "x" * 3000}, "cursor"),
        ({"no_such_filter": "1"}, "no_such_filter"),
        ({"limit": [1, 2]}, "limit"),
    ],
)
async def test_bad_parameters_are_refused_and_named(world, path, params, name):
    error = await world.owner.no(400, "invalid", path, **params)
    assert error["data"]["path"] == name
    assert name in error["message"]


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"start": "yesterday"}, "start"),
        ({"start": "2027-03-01T09:00:00"}, "start"),
        ({"start": "0001-01-01T00:00:00Z"}, "start"),
        ({"end": "9999-12-31T23:59:59-14:00"}, "end"),
        ({"start": "2027-03-02T00:00:00Z", "end": "2027-03-01T00:00:00Z"}, "end"),
        ({"start": "2027-03-02T00:00:00Z", "end": "2027-03-02T00:00:00Z"}, "end"),
        ({"artist_id": "ada"}, "artist_id[0]"),
        ({"project_id": "x"}, "project_id"),
        ({"status": "busy"}, "status[0]"),
        ({"q": ""}, "q"),
        ({"q": "x" * 201}, "q"),
        ({"q": "a\0b"}, "q"),
    ],
)
async def test_bad_filters_of_bookings_are_refused_and_named(world, params, name):
    error = await world.owner.no(400, "invalid", "/bookings", **params)
    assert error["data"]["path"] == name


async def test_a_hundred_years_of_bookings_may_be_asked_for(world):
    found = await world.owner.get("/bookings", start="2000-01-01T00:00:00Z", end="2100-01-01T00:00:00Z")
    assert [b["id"] for b in found] == [str(world.booking)]
