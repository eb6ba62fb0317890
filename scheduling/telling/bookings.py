"""Sentences about bookings, challenges and time off."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scheduling.events import BookingEvent, ChallengeEvent, TimeOffEvent
from scheduling.model import Booking, Challenge, Status, TimeOff, changed_fields
from scheduling.telling.changes import field_words
from scheduling.telling.dates import ordinal
from scheduling.telling.scene import Scene, listed


def _booking(scene: Scene) -> Booking:
    assert isinstance(scene.event, BookingEvent)  # noqa: S101 - the table below sends only these
    return scene.event.booking


def _before(scene: Scene) -> Booking | None:
    return scene.before if isinstance(scene.before, Booking) else None


def _title(scene: Scene) -> str:
    return scene.title(_booking(scene))


def _rank(booking: Booking) -> str:
    return f", {ordinal(booking.rank)} in line" if booking.rank and booking.rank > 1 else ""


def placed(scene: Scene) -> str:
    booking = _booking(scene)
    if scene.event.cause is not None and scene.event.cause.kind == "split":
        return f"{_title(scene)} keeps {scene.span(booking)} as a booking of its own{scene.why}"
    verb = {
        Status.PENCIL: "pencilled",
        Status.CONFIRMED: "booked and confirmed",
    }.get(booking.status, "placed a hold on")
    what = f" for {booking.title}" if booking.title else ""
    return (
        f"{scene.actor} {verb} {scene.artist(booking.artist_id)}{what}, {scene.span(booking)}{_rank(booking)}"
    )


def moved(scene: Scene) -> str:
    booking, before = _booking(scene), _before(scene)
    if before is None:
        return f"{scene.actor} moved {_title(scene)} to {scene.span(booking)}{scene.why}"
    dates = (before.start, before.end) != (booking.start, booking.end)
    handed = before.artist_id != booking.artist_id
    if not dates and handed:
        return f"{scene.actor} handed {_title(scene)} to {scene.artist(booking.artist_id)}{scene.why}"
    sentence = f"{scene.actor} moved {_title(scene)} {scene.shift(before, booking)}"
    return sentence + (f" and handed it to {scene.artist(booking.artist_id)}" if handed else "") + scene.why


def resized(scene: Scene) -> str:
    booking, before = _booking(scene), _before(scene)
    if before is None:
        return f"{scene.actor} changed {_title(scene)} to {scene.span(booking)}"
    longer = booking.end - booking.start > before.end - before.start
    verb = "extended" if longer else "shortened"
    return f"{scene.actor} {verb} {_title(scene)} from {scene.span(before)} to {scene.span(booking)}"


def reassigned(scene: Scene) -> str:
    booking, before = _booking(scene), _before(scene)
    source = f" from {scene.artist(before.artist_id)}" if before is not None else ""
    return f"{scene.actor} handed {_title(scene)}{source} to {scene.artist(booking.artist_id)}"


def edited(scene: Scene) -> str:
    booking, before = _booking(scene), _before(scene)
    changed = scene.event.changed
    if before is not None and changed == ("title",) and booking.title:
        old = before.title or "an untitled booking"
        return f"{scene.actor} renamed {old} to {booking.title}"
    if "project_id" in changed:
        return f"{scene.actor} moved {_title(scene)} to {scene.project(booking.project_id)}{scene.why}"
    words = listed([field_words(name) for name in changed]) or "something"
    return f"{scene.actor} changed {words} of {_title(scene)}{scene.why}"


def accepted(scene: Scene) -> str:
    booking = _booking(scene)
    if booking.status is Status.PENCIL:
        return f"{scene.actor} accepted {_title(scene)}, which is pencilled now"
    return f"{scene.actor} accepted {_title(scene)}, which waits{_rank(booking)}"


def countered(scene: Scene) -> str:
    booking = _booking(scene)
    if booking.counter is None:
        return f"{scene.actor} proposed other dates for {_title(scene)}"
    note = f": {booking.counter.note}" if booking.counter.note else ""
    return f"{scene.actor} proposed {scene.span(booking.counter)} for {_title(scene)} instead{note}"


def counter_taken(scene: Scene) -> str:
    return f"{scene.actor} took the proposed dates: {_title(scene)} is on {scene.span(_booking(scene))} now"


def counter_refused(scene: Scene) -> str:
    return f"{scene.actor} kept the dates of {_title(scene)}, {scene.span(_booking(scene))}"


def pencilled(scene: Scene) -> str:
    return f"{_title(scene)} became a pencil{scene.why}"


def confirmed(scene: Scene) -> str:
    return f"{scene.actor} confirmed {_title(scene)}{scene.reason}"


def declined(scene: Scene) -> str:
    return f"{scene.actor} declined {_title(scene)}{scene.reason}"


def withdrawn(scene: Scene) -> str:
    return f"{scene.actor} withdrew from {_title(scene)}{scene.reason}"


def released(scene: Scene) -> str:
    return f"{scene.actor} released {_title(scene)}, {scene.span(_booking(scene))}{scene.why}{scene.reason}"


def shrunk(scene: Scene) -> str:
    kept = scene.span(_booking(scene))
    return f"{scene.actor} released some days of {_title(scene)}, which keeps {kept}{scene.why}"


def cancelled(scene: Scene) -> str:
    return f"{scene.actor} cancelled {_title(scene)}, {scene.span(_booking(scene))}{scene.why}{scene.reason}"


def expired(scene: Scene) -> str:
    return f"the hold on {_title(scene)} expired"


def bumped(scene: Scene) -> str:
    return f"{_title(scene)} was bumped{scene.why}"


def requeued(scene: Scene) -> str:
    booking = _booking(scene)
    where = f", {ordinal(booking.rank)} now" if booking.rank else ""
    return f"{_title(scene)} went to the end of the line, as its window to confirm passed{where}"


def extended(scene: Scene) -> str:
    expires = _booking(scene).expires_at
    until = f" until {scene.moment(expires)}" if expires is not None else ""
    return f"the hold on {_title(scene)} lasts longer{until}, for the time it was challenged"


def promoted(scene: Scene) -> str:
    rank = _booking(scene).rank or 1
    return f"{_title(scene)} moved up to {ordinal(rank)}{scene.why}"


def demoted(scene: Scene) -> str:
    rank = _booking(scene).rank or 1
    return f"{_title(scene)} moved down to {ordinal(rank)}{scene.why}"


def restored(scene: Scene) -> str:
    booking, before = _booking(scene), _before(scene)
    if before is None:
        return f"{scene.actor} brought {_title(scene)} back"
    if not before.live and booking.live:
        back = f"{scene.actor} brought {_title(scene)} back"
        return f"{back} as a {booking.status.value} on {scene.span(booking)}{_rank(booking)}"
    if before.artist_id != booking.artist_id:
        return f"{scene.actor} handed {_title(scene)} back to {scene.artist(booking.artist_id)}"
    if (before.start, before.end) != (booking.start, booking.end):
        return f"{scene.actor} moved {_title(scene)} back {scene.shift(before, booking)}"
    if before.status is not booking.status:
        return f"{scene.actor} made {_title(scene)} a {booking.status.value} again"
    words = listed([field_words(n) for n in changed_fields(before, booking) if n != "claims"])
    return f"{scene.actor} changed {words or 'the place in line'} of {_title(scene)} back"


# -- challenges --------------------------------------------------------------------------


def _challenge(scene: Scene) -> Challenge:
    assert isinstance(scene.event, ChallengeEvent)  # noqa: S101 - the table below sends only these
    return scene.event.challenge


def _challenger(scene: Scene) -> str:
    return scene.names.bookings.get(_challenge(scene).booking_id, "another booking")


def challenge_opened(scene: Scene) -> str:
    targets = _challenge(scene).targets
    names = [scene.names.bookings.get(t.booking_id, "another booking") for t in targets]
    until = scene.moment(min(t.deadline for t in targets)) if targets else ""
    return f"{scene.actor} challenged {listed(names)} for {_challenger(scene)}, to answer by {until}"


def challenge_answered(scene: Scene) -> str:
    before = scene.before if isinstance(scene.before, Challenge) else None
    known = {t.booking_id: t.outcome for t in before.targets} if before else {}
    told = [t for t in _challenge(scene).targets if known.get(t.booking_id) is not t.outcome]
    words = {
        "confirmed": "was confirmed",
        "released": "gave its days up",
        "lapsed": "stayed silent and lost its days",
        "gone": "left the days by itself",
        "pending": "is asked again",
    }
    parts = [
        f"{scene.names.bookings.get(t.booking_id, 'another booking')} {words[t.outcome.value]}" for t in told
    ]
    return f"{listed(parts) or 'an answer came'}, challenged for {_challenger(scene)}"


def challenge_won(scene: Scene) -> str:
    by = _challenge(scene).confirm_by
    until = f"; it may be confirmed until {scene.moment(by)}" if by is not None else ""
    return f"the challenge for {_challenger(scene)} was won{until}"


def challenge_lost(scene: Scene) -> str:
    return f"the challenge for {_challenger(scene)} was lost"


def challenge_withdrawn(scene: Scene) -> str:
    return f"the challenge for {_challenger(scene)} was taken back{scene.why}"


def challenge_closed(scene: Scene) -> str:
    return f"the challenge for {_challenger(scene)} is over"


def challenge_restored(scene: Scene) -> str:
    return f"the challenge for {_challenger(scene)} stands as before{scene.why}"


# -- time off ----------------------------------------------------------------------------


def _off(scene: Scene) -> TimeOff:
    assert isinstance(scene.event, TimeOffEvent)  # noqa: S101 - the table below sends only these
    return scene.event.time_off


def _about_off(words: str) -> Callable[[Scene], str]:
    def sentence(scene: Scene) -> str:
        off = _off(scene)
        told = words.format(actor=scene.actor, artist=scene.artist(off.artist_id), dates=scene.span(off))
        return f"{told}{scene.reason}"

    return sentence


SENTENCES: Mapping[str, Callable[[Scene], str]] = {
    "booking.placed": placed,
    "booking.moved": moved,
    "booking.resized": resized,
    "booking.reassigned": reassigned,
    "booking.edited": edited,
    "booking.accepted": accepted,
    "booking.countered": countered,
    "booking.counter_taken": counter_taken,
    "booking.counter_refused": counter_refused,
    "booking.pencilled": pencilled,
    "booking.confirmed": confirmed,
    "booking.declined": declined,
    "booking.withdrawn": withdrawn,
    "booking.released": released,
    "booking.shrunk": shrunk,
    "booking.cancelled": cancelled,
    "booking.expired": expired,
    "booking.bumped": bumped,
    "booking.requeued": requeued,
    "booking.extended": extended,
    "booking.promoted": promoted,
    "booking.demoted": demoted,
    "booking.restored": restored,
    "challenge.opened": challenge_opened,
    "challenge.answered": challenge_answered,
    "challenge.won": challenge_won,
    "challenge.lost": challenge_lost,
    "challenge.withdrawn": challenge_withdrawn,
    "challenge.closed": challenge_closed,
    "challenge.restored": challenge_restored,
    "time_off.requested": _about_off("{actor} asked for {dates} off for {artist}"),
    "time_off.approved": _about_off("{actor} approved {artist} being away, {dates}"),
    "time_off.refused": _about_off("{actor} refused {artist} being away, {dates}"),
    "time_off.withdrawn": _about_off("{actor} took back the request for {artist} to be away, {dates}"),
    "time_off.reopened": _about_off("{actor} made the time off of {artist} a request again, {dates}"),
    "time_off.cancelled": _about_off("{actor} cancelled the time off of {artist}, {dates}"),
    "time_off.restored": _about_off("{actor} put the time off of {artist} back, {dates}"),
}
