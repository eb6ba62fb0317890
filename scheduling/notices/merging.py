"""Several notices of one thing to one person as one: what a message that was held back still says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from scheduling.model import Booking, Response, Status
from scheduling.notices.kinds import URGENCY, Facts, Kind

_RANK = {kind: rank for rank, kind in enumerate(URGENCY)}
_ENDINGS: frozenset[Kind] = frozenset({"declined", "withdrawn", "hold_expired", "claim_bumped"})


def merged(facts: Sequence[Facts]) -> Facts | None:
    """The net effect of what was told one after the other; None where nothing is left of it."""
    last = facts[-1]
    if len(facts) == 1 or last.time_off is not None:
        return last
    if not last.for_artist:
        return next((one for one in reversed(facts) if one.kind in _ENDINGS), last)
    return _for_artist(facts)


def _for_artist(facts: Sequence[Facts]) -> Facts | None:
    last = facts[-1]
    was, now = facts[0].before, last.after
    if now is None or not now.live:
        return msgspec.structs.replace(last, before=was) if was is not None else None
    kind = min(_that_hold((one.kind for one in facts), was, now), key=_RANK.__getitem__, default=None)
    return msgspec.structs.replace(last, kind=kind, before=was) if kind is not None else None


def _that_hold(kinds: Iterable[Kind], was: Booking | None, now: Booking) -> Iterable[Kind]:
    """Those of the kinds that are still true between the first image and the last."""
    for kind in kinds:
        match kind:
            case "dates_changed" if was is None or (was.start, was.end) == (now.start, now.end):
                continue
            case "hold_asked" if now.status is not Status.HOLD or now.response is not Response.NONE:
                continue
            case "deadline_near" if now.status is not Status.HOLD or now.response is not Response.NONE:
                continue
            case "confirmed" if now.status is not Status.CONFIRMED:
                continue
            case "first_in_line" if now.rank != 1:
                continue
            case "standing_changed" if was is not None and was.status is now.status:
                continue
            case "released" | "expired" | "bumped" | "cancelled":
                continue  # it is back
            case _:
                yield kind
