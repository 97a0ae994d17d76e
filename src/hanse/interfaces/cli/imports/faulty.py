"""The rows of a file that did not go in, as they were, each with what is wrong: to be mended and brought again."""

from collections.abc import Iterator
from typing import IO

from hanse.interfaces.cli.imports.columns import WRONG, Header, is_chinese, label
from hanse.interfaces.cli.imports.models import ImportJob, ImportProblem
from hanse.interfaces.cli.imports.reading import Record
from hanse.interfaces.cli.imports.recognising import Table
from hanse.interfaces.web.spreadsheets import plain, writer


def said(problem: ImportProblem) -> str:
    """Return what is wrong with the column where it is."""
    return f"{label(problem.column)}: {problem.expected}" if problem.column else problem.expected


def write(table: Table, header: Header, job: ImportJob, file: IO[bytes]) -> int:
    """Write every row that did not go in, in the form in which the file came; return how many they are.

    What is wrong stands in the first column, so that rows of any length keep their place.
    """
    out = writer(table.form, file, table.separator)
    kept = [place for place, name in enumerate(header.columns) if name]
    out.head([WRONG[is_chinese()], *(header.spelled[place] for place in kept)])
    rows = table.rows()
    rows.header((), header.columns)
    written = 0
    for problem, record in _matched(job, rows.records(0)):
        why = said(problem) if record.line == problem.line or record.expected else ""
        out.row([why, *_fields(record, kept, len(header.columns))])
        written += 1
    out.close()
    return written


def _fields(record: Record, kept: list[int], width: int) -> list[str]:
    """Return the values of a row but for those of the column that is read over; of a row that is none, its text."""
    if not record.fields:
        return [record.shown]
    fields = [plain(field) for field in record.fields]
    return [fields[place] for place in kept] if len(fields) == width else fields


def _matched(job: ImportJob, records: Iterator[Record]) -> Iterator[tuple[ImportProblem, Record]]:
    """Yield every record of the lines that did not go in; both come in the order of the lines."""
    problems = ImportProblem.objects.filter(job=job).order_by("line", "pk").iterator(chunk_size=2_000)
    problem = next(problems, None)
    for record in records:
        while problem is not None and problem.last_line < record.line:
            problem = next(problems, None)
        if problem is None:
            return
        if problem.line <= record.line:
            yield problem, record
