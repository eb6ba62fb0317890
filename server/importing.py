"""The import of the command line: files in, a report a person can act upon out."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
from uuid_utils.compat import uuid7

from db.pool import Pool
from scheduling.model import Tenant
from scheduling.permissions import system_actor
from server.imports.drafts import ImportOptions
from server.imports.problems import Problem
from server.imports.rehearse import Rehearsal
from server.imports.report import Progress, Report
from server.imports.run import Importer, Source, run_import
from server.studios import write_path
from server.terminal import Terminal

MAX_BYTES = 64 * 1024 * 1024

_STAGES = {
    "waiting": "Waiting",
    "reading": "Reading",
    "comparing": "Comparing",
    "writing": "Writing",
    "done": "Done",
}


class ImportFault(Exception):
    """A file or an option cannot be used at all; `str()` is one sentence."""


def read_options(given: dict[str, Any]) -> ImportOptions:
    """The options of the command line. Raises `ImportFault` naming the one that is wrong."""
    start = given.pop("start", None)
    try:
        if start:
            given["start"] = date.fromisoformat(start)
        return msgspec.convert(
            {name: value for name, value in given.items() if value is not None}, ImportOptions
        )
    except (msgspec.ValidationError, ValueError) as error:
        raise ImportFault(f"an option cannot be used: {error}") from error


def read_source(path: Path, options: ImportOptions) -> Source:
    """A file with how to take it. Raises `ImportFault`."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ImportFault(f"{path} is larger than {MAX_BYTES // 1024 // 1024} MB")
        return Source(data=path.read_bytes(), filename=path.name, options=options)
    except OSError as error:
        raise ImportFault(f"{path} cannot be read: {error.strerror}") from error


async def import_file(
    pool: Pool, tenant: Tenant, source: Source, terminal: Terminal, rehearsal: Rehearsal | None = None
) -> bool:
    """Import one file for the studio and print its report; says whether it went in, or would have.

    In a dry run of several files each is tried on what the earlier ones would leave: `rehearsal`.
    """

    def tell(progress: Progress) -> None:
        stage = f"{_STAGES[progress.stage]} {source.filename}"
        terminal.progress(stage, progress.done, progress.total)

    async with write_path(pool) as executor:
        report = await run_import(
            Importer(executor=executor, pool=pool),
            system_actor(tenant.id, "Import"),
            source,
            run_id=uuid7(),
            now=datetime.now(UTC),
            tell=tell,
            rehearsal=rehearsal,
        )
    for line in report_lines(source.filename, report):
        terminal.say(line)
    return report.written or (report.dry_run and report.ok)


def report_lines(filename: str, report: Report) -> list[str]:
    """A report as lines of text, problems first, what came of it last."""
    lines = [f"{filename}: {line_of(problem)}" for problem in report.problems]
    if report.problems_total > len(report.problems):
        lines.append(f"{filename}: … and {report.problems_total - len(report.problems)} more problems")
    lines += [f"{filename}: {note}" for note in report.notes]
    counts = [
        f"{count} {said}" for word, said in _words(written=report.written) if (count := getattr(report, word))
    ]
    rows = f"{report.rows} {'row' if report.rows == 1 else 'rows'}"
    return [*lines, f"{filename}: {_outcome(report)}; {rows}: {', '.join(counts) or 'nothing'}"]


def _words(*, written: bool) -> tuple[tuple[str, str], ...]:
    """How each count of a report is said: what was not written only would have happened."""
    would = "" if written else "would be "
    return (
        ("created", f"{would}created"),
        ("changed", f"{would}changed"),
        ("unchanged", "unchanged"),
        ("skipped", "skipped"),
        ("refused", "refused"),
    )


def _outcome(report: Report) -> str:
    if report.dry_run:
        return "dry run, nothing was written"
    return "imported" if report.written else "nothing was written"


def line_of(problem: Problem) -> str:
    """`line 3, Start “31.02.”: there is no such day (expected …)`."""
    place = ", ".join(
        part
        for part in (
            f"line {problem.line}" if problem.line else "",
            problem.column or "",
        )
        if part
    )
    value = f" “{problem.value}”" if problem.value is not None else ""
    expected = f" (expected {problem.expected})" if problem.expected else ""
    return f"{place}{value}: {problem.reason}{expected}".removeprefix(": ")
