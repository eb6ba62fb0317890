"""iMOPSE project files and the first place of their tasks on the calendar."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scheduling.model import Rate, Skill, SkillNeed
from server.imports.drafts import ImportOptions
from server.imports.imopse import read_imopse
from server.imports.layout import Cycle, lay_out

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
SMALL = Path(__file__).with_name("small.def").read_text()


def read(text=SMALL, options=None):
    return read_imopse(text, "upload.def", options or ImportOptions(), now=NOW, zone="Europe/Berlin")


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_file_becomes_a_project_with_artists_phases_and_dependencies():
    parsed = read()
    assert parsed.problems == ()
    assert parsed.projects[0].name == "small_show"
    assert len(parsed.artists) == 2
    assert len(parsed.phases) == 5
    assert [(d.before[-1], d.after[-1]) for d in parsed.dependencies] == [
        ("1", "2"),
        ("2", "4"),
        ("3", "4"),
        ("4", "5"),
    ]
    assert parsed.rows == 12


def test_people_have_their_skills_and_the_rate_of_a_day():
    artist = read(options=ImportOptions(currency="PLN")).artists[0]
    assert artist.skills == (Skill(name="Q0", level=2), Skill(name="Q1", level=0))
    assert artist.rate == Rate(amount=102.4, currency="PLN")
    assert artist.external_id == "imopse small_show person 1"


def test_tasks_have_the_skill_they_need_and_their_hours():
    phase = read().phases[2]
    assert (phase.name, phase.duration_hours) == ("Task 3", 20)
    assert phase.skills == (SkillNeed(name="Q0", level=2),)


def test_tasks_begin_on_the_next_monday_and_wait_for_their_predecessors():
    phases = {phase.name: phase for phase in read().phases}
    assert phases["Task 1"].start == utc("2026-03-09 08:00")
    assert phases["Task 1"].end == utc("2026-03-09 12:00")
    assert (phases["Task 2"].start, phases["Task 2"].end) == (
        utc("2026-03-09 12:00"),
        utc("2026-03-10 12:00"),
    )
    assert phases["Task 3"].end == utc("2026-03-11 10:00")
    assert phases["Task 4"].start == phases["Task 3"].end


def test_work_goes_on_over_the_weekend_without_working_in_it():
    parsed = read(options=ImportOptions(start=date(2026, 3, 27)))
    last = parsed.phases[2]
    assert (last.start, last.end) == (utc("2026-03-27 08:00"), utc("2026-03-31 09:00"))


def test_without_a_start_in_the_options_dates_are_only_proposed():
    assert read().proposed >= {"start", "end", "name"}
    assert "start" not in read(options=ImportOptions(start=date(2026, 3, 9))).proposed


def test_the_name_of_the_upload_stands_in_for_a_missing_one():
    assert read(SMALL.replace("File name: small_show.def\n", "")).projects[0].name == "upload"


def test_a_windows_path_gives_its_last_part():
    assert read(SMALL.replace("small_show.def", r"C:\data\big_A.def")).projects[0].name == "big_A"


def test_other_counts_of_relations_are_only_noted():
    assert "9 precedence relations" in read(SMALL.replace("relations: 4", "relations: 9")).notes[0]


def test_tasks_nobody_can_do_are_noted():
    assert "task 3" in read(SMALL.replace("Q0: 2 \t  Q1: 0", "Q0: 1 \t  Q1: 0")).notes[0]


@pytest.mark.parametrize(
    ("old", "new", "line", "code"),
    [
        ("4\t \t \t6\t Q1: 1", "4\t \t \tsix\t Q1: 1", 19, "bad_line"),
        ("4\t \t \t6\t Q1: 1", "4\t \t \t6\t Q1", 19, "bad_line"),
        ("4\t \t \t6\t Q1: 1", "4\t \t \t0\t Q1: 1", 19, "bad_line"),
        ("4\t \t \t6\t Q1: 1", "4\t \t \t6\t Q1: 11", 19, "bad_line"),
        ("2\t \t \t40.0", "2\t \t \tmuch", 13, "bad_line"),
        ("Q1: 1 \t \n====", "Q1 1 \t \n====", 13, "bad_line"),
        ("5\t18\tQ1: 1\t4", "5\t18\tQ1: 1\t7", 20, "bad_predecessor"),
        ("5\t18\tQ1: 1\t4", "5\t18\tQ1: 1\t5", 20, "bad_predecessor"),
        ("5\t18\tQ1: 1\t4", "4\t18\tQ1: 1\t1", 20, "duplicate"),
        ("1\t \t \t4\t Q0: 1\t \t", "1\t \t \t4\t Q0: 1\t \t4", 16, "cycle"),
        ("5\t18\tQ1: 1\t4\n", "", None, "cut_off"),
        ("Resources: 2", "Resources: 3", None, "cut_off"),
    ],
)
def test_a_damaged_file_is_refused_with_the_line(old, new, line, code):
    assert old in SMALL
    parsed = read(SMALL.replace(old, new, 1))
    assert [(p.code, p.line) for p in parsed.problems] == [(code, line)]
    assert parsed.blocked


def test_a_circle_is_spelled_out():
    parsed = read(SMALL.replace("1\t \t \t4\t Q0: 1\t \t", "1\t \t \t4\t Q0: 1\t \t4"))
    assert "1 → 2 → 4 → 1" in parsed.problems[0].reason or "→" in parsed.problems[0].reason


def test_a_file_without_tasks_says_so():
    assert [p.code for p in read("ResourceID\tSalary\tSkills\n1\t5\tQ0: 1\n").problems] == ["no_rows"]


def test_work_beyond_the_calendar_is_refused():
    tasks = "".join(f"{n}\t2000\tQ0: 1\t{n - 1 if n > 1 else ''}\n" for n in range(1, 200))
    parsed = read(f"TaskID Duration Skill Predecessors\n{tasks}")
    assert [p.code for p in parsed.problems] == ["out_of_range"]


# -- layout ------------------------------------------------------------------------------


def test_layout_uses_only_working_hours_of_the_zone():
    places = lay_out({"a": (9.0, ()), "b": (1.0, ("a",))}, start=date(2026, 7, 3), zone="America/New_York")
    assert places["a"] == (utc("2026-07-03 13:00"), utc("2026-07-03 22:00"))
    assert places["b"] == (utc("2026-07-06 13:00"), utc("2026-07-06 14:00"))


def test_layout_names_a_circle():
    assert isinstance(
        lay_out({"a": (1.0, ("b",)), "b": (1.0, ("a",))}, start=date(2026, 1, 1), zone="UTC"), Cycle
    )
