"""CSV files of artists, projects and bookings, to drafts and problems."""

import csv
import io
from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scheduling.model import Rate, Skill, Status, WorkingHours
from server.imports.csv_files import read_csv
from server.imports.dates import DateOrder, When
from server.imports.drafts import ImportOptions, Reference
from server.imports.text import decode

wall = datetime.fromisoformat

ANY = ImportOptions()


def test_an_artist_is_read_with_everything_a_row_may_say():
    parsed = read_csv(
        "Name;E-Mail;Personalnummer;Fähigkeiten;Zeitzone;Arbeitszeit;Tagessatz;Tags;Notizen;Aktiv\n"
        "Ada  Lovelace;ada@analytical.example;A-1;Compositing:senior, Roto (3);Europe/London;Mo-Fr 10-19;"
        "450,50 £;remote, staff;first;nein\n",
        "artists",
        ANY,
    )
    assert parsed.problems == ()
    artist = parsed.artists[0]
    assert artist.name == "Ada Lovelace"
    assert artist.email == "ada@analytical.example"
    assert artist.external_id == "A-1"
    assert artist.skills == (Skill(name="Compositing", level=7), Skill(name="Roto", level=3))
    assert artist.zone == "Europe/London"
    assert artist.working_hours[0] == WorkingHours(day=0, start="10:00", end="19:00")
    assert artist.rate == Rate(amount=450.5, currency="GBP")
    assert artist.tags == ("remote", "staff")
    assert artist.active is False


def test_first_and_last_names_make_a_name():
    parsed = read_csv("Vorname,Nachname,Skills\nAda,Lovelace,Comp\n", "artists", ANY)
    assert parsed.artists[0].name == "Ada Lovelace"


def test_empty_cells_say_nothing():
    artist = read_csv("name,skills,zone,notes\nAda,,,\n", "artists", ANY).artists[0]
    assert (artist.skills, artist.zone, artist.notes) == (None, None, None)


def test_every_bad_cell_of_a_row_is_reported():
    parsed = read_csv("name,zone,rate,email\nAda,Moon,cheap,nobody\n", "artists", ANY)
    assert parsed.artists == ()
    assert [(p.line, p.column, p.value, p.code) for p in parsed.problems] == [
        (2, "email", "nobody", "bad_email"),
        (2, "zone", "Moon", "bad_zone"),
        (2, "rate", "cheap", "bad_rate"),
    ]
    assert all(problem.expected for problem in parsed.problems)


def test_a_row_without_a_name_is_a_problem_of_that_row_only():
    parsed = read_csv("name,notes\n,nobody\nAda,somebody\n", "artists", ANY)
    assert [(p.line, p.code) for p in parsed.problems] == [(2, "required")]
    assert len(parsed.artists) == 1
    assert not parsed.blocked


def test_a_project_is_read():
    parsed = read_csv(
        "Projekt;Kunde;Farbe;Status;Start;Ende\nMoon;Selene GmbH;#abc;pausiert;5.1.2026;27.3.2026\n",
        "projects",
        ANY,
    )
    project = parsed.projects[0]
    assert (project.name, project.client, project.colour) == ("Moon", "Selene GmbH", "#aabbcc")
    assert (project.status, project.start, project.end) == ("on_hold", date(2026, 1, 5), date(2026, 3, 27))


def test_a_project_that_ends_before_it_starts_is_a_problem():
    parsed = read_csv("project,client,start,end\nMoon,S,2026-03-01,2026-02-01\n", "projects", ANY)
    assert [p.code for p in parsed.problems] == ["bad_range"]


def booking(text, options=ANY):
    parsed = read_csv(text, "bookings", options)
    assert parsed.problems == (), parsed.problems
    return parsed.bookings[0]


def test_a_booking_with_days_only_is_for_whole_days():
    one = booking("artist,project,title,start,end,status\nAda,Moon,SQ010 comp,2026-01-05,2026-01-09,pencil\n")
    assert one.artist == Reference(key="artist", text="Ada")
    assert one.project == Reference(key="project", text="Moon")
    assert one.start == When(local=wall("2026-01-05"), whole_day=True)
    assert one.end == When(local=wall("2026-01-09"), whole_day=True)
    assert one.status is Status.PENCIL


def test_a_day_without_an_end_is_that_day():
    assert booking("artist,date\nAda,2026-01-05\n").end == When(local=wall("2026-01-05"), whole_day=True)


def test_times_may_stand_in_columns_of_their_own():
    one = booking(
        "Subject,Resource,Start Date,Start Time,End Date,End Time\n"
        "Comp,Ada,01/05/2026,9:00 AM,01/26/2026,5:30 PM\n"
    )
    assert one.start.local == wall("2026-01-05T09:00")
    assert one.end.local == wall("2026-01-26T17:30")
    assert not one.end.whole_day


def test_an_end_time_alone_is_on_the_day_of_the_start():
    one = booking("artist,start,end time\nAda,2026-01-05 09:00,12:30\n")
    assert one.end.local == wall("2026-01-05T12:30")


def test_an_external_id_is_what_a_booking_is_known_by():
    one = booking("artist email,booking id,start\nada@x.example,B-7,2026-01-05\n")
    assert one.external_id == "B-7"
    assert one.identity == "external id B-7"
    assert one.artist == Reference(key="artist_email", text="ada@x.example")


def test_the_order_of_dates_is_inferred_from_starts_and_ends_together():
    one = booking("artist,start,end\nAda,03/04/2026,25/04/2026\n")
    assert one.start.local == wall("2026-04-03")


def test_a_doubtful_file_asks_for_the_order_once_and_imports_nothing():
    parsed = read_csv(
        "artist,start,end\nAda,03/04/2026,05/04/2026\nGrace,06/07/2026,07/07/2026\n", "bookings", ANY
    )
    assert [(p.line, p.column, p.code) for p in parsed.problems] == [(2, "start", "ambiguous_date")]
    assert parsed.blocked


def test_a_doubtful_file_still_tells_what_else_is_wrong():
    parsed = read_csv("artist,start,zone\nAda,03/04/2026,Moon\n", "bookings", ANY)
    assert {p.code for p in parsed.problems} == {"ambiguous_date", "bad_zone"}


@pytest.mark.parametrize(("order", "month"), [("dmy", 4), ("mdy", 3)])
def test_the_order_may_be_given(order, month):
    one = booking("artist,start\nAda,03/04/2026\n", ImportOptions(date_order=order))
    assert one.start.local.month == month


def test_dates_against_the_given_order_are_problems_of_their_rows():
    parsed = read_csv(
        "artist,start\nAda,25/04/2026\nGrace,04/03/2026\n", "bookings", ImportOptions(date_order="mdy")
    )
    assert [(p.line, p.code) for p in parsed.problems] == [(2, "bad_date")]
    assert len(parsed.bookings) == 1


def test_bookings_that_have_ended_are_left_out_with_a_note():
    parsed = read_csv("artist,start,status\nAda,2026-01-05,cancelled\nAda,2026-01-06,hold\n", "bookings", ANY)
    assert (len(parsed.bookings), parsed.skipped) == (1, 1)
    assert "row 2" in parsed.notes[0]


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (",2026-01-05,,,", "artist", "required"),
        ("Ada,,,,", "start", "required"),
        ("Ada,2026-01-05 09:00,,,", "end", "required"),
        ("Ada,soon,,,", "start", "bad_date"),
        ("Ada,2026-01-05,later,,", "end", "bad_date"),
        ("Ada,2026-01-05,,Mars,", "zone", "bad_zone"),
        ("Ada,2026-01-05,,,perhaps", "status", "bad_status"),
    ],
)
def test_bad_booking_rows_name_their_column(row, column, code):
    parsed = read_csv(f"artist,start,end,zone,status\n{row}\n", "bookings", ANY)
    assert [(p.line, p.column, p.code) for p in parsed.problems] == [(2, column, code)]


def test_a_text_that_is_too_long_is_a_problem():
    parsed = read_csv(f"artist,start,title\nAda,2026-01-05,{'x' * 301}\n", "bookings", ANY)
    assert [(p.column, p.code) for p in parsed.problems] == [("title", "too_long_text")]
    assert len(parsed.problems[0].value or "") <= 80


def test_unknown_columns_are_noted():
    assert "mood" in read_csv("artist,start,mood\nAda,2026-01-05,good\n", "bookings", ANY).notes[0]


# -- the same rows in any dialect --------------------------------------------------------

_words = st.text(
    st.characters(codec="cp1252", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cf")),
    min_size=1,
    max_size=12,
)
_titles = st.lists(_words, min_size=1, max_size=3).map(" ".join)
_days = st.dates(date(2000, 1, 1), date(2099, 11, 30))
_rows = st.tuples(
    _titles, _titles, _days, st.integers(0, 30), st.sampled_from(["hold", "pencil", "confirmed"]), _titles
)

_FORMS = {
    "iso": "%Y-%m-%d",
    "german": "%d.%m.%Y",
    "british": "%d/%m/%Y",
    "american": "%m/%d/%Y",
    "spelled": "%d %b %Y",
}
_HEADERS = {
    "plain": ("artist", "title", "start", "end", "status", "notes"),
    "German": ("Künstler", "Titel", "Beginn", "Ende", "Status", "Notizen"),
    "shouted": ("ARTIST_NAME", "TASK", "START_DATE", "END_DATE", "STATE", "COMMENTS"),
    "French": ("Artiste", "Titre", "Début", "Fin", "Statut", "Commentaires"),
}


@settings(deadline=None)
@given(
    rows=st.lists(_rows, min_size=1, max_size=8),
    separator=st.sampled_from([",", ";", "\t", "|"]),
    form=st.sampled_from(sorted(_FORMS)),
    header=st.sampled_from(sorted(_HEADERS)),
    ending=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_rows_are_the_same_in_every_dialect(*, rows, separator, form, header, ending, encoding, quoting):
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator=ending, quoting=quoting)
    writer.writerow(_HEADERS[header])
    for artist, title, day, length, status, notes in rows:
        end = day + timedelta(days=length)
        writer.writerow([artist, title, f"{day:{_FORMS[form]}}", f"{end:{_FORMS[form]}}", status, notes])
    data = text.getvalue().encode(encoding)
    assume(encoding != "cp1252" or data.isascii() or not _is_utf8(data))  # then nobody can tell them apart
    decoded = decode(data)
    assert isinstance(decoded, str)
    orders: dict[str, DateOrder] = {"british": "dmy", "american": "mdy"}
    parsed = read_csv(decoded, "bookings", ImportOptions(date_order=orders.get(form)))
    assert parsed.problems == ()
    assert [
        (b.artist.text, b.title, b.start.local.date(), b.end.local.date(), b.status, b.notes)
        for b in parsed.bookings
    ] == [
        (artist, title, day, day + timedelta(days=length), Status(status), notes)
        for artist, title, day, length, status, notes in rows
    ]


def _is_utf8(data):
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
