"""The vocabulary of imported files."""

import pytest

from server.imports.headers import CSV_KINDS, REQUIRED
from server.imports.words import plain, words


@pytest.mark.parametrize("kind", CSV_KINDS)
def test_no_header_means_two_columns(kind):
    columns = words().columns[kind]
    names = [name for synonyms in columns.values() for name in set(synonyms)]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("kind", CSV_KINDS)
def test_the_documented_name_of_a_column_comes_first(kind):
    assert all(synonyms[0] == plain(key) for key, synonyms in words().columns[kind].items())
    assert {key for group in REQUIRED[kind] for key in group} <= set(words().columns[kind])


def test_every_month_and_weekday_is_known():
    assert set(words().months.values()) == set(range(1, 13))
    assert {day for days in words().weekdays.values() for day in days} == set(range(7))


def test_words_are_compared_without_case_accents_and_punctuation():
    assert plain(" Künstler_Name. ") == "kunstlername"
    assert plain("DÉBUT") == "debut"
