"""Jobs that were given up: for operators to see and to begin again."""

from typing import Any

from django.db.models import Max, QuerySet
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


def retry(by: Actor, job: int) -> int:
    """Let a job that was given up begin again now; it is harmless to ask twice."""
    if not failed(by).filter(pk=job).exists():
        raise NotFound(_("failed job"), job=job)
    manager: Any = app.job_manager
    manager.retry_job_by_id(job, clock.now())
    return job
