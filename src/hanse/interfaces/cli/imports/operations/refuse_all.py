"""Note that nothing of a file went in, because some of its rows could not."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from hanse.interfaces.cli.imports.models import ImportJob, ImportProblem
from hanse.kernel.actor import Actor

PAGE = 5_000


def problems_of(job: ImportJob) -> list[ImportProblem]:
    """Return what did not go in, in the order of the lines."""
    return list(ImportProblem.objects.filter(job=job).order_by("line", "pk"))


def refuse_all(*, at: datetime, by: Actor, job: int, problems: Sequence[ImportProblem]) -> None:
    """Keep the reasons (which were taken back with the rest) and finish the job with nothing brought in."""
    for problem in problems:
        problem.pk = None
    with transaction.atomic():
        row = ImportJob.objects.select_for_update().get(pk=job)
        ImportProblem.objects.bulk_create(problems, batch_size=PAGE)
        last = max(problem.last_line for problem in problems)
        ImportJob.objects.filter(pk=job).update(
            line=last, imported=0, known=0, rejected=len(problems), finished_at=max(at, row.started_at)
        )
