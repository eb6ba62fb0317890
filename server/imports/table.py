"""From text to a table: the separator, the header row, and rows numbered as a spreadsheet numbers them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from server.imports.headers import CsvKind, columns_of, recognised
from server.imports.problems import Problem, problem

SEPARATORS = (",", ";", "\t", "|")
MAX_ROWS = 20_000
"""Rows of one file: as many items as one all-or-nothing change may have."""
_HEADER_WITHIN = 10
_SENTINEL = "\ue000 end of file \ue000"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One data row: its number in the spreadsheet, and its cells by column key, without empty ones."""

    line: int
    cells: Mapping[str, str]


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """Where the header is, what separates its cells, and the cells."""

    separator: str
    line: int
    cells: tuple[str, ...]


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A header that was understood and the rows under it.

    `titles` gives each known column key the header as the file spells it; `ignored` lists the headers
    that mean nothing here.
    """

    titles: Mapping[str, str]
    ignored: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


def find_header(text: str) -> Header | Problem:
    """Return the header of `text`, or why there is none.

    Header and separator are the ones under which most cells are known column names, so a title line above the
    header or a comma inside a quoted cell does not mislead.
    """
    body, named = _without_separator_line(text)
    best: Header | None = None
    most = 0
    for separator in (named,) if named else SEPARATORS:
        for line, cells in _first_rows(body, separator):
            known = recognised(cells)
            if known > most:
                best, most = Header(separator=separator, line=line, cells=tuple(cells)), known
    return best if best is not None else _no_header(body)


def read_table(text: str, kind: CsvKind) -> Table | Problem:
    """Return the table in `text` read as `kind`, or why it cannot be read as that."""
    header = find_header(text)
    if isinstance(header, Problem):
        return header
    columns = columns_of(kind, header.cells)
    if isinstance(columns, Problem):
        return msgspec.structs.replace(columns, line=header.line)
    body, _ = _without_separator_line(text)
    rows, problems = _rows(body, header, columns)
    if not rows and not problems:
        problems = [
            problem("no_rows", "there is no row under the header", line=header.line, blocks_file=True)
        ]
    used = set(columns.values())
    return Table(
        titles={key: header.cells[index].strip() for key, index in columns.items()},
        ignored=tuple(
            cell.strip() for index, cell in enumerate(header.cells) if index not in used and cell.strip()
        ),
        rows=tuple(rows),
        problems=tuple(problems),
    )


def _rows(body: str, header: Header, columns: Mapping[str, int]) -> tuple[list[Row], list[Problem]]:
    rows: list[Row] = []
    line = header.line
    try:
        for line, cells in _numbered(body, header.separator):
            if line <= header.line:
                continue
            if cells is None:
                return rows, [_open_quote(line)]
            picked = _pick(cells, columns)
            if picked:
                rows.append(Row(line=line, cells=picked))
            if len(rows) > MAX_ROWS:
                return [], [_too_many(line)]
    except csv.Error as fault:
        return rows, [_bad_cell(line + 1, str(fault))]
    return rows, []


def _pick(cells: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    count = len(cells)
    return {key: value for key, index in columns.items() if index < count and (value := cells[index].strip())}


def _numbered(body: str, separator: str) -> Iterator[tuple[int, list[str] | None]]:
    """Yield (row number, cells); cells is None for a row whose quote is still open at the end of the file.

    Python's reader takes an unclosed quote as the rest of the file without a word. The line appended here
    shows it: it comes back as a row of its own only where every quote was closed.
    """
    lines = io.StringIO(body if body.endswith(("\n", "\r")) else body + "\n", newline="")
    reader = csv.reader(_and_sentinel(lines), delimiter=separator, skipinitialspace=separator != "\t")
    pending: list[str] | None = None
    line = 0
    try:
        for cells in reader:
            if pending is not None:
                yield line, pending
            pending, line = cells, line + 1
    except csv.Error:
        if pending is not None:
            yield line, pending
        raise
    if pending != [_SENTINEL]:
        yield line, None


def _and_sentinel(lines: Iterator[str]) -> Iterator[str]:
    yield from lines
    yield _SENTINEL


def _first_rows(body: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    try:
        for line, cells in _numbered(body, separator):
            if line > _HEADER_WITHIN or cells is None:
                return
            yield line, cells
    except csv.Error:
        return


def _without_separator_line(text: str) -> tuple[str, str | None]:
    """Return text without Excel's “sep=;” line, and the separator it names.

    Excel does not show that line as a row, so it is not counted either.
    """
    first = text[:16].partition("\n")[0].strip("\r").strip('"')
    if len(first) == len("sep=;") and first.casefold().startswith("sep=") and first[4] in SEPARATORS:
        return text.partition("\n")[2], first[4]
    return text, None


def _no_header(body: str) -> Problem:
    return problem(
        "no_header",
        f"none of the first {_HEADER_WITHIN} rows names a known column",
        line=1,
        value=body.lstrip()[:200].splitlines()[0] if body.strip() else "",
        expected="a header row such as “artist,project,title,start,end,status”",
        blocks_file=True,
    )


def _open_quote(line: int) -> Problem:
    return problem(
        "open_quote",
        "a quotation mark that opens in this row is never closed, so everything below it is one cell",
        line=line,
        expected='a closing ", or none at all',
        blocks_file=True,
    )


def _bad_cell(line: int, reason: str) -> Problem:
    return problem(
        "bad_cell",
        f"a cell could not be read ({reason}); usually a quotation mark is never closed",
        line=line,
        expected=f"cells of at most {csv.field_size_limit():,} characters",
        blocks_file=True,
    )


def _too_many(line: int) -> Problem:
    return problem(
        "too_many_rows",
        f"the file has more than {MAX_ROWS:,} rows",
        line=line,
        expected=f"at most {MAX_ROWS:,} rows a file; split it",
        blocks_file=True,
    )
