"""What a report says of a refused row."""

from datetime import UTC, datetime
from uuid import UUID

from scheduling.commands import PlaceBooking
from scheduling.model import Status
from scheduling.refusals import Blocking, Code, ItemRefusal, RefusalData
from server.imports.drafts import ImportOptions, Parsed
from server.imports.plan import Plan, Step
from server.imports.report import make_report

ADA, SHOT = UUID(int=1), UUID(int=2)
START, END = datetime(2026, 3, 4, 8, tzinfo=UTC), datetime(2026, 3, 4, 17, tzinfo=UTC)


def test_what_stands_in_the_way_is_told_in_the_artists_zone() -> None:
    place = PlaceBooking(id=SHOT, artist_id=ADA, start=START, end=END)
    step = Step(entity=SHOT, line=2, effect="create", command=place)
    standing = Blocking(
        booking_id=UUID(int=3), artist_id=ADA, start=START, end=END, status=Status.CONFIRMED, title="Shot 1"
    )
    refusal = ItemRefusal(item=0, code=Code.CONFLICT, message="taken", data=RefusalData(blocking=(standing,)))
    plan = Plan(steps=(step,), unchanged=0, problems=(), notes=(), zones={ADA: "Europe/Berlin"})
    report = make_report(ImportOptions(), Parsed(kind="bookings", rows=1), plan, {0: refusal}, written=False)
    assert report.problems[0].expected == (
        "other dates; in the way: “Shot 1” (confirmed), 2026-03-04 09:00 to 2026-03-04 18:00 Europe/Berlin"
    )
