"""What every record is made of: limits, the types of its fields, and the base class."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct

LONGEST_BOOKING = timedelta(days=366)
"""No booking is longer: the overlap index relies on the bound (see the booking queries)."""
FIRST_YEAR, LAST_YEAR = 2000, 2100


Title = Annotated[str, Meta(max_length=300)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Notes = Annotated[str, Meta(max_length=10_000)]
ShortText = Annotated[str, Meta(max_length=1_000)]
Zone = Annotated[str, Meta(min_length=1, max_length=64)]
Colour = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$")]
Version = Annotated[int, Meta(ge=1, le=2**53)]
ClockTime = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]
Level = Annotated[int, Meta(ge=0, le=10)]
Instant = Annotated[datetime, Meta(tz=True)]
"""A moment with its offset; stored and sent as UTC."""


class Record(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of everything stored: immutable, named fields, strict when read."""
