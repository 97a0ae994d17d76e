"""Somebody of the party has read its notices."""

from collections.abc import Sequence
from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotAllowed
from hanse.kernel.intake import storable
from hanse.network.notices.models import Notice


@once.operation("notices.read")
def read_notices(*, key: str, at: datetime, by: Actor, notices: Sequence[str] | None = None) -> int:
    """Mark these notices (codes) of the actor's own party as read, or all of them; return how many were not yet.

    What is not the party's, or not for the actor's eyes, stays as it is.
    """
    if by.party is None:
        raise NotAllowed(action="read")
    rows = Notice.objects.visible_to(by).unread().filter(party=by.party, at__lte=at)
    if notices is not None:
        rows = rows.filter(code__in=storable(notices))
    return rows.update(read_at=at, read_by=str(by)[:80])
