"""Ask for long work: it is written down together with the job that does it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from hanse.interfaces.jobs.works.models import Work
from hanse.interfaces.jobs.works.rules import MOST_OPEN
from hanse.kernel import codes, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, NotAllowed

TASK, QUEUE = "hanse.work", "works"


class TooMuchWork(DomainError):
    """The person has asked for much that is not done yet."""

    code = "too_much_work"
    status = 429
    message = _("%(most)d pieces of work are waiting or running already. Let them finish, or stop some.")


@once.operation("works.begin")
def begin(
    *, key: str, at: datetime, by: Actor, kind: str, given: Mapping[str, Any], language: str, source: str = "",
    source_name: str = "",
) -> str:  # fmt: skip
    """Write the work down and return its code; the same key is the same work.

    Whether the actor may do it is asked of every step, with what it may do then as well as now.
    """
    if by.party is None:
        raise NotAllowed(action="work")
    waiting = Work.objects.visible_to(by).open().filter(party=by.party, user=by.user)
    if waiting.count() >= MOST_OPEN:
        raise TooMuchWork(most=MOST_OPEN)
    work = Work.objects.create(
        code=codes.new("J"), kind=kind, party_id=by.party, user_id=by.user, asker=by.name[:80],
        permissions=sorted(by.permissions), language=language, given=dict(given), source=source,
        source_name=source_name[:200], created_at=at,
    )  # fmt: skip
    app.configure_task(TASK, queue=QUEUE, allow_unknown=True).defer(work=work.code)
    return work.code
