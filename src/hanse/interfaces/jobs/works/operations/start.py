"""Take work up: one at a time, and again when whoever was at it has died."""

from datetime import datetime

from django.db import transaction

from hanse.interfaces.jobs.works.models import WORK, Work
from hanse.interfaces.jobs.works.rules import free
from hanse.kernel import states
from hanse.kernel.actor import Actor


def start(*, at: datetime, by: Actor, work: str, runner: str) -> Work | None:
    """Return the work if it is this runner's from now on, None if it is over or somebody is at it."""
    with transaction.atomic():
        row = Work.objects.select_for_update(of=["self"]).select_related("party", "user").filter(code=work).first()
        if row is None or not free(row.status, row.runner, row.beat_at, at):
            return None
        mine = {"runner": runner, "beat_at": at, "attempts": row.attempts + 1}
        if row.status == "waiting":
            states.move(WORK, Work, [row.pk], "start", at=at, by=by, also={**mine, "started_at": at})
        else:
            Work.objects.filter(pk=row.pk).update(**mine)
        row.refresh_from_db(fields=["status", "started_at", *mine])
        return row
