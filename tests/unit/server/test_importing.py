"""What the command line says of an import."""

from pathlib import Path

import pytest

from server.importing import ImportFault, line_of, read_options, read_source, report_lines
from server.imports.drafts import ImportOptions
from server.imports.problems import problem
from server.imports.report import Report


def test_a_problem_says_where_what_and_what_instead():
    told = line_of(
        problem("date", "there is no such day", line=3, column="Start", value="31.02.", expected="a day")
    )
    assert told == "line 3, Start “31.02.”: there is no such day (expected a day)"


def test_a_problem_of_the_whole_file_has_no_place():
    assert line_of(problem("empty", "the file is empty", blocks_file=True)) == "the file is empty"


def test_a_report_ends_with_what_came_of_it():
    report = Report(kind="artists", mode="skip", dry_run=False, written=True, rows=3, created=2, refused=1)
    assert report_lines("a.csv", report) == ["a.csv: imported; 3 rows: 2 created, 1 refused"]


def test_a_dry_run_says_so():
    report = Report(kind="artists", mode="atomic", dry_run=True, written=False, rows=1, created=1)
    assert report_lines("a.csv", report) == ["a.csv: dry run, nothing was written; 1 row: 1 would be created"]


def test_options_left_out_keep_their_defaults():
    assert read_options({"kind": None, "currency": None}) == ImportOptions()


@pytest.mark.parametrize("given", [{"kind": "songs"}, {"start": "31.12.2026"}, {"date_order": "ymd"}])
def test_a_wrong_option_is_one_sentence(given):
    with pytest.raises(ImportFault, match="an option cannot be used") as caught:
        read_options(given)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(ImportFault, match=r"gone\.csv cannot be read: No such file"):
        read_source(Path(tmp_path / "gone.csv"), ImportOptions())
