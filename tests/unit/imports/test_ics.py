"""iCalendar files: zones, whole days, repetitions with exceptions, and what is left out."""

from datetime import UTC, datetime

import pytest
from icalendar import vRecur

from scheduling.model import Status
from server.imports.drafts import ImportOptions
from server.imports.ics import read_calendar
from server.imports.ics_recur import Budget, Horizon, Repetition, Series, expand
from server.imports.ics_times import Moment
from server.imports.moments import resolve
from server.imports.problems import Fault

wall = datetime.fromisoformat

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANY = ImportOptions()


def calendar(*events, head=""):
    body = "".join(
        f"BEGIN:VEVENT\nDTSTAMP:20260101T000000Z\n{event.strip()}\nEND:VEVENT\n" for event in events
    )
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n{head}{body}END:VCALENDAR\n".replace(
        "\n", "\r\n"
    )


def read(*events, options=ANY, head=""):
    parsed = read_calendar(calendar(*events, head=head), options, NOW)
    assert parsed.problems == (), parsed.problems
    return parsed


def times(parsed, zone="Europe/Berlin"):
    """The ranges in UTC, for an artist in `zone`."""
    ranges = [resolve(one.start, one.end, one.zone or zone) for one in parsed.bookings]
    return [f"{r[0]:%m-%d %H:%M} – {r[1]:%m-%d %H:%M}" for r in ranges if not isinstance(r, Fault)]


# -- single events -----------------------------------------------------------------------


def test_an_event_becomes_a_booking():
    parsed = read(
        "UID:a@x\nDTSTART;TZID=Europe/Berlin:20260105T090000\nDTEND;TZID=Europe/Berlin:20260105T180000\n"
        "SUMMARY:SQ010\\, comp\nDESCRIPTION:two\\nlines\nLOCATION:Suite 3\nSTATUS:CONFIRMED"
    )
    one = parsed.bookings[0]
    assert times(parsed) == ["01-05 08:00 – 01-05 17:00"]
    assert one.title == "SQ010, comp"
    assert one.notes == "two\nlines\n\nSuite 3"
    assert one.zone == "Europe/Berlin"
    assert one.status is Status.CONFIRMED
    assert one.identity == "uid a@x"


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("DTSTART:20260105T090000Z", "01-05 09:00"),
        ("DTSTART:20260105T090000", "01-05 08:00"),
        ("DTSTART;TZID=America/New_York:20260105T090000", "01-05 14:00"),
        ("DTSTART;TZID=W. Europe Standard Time:20260105T090000", "01-05 08:00"),
        ("DTSTART;TZID=Eastern Standard Time:20260105T090000", "01-05 14:00"),
        ("DTSTART;TZID=/freeassociation.sourceforge.net/Tzfile/Asia/Tokyo:20260105T090000", "01-05 00:00"),
        ('DTSTART;TZID="Europe/London":20260105T090000', "01-05 09:00"),
    ],
)
def test_times_are_read_in_their_zone_and_floating_ones_in_the_artists(start, expected):
    assert times(read(f"UID:a\n{start}\nDURATION:PT1H"))[0].startswith(expected)


CUSTOM = """BEGIN:VTIMEZONE
TZID:Studio Time
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0530
TZOFFSETTO:+0430
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0430
TZOFFSETTO:+0530
END:DAYLIGHT
END:VTIMEZONE
"""


def test_a_zone_the_file_defines_is_followed_through_its_changes():
    parsed = read(
        "UID:a\nDTSTART;TZID=Studio Time:20260105T090000\nDURATION:PT1H",
        "UID:b\nDTSTART;TZID=Studio Time:20260705T090000\nDURATION:PT1H",
        head=CUSTOM,
    )
    assert times(parsed) == ["01-05 04:30 – 01-05 05:30", "07-05 03:30 – 07-05 04:30"]


def test_a_definition_does_not_leak_into_the_next_file():
    read("UID:a\nDTSTART;TZID=Studio Time:20260105T090000\nDURATION:PT1H", head=CUSTOM)
    later = calendar("UID:a\nDTSTART;TZID=Studio Time:20260105T090000\nDURATION:PT1H")
    assert [p.code for p in read_calendar(later, ANY, NOW).problems] == ["bad_zone"]


def test_whole_days_end_where_the_last_one_ends_in_the_artists_zone():
    event = "UID:a\nDTSTART;VALUE=DATE:20260328\nDTEND;VALUE=DATE:20260330"
    assert times(read(event)) == ["03-27 23:00 – 03-29 22:00"]
    assert times(read(event), zone="America/New_York") == ["03-28 04:00 – 03-30 04:00"]


@pytest.mark.parametrize("length", ["", "\nDURATION:P1D"])
def test_a_day_without_an_end_is_one_day(length):
    assert times(read(f"UID:a\nDTSTART;VALUE=DATE:20260105{length}")) == ["01-04 23:00 – 01-05 23:00"]


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        ("PT24H", "03-28 11:00 – 03-29 11:00"),
        ("P1D", "03-28 11:00 – 03-29 10:00"),
        ("P1DT2H", "03-28 11:00 – 03-29 12:00"),
    ],
)
def test_days_of_a_duration_are_days_of_the_calendar_and_hours_are_hours(duration, expected):
    event = f"UID:a\nDTSTART;TZID=Europe/Berlin:20260328T120000\nDURATION:{duration}"
    assert times(read(event)) == [expected]


@pytest.mark.parametrize(
    ("status", "option", "expected"),
    [
        ("STATUS:TENTATIVE", None, Status.HOLD),
        ("STATUS:CONFIRMED", "hold", Status.CONFIRMED),
        ("", None, Status.CONFIRMED),
        ("", "hold", Status.HOLD),
    ],
)
def test_the_status_is_the_events_or_else_the_one_asked_for(status, option, expected):
    event = f"UID:a\nDTSTART:20260105T090000Z\nDURATION:PT1H\n{status}"
    assert read(event, options=ImportOptions(status=option)).bookings[0].status is expected


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("STATUS:CANCELLED\nDURATION:PT1H", "1 cancelled event was left out"),
        ("TRANSP:TRANSPARENT\nDURATION:PT1H", "free time"),
        ("SUMMARY:a reminder", "1 event without a length was left out"),
    ],
)
def test_what_is_no_booking_is_left_out_with_a_note(line, note):
    parsed = read(f"UID:a\nDTSTART:20260105T090000Z\n{line}")
    assert (parsed.bookings, parsed.skipped, parsed.rows) == ((), 1, 1)
    assert note in parsed.notes[0]


def test_folded_lines_alarms_and_vendors_extras_are_no_trouble():
    parsed = read(
        "UID:a\nDTSTART:20260105T090000Z\nDTEND:20260105T100000Z\nSUMMARY:a long\n  title\n"
        "X-THING;X=1:whatever\nATTENDEE;CN=Ada:mailto:ada@x.example\nBEGIN:VALARM\nACTION:DISPLAY\nDURATION:nonsense\nEND:VALARM"
    )
    assert parsed.bookings[0].title == "a long title"


def test_texts_that_are_too_long_are_cut():
    parsed = read(f"UID:a\nDTSTART:20260105T090000Z\nDURATION:PT1H\nSUMMARY:{'x' * 400}")
    assert len(parsed.bookings[0].title) == 300


# -- repetition --------------------------------------------------------------------------

WEEKLY = "UID:w\nDTSTART;TZID=Europe/Berlin:20260316T090000\nDTEND;TZID=Europe/Berlin:20260316T100000\n"


def test_a_weekly_event_keeps_its_wall_clock_when_the_clocks_change():
    assert times(read(WEEKLY + "RRULE:FREQ=WEEKLY;COUNT=3")) == [
        "03-16 08:00 – 03-16 09:00",
        "03-23 08:00 – 03-23 09:00",
        "03-30 07:00 – 03-30 08:00",
    ]


def test_an_event_over_the_change_of_clocks_keeps_its_exact_length():
    night = "UID:n\nDTSTART;TZID=Europe/Berlin:20260327T220000\nDTEND;TZID=Europe/Berlin:20260328T060000\n"
    assert times(read(night + "RRULE:FREQ=DAILY;COUNT=2"))[1] == "03-28 21:00 – 03-29 05:00"


def test_a_time_the_clocks_skip_is_read_with_the_offset_before():
    skipped = "UID:n\nDTSTART;TZID=Europe/Berlin:20260328T023000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2"
    assert times(read(skipped))[1] == "03-29 01:30 – 03-29 02:30"


@pytest.mark.parametrize(
    ("until", "count"),
    [
        ("20260330T070000Z", 3),
        ("20260330T065959Z", 2),
        ("20260330T090000", 3),
        ("20260330", 3),
        ("20260329", 2),
    ],
)
def test_until_is_inclusive_and_may_be_given_in_any_form(until, count):
    assert len(read(WEEKLY + f"RRULE:FREQ=WEEKLY;UNTIL={until}").bookings) == count


def test_exceptions_and_extra_dates_are_followed():
    parsed = read(
        WEEKLY
        + "RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=Europe/Berlin:20260323T090000\nEXDATE:20260330T070000Z\n"
        "RDATE;TZID=Europe/Berlin:20260318T140000"
    )
    assert [one.split(" –")[0] for one in times(parsed)] == ["03-16 08:00", "03-18 13:00", "04-06 07:00"]


def test_an_exception_given_as_a_day_takes_that_day_out():
    parsed = read(WEEKLY + "RRULE:FREQ=WEEKLY;COUNT=2\nEXDATE;VALUE=DATE:20260323")
    assert len(parsed.bookings) == 1


def test_an_extra_period_has_its_own_length():
    parsed = read(WEEKLY + "RRULE:FREQ=WEEKLY;COUNT=1\nRDATE;VALUE=PERIOD:20260318T090000Z/PT3H")
    assert times(parsed)[1] == "03-18 09:00 – 03-18 12:00"


def test_an_excluding_rule_is_followed():
    parsed = read(WEEKLY + "RRULE:FREQ=WEEKLY;COUNT=4\nEXRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2")
    assert [one.split(" –")[0] for one in times(parsed)] == ["03-23 08:00", "04-06 07:00"]


def test_one_instance_may_be_moved_renamed_and_keeps_its_identity():
    series = WEEKLY + "SUMMARY:Dailies\nRRULE:FREQ=WEEKLY;COUNT=3"
    moved = (
        "UID:w\nRECURRENCE-ID;TZID=Europe/Berlin:20260323T090000\nDTSTART;TZID=Europe/Berlin:20260324T150000\n"
        "DURATION:PT2H\nSUMMARY:Dailies with client"
    )
    before, after = read(series), read(series, moved)
    assert times(after)[1] == "03-24 14:00 – 03-24 16:00"
    assert [one.title for one in after.bookings] == ["Dailies", "Dailies with client", "Dailies"]
    assert {one.identity for one in before.bookings} == {one.identity for one in after.bookings}


def test_an_instance_may_be_named_in_utc_or_by_its_day():
    for name in (":20260323T080000Z", ";VALUE=DATE:20260323"):
        moved = f"UID:w\nRECURRENCE-ID{name}\nDTSTART:20260324T150000Z\nDURATION:PT2H"
        assert times(read(WEEKLY + "RRULE:FREQ=WEEKLY;COUNT=2", moved))[1] == "03-24 15:00 – 03-24 17:00"


@pytest.mark.parametrize("what", ["STATUS:CANCELLED", "TRANSP:TRANSPARENT"])
def test_one_instance_may_be_cancelled_or_free(what):
    at = "TZID=Europe/Berlin:20260323T090000"
    gone = f"UID:w\nRECURRENCE-ID;{at}\nDTSTART;{at}\n{what}"
    parsed = read(WEEKLY + "RRULE:FREQ=WEEKLY;COUNT=3", gone)
    assert (len(parsed.bookings), parsed.skipped) == (2, 1)


def test_all_instances_from_one_onwards_may_be_moved():
    onwards = (
        "UID:w\nRECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260323T090000\n"
        "DTSTART;TZID=Europe/Berlin:20260324T140000\nDURATION:PT2H\nSUMMARY:later"
    )
    parsed = read(WEEKLY + "SUMMARY:early\nRRULE:FREQ=WEEKLY;COUNT=4", onwards)
    assert times(parsed) == [
        "03-16 08:00 – 03-16 09:00",
        "03-24 13:00 – 03-24 15:00",
        "03-31 12:00 – 03-31 14:00",
        "04-07 12:00 – 04-07 14:00",
    ]
    assert [one.title for one in parsed.bookings] == ["early", "later", "later", "later"]


def test_the_newest_of_two_versions_of_an_event_counts():
    old = "UID:a\nSEQUENCE:1\nDTSTART:20260105T090000Z\nDURATION:PT1H\nSUMMARY:old"
    new = "UID:a\nSEQUENCE:2\nDTSTART:20260106T090000Z\nDURATION:PT1H\nSUMMARY:new"
    assert [one.title for one in read(new, old).bookings] == ["new"]


def test_a_change_without_its_series_is_a_booking_of_its_own():
    alone = "UID:w\nRECURRENCE-ID:20260323T080000Z\nDTSTART:20260324T150000Z\nDURATION:PT2H"
    assert times(read(alone)) == ["03-24 15:00 – 03-24 17:00"]


def test_endless_events_are_taken_from_a_month_back_to_eighteen_months_ahead():
    parsed = read("UID:e\nDTSTART;VALUE=DATE:20200101\nRRULE:FREQ=MONTHLY")
    days = [one.start.local for one in parsed.bookings]
    assert (days[0], days[-1]) == (wall("2026-03-01"), wall("2027-09-01"))
    assert "2026-02-02 to 2027-09-02" in parsed.notes[0]


def test_events_that_end_are_taken_from_their_beginning():
    parsed = read("UID:e\nDTSTART;VALUE=DATE:20200101\nRRULE:FREQ=YEARLY;COUNT=3")
    assert [one.start.local.year for one in parsed.bookings] == [2020, 2021, 2022]


def test_the_last_friday_of_the_month():
    parsed = read("UID:f\nDTSTART:20260130T090000Z\nDURATION:PT1H\nRRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=3")
    assert [one.split(" ")[0] for one in times(parsed)] == ["01-30", "02-27", "03-27"]


def test_instances_have_ids_that_survive_another_import():
    first = read(WEEKLY + "RRULE:FREQ=WEEKLY;COUNT=3")
    assert first.bookings[0].identity == "uid w at 20260316T080000Z"
    assert len({one.identity for one in first.bookings}) == 3


# -- what cannot be read -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "column", "code"),
    [
        ("UID:a\nDTSTART:tomorrow", "DTSTART", "bad_event"),
        ("UID:a\nSUMMARY:no start", "DTSTART", "required"),
        ("UID:a\nDTSTART;TZID=Moon/Base:20260105T090000", "DTSTART", "bad_zone"),
        ("UID:a\nDTSTART:20260105T090000Z\nDTEND:20260105T080000Z", "DTEND", "bad_range"),
        ("UID:a\nDTSTART:20260105T090000Z\nDTEND;VALUE=DATE:20260106", "DTEND", "bad_range"),
        ("UID:a\nDTSTART:20260105T090000Z\nDURATION:ages", "DURATION", "bad_event"),
        ("UID:a\nDTSTART:20260105T090000Z\nRRULE:FREQ=SECONDLY", "RRULE", "bad_rule"),
        ("UID:a\nDTSTART:20260105T090000Z\nRRULE:FREQ=HOURLY", "RRULE", "bad_rule"),
        ("UID:a\nDTSTART:20260105T090000Z\nRRULE:FREQ=SOMETIMES", "RRULE", "bad_event"),
        ("UID:a\nDTSTART:20260105T090000Z\nRRULE:FREQ=DAILY;INTERVAL=0", "RRULE", "bad_rule"),
        ("UID:a\nDTSTART:20260105T090000Z\nRRULE:FREQ=DAILY;COUNT=100000", "RRULE", "fine"),
        ("UID:a\nDTSTART:19700105T090000Z\nRRULE:FREQ=DAILY;COUNT=100000", "RRULE", "too_many_instances"),
        ("UID:a\nDTSTART:18500105T090000Z", "DTSTART", "out_of_range"),
        (
            "UID:a\nDTSTART:20260105T090000Z\nRRULE:FREQ=DAILY;BYMINUTE=0,1,2,3,4,5,6,7,8,9;BYHOUR=1,2,3",
            "RRULE",
            "bad_rule",
        ),
    ],
)
def test_a_bad_event_is_named_by_its_line_and_property(event, column, code):
    parsed = read_calendar(calendar("UID:good\nDTSTART:20260105T090000Z\nDURATION:PT1H", event), ANY, NOW)
    expected = [] if code == "fine" else [(10, column, code)]
    assert [(p.line, p.column, p.code) for p in parsed.problems] == expected
    assert parsed.bookings[0].identity == "uid good"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("BEGIN:VCALENDAR\nEND:VCALENDAR\n", "no_rows"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\n", "broken_calendar"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nEND:VCALENDAR\n", "broken_calendar"),
        ("END:VEVENT\n", "broken_calendar"),
    ],
)
def test_half_a_calendar_is_refused_whole(text, code):
    parsed = read_calendar(text, ANY, NOW)
    assert [p.code for p in parsed.problems] == [code]
    assert parsed.blocked


def test_rules_that_never_match_use_the_budget_of_the_file_up():
    never = Repetition(
        start=Moment(local=wall("2000-01-05T09:00")),
        rules=(vRecur.from_ical("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),),
    )
    horizon = Horizon(begin=NOW, end=NOW)
    budget = Budget(days=400_000)
    assert [type(expand(never, horizon, budget)) for _ in range(4)] == [Series, Series, Fault, Fault]
