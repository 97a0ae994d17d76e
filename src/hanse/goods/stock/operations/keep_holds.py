"""A hold's deadline moves with the deadline of what it is for."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from hanse.goods.stock.models import Hold
from hanse.kernel.actor import Actor


def keep_holds(*, subjects: Sequence[str], until: datetime | None, at: datetime, by: Actor) -> int:
    """Let the unexpired holds of these subjects expire at another time, or never; return how many there were.

    One statement that touches no shelf; called within the use case that moves the deadline.
    """
    unexpired = Q(expires_at=None) | Q(expires_at__gt=at)
    return Hold.objects.filter(unexpired, subject__in=subjects, quantity__gt=0).update(
        expires_at=until, kept_at=at, kept_by=str(by)[:80]
    )
