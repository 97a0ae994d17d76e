"""A hold's deadline moves with the deadline of what it is for."""

from collections.abc import Sequence
from datetime import datetime

from hanse.goods.stock.models import Hold


def keep_holds(*, subjects: Sequence[str], until: datetime | None) -> int:
    """Let the holds of these subjects expire at another time, or never; return how many there were."""
    return Hold.objects.filter(subject__in=subjects, quantity__gt=0).update(expires_at=until)
