"""Public holidays by country and year, computed by the library `holidays`: data that needs no reading.

The library's calendars are filled as they are asked and not made for threads; here each year of a
country is computed once, into a mapping that nobody can change.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from types import MappingProxyType, ModuleType

from scheduling.model import FIRST_YEAR, LAST_YEAR
from scheduling.refusals import Refused, invalid

_NONE: Mapping[date, str] = MappingProxyType({})


@cache
def _library() -> ModuleType:
    """The library, which loads every country with its first question: half a second, once a process.

    Whoever keeps no country's holidays never waits for it; the server asks it once as it starts.
    """
    import holidays  # noqa: PLC0415 - see above

    return holidays


@cache
def countries() -> Mapping[str, tuple[str, ...]]:
    """The countries whose holidays are known, each with its subdivisions that have some of their own."""
    known = _library().list_supported_countries(include_aliases=False)
    return MappingProxyType({country: tuple(known[country]) for country in sorted(known)})


@lru_cache(maxsize=4_096)
def of_year(country: str, subdivision: str, year: int) -> Mapping[date, str]:
    """The public holidays of one year with their names, in English where the library has it.

    None for an empty country, and for one (or a subdivision) that the library does not know, as
    after it dropped one: a schedule must not fail because of a calendar.
    """
    known = countries().get(country) if country else None
    if known is None or not FIRST_YEAR - 1 <= year <= LAST_YEAR + 1:
        return _NONE
    of_country = _library().country_holidays(
        country,
        subdiv=subdivision if subdivision in known else None,
        years=year,
        expand=False,
        language=_language(country),
    )
    return MappingProxyType({day: of_country[day] for day in sorted(of_country) if day.year == year})


def _language(country: str) -> str | None:
    languages: list[str] = _library().list_localized_countries().get(country, [])
    return next((name for name in ("en_US", "en_GB", "en") if name in languages), None)


def check_country(country: str, subdivision: str, *, prefix: str = "holiday_") -> Refused | None:
    """Whether the library knows both; `prefix` is that of the fields' names."""
    if not country:
        if subdivision:
            return invalid("A subdivision needs its country beside it.", f"{prefix}subdivision")
        return None
    known = countries().get(country)
    if known is None:
        return invalid(
            f'{prefix}country is one of the codes at /api/v1/holidays/countries, such as "FR";'
            f' got "{country}".',
            f"{prefix}country",
        )
    if subdivision and subdivision not in known:
        of = f"one of {', '.join(known)}" if known else "empty: it has none of its own"
        return invalid(
            f'{prefix}subdivision of {country} is {of}; got "{subdivision}".', f"{prefix}subdivision"
        )
    return None
