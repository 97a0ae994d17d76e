"""Runs an import from where it came to: reads on, brings in batch after batch, says how far it is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from hanse.interfaces.cli.imports.kinds import KINDS
from hanse.interfaces.cli.imports.models import ImportJob
from hanse.interfaces.cli.imports.operations.begin import begin
from hanse.interfaces.cli.imports.operations.run_batch import run_batch
from hanse.interfaces.cli.imports.reading import Reader
from hanse.interfaces.cli.imports.sources import Source
from hanse.interfaces.cli.imports.units import Unit, units
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
    what = KINDS[kind]
    reader = Reader(source, encoding=form.encoding, separator=form.separator)
    columns = reader.header(what.required, what.columns)
    if job.finished_at is not None:
        return job
    found = units(reader.records(job.line), columns, what.together, lambda rows: what.read(rows, form.currency))
    line, counts = job.line, {"imported": job.imported, "known": job.known, "rejected": job.rejected}
    for batch_of, last in _batches(found, batch):
        upto = batch_of[-1].last_line if batch_of else line
        key = f"import:{job.pk}:{line}"
        done = run_batch(key=key, at=at, by=by, job=job.pk, behind=line, upto=upto, units=batch_of, last=last)
        line, counts = upto, {name: counts[name] + done[name] for name in counts}
        watch(Progress(source.share(), line, **counts))
    job.refresh_from_db()
    return job


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
