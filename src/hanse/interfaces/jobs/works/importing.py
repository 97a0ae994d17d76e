"""Importing a file in the background: read by the one engine, brought in by batches, its faulty rows handed back."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from hanse.interfaces.cli.imports import faulty
from hanse.interfaces.cli.imports.columns import Header
from hanse.interfaces.cli.imports.kinds import KINDS, Kind
from hanse.interfaces.cli.imports.models import ImportJob
from hanse.interfaces.cli.imports.operations.begin import begin as begin_import
from hanse.interfaces.cli.imports.packs import Pictures
from hanse.interfaces.cli.imports.recognising import AUTO, Asked, Table, recognised
from hanse.interfaces.cli.imports.runner import Import, Manner, Progress
from hanse.interfaces.cli.imports.sources import UnreadableFile
from hanse.interfaces.jobs.works import store
from hanse.interfaces.jobs.works.rules import Outcome, Step
from hanse.interfaces.jobs.works.running import Task, Unworkable, WorkKind
from hanse.interfaces.web import pictures
from hanse.kernel import clock
from hanse.kernel.errors import MalformedInput

MOST_ROWS = 200_000
MOST_AT_ONCE = 20_000
"""Rows that may go in all or none: they are held back from everybody until the last of them is in."""
LARGEST = 64 * 1024 * 1024
BATCH, FEW = 500, 50
MOST_PICTURES = 20
PREFIX = "import-"
NEVER_WHOLE = ("shipments",)
"""What has happened in the world cannot be taken back with the rest."""
CURRENCY = "CNY"


def run(task: Task) -> Outcome:
    """Bring in what is left of the file and hand back what did not go in."""
    kind = KINDS[task.work.kind.removeprefix(PREFIX)]
    with store.at_hand(task.work.source) as path:
        try:
            table = _table(task, kind, path)
            brought = _import(task, kind, table)
            header = brought.go(lambda progress: task.tell(_step(table, progress)))
        except UnreadableFile as reason:
            raise Unworkable(_sentence(str(reason))) from reason
        return _outcome(task, table, header, brought.job, path.parent)


def _table(task: Task, kind: Kind, path: Path) -> Table:
    said = task.given
    most = MOST_AT_ONCE if _whole(task) else MOST_ROWS
    asked = Asked(kind.columns, path.parent, said.get("encoding") or AUTO, AUTO, most)
    return recognised(path, task.work.source_name, asked)


def _import(task: Task, kind: Kind, table: Table) -> Import:
    work, at = task.work, clock.now()
    name = work.kind.removeprefix(PREFIX)
    job = begin_import(at=at, by=task.actor, kind=name, name=work.source_name, digest=f"work:{work.code}")
    given = {"currency": str(task.given.get("currency") or CURRENCY)} if "currency" in kind.columns else {}
    if not task.actor.operates:
        given |= dict.fromkeys(kind.own, work.party.code)
    manner = Manner(given, _ready(task, kind, table), bool(task.given.get("follow")), _whole(task))
    batch = FEW if kind.one else BATCH
    return Import(job, table.rows(), task.actor, at, given.get("currency", CURRENCY), batch, manner)


def _ready(task: Task, kind: Kind, table: Table) -> Any:
    """Return what turns the names of pictures into where they are kept; without an archive there can be none."""
    folder = f"goods/{task.work.party.code.lower()}"
    archive = Pictures(table.pack, lambda picture: _keep(picture, folder))

    def ready(row: dict[str, str]) -> dict[str, str]:
        if "images" not in row or "images" not in kind.columns:
            return row
        names = [name.strip() for name in row["images"].split("|") if name.strip()]
        if task.actor.operates and table.pack is None:
            return row
        if len(names) > MOST_PICTURES:
            raise MalformedInput("images", _("at most %(most)d pictures") % {"most": MOST_PICTURES})
        return {**row, "images": "|".join(archive.path_of(name) for name in names)}

    return ready


def _keep(picture: pictures.Picture, folder: str) -> str:
    """Keep a cleaned picture, named by its contents."""
    path = f"{folder}/{sha256(picture.raw).hexdigest()[:24]}.{picture.suffix}"
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(picture.raw))
    return path


def _step(table: Table, progress: Progress) -> Step:
    total = max(table.lines - 1, progress.line - 1, 0)
    return Step(max(progress.line - 1, 0), total, progress.imported, progress.known, progress.rejected)


def _outcome(task: Task, table: Table, header: Header, job: ImportJob, folder: Path) -> Outcome:
    """Write the rows that did not go in into a file and say what became of all."""
    work = task.work
    lines = max(table.lines - 1, 0)
    task.note(Step(lines, lines, job.imported, job.known, job.rejected))
    if not job.rejected:
        return Outcome(_("Everything is in."))
    made = folder / "faulty"
    with made.open("wb") as file:
        faulty.write(table, header, job, file)
    kept = store.keep_made(made, work.party.code, f"{work.code}-faulty.{table.form}")
    named = _("to mend-%(file)s") % {"file": f"{Path(table.name).stem[:80]}.{table.form}"}
    nothing = _("Nothing went in, because some rows are faulty.") if _whole(task) else ""
    return Outcome(nothing or _("Download the faulty rows, mend them and bring that file."), errors=(kept, named))


def _whole(task: Task) -> bool:
    return bool(task.given.get("whole")) and task.work.kind.removeprefix(PREFIX) not in NEVER_WHOLE


def _sentence(text: str) -> str:
    return text if text.endswith((".", "。")) else f"{text}."


IMPORTS: Mapping[str, WorkKind] = {
    f"{PREFIX}{name}": WorkKind(kind.label, kind.needs, run) for name, kind in KINDS.items()
}
