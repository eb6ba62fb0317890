"""Imports end to end: what is written, what a second time does, and what is left alone."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from scheduling.commands import ConfirmBooking, EditArtist, MoveBooking, ReleaseBooking
from scheduling.model import Rate, Status
from server.imports.rehearse import Rehearsal
from server.imports.report import Report

ARTISTS = """Name;E-Mail;Nr;Skills;Zone;Rate
Ada Lovelace;ada@x.example;A1;Compositing:senior, Roto (3);Europe/London;450,50 £
Grace Hopper;grace@x.example;A2;FX;America/New_York;600 USD
Zoë Müller;;A3;Editing;;
"""
PROJECTS = "Project,Client,Colour,Status\nMoon,Selene,#aabbcc,active\nSun,Helios,,tentative\n"
BOOKINGS = """Artist,Project,Title,Start,End,Status
Ada Lovelace,Moon,SQ010 comp,2026-03-09,2026-03-13,hold
grace@x.example,Moon,Storm,2026-03-09 09:00,2026-03-10 18:00,pencil
"Müller, Zoë",Sun,Cut,16.03.2026,18.03.2026,confirmed
"""


def counts(report):
    assert isinstance(report, Report)
    return report.created, report.changed, report.unchanged, report.refused


@pytest.fixture
async def staffed(studio):
    await studio.send(ARTISTS)
    await studio.send(PROJECTS)
    return studio


async def test_artists_come_in_whole(studio):
    report = await studio.send(ARTISTS)
    assert counts(report) == (3, 0, 0, 0)
    assert report.written
    ada, grace, zoe = await studio.artists()
    assert (ada.external_id, ada.email, ada.zone) == ("A1", "ada@x.example", "Europe/London")
    assert ada.rate == Rate(amount=450.5, currency="GBP")
    assert [(skill.name, skill.level) for skill in ada.skills] == [("Compositing", 7), ("Roto", 3)]
    assert grace.zone == "America/New_York"
    assert zoe.zone == "Europe/Berlin"


async def test_bookings_come_in_whole_and_in_the_artists_zones(staffed):
    report = await staffed.send(BOOKINGS)
    assert counts(report) == (3, 0, 0, 0)
    ranges = [(one.title, one.start, one.end, one.status) for one in await staffed.bookings()]
    assert ranges == [
        ("SQ010 comp", utc("2026-03-09 00:00"), utc("2026-03-14 00:00"), Status.HOLD),
        ("Storm", utc("2026-03-09 13:00"), utc("2026-03-10 22:00"), Status.PENCIL),
        ("Cut", utc("2026-03-15 23:00"), utc("2026-03-18 23:00"), Status.CONFIRMED),
    ]


@pytest.mark.parametrize("mode", ["atomic", "skip"])
async def test_the_same_files_twice_change_nothing(staffed, mode):
    await staffed.send(BOOKINGS)
    seq = await staffed.seq()
    for text, rows in ((ARTISTS, 3), (PROJECTS, 2), (BOOKINGS, 3)):
        report = await staffed.send(text, mode=mode)
        assert counts(report) == (0, 0, rows, 0)
    assert await staffed.seq() == seq


async def test_the_same_table_in_another_dialect_changes_nothing(staffed):
    seq = await staffed.seq()
    await staffed.send("\ufeff" + ARTISTS.replace(";", "\t").replace("\n", "\r\n"))
    await staffed.send(ARTISTS.encode("cp1252"))
    assert await staffed.seq() == seq


async def test_the_same_run_sent_twice_writes_once(studio):
    run_id = uuid4()
    await studio.send(ARTISTS, run_id=run_id)
    assert counts(await studio.send(ARTISTS, run_id=run_id)) == (0, 0, 3, 0)
    assert len(await studio.artists()) == 3


async def test_changed_rows_become_edits(staffed):
    report = await staffed.send(
        ARTISTS.replace("FX;", "FX (lead, 9 years);").replace("Grace Hopper", "Grace M. Hopper")
    )
    assert counts(report) == (0, 1, 2, 0)
    grace = (await staffed.artists())[1]
    assert (grace.name, grace.skills[0].level, grace.version) == ("Grace M. Hopper", 9, 2)
    assert counts(await staffed.send(PROJECTS.replace("Helios", "Apollo"))) == (0, 1, 1, 0)


async def test_empty_cells_leave_what_is_there(staffed):
    report = await staffed.send("name,nr,notes,rate\nAda Lovelace,A1,,\n")
    assert counts(report) == (0, 0, 1, 0)


async def test_somebody_known_by_name_gets_the_external_id_of_the_file(studio):
    await studio.send("name,skills\nAda Lovelace,Comp\n")
    report = await studio.send("name,skills,id\nada lovelace,Comp,A1\n")
    assert counts(report) == (0, 1, 0, 0)
    (ada,) = await studio.artists()
    assert ada.external_id == "A1"


async def test_the_same_name_with_another_address_is_another_person(staffed):
    report = await staffed.send("name,email,skills\nAda Lovelace,other@x.example,Roto\n")
    assert counts(report) == (1, 0, 0, 0)


async def test_two_of_a_name_are_asked_about(staffed):
    await staffed.send("name,email,skills\nAda Lovelace,other@x.example,Roto\n")
    report = await staffed.send("artist,start\nAda Lovelace,2026-03-09\n")
    assert [p.code for p in report.problems] == ["ambiguous_artist"]
    assert counts(await staffed.send("artist,start\nother@x.example,2026-03-09\n")) == (1, 0, 0, 0)


WITH_IDS = """id,artist,project,title,start,end,status
B1,Ada Lovelace,Moon,Comp,2026-03-09,2026-03-10,hold
B2,Ada Lovelace,Moon,Roto,2026-03-16,2026-03-17,hold
"""


async def test_bookings_with_ids_are_moved_edited_and_promoted(staffed):
    await staffed.send(WITH_IDS)
    report = await staffed.send(
        "id,artist,project,title,start,end,status,notes\n"
        "B1,Grace Hopper,Sun,Final comp,2026-03-11,2026-03-12,confirmed,call first\n"
        "B2,Ada Lovelace,Moon,Roto,2026-03-16,2026-03-17,pencil,\n"
    )
    assert counts(report) == (0, 2, 0, 0)
    moved, penciled = await staffed.bookings()
    grace = (await staffed.artists())[1]
    assert (moved.artist_id, moved.title, moved.notes, moved.status) == (
        grace.id,
        "Final comp",
        "call first",
        Status.CONFIRMED,
    )
    assert moved.start == utc("2026-03-11 04:00")
    assert penciled.status is Status.PENCIL


async def test_what_went_further_since_stays_as_it_is(staffed):
    await staffed.send(WITH_IDS.replace("hold", "pencil"))
    for booking in await staffed.bookings():
        await staffed.do(ConfirmBooking(booking_id=booking.id))
    report = await staffed.send(WITH_IDS)
    assert counts(report) == (0, 0, 2, 0)
    assert "further along" in report.notes[0]


async def test_what_ended_since_stays_ended(staffed):
    await staffed.send(WITH_IDS)
    await staffed.do(ReleaseBooking(booking_id=(await staffed.bookings())[0].id))
    report = await staffed.send(WITH_IDS)
    assert counts(report) == (0, 0, 2, 0)
    assert "have ended" in report.notes[0]
    assert len(await staffed.bookings()) == 1


async def test_a_row_without_an_id_that_was_moved_by_hand_stays_where_it_was_moved(staffed):
    await staffed.send(BOOKINGS)
    booking = (await staffed.bookings())[0]
    start, end = utc("2026-04-06 08:00"), utc("2026-04-07 08:00")
    await staffed.do(MoveBooking(booking_id=booking.id, start=start, end=end))
    assert counts(await staffed.send(BOOKINGS)) == (0, 0, 3, 0)
    assert start in {one.start for one in await staffed.bookings()}


async def test_a_bad_row_keeps_everything_out_when_all_or_nothing_is_asked(staffed):
    report = await staffed.send(BOOKINGS + "Nobody,Moon,Ghost,2026-03-09,2026-03-10,hold\n")
    assert not report.written
    assert [(p.line, p.column, p.code) for p in report.problems] == [(5, "Artist", "unknown_artist")]
    assert await staffed.bookings() == []


async def test_a_bad_row_is_left_out_when_that_is_asked(staffed):
    report = await staffed.send(BOOKINGS + "Nobody,Moon,Ghost,2026-03-09,2026-03-10,hold\n", mode="skip")
    assert report.written
    assert counts(report) == (3, 0, 0, 1)
    assert len(await staffed.bookings()) == 3


async def test_a_misspelt_name_is_answered_with_the_one_meant(staffed):
    report = await staffed.send("artist,project,start\nAda Lovelase,Mooon,2026-03-09\n")
    assert [(p.column, p.expected) for p in report.problems] == [
        ("artist", "did you mean “Ada Lovelace”?"),
        ("project", "did you mean “Moon”?"),
    ]


CLASH = BOOKINGS + "Zoë Müller,Moon,Clash,2026-03-17,2026-03-17,pencil\n"


@pytest.mark.parametrize("mode", ["atomic", "skip"])
async def test_a_double_booking_is_refused_with_its_row_and_what_is_in_the_way(staffed, mode):
    report = await staffed.send(CLASH, mode=mode)
    assert [(p.line, p.code) for p in report.problems] == [(5, "conflict")]
    assert "“Cut” (confirmed)" in report.problems[0].expected
    assert counts(report) == (3, 0, 0, 1)
    assert report.written is (mode == "skip")
    assert len(await staffed.bookings()) == (3 if mode == "skip" else 0)


async def test_a_dry_run_finds_the_same_and_writes_nothing(staffed):
    seq = await staffed.seq()
    dry = await staffed.send(CLASH, mode="skip", dry_run=True)
    assert not dry.written
    assert await staffed.seq() == seq
    real = await staffed.send(CLASH, mode="skip")
    assert (counts(dry), dry.problems) == (counts(real), real.problems)


async def test_a_spoilt_file_is_still_rehearsed_so_that_all_problems_show_at_once(staffed):
    report = await staffed.send(CLASH + "Nobody,Moon,Ghost,2026-03-09,2026-03-10,hold\n")
    assert [(p.line, p.code) for p in report.problems] == [(5, "conflict"), (6, "unknown_artist")]


async def test_holds_of_the_file_do_not_stand_in_the_way_of_its_confirmed_work(staffed):
    report = await staffed.send(
        "artist,title,start,end,status\nAda Lovelace,later,2026-03-09,2026-03-10,hold\n"
        "Ada Lovelace,first,2026-03-10,2026-03-11,pencil\n"
    )
    assert report.problems == ()


async def test_rows_that_stand_twice_count_once(staffed):
    row = "Ada Lovelace,Moon,Twice,2026-03-09,2026-03-09,hold\n"
    report = await staffed.send("artist,project,title,start,end,status\n" + row * 2)
    assert counts(report) == (1, 0, 1, 0)
    assert "more than once" in report.notes[0]


async def test_two_rows_that_contradict_each_other_are_a_problem(staffed):
    report = await staffed.send(WITH_IDS + "B1,Ada Lovelace,Moon,Comp,2026-05-04,2026-05-05,hold\n")
    assert [(p.line, p.code) for p in report.problems] == [(4, "duplicate")]


async def test_a_change_made_meanwhile_to_another_field_is_kept(staffed):
    ada = (await staffed.artists())[0]
    await staffed.do(EditArtist(artist_id=ada.id, notes="prefers mornings"))
    await staffed.send(ARTISTS.replace("450,50", "480"))
    ada = (await staffed.artists())[0]
    assert (ada.notes, ada.rate.amount) == ("prefers mornings", 480)


async def test_progress_is_told_and_only_goes_on(staffed):
    told = []
    rows = "".join(f"Ada Lovelace,Moon,Shot {n},2026-{4 + n // 28:02}-{n % 28 + 1:02}\n" for n in range(200))
    await staffed.send("artist,project,title,start\n" + rows, tell=told.append)
    stages = [one.stage for one in told]
    assert stages == sorted(stages, key=["reading", "comparing", "writing", "done"].index)
    written = [one.done for one in told if one.stage == "writing"]
    assert written == sorted(written)
    assert (written[-1], told[-1].total) == (200, 200)


async def test_a_freelancer_imports_nothing(staffed):
    report = await staffed.send(
        ARTISTS.replace("450,50", "9"), actor=staffed.member("freelancer"), mode="skip"
    )
    assert {p.code for p in report.problems} <= {"forbidden", "not_found"}
    assert (await staffed.artists())[0].rate.amount == 450.5


async def test_another_studio_with_the_same_file_gets_records_of_its_own(studio, pool):
    await studio.send(ARTISTS)
    other = type(studio)(pool, studio.executor)
    await other.open()
    assert counts(await other.send(ARTISTS)) == (3, 0, 0, 0)
    assert not {a.id for a in await studio.artists()} & {a.id for a in await other.artists()}


CALENDAR = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:weekly@x
DTSTART;TZID=Europe/London:20260323T090000
DTEND;TZID=Europe/London:20260323T100000
RRULE:FREQ=WEEKLY;COUNT=3
EXDATE;TZID=Europe/London:20260330T090000
SUMMARY:Dailies
END:VEVENT
BEGIN:VEVENT
UID:day@x
DTSTART;VALUE=DATE:20260316
SUMMARY:Dentist
STATUS:TENTATIVE
END:VEVENT
END:VCALENDAR
"""


async def test_a_calendar_goes_onto_an_artist_and_twice_changes_nothing(staffed):
    report = await staffed.send(CALENDAR, artist="ada@x.example")
    assert counts(report) == (3, 0, 0, 0)
    assert [(one.title, one.start, one.status) for one in await staffed.bookings()] == [
        ("Dentist", utc("2026-03-16 00:00"), Status.HOLD),
        ("Dailies", utc("2026-03-23 09:00"), Status.CONFIRMED),
        ("Dailies", utc("2026-04-06 08:00"), Status.CONFIRMED),
    ]
    assert counts(await staffed.send(CALENDAR, artist="Ada Lovelace")) == (0, 0, 3, 0)


async def test_an_event_that_moved_in_the_calendar_moves_here(staffed):
    await staffed.send(CALENDAR, artist="A1")
    report = await staffed.send(CALENDAR.replace("DATE:20260316", "DATE:20260317"), artist="A1")
    assert counts(report) == (0, 1, 2, 0)


async def test_the_same_calendar_may_be_two_peoples(staffed):
    await staffed.send(CALENDAR, artist="A1")
    assert counts(await staffed.send(CALENDAR, artist="A2")) == (3, 0, 0, 0)


@pytest.mark.parametrize(("artist", "code"), [(None, "required"), ("Adda Lovelace", "unknown_artist")])
async def test_a_calendar_needs_an_artist_there_is(staffed, artist, code):
    report = await staffed.send(CALENDAR, artist=artist)
    assert [p.code for p in report.problems] == [code]
    assert not report.written


async def test_a_phase_is_found_in_its_project(staffed):
    small = "TaskID Duration Skill\n1\t8\tQ1: 1\n"
    await staffed.send(small, filename="Show.def")
    header = "artist,project,phase,title,start\n"
    assert (await staffed.send(header + "Ada Lovelace,Show,Task 1,Comp,2026-03-09\n")).problems == ()
    (booking,) = await staffed.bookings()
    assert booking.phase_id == (await staffed.phases())[0].id
    report = await staffed.send(header + "Ada Lovelace,Moon,Task 1,Comp,2026-03-10\n")
    assert [p.code for p in report.problems] == ["unknown_phase"]


async def test_a_file_that_cannot_be_read_reports_why(studio):
    report = await studio.send(b"PK\x03\x04")
    assert (report.written, report.problems[0].code) == (False, "wrong_kind")


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def test_files_of_one_dry_run_are_tried_on_each_other(studio):
    rehearsal = Rehearsal()
    for text, rows in ((ARTISTS, 3), (PROJECTS, 2), (BOOKINGS, 3)):
        report = await studio.send(text, dry_run=True, rehearsal=rehearsal)
        assert counts(report) == (rows, 0, 0, 0)
    again = await studio.send(BOOKINGS, dry_run=True, rehearsal=rehearsal)
    assert counts(again) == (0, 0, 3, 0)
    assert await studio.seq() == 0
