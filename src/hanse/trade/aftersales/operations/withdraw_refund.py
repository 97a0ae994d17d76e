"""A buyer takes back what it asked for."""

from datetime import datetime

from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.network.approvals.models import Approval
from hanse.network.approvals.operations.withdraw import withdraw
from hanse.trade.aftersales.queries import KIND


@once.operation("trade.withdraw_refund")
def withdraw_refund(*, key: str, at: datetime, by: Actor, request: str) -> str:
    """Take back a request (code) that waits or was declined, and return its code."""
    withdraw(key=key, at=at, by=by, approval=request, kind=KIND)
    asked = Approval.objects.get(code=request).payload
    events.announce("refund.request_withdrawn", request=request, order=asked["order"])
    return request
