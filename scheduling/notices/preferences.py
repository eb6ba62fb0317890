"""How a person wants to hear of what: per kind and way at once, in a digest, or not; and when not at all."""

from __future__ import annotations

from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Meta, Struct

from scheduling.model import ClockTime
from scheduling.notices.kinds import ARTIST_KINDS, STAFF_KINDS, Kind

Way = Literal["in_app", "email", "push"]
Channel = Literal["email", "push"]
CHANNELS: tuple[Channel, ...] = ("email", "push")
How = Literal["at_once", "digest", "off"]


class Quiet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hours of the day, on the person's clock, in which nothing is sent; they may run over midnight."""

    start: ClockTime
    end: ClockTime


class Wish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How one kind of notice goes; what is not said goes as it does for everybody."""

    in_app: Literal["at_once", "off"] | None = None
    email: How | None = None
    push: How | None = None


class Preferences(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person's wishes.

    `zone`: whose clock quiet hours and digests go by, the artist's or the studio's where it is null.
    `follows`: staff hears of the bookings they made (and of those nobody on the staff made), or of all.
    """

    zone: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    quiet: Quiet | None = None
    digest_at: ClockTime = "08:00"
    follows: Literal["own", "all"] = "own"
    kinds: dict[Kind, Wish] = {}

    def how(self, kind: Kind, way: Way) -> How:
        """How a kind goes one way."""
        wish = self.kinds.get(kind)
        said: How | None = getattr(wish, way) if wish is not None else None
        return said if said is not None else default_of(kind, way)


_IN_DIGESTS: frozenset[Kind] = frozenset({"accepted", "challenge_answered"})


def default_of(kind: Kind, way: Way) -> How:
    """How a kind goes where nobody said otherwise: at once, but by e-mail what nobody has to act on."""
    return "digest" if way == "email" and kind in _IN_DIGESTS else "at_once"


def kinds_for(*, artist: bool, staff: bool) -> tuple[Kind, ...]:
    """The kinds that may reach somebody."""
    return (*(ARTIST_KINDS if artist else ()), *(STAFF_KINDS if staff else ()))


def wrong(preferences: Preferences) -> str | None:
    """Why they cannot be kept, in a sentence; None where they can."""
    if preferences.zone is not None:
        try:
            ZoneInfo(preferences.zone)
        except (ZoneInfoNotFoundError, ValueError):
            return f"zone must be an IANA time zone such as Europe/Berlin; got {preferences.zone!r}."
    if preferences.digest_at == "24:00":
        return "digest_at must be between 00:00 and 23:59."
    quiet = preferences.quiet
    if quiet is not None and (quiet.start == quiet.end or "24:00" in {quiet.start, quiet.end}):
        return "quiet hours need a start and an end that differ, both between 00:00 and 23:59."
    return None
