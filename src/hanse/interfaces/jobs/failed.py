"""Jobs that were given up: for operators to see and to begin again."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from hanse.kernel import clock
from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.errors import NotFound


def jobs(by: Actor) -> QuerySet[ProcrastinateJob]:
    """Return every job there is with the moment of its latest event, which only operators may read."""
    by.require(OPERATE)
    found: QuerySet[ProcrastinateJob] = ProcrastinateJob.objects.annotate(at=Max("procrastinateevent__at"))
    return found


def failed(by: Actor) -> QuerySet[ProcrastinateJob]:
    """Return the jobs that were given up."""
    return jobs(by).filter(status="failed")


def counts(by: Actor) -> dict[str, int]:
    """Return how many jobs failed, wait and are being done."""
    rows = jobs(by).order_by().filter(status__in=["failed", "todo", "doing"]).values_list("status")
    return dict(rows.annotate(n=Count("pk", distinct=True)).values_list("status", "n"))


def retry(by: Actor, job: int) -> int:
    """Let a job that was given up begin again now; it is harmless to ask twice."""
    if not failed(by).filter(pk=job).exists():
        raise NotFound(_("failed job"), job=job)
    begin_again(job)
    return job


SILENT = timedelta(seconds=60)
"""A worker says every ten seconds that it lives; after so long without a word it has died."""


def stalled() -> list[int]:
    """Return the jobs that are being done by workers which have died, or by none."""
    alive = Q(worker__last_heartbeat__gte=clock.now() - SILENT)
    return list(ProcrastinateJob.objects.filter(~alive, status="doing").order_by("pk").values_list("pk", flat=True))


def begin_again(job: int) -> None:
    """Let a job begin again now, whatever became of it."""
    manager: Any = app.job_manager
    manager.retry_job_by_id(job, clock.now())
