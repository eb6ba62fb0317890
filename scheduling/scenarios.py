"""How a scenario stands on the live schedule, and what it would change: bookings, cost, how full people are.

Found by making it true on a state that is thrown away, by the very code that a commit runs. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from scheduling.availability import Load, load_of
from scheduling.calendars import calendar_of, spans_of
from scheduling.decide.context import Context, Draft
from scheduling.decide.realising import Conflict, Realised, Settle, in_order, realise
from scheduling.decide.scenarios import held
from scheduling.events import BookingDemoted, BookingEvent, BookingPromoted, Event
from scheduling.model import Artist, Booking, Scenario, ScenarioAction, Tenant, with_changes
from scheduling.refusals import Blocking, Code, Slot
from scheduling.staffing import booked_days
from scheduling.state import State, draft_of

# -- standing ----------------------------------------------------------------------------


class Standing(Struct, frozen=True, kw_only=True):
    """A scenario made true as far as it can be: the state it leads to, and what stands in the way."""

    before: State
    after: State
    events: tuple[Event, ...]
    realised: Realised


def stand(state: State, scenario_id: UUID, context: Context) -> Standing:
    """Make the scenario true on `state`, which must hold what `scope` names for its commit."""
    draft = Draft(state, context)
    realised = realise(draft, in_order(state, held(state, scenario_id)), context.drifted)
    return Standing(before=state, after=draft.state, events=tuple(draft.events), realised=realised)


# -- difference --------------------------------------------------------------------------


class Pair(Struct, frozen=True, kw_only=True):
    """A booking as it is and as it would be."""

    before: Booking
    after: Booking


class StandingConflict(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A change that does not fit, why, what is in the way, and how it can be settled by a rebase."""

    booking_id: UUID
    action: ScenarioAction
    kind: str
    code: Code
    text: str
    settle: tuple[Settle, ...]
    blocking: tuple[Blocking, ...] = ()
    away: tuple[Slot, ...] = ()
    current: Booking | None = None


class Amount(Struct, frozen=True, kw_only=True):
    """What the bookings that change come to, as they are and as they would be."""

    before: float
    after: float


class Cost(Amount, frozen=True, kw_only=True):
    """Days times day rates, in one currency; nothing is converted."""

    currency: str


class ArtistLoad(Struct, frozen=True, kw_only=True):
    """How full one artist is over the whole window."""

    artist_id: UUID
    before: Load
    after: Load


class ScenarioDifference(Struct, frozen=True, kw_only=True):
    """What a scenario would make of the live schedule as of event `seq`.

    `added`, `moved` and `removed` are the changes that fit; the others are in `conflicts`, and `fits` says
    that there are none. `follows` are bookings that change because of it, as an accepted hold that becomes a
    pencil; ranks alone are not told. `cost`, `days` and `unpriced_days` (of artists without a rate) are those
    of the bookings that are added, moved or removed. `artists` are those whose bookings they are, within
    `[start, end)`: where nothing else was asked for, from the first change to the last.
    """

    scenario_id: UUID
    version: int
    seq: int
    fits: bool
    added: tuple[Booking, ...]
    moved: tuple[Pair, ...]
    removed: tuple[Booking, ...]
    follows: tuple[Pair, ...]
    conflicts: tuple[StandingConflict, ...]
    cost: tuple[Cost, ...]
    days: Amount
    unpriced_days: Amount
    start: datetime | None
    end: datetime | None
    artists: tuple[ArtistLoad, ...]


class Window(Struct, frozen=True, kw_only=True):
    """Over which time people are looked at."""

    start: datetime
    end: datetime


def window_of(standing: Standing) -> Window | None:
    """From the first booking that changes to the last, before and after; None where none does."""
    spans = [*_were(standing), *_would_be(standing)]
    if not spans:
        return None
    return Window(start=min(b.start for b in spans), end=max(b.end for b in spans))


def artists_of(standing: Standing) -> tuple[UUID, ...]:
    """Whose bookings change."""
    return tuple(sorted({b.artist_id for b in (*_were(standing), *_would_be(standing))}))


def difference(
    standing: Standing, scenario: Scenario, seq: int, window: Window | None, lines: State
) -> ScenarioDifference:
    """The standing as a difference; `lines` holds all that the artists are booked for in the window."""
    state, after, realised = standing.before, standing.after, standing.realised
    named = {given: asked for asked, given in realised.ids.items()}
    were, would_be = _were(standing), _would_be(standing)
    changes = draft_of(state, scenario.id)
    tenant = state.tenant
    money = _cost(tenant, were, state.artists), _cost(tenant, would_be, state.artists)
    days = _days(tenant, were, state.artists), _days(tenant, would_be, state.artists)
    return ScenarioDifference(
        scenario_id=scenario.id,
        version=scenario.version,
        seq=seq,
        fits=not realised.conflicts,
        added=tuple(with_changes(after.bookings[i], id=named.get(i, i)) for i in realised.placed),
        moved=tuple(Pair(before=state.bookings[i], after=after.bookings[i]) for i in realised.moved),
        removed=tuple(state.bookings[i] for i in realised.ended),
        follows=_follows(standing),
        conflicts=tuple(
            _told(booking_id, changes[booking_id].action, conflict)
            for booking_id, conflict in sorted(realised.conflicts.items())
        ),
        cost=tuple(
            Cost(currency=c, before=round(money[0].get(c, 0.0), 2), after=round(money[1].get(c, 0.0), 2))
            for c in sorted(money[0].keys() | money[1].keys())
        ),
        days=Amount(before=round(days[0][0], 2), after=round(days[1][0], 2)),
        unpriced_days=Amount(before=round(days[0][1], 2), after=round(days[1][1], 2)),
        start=window.start if window else None,
        end=window.end if window else None,
        artists=_loads(standing, lines, window) if window else (),
    )


def _told(booking_id: UUID, action: ScenarioAction, conflict: Conflict) -> StandingConflict:
    return StandingConflict(
        booking_id=booking_id,
        action=action,
        kind=conflict.kind,
        code=conflict.code,
        text=conflict.text,
        settle=conflict.settle,
        blocking=conflict.blocking,
        away=conflict.away,
        current=conflict.current,
    )


def _were(standing: Standing) -> list[Booking]:
    """The bookings that move or end, as they are."""
    realised = standing.realised
    return [standing.before.bookings[i] for i in (*realised.moved, *realised.ended)]


def _would_be(standing: Standing) -> list[Booking]:
    """The bookings that come or move, as they would be."""
    realised = standing.realised
    return [standing.after.bookings[i] for i in (*realised.placed, *realised.moved)]


def _follows(standing: Standing) -> tuple[Pair, ...]:
    realised = standing.realised
    asked = {*realised.placed, *realised.moved, *realised.ended}
    ids = {
        event.booking.id: None
        for event in standing.events
        if isinstance(event, BookingEvent) and not isinstance(event, BookingPromoted | BookingDemoted)
    }
    return tuple(
        Pair(before=standing.before.bookings[i], after=standing.after.bookings[i])
        for i in ids
        if i not in asked and i in standing.before.bookings
    )


# -- cost and load -----------------------------------------------------------------------


def _cost(tenant: Tenant, bookings: Iterable[Booking], artists: Mapping[UUID, Artist]) -> dict[str, float]:
    cost: dict[str, float] = {}
    for booking in bookings:
        artist = artists[booking.artist_id]
        if artist.rate is not None:
            worth = booked_days(tenant, artist, booking.start, booking.end) * artist.rate.amount
            cost[artist.rate.currency] = cost.get(artist.rate.currency, 0.0) + worth
    return cost


def _days(tenant: Tenant, bookings: Iterable[Booking], artists: Mapping[UUID, Artist]) -> tuple[float, float]:
    """All of them, and those nobody set a price on."""
    whole = unpriced = 0.0
    for booking in bookings:
        artist = artists[booking.artist_id]
        days = booked_days(tenant, artist, booking.start, booking.end)
        whole += days
        unpriced += days if artist.rate is None else 0.0
    return whole, unpriced


def _loads(standing: Standing, lines: State, window: Window) -> tuple[ArtistLoad, ...]:
    """Each artist's whole line over the window, with and without what the scenario changes."""
    touched = {b.id for b in (*_were(standing), *_would_be(standing))}
    touched |= {pair.after.id for pair in _follows(standing)}
    by_artist: dict[UUID, list[Booking]] = {}
    for booking_id in touched:
        booking = standing.after.bookings[booking_id]
        if booking.live:
            by_artist.setdefault(booking.artist_id, []).append(booking)
    return tuple(
        _load(lines, artist_id, touched, by_artist.get(artist_id, ()), window)
        for artist_id in artists_of(standing)
    )


def _load(
    lines: State, artist_id: UUID, touched: set[UUID], would_be: Sequence[Booking], window: Window
) -> ArtistLoad:
    artist = lines.artists[artist_id]
    working = spans_of(calendar_of(lines.tenant, artist), window.start, window.end)
    line = [b for b in lines.lines.get(artist_id, ()) if b.overlaps(window.start, window.end)]
    stays = [b for b in line if b.id not in touched]
    off = lines.away.get(artist_id, ())
    return ArtistLoad(
        artist_id=artist_id,
        before=load_of(working, line, off, window.start, window.end),
        after=load_of(working, [*stays, *would_be], off, window.start, window.end),
    )
