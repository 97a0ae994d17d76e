"""Decline a change that others ask for."""

from collections.abc import Sequence
from datetime import datetime

from hanse.kernel import once, states
from hanse.kernel.actor import ENGINE, Actor
from hanse.network.approvals.operations.reject import reject
from hanse.network.notices.operations.notify import notify
from hanse.trade.changes.models import ORDER_CHANGE, Change
from hanse.trade.changes.operations._open import end_others, open_change, require_mine
from hanse.trade.changes.queries import KIND
from hanse.trade.orders.queries import lock


@once.operation("trade.decline_change")
def decline_change(*, key: str, at: datetime, by: Actor, change: str, reasons: Sequence[str]) -> str:
    """Decline a change (code) for reasons that who asked for it reads, and return its status; it ends for everybody.

    Raises NotFound, NotAllowed, WrongState, ReasonsMissing.
    """
    deal = lock(open_change(change, by).checkout.code)
    found = open_change(change, by)
    for consent in require_mine(found, by, "decline_change"):
        reject(
            key=f"{key}:{consent.pk}"[:200], at=at, by=by, approval=consent.approval.code, reasons=reasons, kind=KIND
        )
    end_others(found, at)
    Change.objects.filter(pk=found.pk).update(reasons=list(reasons))
    states.move(ORDER_CHANGE, Change, [found.pk], "decline", at=at, by=by, roles={"decider"}, also={"decided_at": at})
    order = found.leg.code if found.leg else deal.roots[0].code
    side = "purchase" if found.asker_id == deal.checkout.buyer_id else "sale"
    notify(
        key=found.code, at=at, by=ENGINE, parties=[found.asker_id], kind="change.declined", needs="orders.see",
        subject=f"{order}|{found.code}", said={"order": order, "side": side},
    )  # fmt: skip
    return "declined"
