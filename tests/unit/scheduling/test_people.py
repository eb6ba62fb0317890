"""Artists, accounts and the studio itself: hours, zones, skills, links and the last owner."""

from __future__ import annotations

from typing import Any

import pytest

from scheduling.model import OFFICE_HOURS
from tests.harness.desk import (
    ADA,
    ARTIST,
    BO,
    MANAGER,
    NOWHERE,
    OWNER,
    PROJECT,
    SYSTEM,
    Desk,
    ident,
    types,
)


def hours(*spans: tuple[int, str, str]) -> dict[str, Any]:
    return {"working_hours": [{"day": day, "start": start, "end": end} for day, start, end in spans]}


# -- artists -----------------------------------------------------------------------------


def test_a_new_artist_works_office_hours_in_the_studios_zone() -> None:
    desk = Desk()
    desk.do("artist.add", {"id": ident("x"), "name": "Xia"})
    artist = desk.artist(ident("x"))
    assert (artist.working_hours, artist.zone, artist.active) == (OFFICE_HOURS, "Europe/Paris", True)


def test_no_hours_at_all_are_hours_too() -> None:
    desk = Desk()
    desk.do("artist.add", {"id": ident("x"), "name": "Xia", "working_hours": []})
    assert desk.artist(ident("x")).working_hours == ()


@pytest.mark.parametrize(
    "spans",
    [
        [(0, "09:00", "18:00")],
        [(0, "09:00", "12:00"), (0, "13:00", "18:00")],
        [(0, "13:00", "18:00"), (0, "09:00", "13:00")],
        [(6, "00:00", "24:00")],
        [(5, "22:00", "24:00"), (6, "00:00", "02:00")],
    ],
)
def test_hours_may_be_split_touch_and_reach_midnight(spans: list[tuple[int, str, str]]) -> None:
    assert types(Desk().do("artist.edit", {"artist_id": ADA, **hours(*spans)})) == ["artist.edited"]


@pytest.mark.parametrize(
    ("spans", "why"),
    [
        ([(0, "18:00", "09:00")], "got 18:00 to 09:00"),
        ([(0, "09:00", "09:00")], "end after they start"),
        ([(0, "24:00", "24:00")], "end after they start"),
        ([(0, "09:00", "13:00"), (0, "12:59", "18:00")], "must not overlap"),
        ([(1, "09:00", "10:00"), (0, "09:00", "18:00"), (0, "10:00", "11:00")], "must not overlap"),
    ],
)
def test_hours_that_make_no_sense_are_refused(spans: list[tuple[int, str, str]], why: str) -> None:
    desk = Desk()
    assert why in desk.refused("invalid", "artist.edit", {"artist_id": ADA, **hours(*spans)}).message
    assert why in desk.refused("invalid", "artist.add", {"name": "Xia", **hours(*spans)}).message


@pytest.mark.parametrize("zone", ["Europe/Paris", "Asia/Kathmandu", "UTC", "America/Argentina/Ushuaia"])
def test_zones_are_those_of_the_iana_database(zone: str) -> None:
    desk = Desk()
    desk.do("artist.add", {"name": "Xia", "zone": zone})


@pytest.mark.parametrize(
    "zone", ["Mars/Olympus", "Europe", "../../etc/passwd", "/etc/localtime", "GMT+25", "\t"]
)
def test_other_zones_are_refused(zone: str) -> None:
    desk = Desk()
    for op, args in (
        ("artist.add", {"name": "Xia", "zone": zone}),
        ("artist.edit", {"artist_id": ADA, "zone": zone}),
        ("tenant.edit", {"zone": zone}),
    ):
        refused = desk.refused("invalid", op, args, by=OWNER)
        assert "IANA name" in refused.message
        assert zone in refused.message


def test_a_skill_is_listed_once() -> None:
    args = {"artist_id": ADA, "skills": [{"name": "Comp"}, {"name": "comp", "level": 5}]}
    assert "once" in Desk().refused("invalid", "artist.edit", args).message


def test_archived_artists_come_back_by_an_edit() -> None:
    desk = Desk()
    assert types(desk.do("artist.archive", {"artist_id": ADA})) == ["artist.archived"]
    assert desk.do("artist.archive", {"artist_id": ADA}) == (), "it was so already"
    desk.do("artist.edit", {"artist_id": ADA, "active": True})
    assert (desk.artist(ADA).active, desk.artist(ADA).version) == (True, 3)


def test_an_edit_that_says_what_is_so_already_is_no_event() -> None:
    assert Desk().do("artist.edit", {"artist_id": ADA, "name": "Artist 0"}) == ()


def test_a_rate_is_cleared_by_null() -> None:
    desk = Desk()
    desk.do("artist.edit", {"artist_id": ADA, "rate": {"amount": 450, "currency": "EUR"}})
    desk.do("artist.edit", {"artist_id": ADA, "rate": None})
    assert desk.artist(ADA).rate is None


# -- accounts ----------------------------------------------------------------------------


def account(**fields: Any) -> dict[str, Any]:
    return {"email": "zoe@northlight.test", "name": "Zoe", "role": "freelancer", **fields}


def test_an_address_has_one_account_whatever_its_case() -> None:
    desk = Desk()
    desk.do("member.add", account(), by=OWNER)
    refused = desk.refused("invalid", "member.add", account(email="ZOE@Northlight.TEST"), by=OWNER)
    assert "has an account" in refused.message


def test_an_artist_has_one_account() -> None:
    desk = Desk()
    args = account(artist_id=ADA)
    assert "another account" in desk.refused("invalid", "member.add", args, by=OWNER).message
    desk.do("member.add", account(artist_id=BO), by=OWNER)
    desk.refused("invalid", "member.edit", {"member_id": MANAGER.id, "artist_id": BO}, by=OWNER)


def test_an_account_is_linked_to_an_artist_who_exists() -> None:
    desk = Desk()
    desk.refused("not_found", "member.add", account(artist_id=NOWHERE), by=OWNER)
    desk.refused("not_found", "member.edit", {"member_id": ARTIST.id, "artist_id": NOWHERE}, by=OWNER)


@pytest.mark.parametrize("change", [{"role": "studio_manager"}, {"active": False}], ids=["role", "active"])
def test_a_studio_keeps_an_active_owner(change: dict[str, Any]) -> None:
    desk = Desk()
    last = {"member_id": OWNER.id, **change}
    assert "at least one" in desk.refused("wrong_state", "member.edit", last, by=OWNER).message
    desk.do("member.edit", {"member_id": MANAGER.id, "role": "studio_owner"}, by=OWNER)
    desk.do("member.edit", last, by=OWNER)


def test_an_inactive_owner_keeps_no_studio() -> None:
    desk = Desk()
    desk.do("member.edit", {"member_id": MANAGER.id, "role": "studio_owner", "active": False}, by=SYSTEM)
    desk.refused("wrong_state", "member.edit", {"member_id": OWNER.id, "active": False}, by=OWNER)


# -- ids and the studio ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("op", "args"),
    [
        ("artist.add", {"id": ADA, "name": "Xia"}),
        ("project.add", {"id": PROJECT, "name": "Yonder"}),
        ("member.add", account(id=ARTIST.id)),
    ],
)
def test_ids_are_used_once(op: str, args: dict[str, Any]) -> None:
    assert "used once" in Desk().refused("invalid", op, args, by=OWNER).message


@pytest.mark.parametrize(
    ("op", "args"),
    [
        ("artist.edit", {"artist_id": NOWHERE, "name": "Xia"}),
        ("artist.archive", {"artist_id": NOWHERE}),
        ("project.edit", {"project_id": NOWHERE, "name": "Yonder"}),
        ("project.archive", {"project_id": NOWHERE}),
        ("member.edit", {"member_id": NOWHERE, "name": "Zoe"}),
    ],
)
def test_there_is_nobody_to_change(op: str, args: dict[str, Any]) -> None:
    assert str(NOWHERE) in Desk().refused("not_found", op, args, by=OWNER).message


def test_new_holds_follow_the_studios_new_policy() -> None:
    desk = Desk()
    assert types(desk.do("tenant.edit", {"hold_response_hours": 2}, by=OWNER)) == ["tenant.edited"]
    booking = desk.booking(desk.hold(ADA, 4))
    assert booking.response_deadline
    assert (booking.response_deadline - desk.now).total_seconds() == 2 * 3600
    assert desk.do("tenant.edit", {"hold_response_hours": 2}, by=OWNER) == ()
