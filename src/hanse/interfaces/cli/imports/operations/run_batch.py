"""Bring in one batch and note how far the import came, in one transaction: both, or neither."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from hanse.interfaces.cli.imports.kinds import KINDS
from hanse.interfaces.cli.imports.models import ImportJob, ImportProblem
from hanse.interfaces.cli.imports.units import Unit
from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError


class ImportMovedOn(DomainError):
    """Another process is importing the same file."""

    code = "import_moved_on"
    message = _("This file is being imported by somebody else at this moment.")


@once.operation("imports.run_batch")
def run_batch(
    *, key: str, at: datetime, by: Actor, job: int, behind: int, upto: int, units: Sequence[Unit], last: bool,
    follow: bool = False, counts: Mapping[str, Any] | None = None,
) -> dict[str, int]:  # fmt: skip
    """Bring in the units that stand behind line `behind` and end at line `upto`; return the counts of this batch.

    With `counts` the sound ones are in already, and this is what became of them. With `follow` what follows this kind
    is done as well. Raises ImportMovedOn unless the job has come exactly as far as `behind`.
    """
    with connection.cursor() as cursor:  # a plan made for the first batch is no plan for tables that have grown
        cursor.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    row = ImportJob.objects.select_for_update().get(pk=job)
    if row.line != behind or row.finished_at is not None:
        raise ImportMovedOn
    sound = [unit for unit in units if unit.value is not None]
    kind, how = KINDS[row.kind], {"key": key, "at": at, "by": by}
    if counts is None:
        counts = {"imported": 0, "known": 0, "problems": []}
        if sound:
            counts = kind.bring(rows=[unit.value for unit in sound], **how)
    if follow and sound:
        kind.follow([unit.value for unit in sound], **how)
    columns = kind.columns_of
    refused = [(sound[n], columns.get(column, column), expected) for n, column, expected in counts["problems"]]
    refused += [(unit, unit.column, unit.expected) for unit in units if unit.value is None]
    _write_problems(job, refused)
    ImportJob.objects.filter(pk=job).update(
        line=upto,
        imported=F("imported") + counts["imported"],
        known=F("known") + counts["known"],
        rejected=F("rejected") + len(refused),
        finished_at=max(at, row.started_at) if last else None,
    )
    return {"imported": counts["imported"], "known": counts["known"], "rejected": len(refused)}


def _write_problems(job: int, refused: Sequence[tuple[Unit, str, str]]) -> None:
    ImportProblem.objects.bulk_create(
        ImportProblem(
            job_id=job,
            line=unit.line,
            last_line=unit.last_line,
            column=column[:60],
            expected=expected[:500],
            row=unit.shown,
        )
        for unit, column, expected in sorted(refused, key=lambda one: one[0].line)
    )
