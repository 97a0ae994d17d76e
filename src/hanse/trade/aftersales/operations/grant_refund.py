"""A seller agrees to give back what its buyer asked for."""

from datetime import datetime

from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.network.approvals.models import Approval
from hanse.network.approvals.operations.approve import approve
from hanse.trade.aftersales.operations.refund import refund
from hanse.trade.aftersales.queries import KIND
from hanse.trade.aftersales.rules import split_lost


@once.operation("trade.grant_refund")
def grant_refund(
    *, key: str, at: datetime, by: Actor, request: str, fault: str = "seller", goods: str = "", note: str = ""
) -> list[str]:
    """Agree to a request (code), refund what was asked for at once, and return the refunds' codes.

    `fault` and `goods` are the seller's word on it, as in `refund`: what would climb beyond it, operators grant.
    What was asked for as lost stays lost.
    Raises what `refund` raises: what was asked may no longer be left.
    """
    approve(key=key, at=at, by=by, approval=request, kind=KIND, note=note)
    asked = Approval.objects.get(code=request).payload
    if asked["amount"] is not None:
        goods = ""
    lost, rest = split_lost(asked["lines"], asked.get("lost"))
    refunds: list[str] = []
    if lost:
        refunds += refund(key=key, at=at, by=by, order=asked["order"], lines=lost, fault=fault, goods="lost")
    if rest != {}:
        given = {"lines": rest, "amount": asked["amount"], "fault": fault, "goods": goods}
        refunds += refund(key=key, at=at, by=by, order=asked["order"], **given)
    events.announce("refund.granted", request=request, order=asked["order"], refunds=refunds)
    return refunds
