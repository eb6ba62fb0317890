"""Notices in words, by the clock of whoever reads them: a line for a lock screen, and the particulars."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from scheduling.model import Booking, Response, Status, TimeOff
from scheduling.notices.kinds import Facts, Kind
from scheduling.telling.dates import moment, ordinal, shift, span


class Words(Struct, frozen=True, kw_only=True):
    """`title` says what happened, `text` the rest in a sentence or two; `rows` are the particulars."""

    title: str
    text: str
    rows: tuple[tuple[str, str], ...] = ()


_TITLES: dict[Kind, str] = {
    "hold_asked": "Hold asked: {what}",
    "booked": "Booked: {what}",
    "dates_changed": "New dates: {what}",
    "first_in_line": "You are first in line: {what}",
    "confirmed": "Confirmed: {what}",
    "standing_changed": "Changed: {what}",
    "answered_for_you": "Answered for you: {what}",
    "counter_taken": "Your dates were taken: {what}",
    "counter_refused": "Your dates were not taken: {what}",
    "released": "Released: {what}",
    "expired": "Hold expired: {what}",
    "bumped": "No longer yours: {what}",
    "cancelled": "Cancelled: {what}",
    "deadline_near": "Answer soon: {what}",
    "time_off_approved": "Time off approved",
    "time_off_refused": "Time off refused",
    "time_off_cancelled": "Time off cancelled",
    "accepted": "{artist} accepted {what}",
    "declined": "{artist} declined {what}",
    "withdrawn": "{artist} withdrew from {what}",
    "countered": "{artist} proposes other dates for {what}",
    "hold_expired": "The hold on {artist} expired: {what}",
    "claim_bumped": "Bumped: {what} with {artist}",
    "challenge_opened": "Challenged: {what} with {artist}",
    "challenge_answered": "The challenge for {what} has an answer",
    "challenge_won": "Challenge won: {what} with {artist}",
    "challenge_lost": "Challenge lost: {what} with {artist}",
    "challenge_withdrawn": "No longer challenged: {what} with {artist}",
    "time_off_requested": "{artist} asks for time off",
    "time_off_withdrawn": "{artist} is not away after all",
}


def words(facts: Facts, zone: str, now: datetime) -> Words:
    """What a notice says to its person, whose clock is in `zone`."""
    clock, year = ZoneInfo(zone), now.astimezone(ZoneInfo(zone)).year
    title = _TITLES[facts.kind].format(what=_what(facts), artist=facts.artist or "The artist")
    if facts.time_off is not None:
        return Words(title=title, text=_off_text(facts, facts.time_off, clock, year), rows=())
    speech = _Speech(facts=facts, booking=facts.booking, clock=clock, year=year)
    said = [part for part in _sentences(speech) if part]
    return Words(title=title, text=" ".join(said), rows=tuple(_rows(facts, facts.booking, clock, year)))


def _what(facts: Facts) -> str:
    if facts.time_off is not None:
        return ""
    return facts.booking.title or (f"work on {facts.project}" if facts.project else "a booking")


class _Speech(Struct, frozen=True, kw_only=True):
    """What sentences are made of."""

    facts: Facts
    booking: Booking
    clock: ZoneInfo
    year: int

    @property
    def dates(self) -> str:
        return span(self.booking.start, self.booking.end, self.clock, self.year)

    @property
    def who(self) -> str:
        return self.facts.actor or "The studio"

    @property
    def moved(self) -> str:
        was, now = self.facts.before, self.facts.after
        if was is None or now is None or (was.start, was.end) == (now.start, now.end):
            return ""
        return f"It moved {shift((was.start, was.end), (now.start, now.end), self.clock, self.year)}."

    def by(self, words: str) -> str:
        """A sentence with the deadline in it, where there is one."""
        at = self.facts.deadline
        return words.format(moment(at, self.clock, self.year)) if at is not None else ""


def _says(words: str) -> Callable[[_Speech], Iterator[str]]:
    def sentences(s: _Speech) -> Iterator[str]:
        yield words.format(who=s.who, dates=s.dates, status=s.booking.status.value)

    return sentences


def _hold_asked(s: _Speech) -> Iterator[str]:
    yield f"{s.who} asks you to hold {s.dates}."
    yield from _place_and_deadline(s)


def _deadline_near(s: _Speech) -> Iterator[str]:
    yield f"The hold on {s.dates} waits for your answer."
    yield from _place_and_deadline(s)


def _new_dates(s: _Speech) -> Iterator[str]:
    yield s.moved or f"It is on {s.dates} now."
    if s.booking.status is Status.HOLD and s.booking.response is Response.NONE:
        yield from _place_and_deadline(s)


def _confirmed(s: _Speech) -> Iterator[str]:
    yield f"{s.who} confirmed {s.dates}: both sides are bound."
    yield s.moved


def _first_in_line(s: _Speech) -> Iterator[str]:
    pencilled = ", which is pencilled now" if s.booking.status is Status.PENCIL else ""
    yield f"No other claim stands before yours on {s.dates}{pencilled}."


def _answered_for_you(s: _Speech) -> Iterator[str]:
    said = {Status.DECLINED: "declined", Status.WITHDRAWN: "withdrew from"}.get(s.booking.status, "accepted")
    yield f"{s.who} noted that you {said} {s.dates}."


def _accepted(s: _Speech) -> Iterator[str]:
    rank = s.booking.rank or 1
    yield f"{s.dates}; it is {ordinal(rank)} in line." if rank > 1 else f"{s.dates}."


def _countered(s: _Speech) -> Iterator[str]:
    counter = s.booking.counter
    if counter is not None:
        yield f"{span(counter.start, counter.end, s.clock, s.year)} instead of {s.dates}."
        yield f"“{counter.note}”" if counter.note else ""


def _challenge_opened(s: _Speech) -> Iterator[str]:
    yield f"Another claim wants {s.dates}."
    yield s.by("Confirm or release it by {}.")


def _challenge_won(s: _Speech) -> Iterator[str]:
    yield f"{s.dates} is free for it."
    yield s.by("Confirm it by {}.")


def _place_and_deadline(s: _Speech) -> Iterator[str]:
    if s.booking.rank is not None and s.booking.rank > 1:
        yield f"You would be {ordinal(s.booking.rank)} in line."
    if s.booking.response_deadline is not None:
        yield f"Please answer by {moment(s.booking.response_deadline, s.clock, s.year)}."


_SENTENCES: Mapping[Kind, Callable[[_Speech], Iterator[str]]] = {
    "hold_asked": _hold_asked,
    "booked": _says("{who} booked you for {dates}, as a {status}."),
    "dates_changed": _new_dates,
    "first_in_line": _first_in_line,
    "confirmed": _confirmed,
    "standing_changed": _says("{who} made it a {status} again, {dates}."),
    "answered_for_you": _answered_for_you,
    "counter_taken": _new_dates,
    "counter_refused": _says("{who} keeps {dates}. The hold waits for your answer."),
    "released": _says("{who} gave {dates} up: the time is yours again."),
    "expired": _says("The hold on {dates} ran out: the time is yours again."),
    "bumped": _says("Other work was confirmed on {dates}."),
    "cancelled": _says("{who} cancelled {dates}."),
    "deadline_near": _deadline_near,
    "accepted": _accepted,
    "countered": _countered,
    "challenge_opened": _challenge_opened,
    "challenge_won": _challenge_won,
}


def _sentences(s: _Speech) -> Iterator[str]:
    yield from _SENTENCES.get(s.facts.kind, _says("{dates}."))(s)
    if not s.booking.live and s.booking.reason and s.facts.kind != "bumped":
        yield f"“{s.booking.reason}”"


def _rows(facts: Facts, booking: Booking, clock: ZoneInfo, year: int) -> Iterator[tuple[str, str]]:
    if not facts.for_artist and facts.artist:
        yield "Artist", facts.artist
    if facts.project:
        yield "Project", facts.project
    if booking.title:
        yield "Booking", booking.title
    was = facts.before
    if was is not None and booking.live and (was.start, was.end) != (booking.start, booking.end):
        yield "Before", span(was.start, was.end, clock, year)
    yield "Dates", span(booking.start, booking.end, clock, year)
    if booking.live:
        yield "Status", booking.status.value
        if booking.rank is not None and booking.status is Status.HOLD:
            yield "Place in line", ordinal(booking.rank)
    if booking.live and booking.status is Status.HOLD and booking.response_deadline is not None:
        yield "Answer by", moment(booking.response_deadline, clock, year)


def _off_text(facts: Facts, off: TimeOff, clock: ZoneInfo, year: int) -> str:
    dates = span(off.start, off.end, clock, year)
    note = off.note if facts.kind == "time_off_requested" else off.reason
    return f"{dates}." + (f" “{note}”" if note else "")
