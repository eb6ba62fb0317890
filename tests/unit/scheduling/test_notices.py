"""What notices say, and what is left of several of one thing. Rules of docs/subsystems/notifications.md."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import UUID, uuid4

import msgspec
import pytest

from scheduling.model import Booking, Counter, OffState, Response, Status, TimeOff
from scheduling.notices import Facts, merged, words
from scheduling.notices.kinds import ARTIST_KINDS, STAFF_KINDS, URGENCY, ArtistKind, Kind, StaffKind
from scheduling.notices.preferences import Preferences, Wish, default_of, kinds_for, wrong
from scheduling.notices.tell import may_know

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ADA = UUID(int=7)


def booking(**fields: Any) -> Booking:
    base: dict[str, Any] = {
        "id": UUID(int=1),
        "artist_id": ADA,
        "start": datetime(2026, 6, 1, 9, tzinfo=UTC),
        "end": datetime(2026, 6, 1, 18, tzinfo=UTC),
        "title": "Comp",
        "rank": 1,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Booking(**{**base, **fields})


def later(days: int) -> dict[str, Any]:
    start = datetime(2026, 6, 1, 9, tzinfo=UTC) + timedelta(days=days)
    return {"start": start, "end": start + timedelta(hours=9)}


def facts(kind: Kind, **fields: Any) -> Facts:
    artist = kind in ARTIST_KINDS
    base: dict[str, Any] = {
        "kind": kind,
        "for_artist": artist,
        "artist_id": ADA,
        "artist": "Ada",
        "actor": "Mai",
    }
    return Facts(**{**base, **fields})


def test_every_kind_has_its_urgency_and_its_default() -> None:
    assert sorted(URGENCY) == sorted((*get_args(ArtistKind), *get_args(StaffKind)))
    assert {default_of(kind, "in_app") for kind in URGENCY} == {"at_once"}
    assert default_of("accepted", "email") == "digest"
    assert kinds_for(artist=True, staff=True) == (*ARTIST_KINDS, *STAFF_KINDS)


@pytest.mark.parametrize("kind", URGENCY)
def test_every_kind_can_be_said(kind: Kind) -> None:
    """By the reader's clock, beginning with what it is about, and without a hole in the sentence."""
    if kind.startswith("time_off"):
        off = TimeOff(
            id=uuid4(), artist_id=ADA, state=OffState.APPROVED, created_at=NOW, updated_at=NOW, **later(0)
        )
        told = facts(kind, time_off=off)
    else:
        told = facts(kind, before=booking(**later(3)), after=booking(counter=Counter(**later(5))))
    said = words(told, "Europe/Paris", NOW)
    assert said.title
    assert "Mon 1 June 11:00–20:00" in said.text or "June" in said.text
    assert said.text.endswith((".", "”"))
    for text in (said.title, said.text, *(part for row in said.rows for part in row)):
        assert "None" not in text
        assert "{" not in text
        assert "  " not in text


def test_a_hold_says_its_place_and_until_when() -> None:
    asked = booking(rank=2, response_deadline=datetime(2026, 3, 4, 8, tzinfo=UTC))
    said = words(facts("hold_asked", after=asked, project="Meridian"), "America/New_York", NOW)
    assert said.title == "Hold asked: Comp"
    assert said.text == (
        "Mai asks you to hold Mon 1 June 05:00–14:00. You would be 2nd in line."
        " Please answer by Wed 4 March, 03:00."
    )
    assert ("Project", "Meridian") in said.rows
    assert ("Place in line", "2nd") in said.rows


def test_a_bump_does_not_say_by_whom() -> None:
    """[N3]"""
    gone = booking(status=Status.BUMPED, reason="Ben was confirmed")
    said = words(facts("bumped", actor="", after=gone), "UTC", NOW)
    assert said.text == "Other work was confirmed on Mon 1 June 09:00–18:00."


def test_an_untitled_booking_is_called_by_its_work() -> None:
    assert words(facts("released", before=booking(title="")), "UTC", NOW).title == "Released: a booking"
    named = facts("released", before=booking(title=""), project="Meridian")
    assert words(named, "UTC", NOW).title == "Released: work on Meridian"


# -- several as one --------------------------------------------------------------------------


def test_two_moves_are_one() -> None:
    """[N7] From where they were known to be, to where they are."""
    first = facts("dates_changed", before=booking(), after=booking(**later(2)))
    second = facts("dates_changed", before=booking(**later(2)), after=booking(**later(5)))
    found = merged([first, second])
    assert found is not None
    assert (found.kind, found.before, found.after) == ("dates_changed", booking(), booking(**later(5)))


def test_a_move_and_its_undoing_are_nothing() -> None:
    """[N7]"""
    there = facts("dates_changed", before=booking(), after=booking(**later(2)))
    back = facts("dates_changed", before=booking(**later(2)), after=booking())
    assert merged([there, back]) is None


def test_asked_moved_and_confirmed_is_confirmed() -> None:
    """[N7]"""
    asked = facts("hold_asked", after=booking())
    moved = facts("dates_changed", before=booking(), after=booking(**later(2)))
    sure = booking(status=Status.CONFIRMED, **later(2))
    found = merged([asked, moved, facts("confirmed", before=booking(**later(2)), after=sure)])
    assert found is not None
    assert (found.kind, found.before) == ("confirmed", None)


def test_asked_and_reminded_is_asked_and_nothing_once_it_is_answered() -> None:
    """[N7]"""
    asked = facts("hold_asked", after=booking())
    soon = facts("deadline_near", after=booking())
    found = merged([asked, soon])
    assert found is not None
    assert found.kind == "hold_asked"
    yes = booking(response=Response.ACCEPTED)
    assert merged([asked, msgspec.structs.replace(soon, after=yes)]) is None


def test_what_ended_and_came_back_is_no_ending() -> None:
    """[N7]"""
    gone = facts("released", before=booking(), after=booking(status=Status.RELEASED))
    again = facts("hold_asked", after=booking(**later(1)))
    found = merged([gone, again])
    assert found is not None
    assert found.kind == "hold_asked"


def test_for_staff_an_ending_outlives_what_follows_from_it() -> None:
    """[N7]"""
    no = facts("declined", after=booking(status=Status.DECLINED))
    assert merged([facts("accepted", after=booking()), no]) == no
    assert merged([no, facts("challenge_withdrawn", after=booking())]) == no
    assert merged([facts("countered", after=booking()), facts("accepted", after=booking())]) == facts(
        "accepted", after=booking()
    )


def test_who_may_know() -> None:
    """[N3]"""
    asked, said = facts("hold_asked", after=booking()), facts("accepted", after=booking())
    assert may_know(asked, artist_id=ADA, staff=False)
    assert not may_know(asked, artist_id=uuid4(), staff=True)
    assert may_know(said, artist_id=None, staff=True)
    assert not may_know(said, artist_id=ADA, staff=False)


def test_wishes_that_were_kept_by_a_newer_release_are_read() -> None:
    assert Preferences(kinds={"hold_asked": Wish(email="off")}).how("hold_asked", "email") == "off"
    assert Preferences().how("hold_asked", "push") == "at_once"
    assert wrong(Preferences()) is None
    assert "Mars" in (wrong(Preferences(zone="Mars/Olympus")) or "")
