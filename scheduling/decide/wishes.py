"""Whether a scenario may say what is wished of a booking: what the wish names is there, and goes together."""

from __future__ import annotations

from scheduling.commands import ChangeWish
from scheduling.decide.bookings import check_work, check_zone
from scheduling.decide.context import Draft
from scheduling.decide.fit import must_be_live
from scheduling.decide.realising import wish_of
from scheduling.model import Booking, Scenario, ScenarioChange, with_changes
from scheduling.ranges import check_range, utc
from scheduling.refusals import Code, RefusalData, Refused, current, invalid, not_found, wrong_state
from scheduling.state import State, draft_of


def change_of(draft: Draft, scenario: Scenario, wish: ChangeWish, index: int) -> ScenarioChange | Refused:
    """The change as the scenario is to hold it, under the next version; or why it may not.

    Whether it fits the schedule is not asked here: that changes from moment to moment.
    """
    before = draft_of(draft.state, scenario.id).get(wish.booking_id)
    refused = _check_base(before, wish)
    if refused:
        return refused
    change_id = before.id if before else wish.id or draft.context.new_id(f"change/{index}")
    if before is None and _is_used(draft.state, change_id):
        return invalid(f"There is a change {change_id} already; ids are used once.", "id")
    change = ScenarioChange(
        id=change_id,
        scenario_id=scenario.id,
        action=wish.action,
        booking_id=wish.booking_id,
        base_version=wish.base_version,
        artist_id=wish.artist_id,
        start=utc(wish.start) if wish.start else None,
        end=utc(wish.end) if wish.end else None,
        zone=wish.zone,
        granularity=wish.granularity,
        title=wish.title,
        project_id=wish.project_id,
        phase_id=wish.phase_id,
        status=wish.status,
        confirmed=wish.confirmed,
        note=wish.note,
        reason=wish.reason,
        version=before.version + 1 if before else 1,
    )
    if wish.action == "place":
        return _check_place(draft.state, change, before) or change
    return _drawn(draft.state, change)


def _is_used(state: State, change_id: object) -> bool:
    return change_id in state.scenario_changes or ("scenario_change", change_id) in state.deleted


def _check_base(before: ScenarioChange | None, wish: ChangeWish) -> Refused | None:
    """Whether what the scenario says of the booking is what the asker saw."""
    known = before.version if before else 0
    if wish.on_version is None or wish.on_version == known:
        return None
    if wish.on_version > known > 0:
        return invalid(f"on_version {wish.on_version} is ahead of version {known}.", "on_version")
    message = "Somebody dropped this change meanwhile."
    if before is not None:
        message = f"Somebody changed this meanwhile; it is at version {known} now."
    return Refused(
        code=Code.STALE_VERSION,
        message=message,
        data=RefusalData(current=current(before)) if before else None,
    )


def _check_place(state: State, change: ScenarioChange, before: ScenarioChange | None) -> Refused | None:
    if change.artist_id is None or change.start is None or change.end is None:
        return invalid("A new booking says whose it is, when it starts and when it ends.", "changes")
    if change.base_version is not None:
        return invalid("A new booking has no version to be based on.", "base_version")
    known = change.booking_id in state.bookings
    if known and (before is None or before.action != "place"):
        return invalid(f"There is a booking {change.booking_id} already; ids are used once.", "booking_id")
    return (
        _check_artist(state, change)
        or check_range(change.start, change.end)
        or (check_zone(change.zone) if change.zone is not None else None)
        or check_work(state, wish_of(change, change.booking_id))
    )


def _check_artist(state: State, change: ScenarioChange) -> Refused | None:
    if change.artist_id is None:
        return None
    artist = state.artists.get(change.artist_id)
    if artist is None:
        return not_found("artist", change.artist_id)
    if not artist.active:
        return wrong_state(f"{artist.name} is archived and takes no bookings.", artist)
    return None


_ONLY_PLACED = ("zone", "title", "project_id", "phase_id")
_NOT_ENDED = ("artist_id", "start", "end", "granularity")


def _drawn(state: State, change: ScenarioChange) -> ScenarioChange | Refused:
    """A change of a booking that is there, drawn on the version it has unless it says on which."""
    booking = state.bookings.get(change.booking_id)
    if booking is None:
        return not_found("booking", change.booking_id)
    refused = must_be_live(booking) or _check_said(change)
    if change.action == "move":
        refused = refused or _check_artist(state, change) or _check_span(change, booking)
    if refused:
        return refused
    base = change.base_version
    if base is not None and base > booking.version:
        return invalid(f"base_version {base} is ahead of version {booking.version}.", "base_version")
    return with_changes(change, base_version=base or booking.version)


def _check_said(change: ScenarioChange) -> Refused | None:
    """Each action says what it is about, and nothing that would be lost."""
    barred = _ONLY_PLACED if change.action == "move" else (*_ONLY_PLACED, *_NOT_ENDED)
    for name in barred:
        if getattr(change, name):
            return invalid(f"A {change.action} says nothing of {name}.", name)
    if change.action == "move" and not any(getattr(change, name) for name in _NOT_ENDED):
        return invalid("A move says another artist, another time, or both.", "changes")
    return None


def _check_span(change: ScenarioChange, booking: Booking) -> Refused | None:
    return check_range(change.start or booking.start, change.end or booking.end)
