"""Imports rows of one kind from a file (CSV, plain or gzip, or XLSX); good rows go in, bad ones are listed.

Run again after a kill, it goes on where it was; run again with the same rows, nothing is doubled. The columns of each
kind: docs/guides/import.md. The exit code is 0 when every row is in, 1 when some are not, 2 for an unreadable file.
"""

import argparse
import csv
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils import translation

from hanse.config import places
from hanse.interfaces.cli.imports.kinds import KINDS
from hanse.interfaces.cli.imports.models import ImportJob, ImportProblem
from hanse.interfaces.cli.imports.operations.begin import begin
from hanse.interfaces.cli.imports.operations.run_batch import ImportMovedOn
from hanse.interfaces.cli.imports.reading import printable
from hanse.interfaces.cli.imports.recognising import AUTO, Asked, recognised
from hanse.interfaces.cli.imports.runner import BATCH, Format, Import, Progress
from hanse.interfaces.cli.imports.runner import run as run_import
from hanse.interfaces.cli.imports.sources import File, UnreadableFile
from hanse.kernel import clock
from hanse.kernel.actor import OPERATE, Actor

IMPORTER = Actor(name="import", permissions=frozenset({OPERATE}))
SHOWN = 20
BAR = 30


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what is imported and how it is written."""
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("file", type=Path, help="CSV with a header line, plain or gzip, or XLSX")
    parser.add_argument("--encoding", default=AUTO, choices=[AUTO, "utf-8", "gb18030", "utf-16", "latin-1"])
    parser.add_argument("--separator", default=AUTO, choices=[AUTO, ",", ";", "\t", "|"])
    parser.add_argument("--currency", default="CNY", help="of amounts in terms (default CNY)")
    parser.add_argument("--report", type=Path, help="where to list the rows that did not go in, as CSV")
    parser.add_argument("--batch", type=int, default=BATCH, help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> int:
    """Import the file and return the exit code; like all of the command line, it speaks English."""
    with translation.override("en"):
        return _run(options)


def _run(options: argparse.Namespace) -> int:
    bar = _Bar(f"{options.kind} ")
    try:
        with TemporaryDirectory(prefix="hanse-import-") as folder:
            job = _bring(options, Path(folder), bar)
    except (UnreadableFile, ImportMovedOn) as error:
        bar.end()
        print(f"hanse import: {error}", file=sys.stderr)
        return 2
    bar.end()
    print(f"{job.kind} from {printable(job.name)}: {job.imported} in, {job.known} there before, {job.rejected} refused")
    if job.rejected:
        _list(job, options.report)
    return 1 if job.rejected else 0


def _bring(options: argparse.Namespace, folder: Path, bar: "_Bar") -> ImportJob:
    """Bring in a file, whatever form it has."""
    path, kind, at = options.file, KINDS[options.kind], clock.now()
    table = recognised(path, path.name, Asked(kind.columns, folder, options.encoding, options.separator))
    if table.pack is not None:
        raise UnreadableFile(f"{path}: an archive with pictures is brought in by the party whose they are")
    form = Format(table.encoding, table.separator, options.currency)
    file = File(table.path, path.name)
    if table.form == "csv":
        return run_import(options.kind, file, at=at, by=IMPORTER, form=form, batch=options.batch, watch=bar.show)
    job = begin(at=at, by=IMPORTER, kind=options.kind, name=path.name, digest=file.digest())
    brought = Import(job, table.rows(), IMPORTER, at, options.currency, options.batch)
    brought.go(lambda progress: bar.show(replace(progress, share=min(progress.line / max(table.lines, 1), 1.0))))
    return brought.job


def _list(job: ImportJob, report: Path | None) -> None:
    """Show the first rows that did not go in, and write all of them to a file."""
    problems = ImportProblem.objects.filter(job=job).order_by("line", "id")
    for problem in problems[:SHOWN]:
        place = f"line {problem.line}" + (f" to {problem.last_line}" if problem.last_line > problem.line else "")
        print(f"  {place}{', ' + problem.column if problem.column else ''}: expected {problem.expected}")
        print(f"      {problem.row[:120]}")
    path = report or places.var() / "imports" / f"{job.kind}-{job.pk}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["line", "last_line", "column", "expected", "row"])
        for problem in problems.iterator():
            writer.writerow([problem.line, problem.last_line, problem.column, problem.expected, problem.row])
    print(f"  all {job.rejected} of them: {path}")


class _Bar:
    """A line that grows, on a terminal; elsewhere nothing."""

    def __init__(self, label: str) -> None:
        self._label, self._drawn = label, False

    def show(self, progress: Progress) -> None:
        """Draw how far the import is."""
        if not sys.stderr.isatty():
            return
        full = round(progress.share * BAR)
        counts = f"{progress.imported + progress.known:,} in, {progress.rejected:,} refused"
        text = f"\r{self._label}[{'#' * full}{'.' * (BAR - full)}] {progress.share:4.0%}  {counts}  "
        print(text, end="", file=sys.stderr, flush=True)
        self._drawn = True

    def end(self) -> None:
        """Leave the line."""
        if self._drawn:
            print(file=sys.stderr)
