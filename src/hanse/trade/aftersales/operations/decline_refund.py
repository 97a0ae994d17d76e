"""A seller declines what its buyer asked back."""

from collections.abc import Sequence
from datetime import datetime

from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.network.approvals.models import Approval
from hanse.network.approvals.operations.reject import reject
from hanse.trade.aftersales.queries import KIND


@once.operation("trade.decline_refund")
def decline_refund(*, key: str, at: datetime, by: Actor, request: str, reasons: Sequence[str]) -> str:
    """Decline a request (code) for reasons that the buyer reads, and return its code."""
    reject(key=key, at=at, by=by, approval=request, reasons=reasons, kind=KIND)
    asked = Approval.objects.get(code=request).payload
    events.announce("refund.declined", request=request, order=asked["order"], reasons=list(reasons))
    return request
