"""Agree to a change that others ask for."""

from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.network.approvals.operations.approve import approve
from hanse.trade.changes.operations._carry_out import carry_out
from hanse.trade.changes.operations._open import open_change, require_mine
from hanse.trade.changes.queries import KIND
from hanse.trade.orders.queries import lock


@once.operation("trade.agree_change")
def agree_change(*, key: str, at: datetime, by: Actor, change: str, note: str = "") -> str:
    """Agree to a change (code) on behalf of the actor's party, and return the change's status.

    Once everybody whom it touches agreed it is done, in this transaction; what stands against it by now refuses the
    last agreement: ChangeTooLate, QuoteChanged, OutOfStock, OfferUnavailable. Operators agree for all who are asked.
    Raises NotFound, NotAllowed, WrongState.
    """
    deal = lock(open_change(change, by).checkout.code)
    found = open_change(change, by)
    for consent in require_mine(found, by, "agree_change"):
        approve(key=f"{key}:{consent.pk}"[:200], at=at, by=by, approval=consent.approval.code, kind=KIND, note=note)
    if not found.consents.filter(approval__status="submitted").exists():
        carry_out(change=found, deal=deal, at=at, by=by)
        return "applied"
    return found.status
