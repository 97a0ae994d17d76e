"""Take up again what was given up or stopped: it goes on where it had come to."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from hanse.interfaces.jobs.works.models import WORK, Work
from hanse.interfaces.jobs.works.operations.begin import QUEUE, TASK
from hanse.interfaces.jobs.works.rules import roles
from hanse.kernel import once, states
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotFound


@once.operation("works.retry")
def retry(*, key: str, at: datetime, by: Actor, work: str) -> str:
    """Let the work go on and return its code. Raises WrongState unless it was given up or stopped."""
    row = Work.objects.visible_to(by).filter(code=work).first()
    if row is None:
        raise NotFound(_("work"), code=work)
    mine = roles((row.party_id, row.user_id), (by.party, by.user), operates=by.operates)
    also = {"finished_at": None, "message": "", "attempts": 0}
    states.move(WORK, Work, [row.pk], "retry", at=at, by=by, roles=mine, also=also)
    app.configure_task(TASK, queue=QUEUE, allow_unknown=True).defer(work=row.code)
    return row.code
