"""Forget work that was over long ago, with its files."""

from datetime import datetime

from hanse.interfaces.cli.imports.models import ImportJob
from hanse.interfaces.jobs.works import store
from hanse.interfaces.jobs.works.models import OVER, Work
from hanse.interfaces.jobs.works.rules import KEPT
from hanse.kernel.actor import OPERATE, Actor

PAGE = 500


def forget(*, at: datetime, by: Actor) -> int:
    """Delete what was over before KEPT, the files first, and return how many works that were."""
    by.require(OPERATE)
    rows = list(Work.objects.filter(status__in=OVER, finished_at__lt=at - KEPT).order_by("pk")[:PAGE])
    for row in rows:
        if not Work.objects.filter(source=row.source).exclude(pk=row.pk).exists():
            store.drop(row.source)
        store.drop(row.result)
        store.drop(row.errors)
    ImportJob.objects.filter(digest__in=[f"work:{row.code}" for row in rows]).delete()
    Work.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)
