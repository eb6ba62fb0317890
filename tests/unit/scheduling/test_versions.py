"""Commands based on an earlier version: merged where the fields are disjoint, else stale.

Rules V1-V3 of docs/subsystems/domain.md.
"""

from __future__ import annotations

from typing import Any

import pytest

from scheduling.commands import COMMANDS
from scheduling.decide.versions import target
from tests.harness.desk import (
    ADA,
    ARTIST,
    BO,
    FRI,
    PHASES,
    PROJECT,
    THU,
    TUE,
    WED,
    Desk,
    at,
    days,
    ident,
)

CHANGES: dict[str, tuple[str, dict[str, Any]]] = {
    "title": ("edit", {"title": "Shot 13"}),
    "notes": ("edit", {"notes": "bring the rig"}),
    "project": ("edit", {"project_id": PROJECT}),
    "phase": ("edit", {"phase_id": PHASES[0]}),
    "dates": ("move", days(THU)),
    "length": ("resize", days(WED, THU)),
    "artist": ("reassign", {"artist_id": BO}),
    "both": ("move", {"artist_id": BO, **days(THU)}),
    "answer": ("accept", {}),
}

DISJOINT = [
    ("title", "notes"),
    ("title", "dates"),
    ("title", "artist"),
    ("title", "answer"),
    ("title", "project"),
    ("dates", "artist"),
    ("notes", "both"),
    ("phase", "dates"),
    ("answer", "title"),
    ("answer", "project"),
    ("artist", "length"),
    ("project", "phase"),
]
COLLIDING = [
    ("title", "title"),
    ("dates", "dates"),
    ("dates", "length"),
    ("length", "dates"),
    ("artist", "artist"),
    ("artist", "both"),
    ("dates", "both"),
    ("both", "artist"),
    ("project", "project"),
    ("phase", "project"),
    ("dates", "answer"),
    ("length", "answer"),
    ("artist", "answer"),
]


def changed_meanwhile(desk: Desk, by_others: str) -> Any:
    booking = desk.hold(ADA, WED)
    verb, args = CHANGES[by_others]
    desk.on(verb, booking, **args)
    return booking


def other(change: str) -> tuple[str, dict[str, Any]]:
    """The same kind of change, to something else."""
    others = {
        "title": ("edit", {"title": "Shot 14"}),
        "dates": ("move", days(FRI)),
        "artist": ("reassign", {"artist_id": ident("artist", 2)}),
        "project": ("edit", {"project_id": None}),
    }
    return others.get(change, CHANGES[change])


@pytest.mark.parametrize(("theirs", "mine"), DISJOINT)
def test_changes_of_different_fields_are_merged(theirs: str, mine: str) -> None:
    desk = Desk()
    booking = changed_meanwhile(desk, theirs)
    verb, args = CHANGES[mine]
    desk.on(verb, booking, base=1, **args)
    assert desk.booking(booking).version == 3


@pytest.mark.parametrize(("theirs", "mine"), COLLIDING)
def test_changes_of_the_same_field_are_stale_and_show_what_is_there_now(theirs: str, mine: str) -> None:
    desk = Desk()
    booking = changed_meanwhile(desk, theirs)
    verb, args = other(mine)
    refused = desk.refuse_on("stale_version", verb, booking, base=1, **args)
    assert refused.data
    assert refused.data.current
    assert refused.data.current.booking == desk.booking(booking)
    assert "version 2 now" in refused.message


def test_merged_changes_are_both_there() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED, title="Shot 12")
    desk.on("edit", booking, base=1, title="Shot 13")
    desk.on("move", booking, base=1, **days(FRI))
    merged = desk.booking(booking)
    assert (merged.title, merged.start) == ("Shot 13", at(FRI))


def test_an_answer_is_given_to_dates_and_a_person() -> None:
    """Whoever says yes to Wednesday has not said yes to Thursday."""
    desk = Desk()
    booking = desk.hold(ADA, WED)
    desk.on("move", booking, **days(THU))
    refused = desk.refuse_on("stale_version", "accept", booking, by=ARTIST, base=1)
    assert "end, start" in refused.message
    desk.on("accept", booking, by=ARTIST, base=2)


def test_a_confirmation_is_given_to_the_dates_the_manager_saw() -> None:
    desk = Desk()
    booking = desk.pencil(ADA, WED)
    desk.on("resize", booking, **days(TUE, WED))
    desk.refuse_on("stale_version", "confirm", booking, base=1)
    desk.on("confirm", booking, base=2)


def test_ranks_that_moved_make_nothing_stale() -> None:
    desk = Desk()
    first, second = desk.hold(ADA, WED), desk.hold(ADA, WED)
    desk.on("release", first)
    desk.on("accept", second, base=1)
    assert desk.status(second) == "pencil"


def test_several_changes_since_count_together() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED)
    desk.on("edit", booking, title="Shot 13")
    desk.on("edit", booking, notes="bring the rig")
    desk.on("move", booking, **days(THU))
    desk.refuse_on("stale_version", "edit", booking, base=1, title="Shot 14")
    desk.on("edit", booking, base=2, title="Shot 14")


def test_without_a_base_the_last_word_wins() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED)
    desk.on("edit", booking, title="Shot 13")
    desk.on("edit", booking, title="Shot 14")
    assert desk.booking(booking).title == "Shot 14"


def test_a_base_that_is_not_there_yet_is_refused() -> None:
    desk = Desk()
    booking = desk.hold(ADA, WED)
    assert "ahead of version 1" in desk.refuse_on("invalid", "edit", booking, base=2, title="x").message


def test_other_records_are_merged_field_by_field_too() -> None:
    desk = Desk()
    desk.do("artist.edit", {"artist_id": ADA, "notes": "allergic to cats"})
    desk.do("artist.edit", {"artist_id": ADA, "name": "Ada L."}, base=1)
    desk.refused("stale_version", "artist.edit", {"artist_id": ADA, "notes": "fine with cats"}, base=1)
    desk.do("project.edit", {"project_id": PROJECT, "client": "Aurora"})
    desk.do("project.edit", {"project_id": PROJECT, "colour": "#112233"}, base=1)
    desk.refused("stale_version", "project.edit", {"project_id": PROJECT, "client": "Borealis"}, base=1)
    desk.do("phase.edit", {"phase_id": PHASES[0], "progress": 50})
    desk.refused("stale_version", "phase.edit", {"phase_id": PHASES[0], "progress": 60}, base=1)
    assert (desk.artist(ADA).version, desk.state.projects[PROJECT].version) == (3, 3)


def test_commands_that_make_something_new_have_no_base() -> None:
    desk = Desk()
    desk.do("booking.place", {"artist_id": ADA, **days(WED)}, base=7)


def test_every_command_that_names_an_entity_of_its_kind_has_it_as_target() -> None:
    for op, cls in COMMANDS.items():
        kind = op.split(".", maxsplit=1)[0]
        named = f"{kind}_id" in cls.__struct_fields__
        made = op.endswith((".add", ".place", ".open", ".request")) or op in {
            "tenant.edit",
            "history.undo",
            "history.restore",
            "bulk.apply",
        }
        assert named is not made, op
        if named:
            given = {
                "reason": "x",
                "days": 3,
                "take": True,
                "answer": "release",
                "start": at(WED),
                "end": at(THU),
                "artist_id": ADA,
                "booking_id": ADA,
                "booking_ids": (ADA,),
                "changes": (),
                f"{kind}_id": BO,
            }
            command = cls(**{name: given[name] for name in cls.__struct_fields__ if name in given})
            # A series is its bookings: it has no record and no version of its own.
            assert target(command) == (None if kind == "series" else (kind, BO)), op
