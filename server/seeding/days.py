"""The days of a demo studio: its holidays, its own closing day, and a review that comes every Tuesday."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid5

from scheduling.commands import EditTenant, PlaceSeries
from scheduling.model import Closure
from scheduling.patterns import Pattern
from server.seeding.people import Cast, Studio


def holidays_of(studio: Studio, monday: date) -> EditTenant:
    """Return what gives the studio its country's holidays and a Friday on which it is closed."""
    summer_party = monday + timedelta(weeks=5, days=4)
    return EditTenant(
        holiday_country=studio.country, closures=(Closure(day=summer_party, name="Studio day out"),)
    )


def weekly_review(cast: Cast, monday: date) -> PlaceSeries:
    """Return eight Tuesday mornings of the first artist, but those that confirmed work leaves no room for."""
    person, project = cast.people[0], cast.projects[0]
    opens = next(span.start for span in person.hours if span.day == 1)
    return PlaceSeries(
        id=uuid5(cast.tenant_id, "series weekly review"),
        artist_id=person.id,
        title="Weekly review",
        project_id=cast.project_id(project),
        phase_id=cast.phase_id(project, project.phases[0].name),
        pattern=Pattern(
            first=monday + timedelta(weeks=1, days=1),
            count=8,
            skip_holidays=True,
            part="times",
            start=opens,
            end=f"{int(opens[:2]) + 2:02}{opens[2:]}",
        ),
        on_refusal="skip",
    )
