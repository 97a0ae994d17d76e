"""Runs an import from where it came to: reads on, brings in batch after batch, says how far it is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from hanse.interfaces.cli.imports.columns import Header
from hanse.interfaces.cli.imports.kinds import KINDS
from hanse.interfaces.cli.imports.models import ImportJob
from hanse.interfaces.cli.imports.one_by_one import one_by_one
from hanse.interfaces.cli.imports.operations.begin import begin
from hanse.interfaces.cli.imports.operations.refuse_all import problems_of, refuse_all
from hanse.interfaces.cli.imports.operations.run_batch import run_batch
from hanse.interfaces.cli.imports.reading import Reader, Rows
from hanse.interfaces.cli.imports.sources import Source
from hanse.interfaces.cli.imports.units import Unit, Values, units
from hanse.kernel.actor import Actor

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is; `share` of the file from 0 to 1."""

    share: float
    line: int
    imported: int
    known: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Format:
    """How a file is written: its encoding, what separates its columns, and the currency of amounts without one."""

    encoding: str = "utf-8"
    separator: str = ","
    currency: str = "CNY"


Ready = Callable[[dict[str, str]], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Manner:
    """How an import goes on, apart from the file: `given` stands in for columns that are not there or empty.

    `ready` has the last word on the values of each row. With `follow` what follows an import of this kind is done too.
    With `whole` all rows go in, or none.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    ready: Ready = lambda row: row
    follow: bool = False
    whole: bool = False


PLAIN = Manner()


def run(
    kind: str,
    source: Source,
    *,
    at: datetime,
    by: Actor,
    form: Format = Format(),
    batch: int = BATCH,
    watch: Callable[[Progress], None] = lambda _progress: None,
) -> ImportJob:
    """Import all that is left of the source and return its job, finished.

    A job that was killed goes on behind the last batch that went in; one that is finished stays as it is. Raises
    UnreadableFile, and ImportMovedOn if another process is at it.
    """
    job = begin(at=at, by=by, kind=kind, name=source.name, digest=_digest(source, form))
    rows = Reader(source, encoding=form.encoding, separator=form.separator)
    brought = Import(job, rows, by, at, form.currency, batch)
    brought.go(lambda progress: watch(replace(progress, share=source.share())))
    return job


@dataclass
class Import:
    """An import under way: its job, the rows of its file, who imports and when."""

    job: ImportJob
    rows: Rows
    by: Actor
    at: datetime
    currency: str = "CNY"
    batch: int = BATCH
    manner: Manner = PLAIN

    def go(self, watch: Callable[[Progress], None]) -> Header:
        """Bring in what is left, batch by batch; the job is finished afterwards. Return the first line."""
        kind = KINDS[self.job.kind]
        header = self.rows.header([name for name in kind.required if name not in self.manner.given], kind.columns)
        if self.job.finished_at is None:
            found = units(self.rows.records(self.job.line), header.columns, kind.together, self._read)
            if self.manner.whole:
                self._all_or_none(found)
            else:
                self._batch_by_batch(found, watch)
            self.job.refresh_from_db()
        return header

    def _read(self, rows: Sequence[Values]) -> Any:
        ready = [self.manner.ready({**self.manner.given, **row}) for row in rows]
        return KINDS[self.job.kind].read(ready, self.currency)

    def _batch_by_batch(self, found: Iterator[Unit], watch: Callable[[Progress], None]) -> None:
        job = self.job
        line, counts = job.line, {"imported": job.imported, "known": job.known, "rejected": job.rejected}
        for batch_of, last in _batches(found, self.batch):
            upto = batch_of[-1].last_line if batch_of else line
            done = self._bring(batch_of, line, upto, last=last)
            line, counts = upto, {name: counts[name] + done[name] for name in counts}
            watch(Progress(0, line, **counts))

    def _bring(self, batch: list[Unit], behind: int, upto: int, *, last: bool) -> dict[str, int]:
        key = f"import:{self.job.pk}:{behind}"
        kind = KINDS[self.job.kind]
        counts = one_by_one(kind, key, batch, at=self.at, by=self.by) if kind.one else None
        return run_batch(
            key=key, at=self.at, by=self.by, job=self.job.pk, behind=behind, upto=upto, units=batch, last=last,
            follow=self.manner.follow, counts=counts,
        )  # fmt: skip

    def _all_or_none(self, found: Iterator[Unit]) -> None:
        """Bring everything in within one transaction; if any row is refused take it all back and keep the reasons."""
        with transaction.atomic():
            self._batch_by_batch(found, lambda _progress: None)
            problems = problems_of(self.job)
            if problems:
                transaction.set_rollback(True)
        if problems:
            refuse_all(at=self.at, by=self.by, job=self.job.pk, problems=problems)


def _digest(source: Source, form: Format) -> str:
    """The same bytes read in another way are another import."""
    plain = (form.encoding, form.separator, form.currency) == ("utf-8", ",", "CNY")
    return source.digest() if plain else f"{source.digest()[:40]}:{form.encoding}{form.separator}{form.currency}"[:64]


def _batches(found: Iterator[Unit], size: int) -> Iterator[tuple[list[Unit], bool]]:
    """Yield lists of so many units, each with whether it is the last; at least one, which may be empty."""
    waiting: list[Unit] = []
    for unit in found:
        if len(waiting) >= size:
            yield waiting, False
            waiting = []
        waiting.append(unit)
    yield waiting, True
