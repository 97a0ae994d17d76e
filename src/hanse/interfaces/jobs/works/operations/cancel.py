"""Stop work: what is done stays done, the rest is left."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.interfaces.jobs.works.models import WORK, Work
from hanse.interfaces.jobs.works.rules import roles
from hanse.kernel import once, states
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotFound


@once.operation("works.cancel")
def cancel(*, key: str, at: datetime, by: Actor, work: str) -> str:
    """Stop the work before its next batch and return its code. Raises WrongState if it is over."""
    row = Work.objects.visible_to(by).filter(code=work).first()
    if row is None:
        raise NotFound(_("work"), code=work)
    mine = roles((row.party_id, row.user_id), (by.party, by.user), operates=by.operates)
    also = {"finished_at": max(at, row.created_at), "runner": ""}
    states.move(WORK, Work, [row.pk], "cancel", at=at, by=by, roles=mine, also=also)
    return row.code
