"""What was to be paid for is no longer waiting."""

from collections.abc import Sequence
from datetime import datetime

from hanse.kernel import once, states
from hanse.kernel.actor import Actor
from hanse.value.payments.models import PAYMENT, Payment


@once.operation("payments.expire", step=True)
def expire(*, key: str, at: datetime, by: Actor, subjects: Sequence[str]) -> list[str]:
    """Give up every open payment of these subjects and return their codes; money that still comes is not lost."""
    rows = list(Payment.objects.open().select_for_update().filter(subject__in=list(subjects)).order_by("id"))
    if rows:
        states.move(PAYMENT, Payment, [row.pk for row in rows], "expire", at=at, by=by)
    return [row.code for row in rows]
