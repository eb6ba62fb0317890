"""Rows and headers: separators, quoting, and the numbers a spreadsheet shows."""

import pytest

from server.imports.problems import Problem
from server.imports.table import MAX_ROWS, Table, find_header, read_table

PLAIN = "artist,project,title,start,end\nAda,Moon,Comp,2026-01-05,2026-01-06\n"


def read(text, kind="bookings"):
    table = read_table(text, kind)
    assert isinstance(table, Table), table
    return table


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(separator):
    table = read(PLAIN.replace(",", separator))
    assert table.rows[0].cells["title"] == "Comp"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_read(ending):
    assert len(read(PLAIN.replace("\n", ending)).rows) == 1


def test_commas_inside_quoted_cells_do_not_mislead():
    table = read('artist;title;start\n"Lovelace, Ada";"a, b, c, d, e, f";2026-01-05\n')
    assert table.rows[0].cells["artist"] == "Lovelace, Ada"


def test_a_line_naming_the_separator_is_taken_at_its_word_and_not_counted():
    table = read("sep=;\nartist;start\nAda;2026-01-05\n")
    assert table.rows[0].line == 2


def test_rows_have_the_numbers_a_spreadsheet_shows():
    table = read('artist,notes,start\nAda,"two\nlines",2026-01-05\n\nGrace,,2026-01-06\n')
    assert [row.line for row in table.rows] == [2, 4]
    assert table.rows[0].cells["notes"] == "two\nlines"


def test_a_title_above_the_header_is_skipped():
    table = read("Bookings of the week;;\n;;\nArtist;Start;End\nAda;2026-01-05;2026-01-06\n")
    assert [row.line for row in table.rows] == [4]


def test_rows_without_any_known_cell_are_left_out():
    assert len(read("artist,start,mood\nAda,2026-01-05,\n,,happy\n,,\n").rows) == 1


def test_short_and_long_rows_are_read_as_far_as_they_go():
    table = read("artist,title,start\nAda\nGrace,Comp,2026-01-05,more,and more\n")
    assert dict(table.rows[0].cells) == {"artist": "Ada"}
    assert table.rows[1].cells["start"] == "2026-01-05"


def test_unknown_columns_are_ignored_and_named():
    assert read("artist,start,favourite tea\nAda,2026-01-05,Assam\n").ignored == ("favourite tea",)


@pytest.mark.parametrize(
    "header",
    [
        "ARTIST,Start",
        "  artist ,start_date",
        "Künstler,Beginn",
        "Artiste,Début",
        "Artista,Fecha de inicio",
        "Resource,Start Date",
    ],
)
def test_headers_are_known_in_other_spellings_and_languages(header):
    table = read(f"{header}\nAda,2026-01-05\n")
    assert dict(table.rows[0].cells) == {"artist": "Ada", "start": "2026-01-05"}


def test_titles_are_kept_as_the_file_spells_them():
    assert read("Künstler;Beginn\nAda;2026-01-05\n").titles == {"artist": "Künstler", "start": "Beginn"}


def test_a_quote_that_is_never_closed_is_named_by_its_row():
    found = read_table(
        'artist,title,start\nAda,ok,2026-01-05\nGrace,"oops,2026-01-06\nZoë,x,2026-01-07\n', "bookings"
    )
    problem = found.problems[0]
    assert (problem.code, problem.line, problem.blocks_file) == ("open_quote", 3, True)


def test_a_quote_that_swallows_a_huge_file_is_named_too():
    text = "artist,title,start\n" + 'Ada,"oops,2026-01-05\n' + "Grace,x,2026-01-06\n" * 20_000
    problem = read_table(text, "bookings").problems[0]
    assert (problem.code, problem.line) == ("bad_cell", 2)


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("hello\nworld\n", "bookings", "no_header"),
        ("artist,start,end\n", "bookings", "no_rows"),
        ("artist,start,end\n\n,,\n", "bookings", "no_rows"),
        ("artist,title\nAda,Comp\n", "bookings", "missing_column"),
        ("client,colour\nAcme,red\n", "projects", "missing_column"),
        ("who,name,start\nAda,Grace,2026-01-05\n", "bookings", "duplicate_column"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(text, kind, code):
    found = read_table(text, kind)
    problem = found if isinstance(found, Problem) else found.problems[0]
    assert problem.code == code
    assert problem.blocks_file


def test_the_documented_header_wins_over_a_synonym():
    table = read("name,artist,start\nComp,Ada,2026-01-05\n")
    assert table.rows[0].cells["artist"] == "Ada"


def test_a_file_with_too_many_rows_is_to_be_split():
    text = "artist,start\n" + "Ada,2026-01-05\n" * (MAX_ROWS + 1)
    problem = read_table(text, "bookings").problems[0]
    assert problem.code == "too_many_rows"
    assert "split" in problem.expected


def test_the_header_is_found_with_its_separator_and_row():
    header = find_header("\n\nName|Skills|Rate\nAda|Comp|450\n")
    assert (header.separator, header.line, header.cells) == ("|", 3, ("Name", "Skills", "Rate"))
