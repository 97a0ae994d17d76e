"""Put work down unfinished: others have their turn, or it broke and is tried again a little later."""

from datetime import datetime, timedelta

from django.db import transaction
from procrastinate.contrib.django import app

from hanse.interfaces.jobs.works.models import Work
from hanse.interfaces.jobs.works.operations.begin import QUEUE, TASK
from hanse.kernel.actor import Actor


def rest(*, at: datetime, by: Actor, work: Work, runner: str, pause: timedelta = timedelta(0)) -> bool:
    """Let somebody else take the work up after the pause, and say whether it was this runner's."""
    with transaction.atomic():
        mine = Work.objects.filter(pk=work.pk, status="running", runner=runner)
        left = mine.update(runner="", beat_at=at)
        if left:
            later = {"schedule_at": at + pause} if pause else {}
            app.configure_task(TASK, queue=QUEUE, allow_unknown=True, **later).defer(work=work.code)
    return bool(left)
