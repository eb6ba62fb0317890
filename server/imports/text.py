"""From the bytes of an upload to text: size, encoding, and files that are no text at all."""

from __future__ import annotations

from server.imports.problems import Problem, problem

MAX_BYTES = 32 * 1024 * 1024
"""Largest file that is read, in bytes; 10,000 bookings are about one."""

_BYTE_ORDER_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)

_SAVE_AS_CSV = "open it in the spreadsheet program and save it as “CSV UTF-8”"

_OTHER_KINDS = (
    (b"PK\x03\x04", "an Excel, LibreOffice or Numbers workbook (or another zip archive)", _SAVE_AS_CSV),
    (b"PK\x05\x06", "an empty zip archive", _SAVE_AS_CSV),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook of the older .xls kind", _SAVE_AS_CSV),
    (b"%PDF-", "a PDF document", "export the table itself as CSV"),
    (b"{\\rtf", "a rich-text document", "export the table itself as CSV"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"\x89PNG", "a picture", "a CSV, .ics or .def file"),
    (b"\xff\xd8\xff", "a picture", "a CSV, .ics or .def file"),
)

_TEXT_KINDS = "a CSV, iCalendar (.ics) or iMOPSE (.def) file"


def decode(data: bytes) -> str | Problem:
    """Return the text of `data` without its byte order mark, or why it is no text.

    A byte order mark decides. Without one, bytes that are valid UTF-8 are UTF-8, everything else is
    Windows-1252, which is what spreadsheets write when they do not write UTF-8. There is no guessing by
    letter statistics: a wrong guess would store wrong names without anybody noticing.
    """
    refused = _not_text(data)
    if refused is not None:
        return refused
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode_as(data[len(mark) :], encoding)
    if b"\x00" in data:
        return _with_nul(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_as(data, "cp1252")


def _not_text(data: bytes) -> Problem | None:
    if len(data) > MAX_BYTES:
        return problem(
            "too_large",
            f"the file has {len(data):,} bytes",
            expected=f"at most {MAX_BYTES:,} bytes; split it into several files",
            blocks_file=True,
        )
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        return problem("empty_file", "the file is empty", expected=_TEXT_KINDS, blocks_file=True)
    for magic, what, remedy in _OTHER_KINDS:
        if data.startswith(magic):
            return problem("wrong_kind", f"this is {what}, not text", expected=remedy, blocks_file=True)
    if data[:512].lstrip().lower().startswith((b"<!doctype html", b"<html", b"<?xml")):
        return problem("wrong_kind", "this is a web or XML page", expected=_TEXT_KINDS, blocks_file=True)
    return None


def _decode_as(data: bytes, encoding: str) -> str | Problem:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        return problem(
            "bad_encoding",
            f"byte {fault.start} (0x{data[fault.start]:02x}) is neither UTF-8 nor {encoding}",
            line=line,
            expected="save the file as “CSV UTF-8”",
            blocks_file=True,
        )
    if "\x00" in text:
        return _with_nul(data)
    return text


def _with_nul(data: bytes) -> Problem:
    line = data[: data.index(b"\x00")].count(b"\n") + 1
    return problem(
        "not_text",
        "the file contains NUL bytes, so it is binary, damaged, or UTF-16 without a byte order mark",
        line=line,
        expected="save the file as “CSV UTF-8”",
        blocks_file=True,
    )
