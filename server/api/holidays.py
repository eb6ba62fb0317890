"""Operations on days nobody works: public holidays by country, and the studio's closing days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from msgspec import Meta as Limits
from msgspec import Struct

from db.pool import transaction
from db.queries import tenants as rows
from scheduling.calendars import Calendar, DayOff, days_off
from scheduling.model import FIRST_YEAR, LAST_YEAR, Country, Subdivision
from scheduling.public_holidays import check_country, countries
from server.api.operations import Call, Nothing, Operation, Outcome, Problem, Reply
from server.api.problems import invalid, problem_of, unauthenticated

LONGEST = timedelta(days=3 * 366)


class HolidayQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Calendar days, both included; at most three years."""

    first: Annotated[date, Limits(description="From this day.")]
    last: Annotated[date, Limits(description="To this day.")]
    country: Annotated[Country, Limits(description="The studio's unless given.")] | None = None
    subdivision: Annotated[Subdivision, Limits(description="A part of the country.")] = ""


class HolidayCountry(Struct, frozen=True, kw_only=True):
    """A country whose public holidays are known, and its parts that have some of their own."""

    country: str
    subdivisions: tuple[str, ...]


async def list_holidays(call: Call[HolidayQuery, Nothing]) -> Outcome:
    query = call.query
    problem = _check(query)
    if problem is not None:
        return problem
    async with transaction(call.services.pool, call.tenant_id, readonly=True) as connection:
        tenant = await rows.get(connection, call.tenant_id)
    if tenant is None:
        return unauthenticated("This studio does not exist any more.")
    of_studio = query.country is None
    calendar = Calendar(
        hours=(),
        zone=tenant.zone,
        country=tenant.holiday_country if query.country is None else query.country,
        subdivision=tenant.holiday_subdivision if of_studio else query.subdivision,
        closures=tenant.closures,
    )
    return Reply(data=days_off(calendar, query.first, query.last))


def _check(query: HolidayQuery) -> Problem | None:
    for name, day in (("first", query.first), ("last", query.last)):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            return invalid(f"{name}: dates lie between {FIRST_YEAR} and {LAST_YEAR}; got {day}.", name)
    if query.last < query.first:
        return invalid(f"last must not lie before first; got {query.first} and {query.last}.", "last")
    if query.last - query.first > LONGEST:
        return invalid(f"At most three years at a time; got {(query.last - query.first).days} days.", "last")
    if query.country is None and query.subdivision:
        return invalid("A subdivision needs its country beside it.", "subdivision")
    refused = check_country(query.country or "", query.subdivision, prefix="")
    return problem_of(refused) if refused else None


async def list_countries(_call: Call[Nothing, Nothing]) -> Outcome:
    known = countries()
    return Reply(data=[HolidayCountry(country=c, subdivisions=known[c]) for c in known])


OPERATIONS = (
    Operation(
        method="GET",
        path="/holidays",
        name="listHolidays",
        tag="tenants",
        summary="List public holidays and closing days, by date",
        handler=list_holidays,
        query=HolidayQuery,
        result=(DayOff,),
        many=True,
    ),
    Operation(
        method="GET",
        path="/holidays/countries",
        name="listHolidayCountries",
        tag="tenants",
        summary="List the countries whose holidays are known",
        handler=list_countries,
        result=(HolidayCountry,),
        many=True,
    ),
)
