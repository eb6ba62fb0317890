"""Any file at all: which kind it is, and that none of them makes the reader fail."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.imports.drafts import KINDS, ImportOptions
from server.imports.read import read_file

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
SMALL = Path(__file__).with_name("small.def").read_bytes()
CALENDAR = (
    b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20260105T090000Z\nDURATION:PT1H\nEND:VEVENT\n"
    b"END:VCALENDAR\n"
)


def read(data, filename="upload", kind=None):
    return read_file(data, filename, ImportOptions(kind=kind), now=NOW, zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("data", "filename", "kind"),
    [
        (CALENDAR, "upload", "calendar"),
        (b"\xef\xbb\xbf" + CALENDAR, "calendar.csv", "calendar"),
        (SMALL, "upload", "imopse"),
        (b"artist,project,start,end\nAda,Moon,2026-01-05,2026-01-06\n", "upload", "bookings"),
        (b"name;skills;zone\nAda;Comp;UTC\n", "upload", "artists"),
        (b"project\tclient\tcolour\nMoon\tS\tred\n", "upload", "projects"),
        (b"name,notes\nAda,first\n", "people.csv", "artists"),
        (b"name,notes\nMoon,first\n", "Projekte 2026.csv", "projects"),
    ],
)
def test_the_kind_is_told_from_content_and_name(data, filename, kind):
    parsed = read(data, filename)
    assert parsed.kind == kind
    assert parsed.problems == ()


def test_a_header_that_fits_two_kinds_asks_for_the_kind():
    parsed = read(b"name,notes\nMoon,first\n", "list.csv")
    assert [p.code for p in parsed.problems] == ["unknown_kind"]
    assert "artists and projects" in parsed.problems[0].reason


def test_a_calendar_sent_as_bookings_says_what_is_wrong():
    assert read(CALENDAR, kind="bookings").problems[0].code == "no_header"


def test_a_name_alone_does_not_make_a_calendar():
    assert read(b"hello", "holidays.ics").problems[0].blocks_file


_pieces = st.sampled_from(
    [
        b"artist",
        b"start",
        b"name",
        b",",
        b";",
        b"\n",
        b"\r\n",
        b'"',
        b"2026-01-05",
        b"03/04/2026",
        b"\x00",
        b"\xff",
        b"BEGIN:",
        b"END:",
        b"VEVENT",
        b"VCALENDAR",
        b"VTIMEZONE",
        b"RRULE:",
        b"FREQ=DAILY",
        b"DTSTART",
        b"TZID=",
        b":",
        b"UID:1",
        b"COUNT=",
        b"UNTIL=",
        b"20260105T090000Z",
        b"TaskID",
        b"ResourceID",
        b"Salary",
        b"Q1: 2",
        b"\t",
        b"1",
        b"9",
        b"RECURRENCE-ID",
        b"EXDATE",
        b"RDATE;VALUE=PERIOD:",
        b"/PT1H",
        b"DURATION:P",
        b"/",
        b"BYDAY=-1FR",
    ]
)
_soup = st.one_of(st.binary(max_size=200), st.lists(_pieces, max_size=60).map(b"".join))


@settings(deadline=None, max_examples=200)
@given(data=_soup, kind=st.sampled_from([None, *KINDS]))
def test_no_file_makes_the_reader_fail(data, kind):
    parsed = read(data, kind=kind)
    assert parsed.problems or parsed.rows
    assert all(problem.reason for problem in parsed.problems)


_lines = st.sampled_from(
    [
        "DTSTART:20260105T090000Z",
        "DTSTART;VALUE=DATE:20260105",
        "DTSTART;TZID=Europe/Berlin:20260105T090000",
        "DTSTART;TZID=Nowhere:20260105T090000",
        "DTSTART:19",
        "DTEND:20260105T100000Z",
        "DTEND;VALUE=DATE:20260107",
        "DURATION:PT1H",
        "DURATION:-P1D",
        "DURATION:P99999W",
        "RRULE:FREQ=WEEKLY;COUNT=3",
        "RRULE:FREQ=DAILY;BYDAY=XX",
        "RRULE:FREQ=MONTHLY;BYSETPOS=400",
        "RRULE:FREQ=YEARLY;BYWEEKNO=99",
        "RRULE:UNTIL=20260301;FREQ=DAILY",
        "RRULE:FREQ=DAILY;UNTIL=never",
        "RRULE:",
        "EXDATE:20260105T090000Z",
        "EXDATE:",
        "RDATE:20260106",
        "RDATE:x",
        "RDATE;VALUE=PERIOD:20260106T090000Z/20260106T100000Z",
        "RECURRENCE-ID:20260112T090000Z",
        "SEQUENCE:x",
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20260112T090000Z",
        "UID:a",
        "UID:b",
        "SEQUENCE:2",
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
        "SUMMARY:\\,\\n\\x",
        "SUMMARY;LANGUAGE=:x",
        "DESCRIPTION",
        ":",
        "DTSTART;:20260105",
        "DTSTART:00010101T000000",
        "DTSTART:99991231T235959Z",
        "DTEND:99991231T235959",
        "RRULE:FREQ=YEARLY",
    ]
)
_events = st.lists(st.lists(_lines, max_size=7).map("\n".join), min_size=1, max_size=4)


@settings(deadline=None, max_examples=200)
@given(events=_events)
def test_no_event_makes_the_reader_fail(events):
    body = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    parsed = read(f"BEGIN:VCALENDAR\n{body}END:VCALENDAR\n".encode())
    assert not parsed.blocked
    assert parsed.rows or parsed.notes
