"""A seller agrees to give back what its buyer asked for."""

from datetime import datetime

from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.network.approvals.models import Approval
from hanse.network.approvals.operations.approve import approve
from hanse.trade.aftersales.operations.refund import refund
from hanse.trade.aftersales.queries import KIND


@once.operation("trade.grant_refund")
def grant_refund(
    *, key: str, at: datetime, by: Actor, request: str, fault: str = "seller", goods: str = "", note: str = ""
) -> list[str]:
    """Agree to a request (code), refund what was asked for at once, and return the refunds' codes.

    `fault` and `goods` are the seller's word on it, as in `refund`: what would climb beyond it, operators grant.
    Raises what `refund` raises: what was asked may no longer be left.
    """
    approve(key=key, at=at, by=by, approval=request, kind=KIND, note=note)
    asked = Approval.objects.get(code=request).payload
    refunds = refund(
        key=key,
        at=at,
        by=by,
        order=asked["order"],
        lines=asked["lines"],
        amount=asked["amount"],
        fault=fault,
        goods="" if asked["amount"] is not None else goods,
    )
    events.announce("refund.granted", request=request, order=asked["order"], refunds=refunds)
    return refunds
