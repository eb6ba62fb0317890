"""Public holidays by country and year, computed by the library `holidays`: data that needs no reading.

The library's calendars are filled as they are asked and not made for threads; here each year of a
country is computed once, into a mapping that nobody can change.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from types import MappingProxyType

import holidays

from scheduling.model import FIRST_YEAR, LAST_YEAR
from scheduling.refusals import Refused, invalid

_NONE: Mapping[date, str] = MappingProxyType({})


@cache
def countries() -> Mapping[str, tuple[str, ...]]:
    """The countries whose holidays are known, each with its subdivisions that have some of their own."""
    known = holidays.list_supported_countries(include_aliases=False)
    return MappingProxyType({country: tuple(known[country]) for country in sorted(known)})


@lru_cache(maxsize=4_096)
def of_year(country: str, subdivision: str, year: int) -> Mapping[date, str]:
    """The public holidays of one year with their names, in English where the library has it.

    None for an empty country, and for one (or a subdivision) that the library does not know, as
    after it dropped one: a schedule must not fail because of a calendar.
    """
    known = countries().get(country)
    if known is None or not FIRST_YEAR - 1 <= year <= LAST_YEAR + 1:
        return _NONE
    of_country = holidays.country_holidays(
        country,
        subdiv=subdivision if subdivision in known else None,
        years=year,
        expand=False,
        language=_language(country),
    )
    return MappingProxyType({day: of_country[day] for day in sorted(of_country) if day.year == year})


def _language(country: str) -> str | None:
    languages = holidays.list_localized_countries().get(country, [])
    return next((name for name in ("en_US", "en_GB", "en") if name in languages), None)


def check_country(country: str, subdivision: str) -> Refused | None:
    """Whether the library knows the country, and the subdivision as one of it."""
    if not country:
        if subdivision:
            return invalid("A holiday subdivision needs its country beside it.", "holiday_subdivision")
        return None
    known = countries().get(country)
    if known is None:
        return invalid(
            'holiday_country is one of the codes at /api/v1/holidays/countries, such as "FR";'
            f' got "{country}".',
            "holiday_country",
        )
    if subdivision and subdivision not in known:
        of = f"one of {', '.join(known)}" if known else "empty: it has none of its own"
        return invalid(
            f'holiday_subdivision of {country} is {of}; got "{subdivision}".', "holiday_subdivision"
        )
    return None
