"""Bytes of an upload: encodings, sizes, and files that are no text."""

import pytest

from server.imports.problems import Problem
from server.imports.text import MAX_BYTES, decode

NAMES = "Künstler;Größe\nZoë;10 €\n"


@pytest.mark.parametrize(
    "data",
    [
        NAMES.encode(),
        b"\xef\xbb\xbf" + NAMES.encode(),
        b"\xff\xfe" + NAMES.encode("utf-16-le"),
        b"\xfe\xff" + NAMES.encode("utf-16-be"),
        b"\xff\xfe\x00\x00" + NAMES.encode("utf-32-le"),
        NAMES.encode("cp1252"),
    ],
    ids=["utf-8", "utf-8 with mark", "utf-16 le", "utf-16 be", "utf-32 le", "windows-1252"],
)
def test_the_encodings_spreadsheets_write_give_the_same_text(data):
    assert decode(data) == NAMES


@pytest.mark.parametrize("data", [b"", b"  \r\n\t\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_called_empty(data):
    assert code_of(decode(data)) == "empty_file"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"PK\x03\x04rest of a workbook", "workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 older workbook", ".xls"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\x89PNG\r\n", "picture"),
        (b"  <!DOCTYPE html><html>", "web"),
    ],
)
def test_another_kind_of_file_is_named_with_a_remedy(data, word):
    found = decode(data)
    assert code_of(found) == "wrong_kind"
    assert word in found.reason
    assert found.expected
    assert found.blocks_file


def test_a_workbook_is_to_be_saved_as_csv():
    assert "save it as “CSV UTF-8”" in decode(b"PK\x03\x04").expected


def test_nul_bytes_are_refused_with_their_line():
    found = decode(b"name\nAda\nGr\x00ce\n")
    assert code_of(found) == "not_text"
    assert found.line == 3


def test_nul_bytes_inside_marked_text_are_refused_too():
    assert code_of(decode(b"\xff\xfe" + "name\nA\x00da".encode("utf-16-le"))) == "not_text"


def test_a_byte_that_windows_does_not_know_is_named():
    found = decode(b"name\nAda\nG\x81ce\n")
    assert code_of(found) == "bad_encoding"
    assert found.line == 3
    assert "0x81" in found.reason


def test_a_file_that_is_too_large_is_refused_before_it_is_read():
    assert code_of(decode(b"a" * (MAX_BYTES + 1))) == "too_large"


def code_of(found):
    assert isinstance(found, Problem)
    return found.code
